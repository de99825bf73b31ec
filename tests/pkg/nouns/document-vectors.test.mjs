/** The rows about documents, through the package: what a body is, and the image specification's own examples. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, digest, parseImageConfig, parseManifest } from "multiarch";

import { codeOf, rustTable, vectorBytes, vectors } from "../../support/vectors.mjs";

const TYPES = {
  list: "application/vnd.docker.distribution.manifest.list.v2+json",
  docker: "application/vnd.docker.distribution.manifest.v2+json",
  index: "application/vnd.oci.image.index.v1+json",
  oci: "application/vnd.oci.image.manifest.v1+json",
};

test("every document of mediatype-detection has the verdict that the core's tests state", () => {
  const verdicts = new Map(rustTable("manifest/verdicts.rs", "VERDICTS").map(([id, guess, accepted]) => [id, { guess, accepted }]));
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

/** What becomes of a document that is to be pushed: its code, or undefined when it gets as far as a request. */
async function pushed(document) {
  let isAsked = false;
  const fetch = async () => {
    isAsked = true;
    return new Response("", { status: 201 });
  };
  const error = await createClient({ fetch }).push(document, "registry.example/a:1").catch((failure) => failure);
  // What the stub makes of the rest does not matter: a document with a subject needs more than one answer.
  return isAsked ? undefined : error.code;
}

test("the image specification's documents are written as its validator judges, or more strictly by rule", async () => {
  const parsers = {
    manifest: (bytes) => parseManifest(bytes, { mediaType: TYPES.oci }),
    index: (bytes) => parseManifest(bytes, { mediaType: TYPES.index }),
    config: (bytes) => parseImageConfig(bytes),
  };
  const run = { written: 0, read: 0 };
  for (const row of vectors("image-spec/index").files) {
    const parse = parsers[row.kind];
    if (!parse) continue;
    let bytes = vectorBytes(`image-spec/${row.file}`);
    assert.equal(digest(bytes), row.sha256, row.file);
    if (row.note?.includes("replacing Docker media types")) bytes = withOciTypes(bytes);
    let code = codeOf(() => parse(bytes));
    if (row.kind === "config") {
      // Configs are read only: whether one may be written is the core's own test.
      run.read += 1;
      if (row.valid) assert.ok(!code || STRICTER.includes(code), `${row.file}: ${code}`);
      continue;
    }
    const noLayers = row.kind === "manifest" && !code && parse(bytes).layers.length === 0;
    code ??= await pushed(parse(bytes));
    run.written += 1;
    if (row.valid) assert.ok(!code || STRICTER.includes(code), `${row.file}: ${code}`);
    else assert.ok(code || noLayers, `${row.file} is not valid: ${row.description}`);
  }
  assert.ok(run.written > 50 && run.read > 10, JSON.stringify(run));
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
