/** Commands that look whether references are as they should be, and how two of them differ, each with its flags. */

import { INSECURE, JSON_OUTPUT } from "./shared-flags.js";

/** Several platforms in one argument: a comma stands between them, and before `osver=` within one. */
const platformList = (text) => text.split(/,(?!osver=)/);

export const COMPARE_COMMANDS = [
  {
    name: "check",
    core: "reader",
    archives: true,
    reads: true,
    usage: "[OPTIONS] REFERENCE [REFERENCE...]",
    summary: "Check that references have their platforms and all that they list",
    arguments: [1, Infinity],
    load: () => import("../commands/check.js"),
    examples: [
      "check --platform linux/amd64,linux/arm64 ghcr.io/ada/app:1",
      "check --attestations --blobs --junit report.xml ghcr.io/ada/app:1",
    ],
    needs: [["exact", "platform"]],
    flags: [
      { name: "attestations", summary: "Require an attestation for each image" },
      { name: "blobs", summary: "Look for every config and layer too" },
      { name: "configs", summary: "Compare the platform of each entry with the image's config" },
      { name: "exact", summary: "Refuse images for platforms that --platform does not list" },
      { name: "github", summary: "Print workflow commands of GitHub Actions on stderr (there, this is the default)" },
      INSECURE,
      JSON_OUTPUT,
      { name: "junit", value: "file", summary: 'Write JUnit XML to this file, or with "-" to standard output in place of the table' },
      { name: "platform", value: "string", list: true, parse: platformList, summary: "Require an image for this platform (repeated or with commas)" },
      { name: "strict", summary: "Let warnings fail too" },
    ],
  },
  {
    name: "diff",
    core: "reader",
    archives: true,
    reads: true,
    failure: 2,
    usage: "[OPTIONS] REFERENCE|FILE|- REFERENCE|FILE|-",
    summary: "Show what changed from one image or index to another",
    arguments: [2, 2],
    load: () => import("../commands/diff.js"),
    examples: ["diff alpine:3.19 alpine:3.20", "diff --platform linux/arm64 --no-details ghcr.io/ada/app:1 ghcr.io/ada/app:2"],
    flags: [
      INSECURE,
      JSON_OUTPUT,
      { name: "no-details", summary: "Print one line for each platform only" },
      { name: "platform", value: "string", summary: "Compare the images for this platform only" },
    ],
  },
];
