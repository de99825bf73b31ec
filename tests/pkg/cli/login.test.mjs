/** `multiarch login` and `logout`: against real and scripted registries, into files and credential helpers. */

import assert from "node:assert/strict";
import { rmdirSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { PassThrough, Writable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { createClient } from "multiarch";
import { run as main } from "../../../pkg/cli/main.js";
import { changeConfig } from "../../../pkg/node/credentials/file.js";
import { eraseCredentials, keepCredentials } from "../../../pkg/node/credentials/keep.js";
import { serve } from "../../../pkg/node/serve.js";
import { newOwner } from "../../../pkg/node/store/owner.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { assertNowhere, canary } from "../../support/canary.mjs";
import { installHelper } from "../../support/credential-helper.mjs";
import { startDockerRegistry } from "../../support/docker-registry.mjs";
import { multiarch, multiarchHere } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const HUB = "https://index.docker.io/v1/";
const ada = { username: "ada", password: canary() };
const authOf = ({ username, password }) => Buffer.from(`${username}:${password}`).toString("base64");

let folder, registry, count = 0;
before(async () => {
  folder = await scratch();
  registry = await startDockerRegistry({ auth: ada });
});
after(async () => {
  await registry.close();
  await folder.remove();
});

/** A user's folders, with this config.json if any. */
async function place(content) {
  const path = folder.join(`place-${(count += 1)}`);
  await mkdir(`${path}/bin`, { recursive: true });
  const file = `${path}/config.json`;
  if (content !== undefined) await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return { path, bin: `${path}/bin`, file, env: { PATH: `${path}/bin`, HOME: path, DOCKER_CONFIG: path, XDG_RUNTIME_DIR: path } };
}

/** Takes the lock of a file for `owner`, long ago. Returns how it is let go. */
async function lockedBy(file, owner) {
  const lock = `${file}.multiarch/locks/lock`;
  await mkdir(lock, { recursive: true });
  await writeFile(`${lock}/${owner}`, "");
  await utimes(`${lock}/${owner}`, 1e9, 1e9);
  return () => rm(`${lock}/${owner}`);
}

/** A process of this id that began at another time. */
async function deadOwner() {
  const [pid, , ...rest] = (await newOwner()).split(".");
  return [pid, 1, ...rest].join(".");
}

const read = (file) => readFile(file, "utf8");
const login = (env, domain, { username, password }, ...flags) =>
  multiarchHere(["login", domain, "-u", username, "--password-stdin", ...flags], { env, input: `${password}\n` });

describe("login into the file", () => {
  test("keeps what the registry takes, as docker writes it", async () => {
    const { file, env } = await place();
    const { code, stdout, stderr } = await login(env, registry.domain, ada);
    assert.deepEqual([code, stdout], [0, "Login Succeeded\n"]);
    assert.ok(stderr.includes(`WARNING! Your credentials are stored unencrypted in '${file}'.\n`));
    assert.equal(await read(file), `{\n\t"auths": {\n\t\t"${registry.domain}": {\n\t\t\t"auth": "${authOf(ada)}"\n\t\t}\n\t}\n}`);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assertNowhere(ada.password, stdout, stderr);

    const again = await login(env, registry.domain, ada);
    assert.deepEqual([again.code, again.stdout, again.stderr], [0, "Login Succeeded\n", ""]);
    const tags = await multiarchHere(["tags", `${registry.domain}/a/b`], { env });
    assert.match(tags.stderr, /NAME_UNKNOWN/);
  });

  test("keeps nothing that the registry does not take", async () => {
    const { path, file, env } = await place({ auths: {} });
    const wrong = { username: "ada", password: canary() };
    const { code, stdout, stderr } = await login(env, registry.domain, wrong);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /answered 401.*\[UNAUTHORIZED\]\nhint: The registry did not accept these credentials/);
    assertNowhere(wrong.password, stdout, stderr);
    assert.equal(await read(file), '{"auths":{}}');
    assert.deepEqual((await readdir(path)).sort(), ["bin", "config.json"]);
  });

  test("leaves everything else in the file as it is", async () => {
    const content = {
      zeta: 1, auths: { "other.example": { auth: "b3RoZXI6c2VjcmV0" }, "registry.example/team": { identitytoken: "t" } },
      HttpHeaders: { a: "b" }, unknown: { x: [1, { y: null }] }, credHelpers: { "third.example": "third" },
    };
    const { file, env } = await place(content);
    assert.equal((await login(env, registry.domain, ada)).code, 0);
    const expected = { ...content, auths: { ...content.auths, [registry.domain]: { auth: authOf(ada) } } };
    assert.equal(await read(file), JSON.stringify(expected, null, "\t"));
  });

  test("writes through a link, even to where nothing is yet", async () => {
    for (const content of [undefined, "{}"]) {
      const { path, file, env } = await place();
      await mkdir(`${path}/real`);
      if (content) await writeFile(`${path}/real/target.json`, content);
      await symlink("link.json", file);
      await symlink("real/target.json", `${path}/link.json`);
      assert.equal((await login(env, registry.domain, ada)).code, 0);
      assert.ok((await lstat(file)).isSymbolicLink() && (await lstat(`${path}/link.json`)).isSymbolicLink());
      assert.ok((await read(`${path}/real/target.json`)).includes(authOf(ada)));
      assert.deepEqual(await readdir(`${path}/real`), ["target.json"]);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
    }
  });

  test("does not write over a broken one", async () => {
    const secret = canary();
    for (const command of ["login", "logout"]) {
      const { file, env } = await place(`{"auths": {"x": {"auth": "${secret}"`);
      const args = command === "login" ? ["-u", "ada", "-p", ada.password] : [];
      const { code, stdout, stderr } = await multiarchHere([command, registry.domain, ...args], { env });
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /config\.json is not JSON: line 1, column \d+ \[CREDENTIALS_INVALID\]/);
      assertNowhere(secret, stderr);
      assert.equal(await read(file), `{"auths": {"x": {"auth": "${secret}"`);
    }
  });

  test("says when the file cannot be written", async () => {
    const { path, env } = await place();
    await writeFile(`${path}/nothing`, "");
    const { code, stderr } = await login({ ...env, DOCKER_CONFIG: `${path}/nothing/deep` }, registry.domain, ada);
    assert.equal(code, 1);
    assert.match(stderr, /config\.json cannot be written \((ENOTDIR|EEXIST)\) \[CREDENTIALS_UNAVAILABLE\]/);
    assertNowhere(ada.password, stderr);
  });

  test("--config names the folder, which is made", async () => {
    const { path, env } = await place();
    const { code } = await login(env, registry.domain, ada, "--config", `${path}/new/folder`);
    assert.equal(code, 0);
    assert.ok((await read(`${path}/new/folder/config.json`)).includes(registry.domain));
    assert.equal((await stat(`${path}/new`)).mode & 0o777, 0o700);
  });

  test("many at the same time all stay, after a dead one's lock too", async () => {
    const { path, file, env } = await place({ auths: { "gone.example": { auth: authOf(ada) } }, other: 1 });
    await lockedBy(file, await deadOwner());
    const names = Array.from({ length: 24 }, (_, at) => `registry-${at}.example`);
    const kept = names.map((name) => keepCredentials(name, ada, { env }));
    await Promise.all([...kept, eraseCredentials("gone.example", { env })]);
    const { auths, other } = JSON.parse(await read(file));
    assert.deepEqual(Object.keys(auths).sort(), names.toSorted());
    assert.equal(other, 1);
    assert.deepEqual((await readdir(path)).sort(), ["bin", "config.json"]);
  });

  test("waits for a live owner of the lock, however long ago it was taken", async () => {
    const { path, file, env } = await place({});
    const free = await lockedBy(file, await newOwner());
    let done = false;
    const kept = keepCredentials("registry.example", ada, { env }).then(() => (done = true));
    await sleep(100);
    assert.equal(done, false);
    await free();
    await kept;
    assert.deepEqual((await readdir(path)).sort(), ["bin", "config.json"]);
  });

  test("leaves no folder behind when the owner before has removed the first of them", async () => {
    const { path, file } = await place({});
    await changeConfig(file, (content) => {
      rmdirSync(`${file}.multiarch/claims`);
      return content;
    });
    assert.deepEqual((await readdir(path)).sort(), ["bin", "config.json"]);
  });

  test("takes a URL for its domain", async () => {
    const { file, env } = await place();
    for (const named of [`http://${registry.domain}`, `https://${registry.domain}/v1/`, `${registry.domain}/team`]) {
      assert.equal((await login(env, named, ada)).code, 0, named);
    }
    assert.deepEqual(Object.keys(JSON.parse(await read(file)).auths), [registry.domain]);
  });

  test("a password goes over no channel that shows it", async () => {
    const { env } = await place();
    const viaFlag = await multiarchHere(["login", registry.domain, "-u", "ada", "-p", ada.password, "--debug"], { env });
    assert.equal(viaFlag.code, 0);
    assert.ok(viaFlag.stderr.startsWith("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n"));
    assert.match(viaFlag.stderr, /GET http:\/\/127\.0\.0\.1:\d+\/v2\/ 401 \d+ ms\n/);
    assertNowhere(ada.password, viaFlag.stdout, viaFlag.stderr);
  });

  test("as a process, from a pipe", async () => {
    const { file, env } = await place();
    const { code, stdout } = await multiarch(["login", "-u", "ada", "--password-stdin", registry.domain], { env, input: `${ada.password}\r\n` });
    assert.deepEqual([code, stdout], [0, "Login Succeeded\n"]);
    assert.ok((await read(file)).includes(authOf(ada)));
  });
});

describe("a command line that cannot be meant gets docker's words", () => {
  const rows = [
    [["-u", "a", "-p", "b", "--password-stdin"], "conflicting options: cannot specify both --password and --password-stdin\n"],
    [["--password-stdin"], "the --password-stdin option requires --username to be set\n"],
    [["-u", "a"], "Error: Cannot perform an interactive login from a non TTY device\n"],
    [[], "Error: Cannot perform an interactive login from a non TTY device\n"],
    [["-u", "a", "--password-stdin"], "--password-stdin found no password on stdin\n"],
  ];
  for (const [args, message] of rows) {
    test(message.trim(), async () => {
      const { env } = await place();
      const { code, stdout, stderr } = await multiarchHere(["login", "registry.example", ...args], { env });
      assert.deepEqual([code, stdout, stderr], [1, "", message]);
    });
  }

  test("what is no domain is not asked", async () => {
    const { env } = await place();
    for (const name of ["registry", "a b.example", "registry.example:", "ada@registry.example"]) {
      const { code, stderr } = await login(env, name, ada);
      assert.equal(code, 1);
      assert.match(stderr, /is not a registry's domain \[REFERENCE_INVALID\]/, name);
    }
  });
});

/** A registry of ours on loopback, and what it was sent. */
async function served(t, options) {
  const memory = createMemoryRegistry(options);
  const seen = [];
  const server = await serve((request) => {
    seen.push(`${request.method} ${request.url}`);
    return memory.fetch(request);
  });
  t.after(() => server.close());
  return { domain: new URL(server.url).host, memory, seen };
}

describe("login over a token service", () => {
  const users = { [ada.username]: ada.password };

  test("asks for a token without any scope", async (t) => {
    const { domain, seen } = await served(t, { auth: { type: "bearer", users } });
    const { env } = await place();
    assert.equal((await login(env, domain, ada)).code, 0);
    assert.deepEqual(seen.map((line) => line.replace(`http://${domain}`, "")), ["GET /v2/", "GET /token?service=multiarch-testing", "GET /v2/"]);
  });

  test("fails with it", async (t) => {
    const { domain } = await served(t, { auth: { type: "bearer", users } });
    const { path, env } = await place();
    const { code, stderr } = await login(env, domain, { username: "ada", password: "wrong!" });
    assert.equal(code, 1);
    assert.match(stderr, /\[UNAUTHORIZED\]\nhint: http:\/\/127\.0\.0\.1:\d+ did not accept these credentials/);
    assert.deepEqual(await readdir(path), ["bin"]);
  });

  test("sends nothing to a service that is not the registry's, and keeps nothing", async (t) => {
    for (const realm of ["http://169.254.169.254/token", "http://token.registry.example/token", "ftp://registry.example/"]) {
      const { domain, seen } = await served(t, { auth: { type: "bearer", users, realm } });
      const { path, env } = await place();
      const { code, stdout, stderr } = await login(env, domain, ada);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /\[REALM_REFUSED\]/, realm);
      assertNowhere(ada.password, stderr);
      assert.deepEqual([seen.length, await readdir(path)], [1, ["bin"]]);
    }
  });

  test("says when a registry asks for nothing", async (t) => {
    const { domain } = await served(t, {});
    const { env } = await place();
    const { code, stdout, stderr } = await login(env, domain, ada);
    assert.deepEqual([code, stdout], [0, "Login Succeeded\n"]);
    assert.ok(stderr.startsWith(`warning: ${domain} asked for no credentials, so they were not checked\n`));
  });
});

describe("a client's login", () => {
  const users = { [ada.username]: ada.password };
  const client = (auth, options) => createClient({ fetch: createMemoryRegistry({ auth }).fetch, credentials: () => ada, ...options });

  test("tells whether the credentials were taken", async () => {
    for (const type of ["basic", "bearer"]) {
      assert.equal(await client({ type, users }).login("registry.example"), true);
      await assert.rejects(client({ type, users: { ada: "other" } }).login("registry.example"), { code: "UNAUTHORIZED", registry: "registry.example" });
      await assert.rejects(client({ type, users }, { credentials: undefined }).login("registry.example"), { code: "UNAUTHORIZED" });
    }
    assert.equal(await client(undefined).login("registry.example"), false);
  });

  test("keeps credentials from a service that is not the registry's own", async () => {
    const seen = [];
    const memory = createMemoryRegistry({ auth: { type: "bearer", users, realm: "https://token.evil.example.org/token", anonymous: ["pull"] } });
    const fetch = (url, init) => {
      seen.push([url, JSON.stringify(init.headers)]);
      return memory.fetch(url, init);
    };
    const error = await createClient({ fetch, credentials: () => ada }).login("registry.example").catch((thrown) => thrown);
    assert.equal(error.code, "REALM_REFUSED");
    for (const [url, headers] of seen) assertNowhere(ada.password, url, headers, error);
    assertNowhere(authOf(ada), JSON.stringify(seen));
    const trusting = createClient({ fetch, credentials: () => ada, trustedRealms: ["token.evil.example.org"] });
    assert.equal(await trusting.login("registry.example"), true);
  });

  test("asks the provider about the registry as a whole", async () => {
    const asked = [];
    const credentials = (...values) => (asked.push(values), ada);
    await client({ type: "bearer", users }, { credentials }).login("registry.example");
    assert.deepEqual(asked.map(([registry, { repository, actions }]) => [registry, repository, [...actions]]), [["registry.example", undefined, []]]);
  });

  test("is for registries, not for proxies or paths", async () => {
    await assert.rejects(client(undefined, { via: "https://proxy.example/" }).login("registry.example"), { code: "OPTION_INVALID" });
    for (const name of ["", "registry", "registry.example/a", "a b", "https://registry.example"]) {
      await assert.rejects(client(undefined).login(name), { code: "REFERENCE_INVALID" }, name);
    }
    await assert.rejects(client(undefined).login(7), { code: "OPTION_INVALID" });
  });
});

describe("login into a credential helper", () => {
  test("leaves an empty entry in the file, and no secret", async () => {
    for (const content of [{ credsStore: "fake" }, { credHelpers: { [registry.domain]: "fake" }, credsStore: "absent" }]) {
      const { file, bin, env } = await place(content);
      const fake = await installHelper(bin, "fake");
      const { code, stdout, stderr } = await login(env, registry.domain, ada);
      assert.deepEqual([code, stdout, stderr], [0, "Login Succeeded\n", ""]);
      assert.deepEqual(await fake.kept(), { [registry.domain]: { Username: "ada", Secret: ada.password } });
      assert.deepEqual(JSON.parse(await read(file)), { ...content, auths: { [registry.domain]: {} } });
      assert.match((await multiarchHere(["tags", `${registry.domain}/a/b`], { env })).stderr, /NAME_UNKNOWN/);
    }
  });

  test("of the system, where the file says nothing yet", async () => {
    const { file, bin, env } = await place({ psFormat: "x" });
    const name = { darwin: "osxkeychain", win32: "wincred" }[process.platform] ?? "secretservice";
    const fake = await installHelper(bin, name);
    assert.equal((await login(env, registry.domain, ada)).code, 0);
    assert.equal((await fake.kept())[registry.domain].Secret, ada.password);
    assert.deepEqual(JSON.parse(await read(file)), { psFormat: "x", credsStore: name, auths: { [registry.domain]: {} } });

    const other = await place({ auths: { "other.example": {} } });
    const unused = await installHelper(other.bin, name);
    assert.equal((await login(other.env, registry.domain, ada)).code, 0);
    assert.deepEqual(await unused.asked(), []);
  });

  test("that fails keeps nothing anywhere", async () => {
    // [what store does, code]
    const rows = [
      [{ code: 1, stdout: ada.password, stderr: ada.password }, "HELPER_FAILED"], [undefined, "HELPER_MISSING"],
      [{ code: 1, stdout: "credentials not found in native keychain" }, "HELPER_FAILED"],
    ];
    for (const [store, expected] of rows) {
      const { file, bin, env } = await place({ credsStore: "fake" });
      if (store) await installHelper(bin, "fake", { store });
      const { code, stdout, stderr } = await login(env, registry.domain, ada);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.ok(stderr.includes(`[${expected}]`), stderr);
      assertNowhere(ada.password, stderr);
      assert.equal(await read(file), '{"credsStore":"fake"}');
    }
  });
});

describe("login with what is kept", () => {
  test("asks the registry again", async () => {
    const { env } = await place({ auths: { [registry.domain]: { auth: authOf(ada) } } });
    const { code, stdout, stderr } = await multiarchHere(["login", registry.domain], { env });
    assert.deepEqual([code, stdout, stderr], [0, "Login Succeeded\n", "Authenticating with existing credentials... [Username: ada]\n"]);
  });

  test("goes on to questions when it is not taken any more", async () => {
    const { env } = await place({ auths: { [registry.domain]: { auth: authOf({ username: "ada", password: "old!" }) } } });
    const { code, stderr } = await multiarchHere(["login", registry.domain], { env });
    assert.equal(code, 1);
    assert.match(stderr, /^Authenticating .*\nLogin did not succeed, error: .* answered 401.*\nError: Cannot perform an interactive login/);
  });
});

describe("questions on a terminal", () => {
  /** Types the texts, each when a question is asked. */
  async function typing(args, env, ...texts) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, raw: [], setRawMode: (on) => stdin.raw.push(on) });
    let shown = "";
    const out = () => Object.assign(new Writable({
      write(chunk, _encoding, done) {
        shown += chunk;
        if (/(Username|Password): $/.test(String(chunk)) && texts.length > 0) stdin.write(texts.shift());
        done();
      },
    }), { isTTY: true });
    const code = await main(args, { stdin, stdout: out(), stderr: out(), env });
    return { code, shown, raw: stdin.raw };
  }

  test("are for what is missing; the password is read without echo", async () => {
    // [flags, what is typed]
    const rows = [
      [[], ["ada\n", `${ada.password}\r`]],
      [["-u", "ada"], [`${ada.password}\n`]],
      [["-p", ada.password], [" ada \n"]],
      [[], [`ada\n${ada.password}\n`]],
      [[], ["ada\n", `xx\u007f\u0008${ada.password}é\u007f\n`]],
      [[], ["ada\n", `wrong\u0015${ada.password}\n`]],
    ];
    for (const [flags, typed] of rows) {
      const { file, env } = await place();
      const { code, shown, raw } = await typing(["login", registry.domain, ...flags], env, ...typed);
      assert.equal(code, 0, shown);
      assert.match(shown, /Login Succeeded\n$/);
      assert.ok((await read(file)).includes(authOf(ada)));
      assertNowhere(ada.password, shown);
      assert.deepEqual(raw, flags[0] === "-p" ? [] : [true, false]);
    }
  });

  test("end without an answer, and with ^C", async () => {
    const { env } = await place();
    assert.match((await typing(["login", registry.domain], env, "\n")).shown, /Error: Non-null Username Required\n$/);
    assert.match((await typing(["login", registry.domain], env, "ada\n", "\u0004")).shown, /Error: Password Required\n$/);
    const { code, raw } = await typing(["login", registry.domain], env, "ada\n", "secr\u0003");
    assert.deepEqual([code, raw], [130, [true, false]]);
  });
});

describe("logout", () => {
  test("removes the registry's entries under all their names", async () => {
    const entry = { auth: authOf(ada) };
    const auths = {
      "registry.example": entry, "https://registry.example/v1/": entry, "registry.example/team": entry,
      "registry.example:5000": entry, [HUB]: entry, "docker.io": entry, "docker.io/ada": entry,
    };
    const { file, env } = await place({ auths, other: 1 });
    const first = await multiarchHere(["logout", "registry.example"], { env });
    assert.deepEqual([first.code, first.stdout, first.stderr], [0, "Removing login credentials for registry.example\n", ""]);
    assert.deepEqual((await multiarchHere(["logout"], { env })).stdout, `Removing login credentials for ${HUB}\n`);
    assert.equal(await read(file), JSON.stringify({
      auths: { "registry.example/team": entry, "registry.example:5000": entry, "docker.io/ada": entry }, other: 1,
    }, null, "\t"));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  test("says when there is nothing, and writes nothing", async () => {
    const { path, env } = await place();
    const { code, stdout, stderr } = await multiarchHere(["logout", "registry.example"], { env });
    assert.deepEqual([code, stdout, stderr], [0, "Not logged in to registry.example\n", ""]);
    assert.deepEqual(await readdir(path), ["bin"]);
    assert.equal((await multiarchHere(["logout", "\u001b[31m.example"], { env })).stdout.includes("\u001b"), false);
  });

  test("erases from the credential helper", async () => {
    const { file, bin, env } = await place({ credsStore: "fake", auths: { "registry.example": {} } });
    const kept = { Username: "ada", Secret: "s" };
    const fake = await installHelper(bin, "fake", {}, { "registry.example": kept, "https://registry.example": kept, "other.example": kept });
    const { stdout } = await multiarchHere(["logout", "registry.example"], { env });
    assert.equal(stdout, "Removing login credentials for registry.example\n");
    assert.deepEqual(await fake.kept(), { "other.example": kept });
    assert.deepEqual(JSON.parse(await read(file)), { credsStore: "fake", auths: {} });
    assert.equal((await multiarchHere(["logout", "registry.example"], { env })).stdout, "Not logged in to registry.example\n");
  });

  test("of a credential helper that cannot list goes by docker's key", async () => {
    const { bin, env } = await place({ credsStore: "fake" });
    const fake = await installHelper(bin, "fake", { list: { code: 1, stdout: "not implemented" } }, { [HUB]: { Username: "a", Secret: "s" } });
    assert.equal((await multiarchHere(["logout"], { env })).stdout, `Removing login credentials for ${HUB}\n`);
    assert.deepEqual(await fake.kept(), {});
    assert.equal((await multiarchHere(["logout"], { env })).stdout, `Not logged in to ${HUB}\n`);
  });

  test("fails when the credential helper does, and leaves the file", async () => {
    const { file, bin, env } = await place({ credsStore: "fake", auths: { "registry.example": {} } });
    await installHelper(bin, "fake", { erase: { code: 2 } }, { "registry.example": { Username: "a", Secret: "s" } });
    const { code, stderr } = await multiarchHere(["logout", "registry.example"], { env });
    assert.equal(code, 1);
    assert.match(stderr, /\[HELPER_FAILED\]/);
    assert.ok((await read(file)).includes("registry.example"));
  });
});
