/** Token services at other names than their registry: who gets the login, whose certificate counts, and what is said. */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import https from "node:https";
import { after, before, describe, test } from "node:test";

import { createClient } from "multiarch";
import { nodeFetch } from "multiarch/node";
import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { assertNowhere, canary } from "../../support/canary.mjs";
import { selfSigned } from "../../support/certificate.mjs";
import { installHelper } from "../../support/credential-helper.mjs";
import { multiarchHere } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const ada = { username: "ada", password: canary() };
const users = { [ada.username]: ada.password };

let folder, files, count = 0;
before(async () => {
  folder = await scratch();
  files = await selfSigned(folder);
});
after(() => folder.remove());

/** A server with the self-signed certificate; every name resolves to it. */
async function secure(t, answer) {
  const options = { cert: await readFile(files.certificate), key: await readFile(files.key) };
  const seen = [];
  const server = https.createServer(options, (request, response) => {
    seen.push({ url: request.url, authorization: request.headers.authorization });
    const { status, headers = {}, body = {} } = answer(request, server.address().port);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  t.after(() => server.close());
  return { port: server.address().port, seen };
}
const lookup = (name, { all }, done) => (all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4));

/** A registry and its token service, at these names. */
async function pair(t, registry, service) {
  const tokens = await secure(t, ({ headers }) => (headers.authorization ? { status: 200, body: { token: "t" } } : { status: 401 }));
  const realm = `https://${service}:${tokens.port}/token`;
  const served = await secure(t, ({ headers }) => headers.authorization === "Bearer t"
    ? { status: 200, body: { name: "x/app", tags: ["1"] } }
    : { status: 401, headers: { "www-authenticate": `Bearer realm="${realm}",service="s"` } });
  return { domain: `${registry}:${served.port}`, origin: `https://${service}:${tokens.port}`, tokens };
}
const tagsOf = async (domain, options) => {
  const client = createClient({ credentials: () => ada, insecure: [domain], retry: { attempts: 1 }, ...options });
  const tags = [];
  for await (const tag of client.tags(`${domain}/x/app`)) tags.push(tag);
  return tags;
};
const failure = (promise) => promise.then(() => assert.fail("it succeeded"), (error) => error);

describe("a registry whose certificate is not checked", () => {
  test("takes its own token service along", async (t) => {
    for (const [registry, service] of [["registry.example.com", "gitlab.example.com"], ["registry.lan", "gitlab.lan"], ["registry", "gitlab"]]) {
      const { domain, tokens } = await pair(t, registry, service);
      const fetch = nodeFetch({ insecure: [domain], lookup, proxy: false });
      assert.deepEqual(await tagsOf(domain, { fetch }), ["1"]);
      assert.match(tokens.seen[0].authorization, /^Basic /);
    }
  });

  test("takes along a token service that the user trusts, and no other", async (t) => {
    const { domain, origin, tokens } = await pair(t, "registry.example.com", "auth.example.net");
    const fetch = nodeFetch({ insecure: [domain], lookup, proxy: false });
    const error = await failure(tagsOf(domain, { fetch }));
    assert.deepEqual([error.code, error.details.origin, tokens.seen], ["TLS_FAILED", origin, []]);
    assert.ok(error.message.startsWith(`${origin}: no trusted TLS connection could be made`), error.message);
    assert.ok(error.hint.includes(origin) && !error.hint.includes("insecure"), error.hint);
    assert.deepEqual(await tagsOf(domain, { fetch, trustedRealms: [origin] }), ["1"]);
  });

  test("does so only where the host has the option", async (t) => {
    const { domain, tokens } = await pair(t, "registry.example.com", "gitlab.example.com");
    const ca = await readFile(files.certificate);
    const error = await failure(tagsOf(domain, { fetch: nodeFetch({ insecure: ["other.example.com"], lookup, proxy: false }) }));
    assert.deepEqual([error.code, tokens.seen], ["TLS_FAILED", []]);
    const named = await failure(tagsOf(domain, { fetch: nodeFetch({ ca, lookup, proxy: false }) }));
    assert.equal(named.code, "TLS_FAILED", "the certificate is for other names");
  });
});

/** A memory registry over http on loopback whose realm is elsewhere; what of it goes there is answered here. */
async function elsewhere(t, anonymous) {
  const realm = "https://tokens.example.org/token";
  const memory = createMemoryRegistry({ auth: { type: "bearer", users, realm, anonymous } });
  const asked = [];
  const fetch = (url, init) => {
    if (String(url).startsWith(realm)) asked.push(JSON.stringify(init.headers));
    return memory.fetch(url, init);
  };
  return { fetch, asked };
}

describe("a token service of another owner", () => {
  test("is no reason to ask for credentials where reading needs no login", async (t) => {
    const { fetch } = await elsewhere(t, ["pull"]);
    let asked = 0;
    const client = createClient({ fetch, credentials: () => assert.fail(`asked ${(asked += 1)} times`) });
    for (let i = 0; i < 2; i += 1) assert.equal((await failure(client.resolve("registry.example/a/b:1"))).code, "MANIFEST_UNKNOWN");
    assert.equal(asked, 0);
  });

  test("makes a login that was held back the error", async (t) => {
    const { fetch, asked } = await elsewhere(t, []);
    const error = await failure(createClient({ fetch, credentials: () => ada }).resolve("registry.example/a/b:1"));
    assert.deepEqual([error.code, error.details.origin], ["REALM_REFUSED", "https://tokens.example.org"]);
    assert.equal(error.hint, "If you trust https://tokens.example.org, name it in trustedRealms.");
    assertNowhere(ada.password, ...asked, error);
    const nobody = await failure(createClient({ fetch }).resolve("registry.example/a/b:1"));
    assert.equal(nobody.code, "UNAUTHORIZED");
  });
});

describe("on the command line", () => {
  /** A registry on loopback over http, with a realm in the clear at another name. */
  async function place(t, answer, content) {
    const server = await serve(answer);
    t.after(() => server.close());
    const domain = new URL(server.url).host;
    const path = folder.join(`place-${(count += 1)}`);
    await mkdir(`${path}/bin`, { recursive: true });
    await writeFile(`${path}/config.json`, JSON.stringify(content(domain)));
    return { domain, bin: `${path}/bin`, env: { PATH: `${path}/bin`, HOME: path, DOCKER_CONFIG: path, XDG_RUNTIME_DIR: path } };
  }
  const auths = (domain) => ({ auths: { [domain]: { auth: Buffer.from(`${ada.username}:${ada.password}`).toString("base64") } } });
  const unauthorized = (realm) => new Response('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}', {
    status: 401, headers: { "content-type": "application/json", "www-authenticate": `Bearer realm="${realm}",service="s"` },
  });

  test("a realm that is refused is said to be, in docker's commands too", async (t) => {
    const { domain, env } = await place(t, () => unauthorized("http://gitlab.lan/token"), auths);
    for (const command of ["inspect", "resolve"]) {
      const { code, stderr } = await multiarchHere([command, `${domain}/x/app:1`], { env });
      assert.equal(code, 1);
      assert.match(stderr, /\nhint: .* If you trust that host, add --trusted-realm http:\/\/gitlab\.lan\.\n$/, command);
      assertNowhere(ada.password, stderr);
    }
  });

  test("a wrong password at the token service is about the password", async (t) => {
    const memory = createMemoryRegistry({ auth: { type: "bearer", users: { ada: "other" } } });
    const { domain, env } = await place(t, (request) => memory.fetch(request), auths);
    const { code, stderr } = await multiarchHere(["resolve", `${domain}/x/app:1`], { env });
    assert.equal(code, 1);
    assert.match(stderr, /\[UNAUTHORIZED\]\nhint: http:\/\/127\.0\.0\.1:\d+ did not accept these credentials: check them/);
    assert.doesNotMatch(stderr, /private/);
    assertNowhere(ada.password, stderr);
  });

  test("a credential helper is not started for a login that would go nowhere", async (t) => {
    const { domain, bin, env } = await place(t, ({ headers }) => (headers.has("authorization") ? new Response("{}") : unauthorized("https://127.0.0.1.example/token")), () => ({ credsStore: "fake" }));
    const fake = await installHelper(bin, "fake", { get: { code: 2 } });
    await multiarchHere(["resolve", `${domain}/x/app:1`, "--retries", "0"], { env: { ...env, HTTPS_PROXY: "http://127.0.0.1:1" } });
    assert.deepEqual(await fake.asked(), []);
  });
});
