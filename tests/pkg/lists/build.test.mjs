/** Indexes made of entries, and read as images with what is about each. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { buildIndex, editIndex, imagesOf, isAttestation, parseManifest } from "multiarch";

import { dockerImage, indexWithAttestations, ociImage, ociIndex } from "../../support/images.mjs";
import { codeOf } from "../../support/vectors.mjs";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const parsed = ({ bytes, mediaType }) => parseManifest(bytes, { mediaType });
const digests = ({ manifests }) => manifests.map(({ digest }) => digest);
const entry = ({ mediaType, digest, bytes }, architecture) => ({
  descriptor: { mediaType, digest, size: bytes.length }, platform: { os: "linux", architecture },
});

test("an index has what it was made of, in the order given", () => {
  const index = buildIndex([{ descriptor: parsed(arm64), platform: "linux/arm64" }, entry(amd64, "amd64")], { annotations: { a: "b" } });
  assert.deepEqual(index.json, {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [arm64, amd64].map(({ mediaType, digest, bytes }, at) => (
      { mediaType, digest, size: bytes.length, platform: { architecture: ["arm64", "amd64"][at], os: "linux" } })),
    annotations: { a: "b" },
  });
  assert.equal(buildIndex([], { type: "docker" }).mediaType, "application/vnd.docker.distribution.manifest.list.v2+json");
  assert.deepEqual(digests(buildIndex([parsed(amd64)])), [amd64.digest], "a document is its descriptor");
});

test("with an order by platform, the same entries give one digest", () => {
  const entries = [entry(amd64, "amd64"), entry(arm64, "arm64"), entry(dockerImage(), "s390x")];
  const sorted = buildIndex(entries, { order: "platform" });
  assert.equal(buildIndex(entries.toReversed(), { order: "platform" }).digest, sorted.digest);
  assert.notEqual(buildIndex(entries.toReversed()).digest, sorted.digest);
});

test("one digest is one entry, and one platform one image unless it is said", () => {
  assert.deepEqual(digests(buildIndex([entry(amd64, "amd64"), entry(amd64, "amd64")])), [amd64.digest]);
  const twice = [entry(amd64, "arm64"), { ...entry(arm64, "arm64"), platform: "linux/arm64/v8" }];
  assert.equal(codeOf(() => buildIndex(twice)), "PLATFORM_DUPLICATE");
  assert.deepEqual(digests(buildIndex(twice, { onDuplicate: "replace" })), [arm64.digest]);
  assert.deepEqual(digests(buildIndex(twice, { onDuplicate: "keep" })), [amd64.digest, arm64.digest]);
});

test("what cannot be written is refused", () => {
  assert.equal(codeOf(() => buildIndex([{ mediaType: "a/b" }])), "DESCRIPTOR_INVALID");
  assert.equal(codeOf(() => buildIndex([], { type: "docker", annotations: { a: "b" } })), "MEDIA_TYPE_UNSUPPORTED");
  for (const options of [{ type: "v2" }, { order: "size" }, { onDuplicate: "both" }, { annotations: { a: 1 } }]) {
    assert.equal(codeOf(() => buildIndex([entry(amd64, "amd64")], options)), "OPTION_INVALID", JSON.stringify(options));
  }
});

test("attestations are folded under the image that they are about", () => {
  const index = parsed(indexWithAttestations(amd64, arm64));
  const images = imagesOf(index);
  assert.deepEqual(images.map(({ descriptor }) => descriptor.digest), [amd64.digest, arm64.digest]);
  assert.deepEqual(images.map(({ platform }) => platform.architecture), ["amd64", "arm64"]);
  for (const { descriptor, attestations } of images) {
    assert.deepEqual(attestations.map(({ annotations }) => annotations["vnd.docker.reference.digest"]), [descriptor.digest]);
    assert.deepEqual([isAttestation(descriptor), attestations.map(isAttestation)], [false, [true]]);
  }
  const orphan = editIndex(index).remove(amd64.digest).build();
  assert.deepEqual(imagesOf(orphan).map(({ attestations }) => attestations.length), [1]);
  assert.deepEqual(imagesOf(parsed(ociIndex())), []);
  assert.equal(codeOf(() => imagesOf(parsed(amd64))), "NOT_AN_INDEX");
});
