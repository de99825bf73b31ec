/** Commands that look into the layers of images, each with its flags. */

import { INSECURE, JSON_OUTPUT } from "./shared-flags.js";
import { integer } from "./values.js";

const PLATFORM = {
  name: "platform", value: "string",
  summary: 'Of an index, take the image for this platform, for example linux/arm64 (default "local", this host)',
};

export const LAYER_COMMANDS = [
  {
    name: "cat",
    reads: true,
    archives: true,
    usage: "[OPTIONS] REFERENCE PATH",
    summary: "Print a file of an image",
    arguments: [2, 2],
    load: () => import("../commands/cat.js"),
    examples: ["cat alpine:3.20 /etc/os-release", "cat --platform linux/arm64 --output ls alpine:3.20 /bin/busybox"],
    flags: [
      INSECURE,
      { name: "output", short: "o", value: "file", summary: "Write into this file, which is there once all of it is verified" },
      PLATFORM,
    ],
  },
  {
    name: "files",
    reads: true,
    archives: true,
    usage: "[OPTIONS] REFERENCE [PATH]",
    summary: "List the files of an image, or of one of its layers",
    arguments: [1, 2],
    load: () => import("../commands/files.js"),
    examples: ["files alpine:3.20 /etc", "files --layer 0 --json alpine:3.20"],
    excludes: [["changes", "layer"], ["tree", "changes"], ["tree", "layer"], ["tree", "json"]],
    flags: [
      { name: "changes", summary: "List what each layer adds (A), replaces (C) and removes (D), in place of what is there in the end" },
      INSECURE,
      JSON_OUTPUT,
      { name: "layer", value: "number", parse: integer(0, 10_000), summary: "List the entries of this layer alone, counted from 0; `layers` numbers them" },
      PLATFORM,
      { name: "recursive", short: "R", summary: "List what is in the folders, too" },
      { name: "tree", summary: "Draw what is in the folders as a tree, with sizes and the layer that each file is from" },
    ],
  },
  {
    name: "layers",
    reads: true,
    archives: true,
    usage: "[OPTIONS] REFERENCE",
    summary: "List the layers of an image and how they came about, or those of every image of an index",
    arguments: [1, 1],
    load: () => import("../commands/layers.js"),
    examples: ["layers alpine:3.20", "layers --platform linux/arm64 --json alpine:3.20"],
    flags: [
      INSECURE,
      JSON_OUTPUT,
      { name: "no-trunc", summary: "Print digests and steps in full" },
      { ...PLATFORM, summary: 'Of an index, the image for this platform only, for example linux/arm64, or "local" for this host' },
    ],
  },
];
