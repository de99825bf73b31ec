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

describe("two writers add different platforms to one tag, 200 times", () => {
  for (const [name, quirks] of [["with If-Match", []], ["without conditions", ["noConditions"]]]) {
    test(`both are there every time on a registry ${name}`, async (t) => {
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
        write: (who, reference) => clients[who].edit(reference, (list) => list.add(`@${[arm64, s390x][who].digest}`)),
        read: async (reference) => listed(registry, reference.split(":").pop()).map(({ digest }) => digest),
        puts: (reference) => puts.get(`https://registry.example/v2/team/app/manifests/${reference.split(":").pop()}`),
      });
      t.diagnostic(`${met} of 400 edits met another writer, ${lost} writes were lost at first; ${registry.requests.length} requests`);
      assert.ok(met >= 200, `only ${met} edits met another writer`);
      if (quirks.length > 0) assert.ok(lost > 100, `only ${lost} writes were lost`);
      else assert.equal(lost, 0);
    });
  }
});
