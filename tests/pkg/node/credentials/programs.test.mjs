/** Credential helpers: docker's protocol, and programs that break it in every way. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, relative } from "node:path";
import { after, before, describe, mock, test } from "node:test";

import { createClient, MultiarchError } from "multiarch";
import { CREDENTIAL_ERRORS } from "../../../../pkg/core/facts.js";
import { openHelper } from "../../../../pkg/node/credentials/program.js";
import { dockerCredentials } from "../../../../pkg/node/credentials/docker.js";
import { serve } from "../../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../../pkg/testing/index.js";
import { assertNowhere, canary } from "../../../support/canary.mjs";
import { installHelper } from "../../../support/credential-helper.mjs";
import { multiarch } from "../../../support/run.mjs";
import { scratch } from "../../../support/scratch.mjs";

const HUB = "https://index.docker.io/v1/";
const INDEX = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [] });
const NONE = "credentials not found in native keychain";

let folder, count = 0;
before(async () => {
  folder = await scratch();
});
after(() => folder.remove());

/** A folder with a config.json, one for programs, and the environment of both. */
async function place(content) {
  const path = folder.join(`place-${(count += 1)}`);
  await mkdir(`${path}/bin`, { recursive: true });
  await writeFile(`${path}/config.json`, JSON.stringify(content));
  return { path, bin: `${path}/bin`, env: { PATH: `${path}/bin`, HOME: path, DOCKER_CONFIG: path, XDG_RUNTIME_DIR: path } };
}

/** The outcome of asking a credential helper that answers so. */
async function asking(answers, { registry = "registry.example", helperTimeoutMs } = {}) {
  const { bin, env } = await place({ credsStore: "fake" });
  await installHelper(bin, "fake", { get: answers });
  return dockerCredentials({ env, helperTimeoutMs })(registry);
}

const failing = async (promise, code, message, ...secrets) => {
  const error = await promise.then(() => assert.fail("did not fail"), (thrown) => thrown);
  assert.ok(error instanceof MultiarchError, error.stack);
  assert.equal(error.code, code);
  assert.match(error.message, message);
  for (const secret of secrets) assertNowhere(secret, error);
  return error;
};

describe("asks by the protocol", () => {
  test("with the registry on stdin; the answer is the credentials", async () => {
    const { bin, env } = await place({ credsStore: "fake" });
    const [password, token] = [canary(), canary()];
    const helper = await installHelper(bin, "fake", {}, {
      "registry.example:5000": { Username: "ada", Secret: `se:${password}` },
      "token.example": { Username: "<token>", Secret: token },
      [HUB]: { Username: "hub", Secret: password },
    });
    const find = dockerCredentials({ env });
    assert.deepEqual(await find("registry.example:5000"), { username: "ada", password: `se:${password}` });
    assert.deepEqual(await find("token.example"), { identityToken: token });
    for (const name of ["docker.io", "index.docker.io", "registry-1.docker.io"]) {
      assert.deepEqual(await find(name), { username: "hub", password }, name);
    }
    assert.equal(await find("registry.example"), undefined);
    const asked = (await helper.asked()).map(([action, input]) => `${action} ${input}`);
    assert.deepEqual([...new Set(asked)], ["get registry.example:5000", "get token.example", `get ${HUB}`, "get registry.example"]);
  });

  test("store, list and erase", async () => {
    const { bin, env } = await place({});
    const fake = await installHelper(bin, "fake");
    const helper = await openHelper("fake", { env });
    await helper.store("registry.example", { username: "ada", password: "secret" });
    await helper.store("docker.io", { identityToken: "t0ken" });
    assert.deepEqual(await fake.kept(), {
      "registry.example": { Username: "ada", Secret: "secret" }, [HUB]: { Username: "<token>", Secret: "t0ken" },
    });
    assert.deepEqual(await helper.list(), ["registry.example", HUB]);
    assert.equal(await helper.erase("registry.example"), true);
    assert.equal(await helper.erase("registry.example"), false);
    assert.deepEqual(await helper.list(), [HUB]);
  });

  test("the registry's own one before the common one, and both before auths", async () => {
    const auths = { "registry.example": { auth: Buffer.from("file:secret").toString("base64") } };
    const { bin, env } = await place({ auths, credsStore: "common", credHelpers: { "registry.example": "own", "docker.io": "own", "none.example": "" } });
    const kept = (name) => Object.fromEntries(["registry.example", "other.example", "none.example", HUB].map((key) => [key, { Username: name, Secret: "s" }]));
    const own = await installHelper(bin, "own", {}, kept("own"));
    await installHelper(bin, "common", {}, kept("common"));
    const find = dockerCredentials({ env });
    const names = [["registry.example", "own"], ["docker.io", "own"], ["other.example", "common"]];
    for (const [registry, name] of names) assert.equal((await find(registry)).username, name);
    // Nothing there: what the file itself says counts.
    await writeFile(`${own.program}.json`, "{}");
    assert.equal((await dockerCredentials({ env: { ...env } })("registry.example")).username, "file");
    assert.equal(await find("none.example"), undefined);
  });

  test("once for callers at the same time, for clients and providers alike", async () => {
    const { bin, env } = await place({ credsStore: "fake" });
    const fake = await installHelper(bin, "fake", {}, { "registry.example": { Username: "ada", Secret: "secret" } });
    const registry = createMemoryRegistry({ auth: { type: "basic", users: { ada: "secret" } } });
    const client = () => createClient({ fetch: registry.fetch, credentials: dockerCredentials({ env }) });
    const calls = [client(), client()].flatMap((one) => Array.from({ length: 8 }, () => one.resolve("registry.example/a/b")));
    for (const { reason } of await Promise.allSettled(calls)) assert.equal(reason.code, "MANIFEST_UNKNOWN");
    assert.equal((await fake.asked()).length, 1);
  });

  test("again after five minutes, and after a failure", async (t) => {
    t.after(() => mock.restoreAll());
    let now = 1e12;
    mock.method(Date, "now", () => now);
    const { bin, env } = await place({ credsStore: "fake" });
    await installHelper(bin, "fake", { get: { code: 2 } });
    const find = dockerCredentials({ env });
    await failing(find("registry.example"), "HELPER_FAILED", /exit code 2/);
    await installHelper(bin, "fake", {}, { "registry.example": { Username: "old", Secret: "s" } });
    assert.equal((await find("registry.example")).username, "old");
    await installHelper(bin, "fake", {}, { "registry.example": { Username: "new", Secret: "s" } });
    now += 299_999;
    assert.equal((await find("registry.example")).username, "old");
    now += 1;
    assert.equal((await find("registry.example")).username, "new");
  });

  test("again when the answer was refused, once for all who were refused with it", async (t) => {
    t.after(() => mock.restoreAll());
    let now = 2e12;
    mock.method(Date, "now", () => now);
    const { bin, env } = await place({ credsStore: "fake" });
    await installHelper(bin, "fake", {}, { "registry.example": { Username: "ada", Secret: "old" } });
    const find = dockerCredentials({ env });
    assert.equal((await find("registry.example")).password, "old");
    const fake = await installHelper(bin, "fake", {}, { "registry.example": { Username: "ada", Secret: "new" } });
    now += 10_000;
    assert.equal((await find("registry.example")).password, "old");
    const again = Array.from({ length: 4 }, () => find("registry.example", { refused: true }));
    for (const { password } of await Promise.all(again)) assert.equal(password, "new");
    assert.equal((await find("registry.example")).password, "new");
    assert.equal((await fake.asked()).length, 1);
  });
});

describe("a token that has ended", () => {
  for (const type of ["basic", "bearer"]) {
    test(`is replaced within the call that finds it so; ${type}`, async (t) => {
      t.after(() => mock.restoreAll());
      let now = Date.now();
      mock.method(Date, "now", () => now);
      const { bin, env } = await place({ credsStore: "fake" });
      await installHelper(bin, "fake", {}, { "registry.example": { Username: "ada", Secret: "old" } });
      const credentials = dockerCredentials({ env });
      await credentials("registry.example");
      const fake = await installHelper(bin, "fake", {}, { "registry.example": { Username: "ada", Secret: "new" } });
      now += 10_000;
      const registry = createMemoryRegistry({ auth: { type, users: { ada: "new" } } });
      await registry.putManifest("a/b", "1", Buffer.from(INDEX), { mediaType: JSON.parse(INDEX).mediaType });
      const client = createClient({ fetch: registry.fetch, credentials });
      const calls = Array.from({ length: 4 }, () => client.manifest("registry.example/a/b:1"));
      for (const { size } of await Promise.all(calls)) assert.equal(size, INDEX.length);
      assert.equal((await fake.asked()).length, 1);
    });
  }

  test("is asked for once more in a call, and not tried again when it is the same", async () => {
    const asked = [];
    const credentials = (_, { refused }) => {
      asked.push(refused);
      return { username: "ada", password: "wrong" };
    };
    const registry = createMemoryRegistry({ auth: { type: "basic", users: { ada: "secret" } } });
    const client = createClient({ fetch: registry.fetch, credentials });
    await assert.rejects(client.manifest("registry.example/a/b:1"), { code: "UNAUTHORIZED" });
    assert.deepEqual(asked, [undefined, true]);
    assert.equal(registry.requests.filter(({ headers }) => headers.authorization).length, 1);
  });
});

describe("only one answer means that there is nothing", () => {
  test("the protocol's own, with exit code 1", async () => {
    assert.equal(await asking({ stdout: NONE, code: 1 }), undefined);
    assert.equal(await asking({ stdout: `\n${NONE}\r\n`, code: 1 }), undefined);
  });

  const rows = [
    ["another exit code", { stdout: NONE, code: 2 }], ["on stderr", { stderr: NONE, code: 1 }], ["with more", { stdout: `${NONE}: x`, code: 1 }],
    ["another case", { stdout: NONE.toUpperCase(), code: 1 }], ["exit code 0", { stdout: NONE }], ["nothing at all", { code: 1 }],
  ];
  for (const [name, answers] of rows) {
    test(`not ${name}`, () => failing(asking(answers), "HELPER_FAILED", /^docker-credential-fake get /));
  }
});

describe("an answer that says nothing means that there is nothing", () => {
  for (const stdout of ["{}", "null", '{"ServerURL":"","Username":"","Secret":""}', '{"username":"","SECRET":null}', "{}\nwarning: no keychain\n"]) {
    test(JSON.stringify(stdout), async () => assert.equal(await asking({ stdout }), undefined));
  }
});

describe("a helper that fails says why, as docker shows it", () => {
  const secret = canary();
  // [what it writes, what is shown of it]
  const rows = [
    ["pass not initialized: exit status 1: Error: password store is empty", ": pass not initialized: exit status 1: Error: password store is empty"],
    ["\n  not implemented \r\nsecond line\n", ": not implemented"],
    ["\u001b[31mred alert\u001b[0m", ": \\u{1b}[31mred alert\\u{1b}[0m"],
    ["x ".repeat(250), `: ${"x ".repeat(100)}…`],
    // One word may be what it keeps.
    [secret, ""],
    [`${secret}\nsecond line`, ""],
    [JSON.stringify({ Username: "ada", Secret: secret }), ""],
    [`note\n{"Secret": "${secret}"`, ""],
    ["", ""],
  ];
  for (const [stdout, shown] of rows) {
    test(JSON.stringify(stdout).slice(0, 60), async () => {
      for (const action of ["get", "store", "erase"]) {
        const { bin, env } = await place({ credsStore: "fake" });
        await installHelper(bin, "fake", { [action]: { stdout, stderr: secret, code: 1 } });
        const helper = await openHelper("fake", { env });
        const ways = {
          get: () => helper.get("registry.example"), erase: () => helper.erase("registry.example"),
          store: () => helper.store("registry.example", { username: "ada", password: secret }),
        };
        const error = await failing(ways[action](), "HELPER_FAILED", /^docker-credential-fake/, secret);
        assert.equal(error.message, `docker-credential-fake ${action} failed with exit code 1${shown}`);
      }
    });
  }

  test("but never the secret that it was given to keep", async () => {
    const { bin, env } = await place({ credsStore: "fake" });
    await installHelper(bin, "fake", { store: { stdout: `cannot keep ${secret}`, code: 1 } });
    const helper = await openHelper("fake", { env });
    const stored = helper.store("registry.example", { username: "ada", password: secret });
    await failing(stored, "HELPER_FAILED", /store failed with exit code 1$/, secret);
  });
});

describe("a failure is an error that shows nothing of the answer", () => {
  const secret = canary();
  const json = (answer) => ({ stdout: JSON.stringify(answer), stderr: secret });
  // [name, what it answers, code, message]
  const rows = [
    ["exit code 2", { stdout: `{"Secret":"${secret}"}`, stderr: secret, code: 2 }, "HELPER_FAILED", /failed with exit code 2$/],
    ["a signal", { stdout: secret, signal: "SIGTERM" }, "HELPER_FAILED", /was ended by SIGTERM$/],
    ["no JSON", { stdout: `{"Secret": "${secret}"` }, "HELPER_FAILED", /did not answer with JSON$/],
    ["nothing", { stderr: secret }, "HELPER_FAILED", /did not answer with JSON$/],
    ["a list", json([secret]), "HELPER_FAILED", /a JSON object$/],
    ["no secret", json({ Username: secret }), "HELPER_FAILED", /without a user name or a secret$/],
    ["an empty user name", json({ Username: "", Secret: secret }), "HELPER_FAILED", /without a user name or a secret$/],
    ["a number", json({ Username: "ada", Secret: 7, Other: secret }), "HELPER_FAILED", /without a user name or a secret$/],
    ["an empty secret", json({ Username: secret, Secret: "" }), "HELPER_FAILED", /without a user name or a secret$/],
    ["too much", { stdout: secret.repeat(4000) }, "HELPER_FAILED", /more than 65536 bytes$/],
    ["no end of it", { stdout: secret, endless: true }, "HELPER_FAILED", /more than 65536 bytes$/],
  ];
  for (const [name, answers, code, message] of rows) {
    test(name, async () => {
      const error = await failing(asking(answers), code, message, secret);
      assert.equal(error.details.helper, "docker-credential-fake");
      assert.equal(error.retryable, false);
    });
  }

  test("the registry is the one that was asked for, whatever ServerURL says: docker does not look at it", async () => {
    const same = (ServerURL) => ({ stdout: JSON.stringify({ ServerURL, username: "ada", SECRET: "s" }) });
    const others = [HUB, "https://evil.example/v1/", "registry.example.evil", "registry.example:5000", { odd: 1 }, 7, null];
    for (const named of ["", "registry.example", "https://registry.example/v1/", "registry.example/team", ...others]) {
      assert.deepEqual(await asking(same(named)), { username: "ada", password: "s" }, named);
    }
    for (const named of ["docker.io", HUB]) assert.ok(await asking(same(named), { registry: "docker.io" }));
  });

  test("what follows the first value is ignored, and names are read in any letters", async () => {
    const answer = '{"serverURL":"x","USERNAME":"no","UserName":"ada","secret":"s","Secret":null}';
    for (const rest of ["", "\n", "\nlogged in\n", '{"Username":"eve"}', " ]"]) {
      assert.deepEqual(await asking({ stdout: `\n${answer}${rest}` }), { username: "ada", password: "s" }, rest);
    }
  });

  test("a silence: all of its processes end", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const sockets = [];
    const both = new Promise((resolve) => server.on("connection", (socket) => {
      socket.on("error", () => {});
      if (sockets.push(socket.resume()) === 2) resolve();
    }));
    const { bin, env } = await place({ credsStore: "fake" });
    await installHelper(bin, "fake", { get: { stdout: secret, stderr: secret, hang: server.address().port } });
    const asked = dockerCredentials({ env, helperTimeoutMs: 3000 })("registry.example").catch((error) => error);
    await both;
    const closed = Promise.all(sockets.map((socket) => once(socket, "close")));
    const error = await asked;
    assert.equal(error.code, "HELPER_TIMEOUT");
    assert.equal(error.retryable, true);
    assert.match(error.message, /did not answer within 3 seconds$/);
    assertNowhere(secret, error);
    await closed;
    server.close();
  });

  test("the command line shows nothing of it either", async () => {
    const registry = createMemoryRegistry({ auth: { type: "basic", users: { ada: "secret" } } });
    const { url, close } = await serve(registry.fetch);
    const domain = new URL(url).host;
    const wrong = JSON.stringify({ Username: "ada", Secret: secret });
    for (const [answers, code] of [[{ stdout: `{"Secret":"${secret}"}`, stderr: secret, code: 2 }, "HELPER_FAILED"], [{ stdout: wrong, stderr: secret }, "UNAUTHORIZED"]]) {
      const { bin, env } = await place({ credsStore: "fake" });
      await installHelper(bin, "fake", { get: answers });
      const { stdout, stderr } = await multiarch(["tags", `${domain}/a/b`, "--debug"], { env });
      assert.equal(stdout, "");
      assert.ok(stderr.includes(`[${code}]`), stderr);
      assertNowhere(secret, stderr);
    }
    await close();
  });

  test("no request becomes anonymous because of it", async () => {
    const { bin, env } = await place({ credsStore: "fake", auths: { "registry.example": { auth: "YTpi" } } });
    await installHelper(bin, "fake", { get: { code: 2, stdout: `{${secret}` } });
    const registry = createMemoryRegistry({ auth: { type: "bearer", users: { ada: "secret" }, anonymous: ["pull"] } });
    const client = createClient({ fetch: registry.fetch, credentials: dockerCredentials({ env }) });
    await failing(client.resolve("registry.example/a/b"), "HELPER_FAILED", /exit code 2/, secret);
    assert.equal(registry.requests.length, 1);
  });
});

describe("a program is taken from PATH alone", () => {
  test("its name is no path and no option", async () => {
    for (const name of ["../fake", "a/b", "a\\b", "fake;id", "$(id)", "", " ", "fake\n", "fäke", "a b", "\u0000", 7, {}, [], true]) {
      const { bin, env } = await place({ credHelpers: { "registry.example": name } });
      await installHelper(bin, "fake");
      const found = dockerCredentials({ env })("registry.example");
      if (name === "") assert.equal(await found, undefined);
      else await failing(found, "HELPER_INVALID", /cannot be that of a program$/);
    }
  });

  test("one that is not there is HELPER_MISSING", async () => {
    const { env } = await place({ credsStore: "absent" });
    for (const PATH of [env.PATH, "", undefined]) {
      await failing(dockerCredentials({ env: { ...env, PATH } })("registry.example"), "HELPER_MISSING", /is in no folder of PATH$/);
    }
  });

  test("neither the current folder nor any other relative one is looked into", async () => {
    const { path, bin, env } = await place({ credsStore: "fake" });
    const fake = await installHelper(bin, "fake", {}, { "registry.example": { Username: "a", Secret: "b" } });
    const relatives = ["", ".", "../../../js/", relative(process.cwd(), bin)];
    for (const PATH of [...relatives, relatives.join(delimiter)]) {
      await failing(dockerCredentials({ env: { ...env, PATH } })("registry.example"), "HELPER_MISSING", /in no folder/);
    }
    const { code, stderr } = await multiarch(["tags", "127.0.0.1:1/a/b"], { cwd: bin, env: { ...env, PATH: delimiter } });
    assert.equal(code, 1);
    assert.match(stderr, /CONNECTION_REFUSED/);
    assert.deepEqual(await fake.asked(), []);
    await rm(path, { recursive: true });
  });

  test("one that may not be run is passed over, a folder too", async () => {
    const { path, bin, env } = await place({ credsStore: "fake" });
    const { program } = await installHelper(bin, "fake");
    await chmod(program, 0o644);
    await failing(dockerCredentials({ env })("registry.example"), "HELPER_MISSING", /is there, but may not be run$/);
    await mkdir(`${path}/first/docker-credential-fake`, { recursive: true });
    await installHelper(`${path}/last`, "fake", {}, { "registry.example": { Username: "last", Secret: "s" } });
    const PATH = [`${path}/first`, bin, `${path}/last`].join(delimiter);
    assert.equal((await dockerCredentials({ env: { ...env, PATH } })("registry.example")).username, "last");
  });

  test("one that cannot start is HELPER_FAILED", async () => {
    const { bin, env } = await place({ credsStore: "fake" });
    await writeFile(`${bin}/docker-credential-fake`, "#!/nowhere/interpreter\n", { mode: 0o755 });
    await failing(dockerCredentials({ env })("registry.example"), "HELPER_FAILED", /could not be started \(ENOENT\)$/);
  });

  test("no shell reads what is asked", async () => {
    const { bin, env } = await place({ credsStore: "fake" });
    const fake = await installHelper(bin, "fake");
    assert.equal(await dockerCredentials({ env })("$(touch x);`id`"), undefined);
    assert.deepEqual(await fake.asked(), [["get", "$(touch x);`id`"]]);
  });
});

test("the errors have the hints of the core", async () => {
  const { helperFailure, invalid, unavailable } = await import("../../../../pkg/node/credentials/failure.js");
  const helpers = ["HELPER_INVALID", "HELPER_MISSING", "HELPER_FAILED", "HELPER_TIMEOUT"].map((code) => helperFailure(code, "m"));
  for (const { code, hint, retryable } of [...helpers, invalid("m"), unavailable("p", { code: "EIO" })]) {
    assert.deepEqual({ hint, retryable }, CREDENTIAL_ERRORS[code], code);
  }
});
