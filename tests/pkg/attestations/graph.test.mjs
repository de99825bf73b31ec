/** What refers to a manifest and to what it lists: every way in which registries and tools keep it. */

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { attestationsOf, createClient } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import {
  buildkitEntry, bundle, cosignAttestation, cosignSignature, cosignTag, manifestOf, spdxReferrer,
} from "../../support/attestations.mjs";
import { artifact, ociImage, ociIndex, pushAll } from "../../support/images.mjs";

const amd = ociImage();
const arm = ociImage({ architecture: "arm64" });
const index = ociIndex(amd, arm, buildkitEntry(amd), buildkitEntry(arm));
const spdx = spdxReferrer(amd);

let sent;
beforeEach(() => (sent = []));

async function place(quirks = []) {
  const registry = createMemoryRegistry({ quirks });
  const push = (tag, image) => pushAll(registry.fetch, "http://registry.test", "team/app", tag, image);
  const client = createClient({
    insecure: true,
    retry: { attempts: 1 },
    fetch: (url, init) => {
      sent.push(`${init.method ?? "GET"} ${new URL(url).pathname.split("/").at(-2)}`);
      return registry.fetch(url, init);
    },
  });
  await push("1", index);
  return { registry, push, client };
}

/** A tree as lines: relation, kinds of contents. */
const outline = ({ relation, contents, problem, nodes }, depth = 0) => [
  `${"  ".repeat(depth)}${[relation, ...(contents ?? []).map(({ kind }) => kind), problem?.code].filter(Boolean).join(" ")}`,
  ...nodes.flatMap((node) => outline(node, depth + 1)),
];

/** Puts a referrer, and for registries without the API the fallback tag, as the client itself does. */
async function attach({ client, push }, image) {
  await push(undefined, image);
  const { parseManifest } = await import("multiarch");
  await client.push(parseManifest(image.bytes, { mediaType: image.mediaType }), `registry.test/team/app@${image.digest}`);
}

for (const quirks of [[], ["noReferrers"]]) {
  test(`a whole graph ${quirks.length > 0 ? "without" : "with"} the referrers API`, async () => {
    const own = await place(quirks);
    await own.push(cosignTag(index, "sig"), cosignSignature(index));
    await own.push(cosignTag(arm, "att"), cosignAttestation(arm));
    for (const image of [bundle(index), spdx, bundle(spdx)]) await attach(own, image);
    const tree = await attestationsOf("registry.test/team/app:1", { client: own.client });
    assert.equal(tree.signatures, "not checked");
    assert.deepEqual(outline(tree.root), [
      "root",
      "  child",
      "    attestation provenance sbom",
      "    referrer sbom",
      "      referrer provenance",
      "  child",
      "    attestation provenance sbom",
      "    cosign sbom",
      "  referrer provenance",
      "  cosign signature",
    ]);
    const [first, second] = tree.root.nodes;
    assert.deepEqual([first.descriptor.platform, first.descriptor.digest], [{ os: "linux", architecture: "amd64" }, amd.digest]);
    assert.equal(second.nodes[1].tag, cosignTag(arm, "att"));
    for (const { contents } of [...first.nodes, ...second.nodes]) for (const { isAboutSubject } of contents) assert.notEqual(isAboutSubject, false);
  });
}

test("what it costs: two to five requests for each manifest, and without contents no more", async () => {
  const { client } = await place();
  await attestationsOf("registry.test/team/app:1", { client, contents: false });
  const count = (kind) => sent.filter((request) => request === kind).length;
  // The index and its two images.
  assert.deepEqual([count("GET manifests"), count("GET referrers"), count("HEAD manifests"), count("GET blobs")], [1, 3, 9, 0]);
  sent = [];
  const asked = [];
  const { root } = await attestationsOf("registry.test/team/app:1", { client, contents: (number) => asked.push(number) > 1 });
  assert.deepEqual([asked, count("GET manifests"), root.nodes[0].nodes[0].contents], [[2], 1, undefined]);
  sent = [];
  await attestationsOf("registry.test/team/app:1", { client });
  // Two attestations of two layers; what is equal is one blob for the registry, and read for each.
  assert.deepEqual([count("GET manifests"), count("GET blobs")], [3, 4]);
});

describe("what is odd spoils itself alone", () => {
  test("an attestation that is not there, and one whose layers are odd", async () => {
    const { registry, client, push } = await place();
    const odd = buildkitEntry(amd, [
      ["application/vnd.in-toto+json", "{"], ["application/octet-stream", "x"], ["application/vnd.in-toto+json", { predicateType: "a", subject: [{ digest: { sha256: "00" } }] }],
    ]);
    const gone = buildkitEntry(arm, [["application/vnd.in-toto+json", "{}"]]);
    const list = ociIndex(amd, arm, odd, gone);
    await push(undefined, odd.image);
    await registry.putManifest("team/app", "2", list.bytes, { mediaType: list.mediaType });
    const { root } = await attestationsOf("registry.test/team/app:2", { client });
    assert.deepEqual(outline(root), ["root", "  child", "    attestation unknown unknown statement", "  child", "    attestation MANIFEST_UNKNOWN"]);
    const [broken, , other] = root.nodes[0].nodes[0].contents;
    assert.deepEqual([broken.problem.code, other.isAboutSubject], ["JSON_INVALID", false]);
  });

  test("a registry that refuses the list of referrers", async () => {
    const { registry } = await place();
    const client = createClient({
      insecure: true,
      retry: { attempts: 1 },
      fetch: (url, init) => (String(url).includes("/referrers/")
        ? Response.json({ errors: [{ code: "DENIED" }] }, { status: 403 }) : registry.fetch(url, init)),
    });
    const { root } = await attestationsOf("registry.test/team/app:1", { client, contents: false });
    assert.deepEqual(outline(root)[0], "root DENIED");
    assert.equal(root.nodes.length, 2);
  });

  test("attestations about what is not listed, and entries that cannot be used", async () => {
    const { registry, client, push } = await place();
    const orphan = buildkitEntry(ociImage({ text: "elsewhere" }));
    const list = ociIndex(amd, orphan);
    const json = JSON.parse(list.bytes);
    json.manifests.push({ digest: "none" }, 1);
    await push(undefined, orphan.image);
    await registry.putManifest("team/app", "3", Buffer.from(JSON.stringify(json)), { mediaType: list.mediaType });
    const { root } = await attestationsOf("registry.test/team/app:3", { client });
    assert.deepEqual(outline(root), ["root", "  child", "  attestation provenance sbom"]);
    assert.equal(root.nodes[1].contents[0].isAboutSubject, false);
  });
});

test("it is bounded in width and in depth", async () => {
  const { client, push } = await place();
  const many = ociIndex(...Array.from({ length: 70 }, (_, at) => ociImage({ architecture: `arch${at}` })));
  await push("many", many);
  const tree = await attestationsOf("registry.test/team/app:many", { client, contents: false });
  assert.deepEqual([tree.root.nodes.length, tree.unread], [70, 7]);
  let subject = amd;
  for (let depth = 0; depth < 6; depth += 1) {
    subject = artifact({ subject, text: String(depth) });
    await push(undefined, subject);
  }
  const deep = await attestationsOf(`registry.test/team/app@${amd.digest}`, { client, contents: false });
  assert.equal(outline(deep.root).length, 4);
  const layers = Array.from({ length: 40 }, (_, at) => ["application/vnd.in-toto+json", { at }]);
  const wide = manifestOf(layers, { artifactType: "a/b", subject: arm });
  await push(undefined, wide);
  const { root } = await attestationsOf(`registry.test/team/app@${arm.digest}`, { client });
  assert.equal(root.nodes[0].contents.length, 32);
});

test("only one type of artifact, where that is asked for", async () => {
  const { client, push } = await place();
  await push(undefined, spdx);
  await push(undefined, artifact({ subject: amd }));
  await push(cosignTag(amd, "sig"), cosignSignature(amd));
  const { root } = await attestationsOf(`registry.test/team/app@${amd.digest}`, { client, artifactType: "application/spdx+json" });
  assert.deepEqual(outline(root), ["root", "  referrer sbom"]);
});

test("arguments that are none are refused, and a reference that is not there", async () => {
  const { client } = await place();
  await assert.rejects(attestationsOf("registry.test/team/app:1"), { code: "OPTION_INVALID" });
  await assert.rejects(attestationsOf("registry.test/team/app:1", { client: {} }), { code: "OPTION_INVALID" });
  await assert.rejects(attestationsOf("A:B:C", { client }), { code: "REFERENCE_INVALID" });
  await assert.rejects(attestationsOf("registry.test/team/app:none", { client }), { code: "MANIFEST_UNKNOWN" });
  await assert.rejects(attestationsOf("registry.test/team/app:1", { client, signal: AbortSignal.abort() }), { code: "ABORTED" });
});
