/** The flags of commands that create an index in registries, by their names; buildx's where buildx has them. */

import { oneOf } from "./values.js";

/** A digest, or nothing for a tag that must not exist. */
const expected = (text) => (text === "none" ? null : text);

export const INDEX_FLAGS = {
  annotation: {
    name: "annotation", value: "annotation", list: true,
    summary: 'Annotate the index, "index:key=value", or its entries, "manifest-descriptor[linux/arm64]:key=value" (repeatable)',
  },
  append: { name: "append", summary: "Add to the index that the first target points at" },
  attestations: { name: "no-attestations", summary: "Leave out what an index lists beside its images (BuildKit's attestations)" },
  digests: {
    name: "digests", value: "dir",
    summary: "Take the digests that are the names of the files in this folder, as builds side by side leave them",
  },
  expect: {
    name: "expect", value: "digest", parse: expected,
    summary: 'Put the index in place of this digest, or of "none"; what others wrote since then is merged',
  },
  file: {
    name: "file", short: "f", value: "file", list: true,
    summary: "Take the image of this descriptor, or of what a build wrote with --metadata-file (repeatable)",
  },
  image: { name: "image", value: "repository", summary: "Repository of --digests (default that of the first target)" },
  metadata: {
    name: "metadata", value: "file",
    summary: 'Take targets and annotations from this JSON of docker/metadata-action; "env" for $DOCKER_METADATA_OUTPUT_JSON',
  },
  metadataFile: { name: "metadata-file", value: "file", summary: "Write the result to this file, as buildx does" },
  noMerge: { name: "no-merge", summary: "Fail where a target has been written since, in place of a merge" },
  onDuplicate: {
    name: "on-duplicate", value: "string", parse: oneOf(["refuse", "replace", "keep"]),
    summary: 'Of two images for one platform, "refuse" both (default), "replace" the earlier one or "keep" both',
  },
  order: {
    name: "order", value: "string", parse: oneOf(["given", "platform"]),
    summary: 'Order of the entries: as "given" (default), or by "platform", so that the same images make one digest',
  },
  platform: {
    name: "platform", short: "p", value: "string", list: true, parse: (text) => text.split(/,(?!osver=)/),
    summary: "Take the images for these platforms only, with their attestations (repeated or with commas)",
  },
  preferIndex: {
    name: "prefer-index", default: true,
    summary: "Make an index of a single image, too; with =false it is copied as it is",
  },
  target: { name: "target", short: "t", value: "reference", list: true, summary: "Push an index of all sources under this name (repeatable)" },
  type: { name: "type", value: "string", parse: oneOf(["oci", "docker"]), summary: 'Type of the index, "oci" or "docker"' },
};
