/** Commands that make lists, change them, and look into them, each with its flags. */

import { INSECURE, JSON_OUTPUT } from "./shared-flags.js";

export const LIST_COMMANDS = [
  {
    name: "find",
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
];
