/** The in-memory registry, endpoint by endpoint, then its authentication, faults and quirks. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { suite, test } from "node:test";

import { createMemoryRegistry, PROFILES, QUIRKS } from "multiarch/testing";

import {
  artifact,
  dockerImage,
  dockerList,
  entry,
  ociImage,
  ociIndex,
  pushAll,
  samples,
} from "../../support/images.mjs";

const BASE = "https://registry.example";
const NAME = "team/app";
const digestOf = (content, algorithm = "sha256") =>
  `${algorithm}:${createHash(algorithm).update(content).digest("hex")}`;

/** A registry, and a function for one request to it: path or URL, then fetch's init. */
function emptyRegistry(options) {
  const registry = createMemoryRegistry(options);
  const ask = (path, init) => registry.fetch(new URL(path, BASE), init);
  return { registry, ask };
}

async function refused(response, status, code) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/json");
  const { errors } = await response.json();
  assert.equal(errors.length, 1);
  assert.equal(errors[0].code, code);
  assert.equal(typeof errors[0].message, "string");
  return errors[0];
}

const put = (body, mediaType) => ({
  method: "PUT",
  body,
  headers: mediaType ? { "content-type": mediaType } : {},
});

suite("manifests", () => {
  test("a document comes back byte for byte, by tag and by digest, by GET and by HEAD", async () => {
    const { registry, ask } = emptyRegistry();
    const image = ociImage();
    await pushAll(registry.fetch, BASE, NAME, "1.0", image);
    for (const reference of ["1.0", image.digest]) {
      const got = await ask(`/v2/${NAME}/manifests/${reference}`);
      assert.equal(got.status, 200);
      assert.equal(got.headers.get("content-type"), image.mediaType);
      assert.equal(got.headers.get("docker-content-digest"), image.digest);
      assert.deepEqual(Buffer.from(await got.arrayBuffer()), image.bytes);
      const head = await ask(`/v2/${NAME}/manifests/${reference}`, { method: "HEAD" });
      assert.equal(head.headers.get("content-length"), String(image.size));
      assert.equal(head.headers.get("docker-content-digest"), image.digest);
      assert.equal(await head.text(), "");
    }
  });

  test("what Accept says changes nothing", async () => {
    const { registry, ask } = emptyRegistry();
    const list = dockerList(dockerImage());
    await pushAll(registry.fetch, BASE, NAME, "1", list);
    const got = await ask(`/v2/${NAME}/manifests/1`, { headers: { accept: "text/html" } });
    assert.equal(got.headers.get("docker-content-digest"), list.digest);
  });

  test("a push is answered with where it went, and by digest it has to fit", async () => {
    const { ask } = emptyRegistry();
    const { bytes, mediaType, digest } = ociImage();
    const done = await ask(`/v2/${NAME}/manifests/1`, put(bytes, mediaType));
    assert.equal(done.status, 201);
    assert.equal(done.headers.get("location"), `/v2/${NAME}/manifests/${digest}`);
    assert.equal(done.headers.get("docker-content-digest"), digest);
    const wide = digestOf(bytes, "sha512");
    const by512 = await ask(`/v2/${NAME}/manifests/${wide}`, put(bytes, mediaType));
    assert.equal(by512.headers.get("docker-content-digest"), wide);
    assert.equal((await ask(`/v2/${NAME}/manifests/${wide}`)).status, 200);
    await refused(
      await ask(`/v2/${NAME}/manifests/${digestOf("other")}`, put(bytes, mediaType)),
      400,
      "DIGEST_INVALID",
    );
  });

  test("what is no manifest is refused", async () => {
    const { ask } = emptyRegistry();
    const { bytes, mediaType } = ociImage();
    const path = `/v2/${NAME}/manifests/1`;
    await refused(await ask(path, put("<html>", mediaType)), 400, "MANIFEST_INVALID");
    await refused(await ask(path, put("[]", mediaType)), 400, "MANIFEST_INVALID");
    await refused(await ask(path, put(Buffer.from("{}"))), 400, "MANIFEST_INVALID");
    await refused(
      await ask(path, put(bytes, "application/vnd.oci.image.index.v1+json")),
      400,
      "MANIFEST_INVALID",
    );
    await refused(
      await ask(path, put(JSON.stringify({ filler: "x".repeat(4 << 20) }), mediaType)),
      413,
      "SIZE_INVALID",
    );
    await refused(await ask(`/v2/${NAME}/manifests/-1`, put(bytes, mediaType)), 400, "TAG_INVALID");
  });

  test("what is not there is said to be missing", async () => {
    const { registry, ask } = emptyRegistry();
    await refused(await ask("/v2/nobody/manifests/1"), 404, "NAME_UNKNOWN");
    await registry.putManifest(NAME, "1", ociImage().bytes);
    await refused(await ask(`/v2/${NAME}/manifests/2`), 404, "MANIFEST_UNKNOWN");
    await refused(await ask(`/v2/${NAME}/blobs/${digestOf("x")}`), 404, "BLOB_UNKNOWN");
    await refused(await ask(`/v2/${NAME}/blobs/sha256:abc`), 400, "DIGEST_INVALID");
    await refused(await ask("/v2/Team/manifests/1"), 400, "NAME_INVALID");
    await refused(await ask("/nowhere"), 404, "UNSUPPORTED");
    await refused(await ask(`/v2/${NAME}/tags/list`, { method: "POST" }), 405, "UNSUPPORTED");
    assert.equal((await ask("/v2/")).status, 200);
  });

  test("deleting a tag leaves the manifest; deleting the manifest takes its tags along", async () => {
    const { registry, ask } = emptyRegistry();
    const { digest } = await registry.putManifest(NAME, "a", ociImage().bytes);
    await registry.putManifest(NAME, "b", ociImage().bytes);
    await registry.putManifest(NAME, "c", dockerImage().bytes);
    assert.equal((await ask(`/v2/${NAME}/manifests/a`, { method: "DELETE" })).status, 202);
    assert.deepEqual(registry.tags(NAME), ["b", "c"]);
    assert.equal((await ask(`/v2/${NAME}/manifests/${digest}`)).status, 200);
    assert.equal((await ask(`/v2/${NAME}/manifests/${digest}`, { method: "DELETE" })).status, 202);
    assert.deepEqual(registry.tags(NAME), ["c"]);
    await refused(
      await ask(`/v2/${NAME}/manifests/${digest}`, { method: "DELETE" }),
      404,
      "MANIFEST_UNKNOWN",
    );
  });

  test("putBlob and putManifest store what a request could not", async () => {
    const { registry, ask } = emptyRegistry();
    const lie = digestOf("something else");
    await registry.putManifest(NAME, lie, "not JSON", { mediaType: "text/html" });
    const got = await ask(`/v2/${NAME}/manifests/${lie}`);
    assert.equal(got.headers.get("content-type"), "text/html");
    assert.equal(await got.text(), "not JSON");
    await assert.rejects(() => registry.putManifest("Not/A/Name", "1", {}), TypeError);
  });
});

suite("tags and referrers", () => {
  test("tags come sorted and in pages", async () => {
    const { registry, ask } = emptyRegistry();
    for (const tag of ["b", "C", "a", "d"]) await registry.putManifest(NAME, tag, ociImage().bytes);
    assert.deepEqual(await (await ask(`/v2/${NAME}/tags/list`)).json(), {
      name: NAME,
      tags: ["C", "a", "b", "d"],
    });
    const first = await ask(`/v2/${NAME}/tags/list?n=2`);
    assert.deepEqual((await first.json()).tags, ["C", "a"]);
    const [, next] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get("link"));
    const second = await ask(next);
    assert.deepEqual((await second.json()).tags, ["b", "d"]);
    assert.equal(second.headers.get("link"), null);
    const none = await ask(`/v2/${NAME}/tags/list?n=0`);
    assert.deepEqual([(await none.json()).tags, none.headers.get("link")], [[], null]);
    await refused(await ask(`/v2/${NAME}/tags/list?n=x`), 400, "PAGINATION_NUMBER_INVALID");
    await refused(await ask("/v2/nobody/tags/list"), 404, "NAME_UNKNOWN");
  });

  test("referrers are listed, filtered, and announced on push", async () => {
    const { registry, ask } = emptyRegistry();
    const subject = ociImage();
    const note = artifact({ subject, annotations: { by: "ada" } });
    const seal = artifact({ subject, artifactType: "application/vnd.example.seal" });
    await pushAll(registry.fetch, BASE, NAME, "1", subject);
    const pushed = await ask(`/v2/${NAME}/manifests/${note.digest}`, put(note.bytes, note.mediaType));
    assert.equal(pushed.headers.get("oci-subject"), subject.digest);
    await pushAll(registry.fetch, BASE, NAME, undefined, seal);

    const all = await ask(`/v2/${NAME}/referrers/${subject.digest}`);
    assert.equal(all.headers.get("content-type"), "application/vnd.oci.image.index.v1+json");
    assert.equal(all.headers.get("oci-filters-applied"), null);
    const { manifests } = await all.json();
    assert.deepEqual(manifests.map(({ digest }) => digest).sort(), [note.digest, seal.digest].sort());
    assert.deepEqual(
      manifests.find(({ digest }) => digest === note.digest),
      {
        mediaType: note.mediaType,
        digest: note.digest,
        size: note.size,
        artifactType: "application/vnd.example.note",
        annotations: { by: "ada" },
      },
    );
    const some = await ask(
      `/v2/${NAME}/referrers/${subject.digest}?artifactType=${encodeURIComponent("application/vnd.example.seal")}`,
    );
    assert.equal(some.headers.get("oci-filters-applied"), "artifactType");
    assert.deepEqual(
      (await some.json()).manifests.map(({ digest }) => digest),
      [seal.digest],
    );
    const nobody = await ask(`/v2/${NAME}/referrers/${digestOf("nobody")}`);
    assert.deepEqual([nobody.status, (await nobody.json()).manifests], [200, []]);
  });
});

suite("blobs and uploads", () => {
  const content = "0123456789";
  const digest = digestOf(content);

  test("in one request", async () => {
    const { registry, ask } = emptyRegistry();
    const done = await ask(`/v2/${NAME}/blobs/uploads/?digest=${digest}`, { method: "POST", body: content });
    assert.equal(done.status, 201);
    assert.equal(done.headers.get("location"), `/v2/${NAME}/blobs/${digest}`);
    assert.equal(Buffer.from(registry.blob(NAME, digest)).toString(), content);
    await refused(
      await ask(`/v2/${NAME}/blobs/uploads/?digest=${digest}`, { method: "POST", body: "other" }),
      400,
      "DIGEST_INVALID",
    );
  });

  test("in chunks, going on from where the registry says", async () => {
    const { registry, ask } = emptyRegistry();
    const opened = await ask(`/v2/${NAME}/blobs/uploads/`, { method: "POST" });
    assert.deepEqual([opened.status, opened.headers.get("range")], [202, "0-0"]);
    const start = opened.headers.get("location");
    const chunk = (body, range, location) =>
      ask(location, { method: "PATCH", body, headers: range ? { "content-range": range } : {} });

    const first = await chunk("0123", "0-3", start);
    assert.deepEqual([first.status, first.headers.get("range")], [202, "0-3"]);
    const gap = await chunk("6789", "6-9", first.headers.get("location"));
    assert.equal(gap.headers.get("range"), "0-3");
    await refused(gap, 416, "BLOB_UPLOAD_INVALID");
    await refused(await chunk("4567", undefined, start), 416, "BLOB_UPLOAD_INVALID");
    await refused(await chunk("45", "4-9", first.headers.get("location")), 400, "SIZE_INVALID");
    const status = await ask(start);
    assert.deepEqual([status.status, status.headers.get("range")], [204, "0-3"]);
    const second = await chunk("4567", undefined, status.headers.get("location"));
    const finish = new URL(second.headers.get("location"), BASE);
    finish.searchParams.set("digest", digest);
    assert.equal((await ask(finish, { method: "PUT", body: "89" })).status, 201);
    assert.equal(Buffer.from(registry.blob(NAME, digest)).toString(), content);
    await refused(await ask(start), 404, "BLOB_UPLOAD_UNKNOWN");
  });

  test("a body may be a stream", async () => {
    const { registry, ask } = emptyRegistry();
    const body = new Blob([content]).stream();
    assert.equal(
      (await ask(`/v2/${NAME}/blobs/uploads/?digest=${digest}`, { method: "POST", body })).status,
      201,
    );
    assert.ok(registry.blob(NAME, digest));
  });

  test("cancelled, an upload is gone", async () => {
    const { ask } = emptyRegistry();
    const location = (await ask(`/v2/${NAME}/blobs/uploads/`, { method: "POST" })).headers.get("location");
    assert.equal((await ask(location, { method: "DELETE" })).status, 204);
    await refused(
      await ask(`${location}&digest=${digest}`, { method: "PUT", body: content }),
      404,
      "BLOB_UPLOAD_UNKNOWN",
    );
  });

  test("mounted from where it is, or else an upload opens", async () => {
    const { registry, ask } = emptyRegistry();
    await registry.putBlob("other/app", content);
    const mount = (from) => ask(`/v2/${NAME}/blobs/uploads/?mount=${digest}${from}`, { method: "POST" });
    assert.equal((await mount("&from=nobody")).status, 202);
    assert.equal((await mount("")).status, 202);
    assert.equal(registry.blob(NAME, digest), undefined);
    const mounted = await mount("&from=other/app");
    assert.deepEqual([mounted.status, mounted.headers.get("location")], [201, `/v2/${NAME}/blobs/${digest}`]);
    assert.equal(Buffer.from(registry.blob(NAME, digest)).toString(), content);
  });

  test("ranges", async () => {
    const { registry, ask } = emptyRegistry();
    await registry.putBlob(NAME, content);
    const read = (range) => ask(`/v2/${NAME}/blobs/${digest}`, { headers: { range } });
    for (const [range, part, said] of [
      ["bytes=2-4", "234", "bytes 2-4/10"],
      ["bytes=7-", "789", "bytes 7-9/10"],
      ["bytes=-3", "789", "bytes 7-9/10"],
      ["bytes=8-99", "89", "bytes 8-9/10"],
    ]) {
      const got = await read(range);
      assert.deepEqual([got.status, await got.text(), got.headers.get("content-range")], [206, part, said]);
    }
    assert.equal((await read("lines=1-2")).status, 200);
    const beyond = await read("bytes=10-");
    assert.equal(beyond.headers.get("content-range"), "bytes */10");
    await refused(beyond, 416, "RANGE_INVALID");
  });

  test("all three algorithms", async () => {
    const { ask } = emptyRegistry();
    for (const algorithm of ["sha256", "sha384", "sha512"]) {
      const wanted = digestOf(content, algorithm);
      await ask(`/v2/${NAME}/blobs/uploads/?digest=${wanted}`, { method: "POST", body: content });
      const got = await ask(`/v2/${NAME}/blobs/${wanted}`);
      assert.deepEqual([got.status, got.headers.get("docker-content-digest")], [200, wanted]);
      assert.equal((await ask(`/v2/${NAME}/blobs/${wanted}`, { method: "DELETE" })).status, 202);
      await refused(await ask(`/v2/${NAME}/blobs/${wanted}`), 404, "BLOB_UNKNOWN");
    }
  });
});

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

suite("faults", () => {
  const path = `/v2/${NAME}/manifests/1`;
  async function faulty(answer, match = {}) {
    const { registry, ask } = emptyRegistry({ faults: [{ match, answer }] });
    await registry.putManifest(NAME, "1", ociImage().bytes);
    return { registry, ask, size: ociImage().size };
  }

  test("an answer instead of the true one, so often and no more", async () => {
    const { ask } = await faulty(
      { status: 503, headers: { "retry-after": "7" }, body: { errors: [] } },
      { method: "get", path: /manifests/, skip: 1, times: 2 },
    );
    assert.equal((await ask(path, { method: "HEAD" })).status, 200);
    const statuses = [];
    for (let round = 0; round < 4; round++) statuses.push((await ask(path)).status);
    assert.deepEqual(statuses, [200, 503, 503, 200]);
  });

  test("an answer with status never reaches the registry, one without is carried out", async () => {
    const image = ociImage();
    for (const [answer, stored] of [
      [{ status: 500 }, false],
      [{ headers: { "docker-content-digest": null } }, true],
      ["reset", false],
      ["lost", true],
    ]) {
      const { registry, ask } = emptyRegistry({ faults: [{ match: { method: "PUT" }, answer }] });
      await ask(path, put(image.bytes, image.mediaType)).catch(() => {});
      assert.equal(registry.manifest(NAME, "1") !== undefined, stored, JSON.stringify(answer));
    }
  });

  test("headers are set and removed", async () => {
    const { ask } = await faulty({
      headers: { "docker-content-digest": null, "content-type": "text/plain" },
    });
    const got = await ask(path);
    assert.deepEqual(
      [got.headers.get("docker-content-digest"), got.headers.get("content-type")],
      [null, "text/plain"],
    );
    assert.equal(got.status, 200);
  });

  test("a broken connection looks as fetch shows it", async () => {
    const { ask } = await faulty("reset");
    await assert.rejects(
      ask(path),
      (error) => error instanceof TypeError && error.cause.code === "ECONNRESET",
    );
  });

  test("a body cut short, changed, broken, or stuck", async () => {
    const cut = await (await faulty({ truncate: 10 })).ask(path);
    assert.equal(cut.headers.get("content-length"), String(ociImage().size));
    assert.equal((await cut.arrayBuffer()).byteLength, 10);

    const changed = Buffer.from(await (await (await faulty({ corrupt: 3 })).ask(path)).arrayBuffer());
    const { bytes } = ociImage();
    assert.deepEqual(
      [...changed.keys()].filter((position) => changed[position] !== bytes[position]),
      [3],
    );

    const broken = await (await faulty({ resetAfter: 5 })).ask(path);
    await assert.rejects(broken.arrayBuffer(), (error) => error.cause.code === "ECONNRESET");

    const controller = new AbortController();
    const stuck = await (await faulty({ stallAfter: 5 })).ask(path, { signal: controller.signal });
    const reader = stuck.body.getReader();
    assert.equal((await reader.read()).value.length, 5);
    const next = reader.read();
    controller.abort("enough");
    await assert.rejects(next, (reason) => reason === "enough");
  });

  test("waiting ends with the signal", async () => {
    for (const answer of ["stall", { delayMs: 60_000 }]) {
      const { ask } = await faulty(answer);
      const controller = new AbortController();
      const waiting = ask(path, { signal: controller.signal });
      controller.abort("enough");
      await assert.rejects(waiting, (reason) => reason === "enough");
    }
    const { ask } = await faulty({ delayMs: 1 });
    assert.equal((await ask(path)).status, 200);
    await assert.rejects(ask(path, { signal: AbortSignal.abort("before") }), (reason) => reason === "before");
  });

  test("the list is live, and a function decides alone", async () => {
    const { registry, ask } = await faulty({ status: 500 }, { times: 0 });
    registry.faults.push(
      { match: { path: (text) => text.endsWith("/1") }, answer: { status: 418 } },
      { match: { path: "/v2/" }, answer: { status: 419 } },
    );
    assert.equal((await ask(path)).status, 418);
    assert.equal((await ask("/v2/")).status, 419);
    const deciding = emptyRegistry({ faults: ({ method }) => (method === "HEAD" ? { status: 429 } : undefined) });
    assert.equal((await deciding.ask("/v2/", { method: "HEAD" })).status, 429);
    assert.equal((await deciding.ask("/v2/")).status, 200);
  });

  test("redirects are followed as fetch follows them", async () => {
    const { registry, ask } = await faulty(
      { status: 307, headers: { location: "https://elsewhere.example/v2/" } },
      { path },
    );
    const followed = await ask(path, { headers: { authorization: "Basic eDp5" } });
    assert.equal(followed.status, 200);
    assert.deepEqual(
      registry.requests.map(({ url, headers }) => [new URL(url).host, headers.authorization]),
      [
        ["registry.example", "Basic ***"],
        ["elsewhere.example", undefined],
      ],
    );
    assert.equal((await ask(path, { redirect: "manual" })).status, 307);
    await assert.rejects(ask(path, { redirect: "error" }), TypeError);
    const circle = await faulty({ status: 302, headers: { location: path } });
    await assert.rejects(circle.ask(path), TypeError);
  });
});

suite("quirks", () => {
  const tried = {
    async absoluteLocations({ ask }) {
      const opened = await ask(`/v2/${NAME}/blobs/uploads/`, { method: "POST" });
      assert.ok(opened.headers.get("location").startsWith(`${BASE}/v2/`));
      const page = await ask(`/v2/${NAME}/tags/list?n=1`);
      assert.ok(page.headers.get("link").startsWith(`<${BASE}/v2/`));
    },
    async challengeless401({ ask }) {
      const silent = await ask(`/v2/${NAME}/manifests/list`);
      assert.deepEqual([silent.status, silent.headers.get("www-authenticate")], [401, null]);
      assert.ok((await ask("/v2/")).headers.has("www-authenticate"));
    },
    async childrenRequired({ ask, list }) {
      const lonely = ociIndex(entry(ociImage({ text: "not pushed" })));
      const error = await refused(
        await ask(`/v2/${NAME}/manifests/x`, put(lonely.bytes, lonely.mediaType)),
        400,
        "MANIFEST_BLOB_UNKNOWN",
      );
      assert.equal(error.detail, lonely.children[0].digest);
      const bare = ociImage({ text: "no blobs" });
      await refused(
        await ask(`/v2/${NAME}/manifests/x`, put(bare.bytes, bare.mediaType)),
        400,
        "MANIFEST_BLOB_UNKNOWN",
      );
      assert.equal((await ask(`/v2/${NAME}/manifests/x`, put(list.bytes, list.mediaType))).status, 201);
    },
    async chunkedOnly({ ask, registry }) {
      const { location } = await session(ask);
      const at = `${location}&digest=${digestOf("content")}`;
      await refused(await ask(at, { method: "PUT", body: "content" }), 404, "BLOB_UPLOAD_UNKNOWN");
      const next = (await ask(location, { method: "PATCH", body: "content" })).headers.get("location");
      assert.equal((await ask(`${next}&digest=${digestOf("content")}`, { method: "PUT" })).status, 201);
      assert.ok(registry.blob(NAME, digestOf("content")));
    },
    async deleteDisabled({ ask, list }) {
      await refused(
        await ask(`/v2/${NAME}/manifests/${list.digest}`, { method: "DELETE" }),
        405,
        "UNSUPPORTED",
      );
    },
    async headNotAllowed({ ask }) {
      assert.equal((await ask(`/v2/${NAME}/manifests/list`, { method: "HEAD" })).status, 405);
      assert.equal((await ask(`/v2/${NAME}/manifests/list`)).status, 200);
    },
    async htmlErrors({ ask }) {
      const page = await ask(`/v2/${NAME}/manifests/none`);
      assert.deepEqual([page.status, page.headers.get("content-type")], [404, "text/html; charset=utf-8"]);
      assert.match(await page.text(), /^<!doctype html>/);
    },
    async largeChunks({ ask }) {
      const { location, least } = await session(ask);
      assert.equal(least, String(9 << 20));
      const whole = await ask(location, { method: "PATCH", body: new Uint8Array(9 << 20) });
      const short = await ask(whole.headers.get("location"), { method: "PATCH", body: "x" });
      const next = short.headers.get("location");
      await refused(await ask(next, { method: "PATCH", body: "x" }), 416, "BLOB_UPLOAD_INVALID");
    },
    async mountRefused({ ask, registry }) {
      const { digest } = await registry.putBlob("source", "content");
      assert.equal(
        (await ask(`/v2/${NAME}/blobs/uploads/?mount=${digest}&from=source`, { method: "POST" })).status,
        202,
      );
    },
    async noConditions({ ask, list }) {
      const conditional = put(list.bytes, list.mediaType);
      for (const headers of [{ "if-none-match": "*" }, { "if-match": `"${digestOf("other")}"` }]) {
        const init = { ...conditional, headers: { ...conditional.headers, ...headers } };
        assert.equal((await ask(`/v2/${NAME}/manifests/list`, init)).status, 201);
      }
    },
    async noDigestHeader({ ask }) {
      assert.equal((await ask(`/v2/${NAME}/manifests/list`)).headers.get("docker-content-digest"), null);
    },
    async noMonolithicUpload({ ask }) {
      assert.equal(
        (await ask(`/v2/${NAME}/blobs/uploads/?digest=${digestOf("x")}`, { method: "POST", body: "x" }))
          .status,
        202,
      );
    },
    async noReferrers({ ask, list }) {
      assert.equal((await ask(`/v2/${NAME}/referrers/${list.digest}`)).status, 404);
      const note = artifact({ subject: list });
      assert.equal(
        (await ask(`/v2/${NAME}/manifests/x`, put(note.bytes, note.mediaType))).headers.get("oci-subject"),
        null,
      );
    },
    async noReferrersFilter({ ask, registry, list }) {
      await seed(registry, artifact({ subject: list }));
      const path = `/v2/${NAME}/referrers/${list.digest}?artifactType=application/none`;
      const answer = await ask(path);
      assert.equal(answer.headers.get("oci-filters-applied"), null);
      assert.equal((await answer.json()).manifests.length, 1);
    },
    async noTagDelete({ ask }) {
      await refused(await ask(`/v2/${NAME}/manifests/list`, { method: "DELETE" }), 400, "DIGEST_INVALID");
    },
    async noTagParameter({ ask, registry, list }) {
      const path = `/v2/${NAME}/manifests/${list.digest}?tag=a&tag=b`;
      assert.equal((await ask(path, put(list.bytes, list.mediaType))).headers.get("oci-tag"), null);
      assert.equal(registry.manifest(NAME, "a"), undefined);
    },
    async oddTags({ ask, list }) {
      const { tags } = await (await ask(`/v2/${NAME}/tags/list`)).json();
      assert.ok(tags.includes(null) && tags.includes("") && tags.includes(list.digest));
    },
    async oneReferrerPerPage({ ask, registry, list }) {
      const notes = ["a", "b"].map((text) => artifact({ subject: list, text }));
      for (const note of notes) await seed(registry, note);
      const first = await ask(`/v2/${NAME}/referrers/${list.digest}?artifactType=application/vnd.example.note`);
      assert.equal((await first.json()).manifests.length, 1);
      const [, next] = /^<(.*)>; rel="next"$/.exec(first.headers.get("link"));
      assert.match(next, /artifactType=/);
      const second = await ask(next);
      assert.equal((await second.json()).manifests.length, 1);
      assert.equal(second.headers.get("link"), null);
    },
    async oneTagPerPage({ ask }) {
      const page = await ask(`/v2/${NAME}/tags/list?n=100`);
      assert.deepEqual((await page.json()).tags, ["index"]);
      assert.match(page.headers.get("link"), /n=1&last=index/);
    },
    async platformFallback({ ask, list, index }) {
      const accepting = (tag, accept) => ask(`/v2/${NAME}/manifests/${tag}`, { headers: { accept } });
      const fallback = await accepting("list", "application/vnd.docker.distribution.manifest.v2+json");
      assert.equal(fallback.headers.get("docker-content-digest"), list.children[1].digest);
      assert.equal(
        (await accepting("list", `a/b, ${list.mediaType};q=0.5`)).headers.get("docker-content-digest"),
        list.digest,
      );
      await refused(await accepting("index", list.mediaType), 404, "MANIFEST_UNKNOWN");
      assert.equal((await accepting(index.digest, "a/b")).status, 200);
    },
    async redirectBlobs({ registry, ask, list }) {
      const [{ digest, bytes }] = list.children[0].blobs;
      const path = `/v2/${NAME}/blobs/${digest}`;
      const redirect = await ask(path, { redirect: "manual" });
      assert.equal(redirect.status, 307);
      const location = redirect.headers.get("location");
      assert.notEqual(new URL(location, BASE).origin, BASE);
      assert.deepEqual(
        Buffer.from(await (await ask(path, { headers: { authorization: "Bearer x" } })).arrayBuffer()),
        bytes,
      );
      assert.equal((await registry.fetch(location, { headers: { authorization: "Bearer x" } })).status, 400);
      assert.equal((await registry.fetch(location.replace(/signature=.*/, "signature=none"))).status, 403);
    },
    async uploadsElsewhere({ ask, registry }) {
      const { location } = await session(ask);
      assert.notEqual(new URL(location, BASE).origin, BASE);
      const at = `${location}&digest=${digestOf("x")}`;
      const init = { method: "PUT", body: "x" };
      assert.equal((await registry.fetch(at, { ...init, headers: { authorization: "Bearer x" } })).status, 400);
      assert.equal((await registry.fetch(at, init)).status, 201);
    },
  };

  async function session(ask) {
    const { headers } = await ask(`/v2/${NAME}/blobs/uploads/`, { method: "POST" });
    return { location: headers.get("location"), least: headers.get("oci-chunk-min-length") };
  }

  test("every quirk is documented and tried", () => {
    // Those of particular registries are tried beside their profiles.
    const particular = new Set(Object.values(PROFILES).flatMap(({ quirks }) => quirks));
    assert.deepEqual(Object.keys(QUIRKS).filter((name) => !particular.has(name) && !tried[name]), []);
    assert.deepEqual(Object.keys(tried).filter((name) => !Object.hasOwn(QUIRKS, name)), []);
    for (const line of Object.values(QUIRKS)) assert.match(line, /\w/);
  });

  test("an unknown one is refused by name", () => {
    assert.throws(
      () => createMemoryRegistry({ quirks: ["noSuchQuirk"] }),
      /"noSuchQuirk" is not a quirk; known are .*oddTags/,
    );
    assert.throws(() => createMemoryRegistry({ quirks: ["constructor"] }), TypeError);
  });

  for (const [quirk, tryIt] of Object.entries(tried)) {
    test(quirk, async () => {
      const list = dockerList(dockerImage({ architecture: "arm64" }), dockerImage());
      const index = ociIndex(ociImage());
      const auth = quirk === "challengeless401" ? { type: "bearer", users: { ada: "secret" } } : undefined;
      const [quirky, plain] = [emptyRegistry({ quirks: [quirk], auth }), emptyRegistry({ auth })];
      for (const { registry } of [quirky, plain]) {
        for (const image of [list, index]) await seed(registry, image);
      }
      await tryIt({ ...quirky, list, index });
      // And without the quirk the same expectation fails: each switch does something.
      await assert.rejects(() => tryIt({ ...plain, list, index }), assert.AssertionError);
    });
  }

  /** Without a request, since some of these registries refuse every login. */
  async function seed(registry, image) {
    for (const child of image.children) {
      for (const { bytes } of child.blobs) await registry.putBlob(NAME, bytes);
      await registry.putManifest(NAME, undefined, child.bytes);
    }
    await registry.putManifest(NAME, image.mediaType.includes("list") ? "list" : "index", image.bytes);
  }
});

suite("as a product", () => {
  test("every sample can be pushed and is the same bytes each time", async () => {
    const registry = createMemoryRegistry({ quirks: ["childrenRequired"] });
    const [once, again] = [samples(), samples()];
    for (const [name, image] of Object.entries(once)) {
      assert.equal(await pushAll(registry.fetch, BASE, `demo/${name}`, "latest", image), again[name].digest);
    }
    assert.deepEqual(
      registry.repositories(),
      Object.keys(once)
        .map((name) => `demo/${name}`)
        .sort(),
    );
  });

  test("it needs nothing but web standards", async () => {
    const folder = new URL("../../../pkg/testing/", import.meta.url);
    const rooms = (await readdir(folder)).map((file) => new URL(file, folder));
    for (const file of rooms) {
      const imported = [
        ...(await readFile(file, "utf8")).matchAll(/^(?:import|export) .* from "([^"]+)";$/gm),
      ].map(([, from]) => from);
      for (const from of imported) assert.match(from, /^\.\/\w+\.js$/, `${file}`);
    }
  });

  test("a hundred requests at once", async () => {
    const { registry, ask } = emptyRegistry();
    const names = Array.from({ length: 100 }, (_, number) => `blob ${number}`);
    await Promise.all(
      names.map((name) =>
        ask(`/v2/${NAME}/blobs/uploads/?digest=${digestOf(name)}`, { method: "POST", body: name }),
      ),
    );
    assert.equal(names.filter((name) => registry.blob(NAME, digestOf(name))).length, 100);
    assert.equal(registry.requests.length, 100);
  });
});
