/** docker's and podman's files as the Go programs read them that own them, and programs as Go finds them. */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { dockerCredentials } from "../../../../pkg/node/credentials/docker.js";
import { keepCredentials } from "../../../../pkg/node/credentials/keep.js";
import { commandOf, findProgram } from "../../../../pkg/node/credentials/lookup.js";
import { otherName } from "../../../../pkg/node/credentials/registries.js";
import { installHelper } from "../../../support/credential-helper.mjs";
import { scratch } from "../../../support/scratch.mjs";

const base64 = (text) => Buffer.from(text).toString("base64");

let folder, count = 0;
before(async () => {
  folder = await scratch();
});
after(() => folder.remove());

/** What a config.json with this text says about the registry. */
async function read(text, registry = "registry.example", options = {}) {
  const config = folder.join(`config-${(count += 1)}`);
  await mkdir(config);
  await writeFile(`${config}/config.json`, text);
  return dockerCredentials({ config, env: { PATH: config }, ...options })(registry, { repository: "x/app" });
}

const withAuth = (auth) => JSON.stringify({ auths: { "registry.example": { auth } } });

describe("base64 as encoding/base64 reads it", () => {
  const long = base64(`ada:${"pw".repeat(100)}`);
  const wrapped = long.replace(/.{76}/g, "$&\n");
  // [what stands there, the password, or undefined where docker fails]
  const rows = [
    ["YWRhOnB3", "pw"], ["YWRhOnB3\n", "pw"], ["YWRhOnB3\r\n", "pw"], ["\nYW\nRh\r\rOnB3", "pw"],
    [wrapped, "pw".repeat(100)], [wrapped.replaceAll("\n", "\r\n"), "pw".repeat(100)],
    ["YWRhOnB3MQ==", "pw1"], ["YWRhOnB3MQ=\n=\n", "pw1"], ["YWRhOnB3MTI=", "pw12"], ["YWRhOnB3MTI=\r", "pw12"],
    ["YWRhOnB3MR==", "pw1"], // bits that stand for nothing are not looked at
    ["YWRhOgAAcHcAAA==", "pw"],
    ["YWRhOnB3 ", undefined], [" YWRhOnB3", undefined], ["YWRh OnB3", undefined], ["YWRhOnB3\t", undefined],
    ["YWRhOnB3MQ", undefined], ["YWRhOnB3MQ=", undefined], ["YWRhOnB3MTI", undefined], ["YWRhOnB3=", undefined],
    ["YWRhOnB3MTI==", undefined], ["YWRhOnB3MQ==YWRh", undefined], ["YWRhOnB3\u00a0", undefined], ["YWRh-nB_", undefined],
    ["=", undefined], ["====", undefined], ["\n", undefined],
  ];
  for (const [auth, password] of rows) {
    test(JSON.stringify(auth).slice(0, 40), async () => {
      if (password === undefined) await assert.rejects(read(withAuth(auth)), { code: "CREDENTIALS_INVALID" });
      else assert.deepEqual(await read(withAuth(auth)), { username: "ada", password });
    });
  }
});

describe("names as encoding/json reads them", () => {
  const own = { auth: base64("ada:pw") };
  const ada = { username: "ada", password: "pw" };
  const entry = JSON.stringify(own);
  const rows = [
    ["auths in other letters", `{"AUTHS":{"registry.example":${entry}}}`, ada],
    ["an entry's names in other letters", `{"Auths":{"registry.example":{"AUTH":"${own.auth}"}}}`, ada],
    ["all of an entry", '{"auths":{"registry.example":{"UserName":"ada","PASSWORD":"pw","Email":"x"}}}', ada],
    ["tokens", '{"auths":{"registry.example":{"IdentityToken":"t","registryToken":"r"}}}', { identityToken: "t", registryToken: "r" }],
    ["letters that only Unicode takes for s and k", '{"auth\u017f":{"registry.example":{"identityto\u212aen":"t"}}}', { identityToken: "t" }],
    ["maps that come twice: both count", `{"auths":{"registry.example":${entry}},"Auths":{"other.example":{}}}`, ada],
    ["maps that come twice by the very same name", `{"auths":{"registry.example":${entry}},"auths":{"other.example":{}}}`, ada],
    ["the later entry", `{"AUTHS":{"registry.example":{"auth":"eDp5"}},"auths":{"registry.example":${entry}}}`, ada],
    ["the later entry, whatever its letters", `{"auths":{"registry.example":{"auth":"eDp5"}},"AUTHS":{"registry.example":${entry}}}`, ada],
    ["null, which empties a map", `{"auths":{"registry.example":${entry}},"Auths":null}`, undefined],
    ["a later field", '{"auths":{"registry.example":{"username":"eve","password":"pw","Username":"ada"}}}', ada],
    ["null, which leaves a text", '{"auths":{"registry.example":{"username":"ada","password":"pw","Username":null}}}', ada],
    ["a registry's own name, which is not folded", `{"auths":{"Registry.example":${entry}}}`, undefined],
  ];
  for (const [name, text, expected] of rows) test(name, async () => assert.deepEqual(await read(text), expected));

  test("credsStore and credHelpers in other letters name their helper", async () => {
    for (const name of ["credsStore", "credSstore", "credsstore", "CREDSSTORE"]) {
      await assert.rejects(read(`{"${name}":"absent","auths":{"registry.example":{}}}`), { code: "HELPER_MISSING" }, name);
    }
    const helpers = '{"credhelpers":{"registry.example":"own"},"CredHelpers":{"other.example":"absent"},"credsStore":"x","credSstore":null}';
    const bin = folder.join("bin");
    await installHelper(bin, "own", {}, { "registry.example": { Username: "ada", Secret: "pw" } });
    assert.deepEqual(await read(helpers, "registry.example", { env: { PATH: bin } }), ada);
    await assert.rejects(read(helpers, "other.example"), { message: /docker-credential-absent/ });
    await assert.rejects(read(helpers, "third.example"), { message: /docker-credential-x / });
  });

  test("podman's file and DOCKER_AUTH_CONFIG are read the same way", async () => {
    const text = `{"Auths":{"registry.example":{"AUTH":"${own.auth}\\n"}}}\n{}`;
    const authFile = folder.join("auth.json");
    await writeFile(authFile, text);
    assert.deepEqual(await dockerCredentials({ authFile, env: {} })("registry.example"), ada);
    assert.deepEqual(await dockerCredentials({ config: "/nowhere", env: { DOCKER_AUTH_CONFIG: text } })("registry.example"), ada);
  });

  test("login writes docker's own names, and keeps the rest", async () => {
    const config = folder.join("written");
    await mkdir(config);
    await writeFile(`${config}/config.json`, `{"Zeta":{"A":1},"AUTHS":{"other.example":{"AUTH":"${own.auth}"}},"auths":{"third.example":{}}} rest`);
    await keepCredentials("registry.example", ada, { config, env: { PATH: "" } });
    assert.deepEqual(JSON.parse(await readFile(`${config}/config.json`, "utf8")), {
      Zeta: { A: 1 }, auths: { "other.example": { AUTH: own.auth }, "third.example": {}, "registry.example": own },
    });
  });
});

describe("a key with a path", () => {
  const auths = (entries) => ({
    auths: Object.fromEntries(Object.entries(entries).map(([key, name]) => [key, { auth: base64(`${name}:pw`) }])),
  });
  const ask = async (files, registry = "registry.example", repository = "x/app") => {
    const config = folder.join(`paths-${(count += 1)}`);
    await mkdir(config);
    const [docker, podman] = [`${config}/config.json`, `${config}/auth.json`];
    if (files.docker) await writeFile(docker, JSON.stringify(auths(files.docker)));
    if (files.podman) await writeFile(podman, JSON.stringify(auths(files.podman)));
    const env = { DOCKER_CONFIG: config, HOME: config, XDG_RUNTIME_DIR: config, ...(files.podman && { REGISTRY_AUTH_FILE: podman }) };
    return (await dockerCredentials({ env })(registry, { repository }))?.username;
  };
  const rows = [
    ["is about the whole registry in docker's file", { docker: { "registry.example/other": "a" } }, "a"],
    ["is about that path alone in podman's", { podman: { "registry.example/other": "a" } }, undefined],
    ["gives way to one that fits", { docker: { "registry.example/other": "a", "registry.example/x": "b" } }, "b"],
    ["gives way to the registry's own", { docker: { "registry.example/other": "a", "https://registry.example/v2/": "b" } }, "b"],
    ["gives way to what podman's file has", { docker: { "registry.example/other": "a" }, podman: { "registry.example": "b" } }, "b"],
    ["is taken by the order of the names where there are several", { docker: { "registry.example/z": "z", "registry.example/b": "b" } }, "b"],
    ["is not another registry's", { docker: { "registry.example.evil/x": "a", "registry.example:5000/x": "b" } }, undefined],
  ];
  for (const [name, files, expected] of rows) test(name, async () => assert.equal(await ask(files), expected));
  test("is not Docker Hub's", async () => assert.equal(await ask({ docker: { "docker.io/other": "a" } }, "docker.io"), undefined));
});

test("another name of the same place", () => {
  const rows = [["a.example", "a.example:443"], ["a.example:443", "a.example"], ["a.example:5000", undefined], ["[::1]", "[::1]:443"], ["[::1]:443", "[::1]"]];
  for (const [name, other] of rows) assert.equal(otherName(name), other);
});

describe("a program is found as Go finds it", () => {
  /** A Windows with these files. */
  const windows = (...files) => ({
    platform: "win32",
    isFile: async (path) => files.some((file) => file.toLowerCase() === path.toLowerCase()),
    mayRun: async () => true,
  });
  const env = { Path: 'C:\\gcloud bin;relative;"D:\\quoted";E:\\tools', PATHEXT: ".COM;.EXE;.BAT;.CMD;.VBS;.JS" };
  const name = "docker-credential-gcloud";
  const rows = [
    ["a script", env, [`C:\\gcloud bin\\${name}.cmd`], `C:\\gcloud bin\\${name}.cmd`],
    ["a batch file", env, [`E:\\tools\\${name}.bat`], `E:\\tools\\${name}.bat`],
    ["a program before a script of the same folder", env, [`E:\\tools\\${name}.cmd`, `E:\\tools\\${name}.exe`], `E:\\tools\\${name}.exe`],
    ["by the order of PATHEXT", { ...env, PATHEXT: ".cmd;.exe" }, [`E:\\tools\\${name}.cmd`, `E:\\tools\\${name}.exe`], `E:\\tools\\${name}.cmd`],
    ["by the order of the folders first", env, [`E:\\tools\\${name}.exe`, `C:\\gcloud bin\\${name}.cmd`], `C:\\gcloud bin\\${name}.cmd`],
    ["in a folder in quotation marks", env, [`D:\\quoted\\${name}.exe`], `D:\\quoted\\${name}.exe`],
    ["without PATHEXT", { PATH: "E:\\tools" }, [`E:\\tools\\${name}.cmd`], `E:\\tools\\${name}.cmd`],
    ["not what cannot be started", env, [`E:\\tools\\${name}.vbs`, `E:\\tools\\${name}.ps1`, `E:\\tools\\${name}`], undefined],
    ["not in a relative folder", env, [`relative\\${name}.exe`], undefined],
  ];
  for (const [what, variables, files, found] of rows) {
    test(`on Windows: ${what}`, async () => {
      assert.equal((await findProgram(name, variables, windows(...files))).file, found);
    });
  }

  test("a script runs in the shell with one fixed word, a program by itself", () => {
    const script = `C:\\gcloud & bin\\${name}.cmd`;
    assert.deepEqual(commandOf(script, "get", { COMSPEC: "C:\\Windows\\System32\\cmd.exe" }, "win32"), {
      file: "C:\\Windows\\System32\\cmd.exe", args: ["/d", "/s", "/c", `""${script}" get"`], windowsVerbatimArguments: true,
    });
    assert.deepEqual(commandOf(`C:\\x\\${name}.exe`, "get", {}, "win32"), { file: `C:\\x\\${name}.exe`, args: ["get"] });
    assert.deepEqual(commandOf(`/x/${name}.cmd`, "get", {}, "linux"), { file: `/x/${name}.cmd`, args: ["get"] });
    assert.equal(commandOf(`C:\\%PATH%\\${name}.cmd`, "get", {}, "win32"), undefined);
  });
});
