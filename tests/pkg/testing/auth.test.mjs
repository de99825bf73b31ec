/** The authentication of the in-memory registry: Basic, Bearer, and its token service. */

import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { createMemoryRegistry } from "multiarch/testing";

import { ociImage } from "../../support/images.mjs";
import { BASE, NAME, emptyRegistry, refused } from "../../support/registry-requests.mjs";

suite("authentication", () => {
  const users = { ada: "secret", bob: { password: "öffnen", actions: ["pull"] } };
  const basicFor = (name, password) => ({
    authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`,
  });
  const manifest = `/v2/${NAME}/manifests/1`;
  const upload = `/v2/${NAME}/blobs/uploads/`;

  test("Basic", async () => {
    const { registry, ask } = emptyRegistry({ auth: { type: "basic", users } });
    await registry.putManifest(NAME, "1", ociImage().bytes);
    const anonymous = await ask(manifest);
    assert.match(anonymous.headers.get("www-authenticate"), /^Basic realm="[^"]+"$/);
    await refused(anonymous, 401, "UNAUTHORIZED");
    await refused(await ask("/v2/"), 401, "UNAUTHORIZED");
    await refused(await ask(manifest, { headers: basicFor("ada", "wrong") }), 401, "UNAUTHORIZED");
    await refused(await ask(manifest, { headers: { authorization: "Basic %%%" } }), 401, "UNAUTHORIZED");
    assert.equal((await ask(manifest, { headers: basicFor("ada", "secret") })).status, 200);
    assert.equal((await ask(manifest, { headers: basicFor("bob", "öffnen") })).status, 200);
    await refused(await ask(upload, { method: "POST", headers: basicFor("bob", "öffnen") }), 403, "DENIED");
    assert.equal((await ask(upload, { method: "POST", headers: basicFor("ada", "secret") })).status, 202);
  });

  test("Basic with reading open to all", async () => {
    const { registry, ask } = emptyRegistry({ auth: { type: "basic", users, anonymous: ["pull"] } });
    await registry.putManifest(NAME, "1", ociImage().bytes);
    assert.equal((await ask(manifest)).status, 200);
    await refused(await ask(upload, { method: "POST" }), 401, "UNAUTHORIZED");
  });

  /** The challenge's parameters, and a token for them. */
  const challengeOf = (response) =>
    Object.fromEntries(
      [...response.headers.get("www-authenticate").matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [
        key,
        value,
      ]),
    );
  async function tokenFor(ask, { realm, service, scope }, headers = {}) {
    const response = await ask(`${realm}?${new URLSearchParams({ service, ...(scope && { scope }) })}`, {
      headers,
    });
    return response.status === 200 ? (await response.json()).token : response;
  }
  const bearer = (token) => ({ authorization: `Bearer ${token}` });

  test("Bearer: challenge, token, answer", async () => {
    const { registry, ask } = emptyRegistry({ auth: { type: "bearer", users, anonymous: ["pull"] } });
    await registry.putManifest(NAME, "1", ociImage().bytes);
    const challenge = challengeOf(await ask(manifest));
    assert.deepEqual(challenge, {
      realm: `${BASE}/token`,
      service: "multiarch-testing",
      scope: `repository:${NAME}:pull`,
    });
    const token = await tokenFor(ask, challenge);
    assert.equal((await ask(manifest, { headers: bearer(token) })).status, 200);

    const beyond = await ask(upload, { method: "POST", headers: bearer(token) });
    assert.deepEqual(
      [challengeOf(beyond).scope, challengeOf(beyond).error],
      [`repository:${NAME}:pull,push`, "insufficient_scope"],
    );
    const other = await ask("/v2/other/manifests/1", { headers: bearer(token) });
    assert.equal(challengeOf(other).error, "insufficient_scope");
    assert.equal(challengeOf(await ask(manifest, { headers: bearer("made-up") })).error, "invalid_token");

    const writer = await tokenFor(ask, challengeOf(beyond), basicFor("ada", "secret"));
    assert.equal((await ask(upload, { method: "POST", headers: bearer(writer) })).status, 202);
    const reader = await tokenFor(ask, challengeOf(beyond), basicFor("bob", "öffnen"));
    assert.equal((await ask(upload, { method: "POST", headers: bearer(reader) })).status, 401);
    assert.equal((await tokenFor(ask, challenge, basicFor("ada", "wrong"))).status, 401);
  });

  test("Bearer without anything for strangers refuses them at the token endpoint", async () => {
    const { ask } = emptyRegistry({ auth: { type: "bearer", users } });
    const refusal = await tokenFor(ask, challengeOf(await ask(manifest)));
    await refused(refusal, 401, "UNAUTHORIZED");
  });

  test("tokens expire by the clock that was given", async () => {
    let time = 1_000_000;
    const { registry, ask } = emptyRegistry({ auth: { type: "bearer", expiresIn: 60 }, now: () => time });
    await registry.putManifest(NAME, "1", ociImage().bytes);
    const token = await tokenFor(ask, challengeOf(await ask(manifest)));
    time += 59_999;
    assert.equal((await ask(manifest, { headers: bearer(token) })).status, 200);
    time += 1;
    assert.equal(challengeOf(await ask(manifest, { headers: bearer(token) })).error, "invalid_token");
  });

  test("what a token answer says of its lifetime", async () => {
    const issued = async (auth) => (await emptyRegistry({ auth }).ask("/token?scope=repository:a:pull")).json();
    assert.equal((await issued({ type: "bearer", expiresIn: 7 })).expires_in, 7);
    const silent = await issued({ type: "bearer", expiresIn: null });
    assert.equal("expires_in" in silent, false);
    assert.equal(silent.token, silent.access_token);
  });

  test("refresh tokens and passwords by POST", async () => {
    const { registry, ask } = emptyRegistry({ auth: { type: "bearer", users } });
    await registry.putManifest(NAME, "1", ociImage().bytes);
    const scope = `repository:${NAME}:pull`;
    const offline = await ask(`/token?offline_token=true&scope=${scope}`, {
      headers: basicFor("ada", "secret"),
    });
    const { refresh_token } = await offline.json();
    const post = (fields) => ask("/token", { method: "POST", body: new URLSearchParams(fields) });
    const fresh = await (
      await post({ grant_type: "refresh_token", refresh_token, scope, service: "multiarch-testing" })
    ).json();
    assert.equal((await ask(manifest, { headers: bearer(fresh.access_token) })).status, 200);
    const byPassword = await (
      await post({ grant_type: "password", username: "bob", password: "öffnen", scope })
    ).json();
    assert.equal((await ask(manifest, { headers: bearer(byPassword.token) })).status, 200);
    assert.equal((await post({ grant_type: "refresh_token", refresh_token: "made-up", scope })).status, 401);
  });

  test("a mount needs the source too, or becomes an upload", async () => {
    const { registry, ask } = emptyRegistry({ auth: { type: "bearer", users } });
    const { digest } = await registry.putBlob("source/app", "content");
    const path = `${upload}?mount=${digest}&from=source/app`;
    const challenge = challengeOf(await ask(path, { method: "POST" }));
    assert.equal(challenge.scope, `repository:${NAME}:pull,push repository:source/app:pull`);
    const narrow = await tokenFor(
      ask,
      { ...challenge, scope: `repository:${NAME}:pull,push` },
      basicFor("ada", "secret"),
    );
    assert.equal((await ask(path, { method: "POST", headers: bearer(narrow) })).status, 202);
    const wide = await tokenFor(ask, challenge, basicFor("ada", "secret"));
    assert.equal((await ask(path, { method: "POST", headers: bearer(wide) })).status, 201);
  });

  test("no secret is in the log", async () => {
    const { registry, ask } = emptyRegistry({ auth: { type: "bearer", users } });
    const token = await tokenFor(ask, challengeOf(await ask(manifest)), basicFor("ada", "secret"));
    await ask(manifest, { headers: { ...bearer(token), cookie: "session=mine" } });
    const log = JSON.stringify(registry.requests);
    for (const secret of [token, "session=mine", Buffer.from("ada:secret").toString("base64")])
      assert.ok(!log.includes(secret));
    assert.deepEqual(
      registry.requests.map(({ method, status }) => [method, status]),
      [
        ["GET", 401],
        ["GET", 200],
        ["GET", 404],
      ],
    );
    assert.equal(registry.requests.at(-1).headers.authorization, "Bearer ***");
  });

  test("a type that does not exist is refused", () => {
    assert.throws(() => createMemoryRegistry({ auth: { type: "digest" } }), TypeError);
  });
});
