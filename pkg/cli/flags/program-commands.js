/** Commands that tell of the program itself. */

import { JSON_OUTPUT } from "./shared-flags.js";

export const PROGRAM_COMMANDS = [
  {
    name: "help",
    usage: "[COMMAND|options]",
    summary: "Show what the program or a command can do, or the options that every command takes",
    arguments: [0, 3],
    load: () => import("../commands/help.js"),
    flags: [],
    examples: ["help create", "help options"],
  },
  {
    name: "version",
    usage: "[OPTIONS]",
    summary: "Print the program's version",
    arguments: [0, 0],
    load: () => import("../commands/version.js"),
    flags: [JSON_OUTPUT],
    examples: ["version", "version --json"],
  },
];
