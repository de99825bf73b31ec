/** The in-memory registry, endpoint by endpoint. */

import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { artifact, dockerImage, dockerList, ociImage, pushAll } from "../../support/images.mjs";
import { BASE, NAME, digestOf, emptyRegistry, put, refused } from "../../support/registry-requests.mjs";

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
