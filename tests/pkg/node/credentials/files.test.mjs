/** Docker's config.json: which entry belongs to a registry, and in which form. */

import assert from "node:assert/strict";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { MultiarchError } from "../../../../pkg/entry/node.js";
import { dockerCredentials } from "../../../../pkg/node/credentials/docker.js";
import { scratch } from "../../../support/scratch.mjs";

const base64 = (text) => Buffer.from(text).toString("base64");
const ada = { username: "ada", password: "secret" };
const entry = { auth: base64("ada:secret") };

let folder, count = 0;
before(async () => {
  folder = await scratch();
});
after(() => folder.remove());

/** A provider over a config.json with this content. */
async function provider(content, options) {
  const config = folder.join(`config-${(count += 1)}`);
  await mkdir(config);
  const isText = typeof content === "string" || Buffer.isBuffer(content);
  await writeFile(`${config}/config.json`, isText ? content : JSON.stringify(content));
  return dockerCredentials({ config, env: {}, ...options });
}

test("entries are found by exactly their domain", async () => {
  // [keys of auths, registry asked for, found]
  const rows = [
    ["registry.example", "registry.example", true],
    ["registry.example:5000", "registry.example:5000", true],
    ["https://registry.example/v1/", "registry.example", true],
    ["https://registry.example", "registry.example", true],
    ["http://registry.example:5000/v2/", "registry.example:5000", true],
    ["registry.example/", "registry.example", true],
    ["registry.example/team", "registry.example", true], // to docker, whose file this is
    ["registry.example:5000/team", "registry.example", false],
    ["registry.example/team", "registry.example:5000", false],
    ["docker.io/team", "docker.io", false],
    ["registry.example:5000", "registry.example", false],
    ["registry.example", "registry.example:5000", false],
    ["registry.example", "registry.example.evil", false],
    ["registry.example", "my-registry.example", false],
    ["https://registry.example.evil/registry.example", "registry.example", false],
    ["evil/https://registry.example", "registry.example", false],
    ["REGISTRY.example", "registry.example", false],
    ["https://index.docker.io/v1/", "docker.io", true],
    ["index.docker.io", "docker.io", true],
    ["docker.io", "docker.io", true],
    ["registry-1.docker.io", "docker.io", true],
    ["https://index.docker.io/v1/", "index.docker.io", true],
    ["https://index.docker.io/v1/", "evil.docker.io", false],
    ["docker.io", "registry.example", false],
  ];
  for (const [key, registry, found] of rows) {
    const credentials = await (await provider({ auths: { [key]: entry } }))(registry);
    assert.deepEqual(credentials, found ? ada : undefined, `${key} for ${registry}`);
  }
});

test("the exact key wins over an old one, and Docker Hub's own over its aliases", async () => {
  const old = { auth: base64("old:old") };
  const auths = { "https://registry.example/v1/": old, "registry.example": entry, "docker.io": old, "https://index.docker.io/v1/": entry };
  const find = await provider({ auths });
  assert.deepEqual(await find("registry.example"), ada);
  assert.deepEqual(await find("docker.io"), ada);
});

test("an entry in every form", async () => {
  // [entry, credentials]
  const rows = [
    [{ auth: base64("ada:se:cr:et") }, { username: "ada", password: "se:cr:et" }],
    [{ auth: base64("ada:secret\0\0\0") }, ada],
    [{ auth: base64("ada:") }, { username: "ada", password: "" }],
    [{ auth: base64("größe:名前") }, { username: "größe", password: "名前" }],
    [{ username: "ada", password: "secret" }, ada],
    [{ ...entry, username: "other", password: "other" }, ada],
    [{ identitytoken: "t0ken" }, { identityToken: "t0ken" }],
    [{ ...entry, identitytoken: "t0ken" }, { ...ada, identityToken: "t0ken" }],
    [{ registrytoken: "t0ken" }, { registryToken: "t0ken" }],
    [{}, undefined],
    [null, undefined],
    [{ auth: "" }, undefined],
    [{ email: "ada@registry.example" }, undefined],
  ];
  for (const [given, expected] of rows) {
    const find = await provider({ auths: { "registry.example": given } });
    assert.deepEqual(await find("registry.example"), expected, JSON.stringify(given));
  }
});

test("nothing is found without a file, without entries, for names of the language", async () => {
  assert.equal(await dockerCredentials({ config: folder.join("absent"), env: {} })("registry.example"), undefined);
  const empty = ["", " \n\t\r\n", "null", " null\n", "\ufeff", "{}\n{]", "null {"];
  for (const content of [{}, { auths: {} }, { auths: null }, { HttpHeaders: {} }, ...empty]) {
    const find = await provider(content);
    for (const registry of ["registry.example", "__proto__", "constructor"]) assert.equal(await find(registry), undefined);
  }
});

test("the folder is that of config, else DOCKER_CONFIG, else the home's", async () => {
  const config = folder.join("by-environment");
  await mkdir(config);
  await writeFile(`${config}/config.json`, JSON.stringify({ auths: { "registry.example": entry } }));
  assert.deepEqual(await dockerCredentials({ env: { DOCKER_CONFIG: config } })("registry.example"), ada);
  const empty = dockerCredentials({ config: folder.join("absent"), env: { DOCKER_CONFIG: config } });
  assert.equal(await empty("registry.example"), undefined);
});

test("the file is read once", async () => {
  const config = folder.join("once");
  await mkdir(config);
  await writeFile(`${config}/config.json`, JSON.stringify({ auths: { "registry.example": entry } }));
  const find = dockerCredentials({ config, env: {} });
  await Promise.all([find("registry.example"), find("other.example")]);
  await writeFile(`${config}/config.json`, "broken");
  assert.deepEqual(await find("registry.example"), ada);
});

describe("what is broken is named and never shown", () => {
  const secret = "h1dden";
  const rows = [
    [`{"auths": {"registry.example": {"auth": "${secret}"`, /is not JSON: line 1, column \d+$/],
    [`{\n\t"auths": {\n\t\t"registry.example": ${secret}\n\t}\n}`, /is not JSON: line 3, column 23$/],
    [`"${secret}`, /is not JSON: line 1, column 1$/],
    [`{"a":1,}${secret}`, /is not JSON: line 1, column 8$/],
    [Buffer.from(`{"auths":{"x":"${secret}"}}`, "utf16le"), /is not JSON: line 1, column 2$/],
    [`${"[".repeat(200_000)}${secret}`, /is not JSON: line 1, column \d+$/],
    [`{"auths": {}}${" ".repeat(1 << 20)}`, /more than 1048576 bytes/],
    [`["${secret}"]`, /is not a JSON object/],
    [{ auths: secret }, /"auths"/],
    [{ credHelpers: [secret] }, /"credHelpers"/],
    [{ auths: { "registry.example": secret } }, /entry for registry\.example/],
    [{ auths: { "registry.example": { auth: `!${secret}` } } }, /"auth" of registry\.example/],
    [{ auths: { "registry.example": { auth: base64(secret) } } }, /"auth" of registry\.example/],
    [{ auths: { "registry.example": { auth: base64(`:${secret}`) } } }, /"auth" of registry\.example/],
    [{ auths: { "registry.example": { auth: [secret] } } }, /"auth" of registry\.example/],
    [{ auths: { "registry.example": { username: { secret } } } }, /"username" of registry\.example/],
    [{ auths: { "registry.example": { identitytoken: 7 } } }, /"identitytoken" of registry\.example/],
  ];
  for (const [content, message] of rows) {
    test(String(message), async () => {
      const find = await provider(content);
      await assert.rejects(find("registry.example"), (error) => {
        assert.ok(error instanceof MultiarchError);
        assert.equal(error.code, "CREDENTIALS_INVALID");
        assert.match(error.message, message);
        assert.match(error.message, /config\.json/);
        for (const text of [error.message, error.stack, JSON.stringify(error), error.hint]) {
          assert.ok(!text.includes(secret) && !text.includes(base64(secret)));
        }
        return true;
      });
    });
  }

  test("a broken entry does not stand in the way of another registry's", async () => {
    const find = await provider({ auths: { "broken.example": { auth: "!" }, "registry.example": entry } });
    assert.deepEqual(await find("registry.example"), ada);
    await assert.rejects(find("broken.example"));
  });

  test("a config.json that is a folder", async () => {
    const config = folder.join("odd");
    await mkdir(`${config}/config.json`, { recursive: true });
    await chmod(config, 0o755);
    await assert.rejects(dockerCredentials({ config, env: {} })("registry.example"), /cannot be read \(EISDIR\)/);
  });
});
