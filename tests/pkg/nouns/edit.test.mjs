/** Indexes that are edited: what is asked for changes, and nothing else does. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MultiarchError, editIndex, parseManifest } from "multiarch";

import { artifact, dockerImage, dockerList, indexWithAttestations, ociImage, ociIndex } from "../../support/images.mjs";
import { codeOf } from "../../support/vectors.mjs";

const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const IMAGE = "application/vnd.oci.image.manifest.v1+json";
const digestOf = (digit) => `sha256:${digit.repeat(64)}`;
const imageOf = (digit, architecture, more) => ({
  mediaType: IMAGE, digest: digestOf(digit), size: 7, platform: { os: "linux", architecture }, ...more,
});
const textOf = ({ bytes }) => Buffer.from(bytes).toString();
const digests = ({ manifests }) => manifests.map(({ digest }) => digest);
const parsed = ({ bytes, mediaType }) => parseManifest(bytes, { mediaType });

/** The error of a call. */
function errorOf(work) {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof MultiarchError, String(error?.stack));
    return error;
  }
  return assert.fail("it does not throw");
}

/** An index in a layout that no serializer writes, with members that are not known here. */
const KEPT = `{ "digest":"${digestOf("a")}" , "size": 7,"mediaType":"${IMAGE}",  "x-own":[ 1.50 ],"platform":{"os":"linux","architecture":"amd64"}}`;
const OTHER = `{"mediaType":"${IMAGE}","digest":"${digestOf("b")}","size":7,"platform":{"architecture":"arm64","os":"linux"}}`;
const ODD = `{\n  "x-first": "\\u0061",\n  "schemaVersion": 2,\n  "manifests": [\n    ${KEPT},\n    ${OTHER}\n  ],\n  "x-last": 1e2\n}\n`;

test("an index that is not changed keeps its bytes", () => {
  assert.equal(textOf(editIndex(parseManifest(ODD)).build()), ODD);
});

test("entries and members that are not touched keep their text", () => {
  const editor = editIndex(parseManifest(ODD));
  const annotated = editor.annotate("linux/arm64/v8", { k: "v" }).build();
  assert.equal(textOf(annotated), ODD.replace(OTHER, OTHER.replace('"platform"', '"annotations":{"k":"v"},"platform"')));
  assert.equal(textOf(editor.annotate(digestOf("b"), { k: null }).build()), ODD);
  const added = textOf(editIndex(parseManifest(ODD)).add(imageOf("c", "s390x")).build());
  assert.ok(added.startsWith(ODD.slice(0, ODD.indexOf(OTHER) + OTHER.length)) && added.endsWith('"x-last": 1e2\n}\n'), added);
  const removed = textOf(editIndex(parseManifest(ODD)).remove({ os: "linux", architecture: "arm64" }).build());
  assert.equal(removed, ODD.replace(`,\n    ${OTHER}`, ""));
});

test("an index is made of nothing", () => {
  assert.equal(textOf(editIndex().build()), `{"schemaVersion":2,"mediaType":"${OCI_INDEX}","manifests":[]}`);
  assert.equal(editIndex({ mediaType: DOCKER_LIST }).build().mediaType, DOCKER_LIST);
  const editor = editIndex().add(imageOf("a", "amd64"));
  assert.deepEqual(editor.build().manifests, [imageOf("a", "amd64")]);
  assert.deepEqual(digests(editor.add(imageOf("b", "arm64")).build()), [digestOf("a"), digestOf("b")], "it goes on after build");
  assert.equal(codeOf(() => editIndex({ mediaType: IMAGE }).build()), "NOT_AN_INDEX");
  assert.equal(codeOf(() => editIndex({ mediaType: "none" }).build()), "MEDIA_TYPE_INVALID");
  assert.equal(codeOf(() => editIndex(parsed(ociImage())).build()), "NOT_AN_INDEX");
});

test("a document is added with its type, digest and size, and an artifact with its type", () => {
  const image = ociImage();
  const own = { mediaType: image.mediaType, digest: image.digest, size: image.bytes.length };
  const platform = { os: "linux", architecture: "arm64", variant: "v8" };
  const placed = editIndex().add(parsed(image), { platform: "linux/arm64/v8", annotations: { a: "b", ["__proto__"]: "c" } }).build();
  assert.deepEqual(placed.manifests, [{ ...own, platform, annotations: { a: "b", ["__proto__"]: "c" } }]);
  const foreign = editIndex().add({ bytes: image.bytes, mediaType: image.mediaType, size: 1, digest: undefined }).build();
  assert.deepEqual(foreign.manifests, [own]);
  const note = artifact();
  assert.equal(editIndex().add(parsed(note)).build().manifests[0].artifactType, "application/vnd.example.note");
  assert.equal(codeOf(() => editIndex().add({ bytes: image.bytes, digest: digestOf("a") })), "DIGEST_MISMATCH");
});

test("options of an entry stand beside what it says", () => {
  const entry = imageOf("a", "amd64", { annotations: { a: "1", b: "2" } });
  const [found] = editIndex().add(entry, { platform: "linux/s390x", annotations: { b: "3", c: "4" } }).build().manifests;
  assert.deepEqual(found, { ...entry, platform: { os: "linux", architecture: "s390x" }, annotations: { a: "1", b: "3", c: "4" } });
  const error = errorOf(() => editIndex().add(entry, { platform: { os: "linux", architecture: "" } }).build());
  assert.deepEqual([error.code, error.details.operation], ["PLATFORM_INVALID", 0]);
});

test("a second image for a platform is refused, replaces the first, or stays beside it", () => {
  const rival = imageOf("c", "arm64", { platform: { os: "linux", architecture: "arm64", variant: "v8" } });
  const editor = () => editIndex(parseManifest(ODD));
  const error = errorOf(() => editor().annotate("index", { a: "b" }).add(rival).build());
  assert.equal(error.code, "PLATFORM_DUPLICATE");
  assert.deepEqual(error.details, { digests: [digestOf("b"), digestOf("c")], operation: 1 });
  assert.equal(codeOf(() => editor().add(rival, { onDuplicate: "refuse" }).build()), "PLATFORM_DUPLICATE");
  assert.deepEqual(digests(editor().add(rival, { onDuplicate: "replace" }).build()), [digestOf("a"), digestOf("c")]);
  const both = editor().add(rival, { onDuplicate: "keep" });
  assert.deepEqual(digests(both.build()), [digestOf("a"), digestOf("b"), digestOf("c")]);
  assert.equal(codeOf(() => both.remove("linux/arm64").build()), "PLATFORM_DUPLICATE");
});

test("an image goes with its attestations", () => {
  const [amd64, arm64] = [ociImage(), ociImage({ architecture: "arm64" })];
  const index = parsed(indexWithAttestations(amd64, arm64));
  const [first, , attestation] = digests(index);
  assert.deepEqual(digests(editIndex(index).remove("linux/arm64").build()), [first, attestation]);
  const replaced = editIndex(index).replace(arm64.digest, imageOf("c", "arm64")).build();
  assert.deepEqual(digests(replaced), [first, digestOf("c"), attestation]);
  const error = errorOf(() => editIndex(index).remove("linux/s390x").build());
  assert.equal(error.code, "ENTRY_UNKNOWN");
  assert.deepEqual(error.details, { available: ["linux/amd64", "linux/arm64"], operation: 0 });
  assert.equal(codeOf(() => editIndex(index).remove(digestOf("f")).build()), "ENTRY_UNKNOWN");
});

test("platforms are set, and their members taken away", () => {
  const index = parsed(ociIndex(ociImage({ architecture: "arm", variant: "v7" }), ociImage()));
  const set = (...given) => editIndex(index).setPlatform(...given).build().manifests[0].platform;
  assert.deepEqual(set("linux/arm/v7", { variant: "v6" }), { os: "linux", architecture: "arm", variant: "v6" });
  assert.deepEqual(set(index.manifests[0].digest, { variant: "", osFeatures: ["a"] }), { os: "linux", architecture: "arm", osFeatures: ["a"] });
  assert.equal(codeOf(() => set("linux/arm/v7", { architecture: "amd64", variant: "" })), "PLATFORM_DUPLICATE");
  assert.equal(codeOf(() => set("linux/arm/v7", { os: "" })), "PLATFORM_INVALID");
});

test("a Docker list holds no annotations and no type of artifact", () => {
  const list = parsed(dockerList(dockerImage()));
  const refused = [
    (editor) => editor.annotate("index", { a: "b" }),
    (editor) => editor.annotate("linux/amd64", { a: "b" }),
    (editor) => editor.add(imageOf("a", "s390x"), { annotations: { a: "b" } }),
    (editor) => editor.replace("linux/amd64", imageOf("a", "s390x", { artifactType: "a/b" })),
    (editor) => editor.artifactType("a/b"),
    (editor) => editor.subject(imageOf("a", "amd64")),
    (editor) => editor.convert(OCI_INDEX).annotate("index", { a: "b" }).convert(DOCKER_LIST),
  ];
  for (const edit of refused) assert.equal(codeOf(() => edit(editIndex(list)).build()), "MEDIA_TYPE_UNSUPPORTED", String(edit));
  const converted = editIndex(list).convert(OCI_INDEX).annotate("index", { a: "b" }).build();
  assert.deepEqual([converted.mediaType, converted.annotations], [OCI_INDEX, { a: "b" }]);
});

test("subject, type of artifact and order are set", () => {
  const subject = { mediaType: IMAGE, digest: digestOf("d"), size: 3 };
  const editor = editIndex().add(imageOf("a", "arm64")).add(imageOf("b", "amd64")).order("platform").subject(subject).artifactType("a/b");
  const index = editor.build();
  assert.deepEqual([digests(index), index.subject, index.artifactType], [[digestOf("b"), digestOf("a")], subject, "a/b"]);
  const without = editor.subject(null).artifactType(null).build();
  assert.deepEqual([without.subject, without.artifactType], [undefined, undefined]);
});

test("bad arguments are refused at once", () => {
  const editor = editIndex();
  const refused = {
    OPTION_INVALID: [
      () => editIndex(null), () => editIndex({}), () => editIndex("a"), () => editor.add(null), () => editor.add(imageOf("a", "b"), 1),
      () => editor.add(imageOf("a", "b"), { onDuplicate: "both" }), () => editor.add(imageOf("a", "b"), { annotations: { a: null } }),
      () => editor.remove(), () => editor.annotate("index", { a: 1 }), () => editor.annotate("index", ["a"]), () => editor.annotate("index"),
      () => editor.setPlatform("linux/amd64", "linux/arm64"), () => editor.order("size"), () => editor.subject(), () => editor.convert(),
    ],
    DESCRIPTOR_INVALID: [
      () => editor.add({}), () => editor.add(imageOf("a", "b", { size: -1 })), () => editor.add(imageOf("a", "b", { size: 1.5 })),
      () => editor.add(imageOf("a", "b", { problem: "no digest" })), () => editor.subject({ mediaType: IMAGE, size: 1 }),
    ],
    PLATFORM_INVALID: [() => editor.remove(1), () => editor.add(imageOf("a", "b"), { platform: 1 })],
  };
  for (const [code, calls] of Object.entries(refused)) {
    for (const call of calls) assert.equal(codeOf(call), code, String(call));
  }
  assert.deepEqual(editor.build().manifests, [], "nothing of them is kept");
  assert.equal(codeOf(() => editIndex().remove("sha256:abc").build()), "DIGEST_INVALID");
  assert.equal(codeOf(() => editIndex().remove("a b").build()), "PLATFORM_INVALID");
});

test("what a caller changes afterwards is not applied", () => {
  const entry = imageOf("a", "amd64");
  const editor = editIndex().add(entry);
  entry.digest = digestOf("b");
  entry.platform.os = "windows";
  assert.deepEqual(editor.build().manifests, [imageOf("a", "amd64")]);
});
