/**
 * The table of every command and every flag, for the parser and for the help.
 *
 * A flag without `value` is a switch. `value` is the word for its argument in the help; `parse` converts the argument into
 * the command's value, and throws an error with the reason when it cannot. `words`, of the flag or of its `parse`, are those that it may be. The values of all flags with `operation` are
 * one list, `operations`, in the order of the line.
 */

import { COMPARE_COMMANDS } from "./compare-commands.js";
import { DOCKER_COMMANDS } from "./docker-commands.js";
import { LAYER_COMMANDS } from "./layer-commands.js";
import { LIST_COMMANDS } from "./list-commands.js";
import { PROGRAM_COMMANDS } from "./program-commands.js";
import { REGISTRY_COMMANDS } from "./registry-commands.js";
import { QUIET } from "./shared-flags.js";
import { duration, integer } from "./values.js";

/** Accepted before and after the command. */
export const GLOBAL_FLAGS = [
  { name: "ca", value: "file", summary: "Trust the certificate authorities in this PEM file too" },
  { name: "cert", value: "file", summary: "Show the client certificate in this PEM file to the registry" },
  {
    name: "concurrency", value: "number", parse: integer(1, 1000),
    summary: "Requests to a registry at the same time, at most (default 16)",
  },
  {
    name: "config", value: "string",
    summary: "Location of docker's client config files (default $DOCKER_CONFIG or ~/.docker)",
  },
  {
    name: "deadline", value: "duration", parse: duration,
    summary: "Give up when the command takes longer than this in all (default 30m for commands that only read)",
  },
  { name: "debug", short: "D", summary: "Print every answer and retry on stderr" },
  { name: "key", value: "file", summary: "Use the key in this PEM file with --cert" },
  { name: "github-token", summary: "Use $GITHUB_TOKEN for ghcr.io where there is no login" },
  QUIET,
  {
    name: "retries", value: "number", parse: integer(0, 100),
    summary: "Send a request again this often, at most (default 5)",
  },
  {
    name: "timeout", value: "duration", parse: duration,
    summary:
      "Give up when a registry is silent for this long, for example 10s or 2m (default 10s to connect, then 30s)",
  },
  {
    name: "trusted-realm", value: "host", list: true,
    summary: "Let this host issue tokens for the registry's credentials (repeatable)",
  },
];

/** Pairs of global flags: the first requires the second. */
export const GLOBAL_NEEDS = [["cert", "key"], ["key", "cert"]];

/** Accepted everywhere; only the last line of a help text names it. */
export const HELP_FLAG = { name: "help", short: "h", summary: "Print usage" };

/** Accepted before a command only. */
export const VERSION_FLAG = { name: "version", short: "v", summary: "Print version information and quit" };

/**
 * The commands, sorted by name as the help lists them.
 *
 * `arguments` is the least and the largest number of arguments.
 * `excludes` lists pairs of flags that exclude each other, `needs` pairs of which the first requires the second, `alone`
 * flags that allow one argument only.
 * `usage` names the operands as the completion of shells reads them; `words` are those of which one has to be one.
 * `examples` are lines without the program's name.
 * A command with `reads` writes nothing into a registry, `--push` aside: it has a default deadline.
 * `failure` is the exit code of a failure, where it is not 1.
 * A command with `archives` takes those in the place of references; `writes(at, flags)` says which arguments it writes to, with
 * `edits` to an image that is there, and with `repository` it takes all of the archive.
 * `core` is the core that a command begins with: "reader" where that one is enough, mostly or always, because it is compiled in less
 * time; the whole one where nothing is said. `pkg/entry/command.js` has both.
 * A command with `plain` is one of docker's: its errors are docker's messages alone.
 */
export const COMMANDS = [
  ...COMPARE_COMMANDS, ...DOCKER_COMMANDS, ...LAYER_COMMANDS, ...LIST_COMMANDS, ...PROGRAM_COMMANDS, ...REGISTRY_COMMANDS,
].sort((one, other) =>
  (one.name < other.name ? -1 : 1));
