/** The rows about choosing an entry, through the package: whole indexes, and containerd's order of candidates. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, parseManifest, selectPlatform } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { codeOf, indexOf, platformOf, vectors } from "../../support/vectors.mjs";

/** The machine that ran the implementations. */
const host = { os: "linux", architecture: "amd64" };
const COLUMNS = {
  containerd_images_manifest_only: "containerd",
  containerd_images_manifest_onlystrict: "strict",
  crane: "first",
  containers_image: "podman",
};
const MATCHERS = { Only: "containerd", OnlyStrict: "strict" };

test("selectPlatform takes the step in the root that each implementation takes", () => {
  let run = 0;
  for (const scenario of vectors("index-selection").scenarios) {
    const text = scenario.blobs[scenario.root.digest];
    const index = parseManifest(text, { digest: scenario.root.digest });
    for (const row of scenario.hosts) {
      for (const [column, policy] of Object.entries(COLUMNS)) {
        const selection = selectPlatform(index, platformOf(row.host), { policy, host });
        assert.equal(selection.policy, policy);
        assert.equal(selection.candidates.length, index.manifests.length);
        const { path } = row.picks[column];
        if (path === undefined) continue;
        const at = Number(path.split("/")[0]);
        assert.equal(selection.index, at, `${scenario.id} ${column} ${JSON.stringify(row.host)}`);
        assert.equal(selection.descriptor.digest, scenario.index.manifests[at].digest);
        assert.equal(selection.candidates[0].index, at);
        run += 1;
      }
    }
  }
  assert.ok(run > 200, `${run} rows`);
});

test("client.resolve walks to the entry that each implementation picks", async () => {
  let run = 0;
  for (const scenario of vectors("index-selection").scenarios) {
    const registry = createMemoryRegistry();
    for (const [digest, text] of Object.entries(scenario.blobs)) {
      await registry.putBlob("a/b", text);
      const { mediaType } = await registry.putManifest("a/b", digest, text, { mediaType: typeOf(scenario, digest) });
      assert.ok(mediaType);
    }
    await registry.putManifest("a/b", "1", scenario.blobs[scenario.root.digest], { mediaType: scenario.root.mediaType });
    const client = createClient({ fetch: registry.fetch });
    for (const row of scenario.hosts) {
      for (const [column, policy] of Object.entries(COLUMNS)) {
        const { path } = row.picks[column];
        const options = { platform: platformOf(row.host), policy, host };
        const found = await client.resolve("registry.example/a/b:1", options).then(
          (resolved) => resolved.selection.path.join("/"),
          (error) => (error.code === "INTERNAL" ? Promise.reject(error) : undefined),
        );
        assert.equal(found, path, `${scenario.id} ${column} ${JSON.stringify(row.host)}`);
        run += 1;
      }
    }
  }
  assert.ok(run > 300, `${run} rows`);
});

/** The type under which some index lists a document. */
function typeOf(scenario, digest) {
  if (digest === scenario.root.digest) return scenario.root.mediaType;
  for (const text of Object.values(scenario.blobs)) {
    const listed = text.includes(digest) && JSON.parse(text);
    const entry = listed?.manifests?.find((candidate) => candidate.digest === digest);
    if (entry) return entry.mediaType;
  }
  return "application/octet-stream";
}

function ranked(index, platform, policy) {
  const { candidates } = selectPlatform(index, platform, { policy, host });
  return candidates.filter(({ rank }) => rank !== undefined).map(({ index: position }) => position);
}

test("candidates match and rank as in containerd", () => {
  const { candidates, match_matrix: matrix } = vectors("platforms").containerd;
  // No document can carry the others: an index must name os and architecture.
  const carried = candidates.flatMap(({ os, architecture }, position) => (os && architecture ? [position] : []));
  assert.ok(carried.length > 100, `${carried.length} candidates`);
  const index = parseManifest(indexOf(carried.map((position) => candidates[position])));
  let run = 0;
  for (const row of matrix.cases) {
    const policy = MATCHERS[row.matcher];
    if (!policy) continue;
    const found = ranked(index, platformOf(row.host), policy).map((at) => carried[at]);
    const expected = (positions) => positions.filter((position) => carried.includes(position));
    if (row.ranked_best_first) assert.deepEqual(found, expected(row.ranked_best_first), JSON.stringify(row));
    assert.deepEqual([...found].sort((a, b) => a - b), expected(row.matches), JSON.stringify(row));
    run += 1;
  }
  assert.ok(run >= 80, `${run} rows`);
});

test("an index is what selectPlatform takes", () => {
  const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: `sha256:${"0".repeat(64)}`, size: 2 };
  const image = parseManifest(JSON.stringify({ schemaVersion: 2, config, layers: [] }));
  assert.equal(codeOf(() => selectPlatform(image, "linux/amd64")), "NOT_AN_INDEX");
  assert.equal(selectPlatform(parseManifest(indexOf([])), "linux/amd64").index, undefined);
});
