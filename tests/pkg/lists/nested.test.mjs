/** Indexes that list indexes: each is read once, and what they list together is bounded as what a single one lists. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createClient, createManifests, diff, memoryStore } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { entry, ociImage, ociIndex, pushAll } from "../../support/images.mjs";

const HOST = "registry.example";
const APP = `${HOST}/team/app`;
const image = ociImage();
/** An index that lists another one so many times. */
const fan = (index, count) => ociIndex(...Array.from({ length: count }, (_, at) => entry(index, { annotations: { "org.example.at": String(at) } })));
/** A million images, by four documents. */
const bomb = [100, 100, 100].reduce(fan, ociIndex(image));
/** No image at all, and more empty indexes than an index may list. */
const husks = [2, 5001].reduce(fan, ociIndex());
const many = fan(ociIndex(image, ociImage({ architecture: "arm64" })), 500);

async function ready() {
  const registry = createMemoryRegistry();
  const put = (tag, index) => pushAll(registry.fetch, `https://${HOST}`, "team/app", tag, index);
  // Each document once: the fan is wide.
  const unique = (index) => ({ ...index, children: index.children.slice(0, 1).map(unique) });
  for (const [tag, index] of Object.entries({ bomb, husks })) await put(tag, unique(index));
  await put("many", { ...many, children: many.children.slice(0, 1) });
  await put("base", ociIndex(ociImage({ architecture: "s390x" })));
  registry.requests.length = 0;
  const client = createClient({ fetch: registry.fetch });
  return { registry, client, manifests: createManifests({ client, store: memoryStore() }) };
}

/** What walks through an index, with all that it lists. */
const WALKS = {
  "create": ({ client }, tag) => client.create(`${APP}:1`, [`:${tag}`]),
  "an edit that adds it": ({ client }, tag) => client.edit(`${APP}:base`, (index) => index.add(`:${tag}`), { to: "1" }),
  "a draft": ({ manifests }, tag) => manifests.create(`${APP}:1`, [`${APP}:${tag}`]),
  "check": ({ client }, tag) => client.check(`${APP}:${tag}`),
  "diff": ({ client }, tag) => diff(`${APP}:base`, `${APP}:${tag}`, { client }),
};

describe("an index that others multiply", () => {
  for (const [about, walk] of Object.entries(WALKS)) {
    for (const tag of ["bomb", "husks"]) {
      test(`is refused by ${about}, after few requests and without a write: ${tag}`, { timeout: 20_000 }, async () => {
        const place = await ready();
        await assert.rejects(walk(place, tag), (error) => {
          assert.equal(error.code, "INDEX_TOO_LARGE", error.stack);
          assert.ok(error.hint, "a hint");
          return true;
        });
        const { requests } = place.registry;
        assert.ok(requests.length <= 8, `${requests.length} requests`);
        assert.ok(requests.every(({ method }) => ["GET", "HEAD"].includes(method)));
      });
    }
  }

  test("is not followed by find and by the plan of a deletion beyond what is new in it", { timeout: 20_000 }, async () => {
    const { registry, client } = await ready();
    await assert.rejects(async () => {
      for await (const _ of client.find(image.digest, APP));
    }, { code: "INDEX_TOO_LARGE" });
    assert.ok(registry.requests.length < 30, `${registry.requests.length} requests`);
    registry.requests.length = 0;
    const { deletes, keeps } = await client.planDeletion(`${APP}:bomb`);
    assert.equal(deletes.length, 4, "the four indexes");
    assert.deepEqual(keeps, [{ digest: image.digest, tags: ["many"] }]);
    assert.ok(registry.requests.length < 30, `${registry.requests.length} requests`);
  });
});

test("an index that is listed often is read once", async () => {
  const { registry, client, manifests } = await ready();
  const gets = () => registry.requests.splice(0).filter(({ method, url }) => method === "GET" && url.includes("/manifests/")).length;
  const { document } = await client.create(`${APP}:1`, [":many"]);
  assert.deepEqual([document.manifests.length, gets()], [2, 2]);
  await client.edit(`${APP}:base`, (index) => index.add(":many"), { to: "2" });
  assert.ok(gets() <= 6);
  await manifests.create(`${APP}:3`, [`${APP}:many`]);
  assert.ok(gets() <= 5);
  const { images } = await client.check(`${APP}:many`);
  assert.deepEqual([images.length, gets()], [1000, 2]);
});
