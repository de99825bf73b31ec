/** The rows about documents, through the package: what a body is, and the image specification's own examples. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, parseImageConfig, parseManifest } from "multiarch";

import { codeOf, rustTable, vectorBytes, vectors } from "../support/vectors.mjs";

const TYPES = {
  list: "application/vnd.docker.distribution.manifest.list.v2+json",
  docker: "application/vnd.docker.distribution.manifest.v2+json",
  index: "application/vnd.oci.image.index.v1+json",
  oci: "application/vnd.oci.image.manifest.v1+json",
};

test("every document of mediatype-detection has the verdict that the core's tests state", () => {
  const verdicts = new Map(rustTable("documents.rs", "VERDICTS").map(([id, guess, accepted]) => [id, { guess, accepted }]));
  const { documents } = vectors("mediatype-detection");
  assert.equal(verdicts.size, documents.length);
  for (const { id, body } of documents) {
    const { guess, accepted } = verdicts.get(id);
    const found = codeOf(() => parseManifest(body)) ?? parseManifest(body).mediaType;
    assert.equal(found, TYPES[guess] ?? guess, id);
    const names = Object.keys(TYPES).filter((name) => !codeOf(() => parseManifest(body, { mediaType: TYPES[name] })));
    assert.equal(names.join(" "), accepted, id);
  }
});

/** Where the specification's validator and this package part; the core's tests hold each to its reason. */
const STRICTER = [
  "JSON_DUPLICATE_KEY",
  "DESCRIPTOR_INVALID",
  "SIZE_MISMATCH",
  "DIGEST_MISMATCH",
  "MEDIA_TYPE_MISMATCH",
  "MANIFEST_AMBIGUOUS",
];

test("the image specification's documents are judged as its validator does, or more strictly by rule", () => {
  const parsers = {
    manifest: (bytes) => parseManifest(bytes, { mediaType: TYPES.oci }),
    index: (bytes) => parseManifest(bytes, { mediaType: TYPES.index }),
    config: (bytes) => parseImageConfig(bytes),
  };
  let run = 0;
  for (const row of vectors("image-spec/index").files) {
    const parse = parsers[row.kind];
    if (!parse) continue;
    let bytes = vectorBytes(`image-spec/${row.file}`);
    assert.equal(digest(bytes), row.sha256, row.file);
    if (row.note?.includes("replacing Docker media types")) bytes = withOciTypes(bytes);
    const code = codeOf(() => parse(bytes));
    const noLayers = row.kind === "manifest" && !code && parse(bytes).layers.length === 0;
    run += 1;
    if (row.valid) assert.ok(!code || STRICTER.includes(code), `${row.file}: ${code}`);
    else assert.ok(code || noLayers, `${row.file} is not valid: ${row.description}`);
  }
  assert.ok(run > 80, `${run} rows`);
});

/** What the validator's own tests do to documents that Docker Hub served before OCI existed. */
function withOciTypes(bytes) {
  return bytes
    .toString()
    .replaceAll(TYPES.list, TYPES.index)
    .replaceAll(TYPES.docker, TYPES.oci)
    .replaceAll("application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json")
    .replaceAll("application/vnd.docker.image.rootfs.diff.tar.gzip", "application/vnd.oci.image.layer.v1.tar+gzip");
}
