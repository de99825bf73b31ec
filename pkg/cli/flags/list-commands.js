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
    flags: [INSECURE, JSON_OUTPUT],
  },
];
