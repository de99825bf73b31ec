/** Commands that make lists, change them, and look into them, each with its flags. */

import { EDIT_FLAGS } from "./edit-flags.js";
import { INDEX_FLAGS } from "./index-flags.js";
import { DRY_RUN, INSECURE, JSON_OUTPUT, UPLOAD_ORIGIN } from "./shared-flags.js";
import { assignment, oneOf, quoted } from "./values.js";

const commas = (text) => text.split(",");
const LIST_TYPES = ["oci", "docker"];

/** Flags of buildx that say how it works, not what it makes. */
const BUILDX = [
  { name: "builder", value: "string", summary: "Ignored: there is no builder" },
  { name: "progress", value: "string", summary: "Ignored" },
];

export const LIST_COMMANDS = [
  {
    name: "apply",
    usage: "[OPTIONS] [FILE|-]",
    summary: "Make the lists that a file describes, or one list of images whose names follow a template",
    arguments: [0, 1],
    load: () => import("../commands/apply.js"),
    examples: [
      "apply --set VERSION=1.2 --lock lists.lock.json lists.yaml",
      "apply --template ghcr.io/ada/app-ARCHVARIANT:1.0 --platforms linux/amd64,linux/arm64 --target ghcr.io/ada/app:1.0",
    ],
    excludes: [["check", "dry-run"], ["check", "locked"], ["check", "ignore-missing"], ["locked", "ignore-missing"]],
    needs: [
      ["annotations", "template"], ["check", "lock"], ["locked", "lock"], ["platforms", "template"], ["tags", "template"],
      ["target", "template"], ["template", "platforms"], ["template", "target"],
    ],
    flags: [
      {
        name: "annotations", value: "key=value", list: true, parse: (text) => commas(text).map(assignment),
        summary: "With --template: annotations of the index (repeated or with commas)",
      },
      { name: "check", summary: "Make nothing, and exit with 3 where something is no longer as the lock says" },
      DRY_RUN,
      { name: "ignore-missing", summary: "Leave out sources that do not exist; it fails where none exists" },
      { ...INSECURE, summary: "Allow communication with insecure registries" },
      JSON_OUTPUT,
      { name: "lock", value: "file", summary: "Write the digests of all sources and lists into this file" },
      { name: "locked", summary: "Take the digests of --lock in place of what the tags point at now" },
      {
        name: "platforms", value: "string", list: true, parse: commas,
        summary: "With --template: the platforms, os/architecture[/variant] (repeated or with commas)",
      },
      {
        name: "set", value: "name=value", list: true, parse: (text) => [assignment(text)],
        summary: "Value of a variable ${NAME} in the file, before that of the environment (repeatable)",
      },
      { name: "tags", value: "tag", list: true, parse: commas, summary: "With --template: further tags (repeated or with commas)" },
      { name: "target", value: "reference", summary: "With --template: the list" },
      {
        name: "template", value: "string",
        summary: "Name of the images, with OS, ARCH and VARIANT in place of the parts of their platform",
      },
      {
        name: "type", value: "string", parse: oneOf(LIST_TYPES),
        summary: `Type of lists that state none (${quoted(LIST_TYPES)}; default: that of their images)`,
      },
      UPLOAD_ORIGIN,
    ],
  },
  {
    name: "edit",
    archives: true,
    edits: true,
    writes: (at, { to }) => to === undefined,
    usage: "[OPTIONS] REFERENCE",
    summary: "Change an index in its registry: add, remove, replace, annotate entries",
    arguments: [1, 1],
    load: () => import("../commands/edit.js"),
    examples: [
      "edit --add ghcr.io/ada/app:1-riscv64 --remove linux/s390x ghcr.io/ada/app:1",
      "edit --replace linux/arm64=ghcr.io/ada/app:2-arm64 --annotate index:note=rebuilt ghcr.io/ada/app:1",
    ],
    excludes: ["expect", "no-merge", "order", "to", "type", "wrap"].map((name) => ["draft", name]),
    flags: EDIT_FLAGS,
  },
  {
    name: "find",
    core: "reader",
    archives: true,
    repository: true,
    reads: true,
    usage: "[OPTIONS] DIGEST REPOSITORY",
    summary: "List the tags that point at a digest, or at an index that lists it",
    arguments: [2, 2],
    load: () => import("../commands/find.js"),
    examples: [
      "find sha256:59c0ef8deebea86a46ba6ff17bc8f38f4b9fe1a12d1cbbbf6e0b5e7d5a25bb9e alpine",
      "find --json sha256:59c0ef8deebea86a46ba6ff17bc8f38f4b9fe1a12d1cbbbf6e0b5e7d5a25bb9e ghcr.io/ada/app",
    ],
    flags: [INSECURE, JSON_OUTPUT],
  },
  {
    name: "imagetools create",
    archives: true,
    usage: "[OPTIONS] [SOURCE...]",
    summary: "Create an index in registries, as `docker buildx imagetools create` does",
    arguments: [0, Infinity],
    load: async () => ({ execute: (await import("../commands/create-index.js")).executeAlias }),
    examples: [
      "imagetools create -t ghcr.io/ada/app:1 ghcr.io/ada/app:1-amd64 ghcr.io/ada/app:1-arm64",
      "imagetools create --dry-run ghcr.io/ada/app:1-amd64 ghcr.io/ada/app:1-arm64",
    ],
    flags: [
      INDEX_FLAGS.annotation,
      INDEX_FLAGS.append,
      BUILDX[0],
      { name: "dry-run", summary: "Write nothing: print the index" },
      INDEX_FLAGS.file,
      INSECURE,
      JSON_OUTPUT,
      INDEX_FLAGS.metadataFile,
      INDEX_FLAGS.attestations,
      INDEX_FLAGS.onDuplicate,
      INDEX_FLAGS.order,
      INDEX_FLAGS.platform,
      INDEX_FLAGS.preferIndex,
      BUILDX[1],
      { ...INDEX_FLAGS.target, name: "tag" },
      INDEX_FLAGS.type,
    ],
  },
  {
    name: "imagetools inspect",
    core: "reader",
    archives: true,
    reads: true,
    usage: "[OPTIONS] NAME",
    summary: "Show what a reference stands for, as `docker buildx imagetools inspect` does",
    arguments: [1, 1],
    load: () => import("../commands/imagetools-inspect.js"),
    excludes: [["raw", "format"]],
    examples: ["imagetools inspect alpine:3.20", "imagetools inspect --raw alpine:3.20"],
    flags: [
      BUILDX[0],
      {
        name: "format", value: "string",
        summary: "Format the output with one of the templates '{{json .}}', '{{json .Manifest}}', '{{.Manifest.Digest}}' and the like",
      },
      INSECURE,
      { name: "raw", summary: "Print the registry's bytes as they are" },
    ],
  },
];
