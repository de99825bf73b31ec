/** No update is lost: writers that change one tag at the same time, on registries with conditions and without. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createClient } from "multiarch";

import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { ociImage, ociIndex } from "../../support/images.mjs";
import { noting, race } from "../../support/rivals.mjs";

const REPOSITORY = "registry.example/team/app";
const [amd64, arm64, s390x] = ["amd64", "arm64", "s390x"].map((architecture) => ociImage({ architecture }));
const index = ociIndex(amd64);

async function world(options) {
  const registry = createMemoryRegistry(options);
  for (const image of [amd64, arm64, s390x]) {
    for (const { bytes } of image.blobs) await registry.putBlob("team/app", bytes);
    await registry.putManifest("team/app", undefined, image.bytes, { mediaType: image.mediaType });
  }
  return registry;
}

const listed = (registry, tag) => JSON.parse(Buffer.from(registry.manifest("team/app", tag).bytes)).manifests;

/** What each of the writers calls to add an image. */
const WAYS = {
  "by edit": ["edit", "edit"],
  "by create": ["create", "create"],
  "by edit and by create": ["edit", "create"],
};
const CALLS = {
  edit: (client, reference, { digest }) => client.edit(reference, (list) => list.add(`@${digest}`)),
  create: (client, reference, { digest }) => client.create(reference, [`@${digest}`], { append: true }),
};

describe("two writers add different platforms to one tag, 200 times", () => {
  for (const [name, quirks] of [["with If-Match", []], ["without conditions", ["noConditions"]]]) {
    for (const [way, calls] of Object.entries(WAYS)) {
      test(`${way}: both are there every time on a registry ${name}`, async (t) => {
        const registry = await world({ quirks });
        const puts = new Map();
        const clients = [0, 1].map((who) => createClient({ fetch: noting(registry.fetch, who, puts) }));
        const { met, lost } = await race({
          count: 200,
          most: 40,
          isExact: true,
          digests: [amd64, arm64, s390x].map(({ digest }) => digest).sort(),
          async prepare(at) {
            await registry.putManifest("team/app", `t${at}`, index.bytes, { mediaType: index.mediaType });
            return `${REPOSITORY}:t${at}`;
          },
          write: (who, reference) => CALLS[calls[who]](clients[who], reference, [arm64, s390x][who]),
          read: async (reference) => listed(registry, reference.split(":").pop()).map(({ digest }) => digest),
          puts: (reference) => puts.get(`https://registry.example/v2/team/app/manifests/${reference.split(":").pop()}`),
        });
        t.diagnostic(`${met} of 400 writers met another one, ${lost} writes were lost at first; ${registry.requests.length} requests`);
        assert.ok(met >= 200, `only ${met} writers met another one`);
        if (quirks.length > 0) assert.ok(lost > 100, `only ${lost} writes were lost`);
        else assert.equal(lost, 0);
      });
    }
  }
});

describe("a create in place of what is there", () => {
  const CREATED = [`@${arm64.digest}`];
  const prepared = async (...tags) => {
    const registry = await world();
    for (const tag of tags) await registry.putManifest("team/app", tag, index.bytes, { mediaType: index.mediaType });
    const puts = () => registry.requests.filter(({ method }) => method === "PUT").length;
    return { registry, client: createClient({ fetch: registry.fetch }), puts };
  };
  const digests = (registry, tag) => listed(registry, tag).map(({ digest }) => digest);

  test("is merged with what was written since the digest that is expected, or refused", async () => {
    const { registry, client } = await prepared("1");
    await client.edit(`${REPOSITORY}:1`, (list) => list.add(`@${s390x.digest}`));
    const since = registry.manifest("team/app", "1").digest;
    const options = { expect: index.digest };
    await assert.rejects(client.create(`${REPOSITORY}:1`, CREATED, { ...options, merge: false }), ({ code, details }) => {
      assert.equal(code, "PRECONDITION_FAILED");
      assert.deepEqual(details, { expected: index.digest, actual: since });
      return true;
    });
    const planned = await client.create(`${REPOSITORY}:1`, CREATED, { ...options, dryRun: true });
    assert.equal(registry.manifest("team/app", "1").digest, since);
    const created = await client.create(`${REPOSITORY}:1`, CREATED, options);
    assert.equal(created.document.digest, planned.document.digest);
    // The create leaves amd64 out; the other writer has added s390x.
    assert.deepEqual(digests(registry, "1").sort(), [arm64, s390x].map(({ digest }) => digest).sort());
  });

  test("fails where both change the same", async () => {
    const { client } = await prepared("1");
    const other = ociImage({ architecture: "amd64", text: "other" });
    const moved = await client.edit(`${REPOSITORY}:1`, (list) => list.setPlatform("linux/amd64", { variant: "v2" }));
    await assert.rejects(client.create(`${REPOSITORY}:1`, CREATED, { expect: index.digest }), ({ code, details }) => {
      assert.equal(code, "UPDATE_CONFLICT");
      assert.equal(details.actual, moved.document.digest);
      return true;
    });
    await assert.rejects(client.create(`${REPOSITORY}:1`, CREATED, { expect: other.digest }), { code: "PRECONDITION_FAILED" });
    // What is no index cannot be merged.
    await client.copy(`${REPOSITORY}@${s390x.digest}`, `${REPOSITORY}:1`);
    await assert.rejects(client.create(`${REPOSITORY}:1`, CREATED, { expect: index.digest }), { code: "UPDATE_CONFLICT" });
  });

  test("adds to each of its tags, writes nothing when it is repeated, and creates a tag only where that is said", async () => {
    const { registry, client, puts } = await prepared("1");
    const targets = [`${REPOSITORY}:1`, `${REPOSITORY}:latest`];
    const { references, document } = await client.create(targets, CREATED, { append: true });
    assert.deepEqual(references, targets.map((target) => `${target}@${document.digest}`));
    assert.deepEqual(digests(registry, "latest"), [amd64, arm64].map(({ digest }) => digest));
    const count = puts();
    await client.create(targets, CREATED, { append: true });
    assert.equal(puts(), count);
    await assert.rejects(client.create(`${REPOSITORY}:new`, CREATED, { append: true }), ({ code, message, hint }) => {
      assert.equal(code, "MANIFEST_UNKNOWN");
      assert.match(`${message}\n${hint}`, /no registry\.example\/team\/app:new to add to\n.*--append.*--expect none/);
      return true;
    });
    await client.create(`${REPOSITORY}:new`, CREATED, { append: true, expect: null });
    assert.deepEqual(digests(registry, "new"), [arm64.digest]);
  });
});

test("an edit that goes to another tag is merged with what is written there meanwhile", async () => {
  const registry = await world();
  await registry.putManifest("team/app", "1", index.bytes, { mediaType: index.mediaType });
  const client = createClient({ fetch: registry.fetch });
  const to = (image, options) => client.edit(`${REPOSITORY}:1`, async (list) => {
    list.add(`@${image.digest}`);
    // Another writer is there first.
    if (image === arm64) await to(s390x);
  }, { to: "2", ...options });
  const { conflicts } = await to(arm64);
  assert.equal(conflicts.length, 1);
  assert.deepEqual(listed(registry, "2").map(({ digest }) => digest).sort(), [amd64, arm64, s390x].map(({ digest }) => digest).sort());
  assert.deepEqual(listed(registry, "1").map(({ digest }) => digest), [amd64.digest]);
  await assert.rejects(to(arm64, { merge: false, expect: index.digest }), { code: "PRECONDITION_FAILED" });
});
