/** The quirks of the in-memory registry, and the registry as a product. */

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { suite, test } from "node:test";

import { createMemoryRegistry, PROFILES, QUIRKS } from "multiarch/testing";

import { artifact, dockerImage, dockerList, entry, ociImage, ociIndex, pushAll, samples } from "../../support/images.mjs";
import { BASE, NAME, digestOf, emptyRegistry, put, refused } from "../../support/registry-requests.mjs";

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
