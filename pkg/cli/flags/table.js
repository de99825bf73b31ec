/**
 * The table of every command and every flag, for the parser and for the help.
 *
 * A flag without `value` is a switch. `value` is the word for its argument in the help; `parse` converts the argument into
 * the command's value, and throws an error with the reason when it cannot.
 */

import { ALGORITHMS, POLICIES } from "../../core/facts.js";
import { KINDS } from "../../pin/kinds.js";
import { parseCsv } from "./csv.js";

const INSECURE = { name: "insecure", summary: "Allow communication with an insecure registry" };
const INSECURE_PUSH = { ...INSECURE, summary: "Allow push to an insecure registry" };
const DRY_RUN = { name: "dry-run", summary: "Write nothing: print what a push would do, and the list's digest" };
const TAG = {
  name: "tag", value: "tag", list: true, summary: "Push the list under this further tag too (repeatable)",
};
const DRY_RUN_FILES = { name: "dry-run", summary: "Print what would change, and write nothing" };
const JSON_OUTPUT = { name: "json", summary: "Print JSON" };
const UPLOAD_ORIGIN = {
  name: "upload-origin", value: "host", list: true,
  summary: "Let this host have what is uploaded, where the registry sends or redirects it there (repeatable)",
};
const QUIET = { name: "quiet", short: "q", summary: "Print no progress and no notes" };

/** Accepted before and after the command. */
export const GLOBAL_FLAGS = [
  { name: "ca", value: "file", summary: "Trust the certificate authorities in this PEM file too" },
  { name: "cert", value: "file", summary: "Show the client certificate in this PEM file to the registry" },
  {
    name: "concurrency", value: "number", parse: wholeNumber(1, 1000),
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
  {
    name: "retries", value: "number", parse: wholeNumber(0, 100),
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

/** The fields of `--unset`: the flag's word and the library's. */
const UNSET = { "os-features": "osFeatures", "os-version": "osVersion", variant: "variant" };

/**
 * The commands, sorted by name as the help lists them. `arguments` is the least and the largest number of arguments.
 * `excludes` lists pairs of flags that exclude each other, `needs` pairs of which the first requires the second, `alone`
 * flags that allow one argument only.
 * A command with `reads` writes nothing into a registry, `--push` aside: it has a default deadline.
 * A command with `plain` is one of docker's: its errors are docker's messages alone.
 */
export const COMMANDS = [
  {
    name: "annotate",
    usage: "[OPTIONS] MANIFEST_LIST MANIFEST",
    summary: "Add additional information to a local image manifest",
    arguments: [2, 2],
    plain: true,
    load: () => import("../commands/annotate.js"),
    flags: [
      { name: "arch", value: "string", summary: "Set architecture" },
      { name: "os", value: "string", summary: "Set operating system" },
      {
        name: "os-features", value: "strings", list: true, parse: parseCsv,
        summary: "Set operating system feature",
      },
      { name: "os-version", value: "string", summary: "Set operating system version" },
      {
        name: "unset", value: "field", list: true, parse: (text) => UNSET[oneOf(Object.keys(UNSET))(text)],
        summary: `Take away what is set (${quoted(Object.keys(UNSET))}; repeatable)`,
      },
      { name: "variant", value: "string", summary: "Set architecture variant" },
    ],
  },
  {
    name: "copy",
    usage: "[OPTIONS] SOURCE TARGET",
    summary: "Copy an image or an index, all of it or some platforms",
    arguments: [2, 2],
    load: () => import("../commands/copy.js"),
    flags: [
      { ...INSECURE, summary: "Allow communication with insecure registries" },
      JSON_OUTPUT,
      { name: "no-attestations", summary: "Leave out what an index lists beside its images (BuildKit's attestations)" },
      {
        name: "platform", value: "string", list: true, parse: (text) => text.split(/,(?!osver=)/),
        summary: "Copy the image for this platform; of several (repeated or with commas), an index of those",
      },
      QUIET,
      UPLOAD_ORIGIN,
    ],
  },
  {
    name: "create",
    reads: true,
    usage: "MANIFEST_LIST MANIFEST [MANIFEST...]",
    summary: "Create a local manifest list for annotating and pushing to a registry",
    arguments: [2, Infinity],
    plain: true,
    load: () => import("../commands/create.js"),
    excludes: [
      ["amend", "replace"], ["refresh", "replace"], ["push", "amend"], ["push", "refresh"], ["push", "replace"],
    ],
    needs: [["tag", "push"]],
    flags: [
      { name: "amend", short: "a", summary: "Amend an existing manifest list" },
      DRY_RUN,
      INSECURE,
      JSON_OUTPUT,
      { name: "push", summary: "Push the list at once, without a local one" },
      QUIET,
      { name: "refresh", summary: "Amend, and read the tags of an existing manifest list again" },
      { name: "replace", summary: "Start over where there is a manifest list already" },
      TAG,
      UPLOAD_ORIGIN,
    ],
  },
  {
    name: "delete",
    usage: "[OPTIONS] REFERENCE [REFERENCE...]",
    summary: "Delete tags from a registry, or manifests by their digests",
    arguments: [1, Infinity],
    load: () => import("../commands/delete.js"),
    flags: [INSECURE],
  },
  {
    name: "digest",
    usage: "[OPTIONS] FILE|-",
    summary: "Print the digest of a file or of standard input",
    arguments: [1, 1],
    load: () => import("../commands/digest.js"),
    flags: [
      {
        name: "algorithm", value: "string", default: ALGORITHMS[0], parse: oneOf(ALGORITHMS),
        summary: `Algorithm of the digest (${quoted(ALGORITHMS)})`,
      },
    ],
  },
  {
    name: "find",
    reads: true,
    usage: "[OPTIONS] DIGEST REPOSITORY",
    summary: "List the tags that point at a digest, or at an index that lists it",
    arguments: [2, 2],
    load: () => import("../commands/find.js"),
    flags: [INSECURE, JSON_OUTPUT],
  },
  {
    name: "inspect",
    reads: true,
    usage: "[OPTIONS] [MANIFEST_LIST] MANIFEST",
    summary: "Display an image manifest, or manifest list",
    arguments: [1, 2],
    plain: true,
    load: () => import("../commands/inspect.js"),
    excludes: [["raw", "verbose"]],
    alone: ["platform", "raw"],
    flags: [
      INSECURE,
      {
        name: "platform", value: "string",
        summary: 'Display the manifest for this platform, for example linux/arm64, or "local" for this host',
      },
      { name: "raw", summary: "Print the registry's bytes as they are" },
      { name: "verbose", short: "v", summary: "Output additional info including layers and platform" },
    ],
  },
  {
    name: "login",
    reads: true,
    usage: "[OPTIONS] [REGISTRY]",
    summary: "Authenticate to a registry (default Docker Hub)",
    arguments: [0, 1],
    load: () => import("../commands/login.js"),
    flags: [
      INSECURE,
      { name: "password", short: "p", value: "string", summary: "Password or Personal Access Token (PAT)" },
      { name: "password-stdin", summary: "Take the Password or Personal Access Token (PAT) from stdin" },
      { name: "username", short: "u", value: "string", summary: "Username" },
    ],
  },
  {
    name: "logout",
    usage: "[OPTIONS] [REGISTRY]",
    summary: "Log out from a registry (default Docker Hub)",
    arguments: [0, 1],
    load: () => import("../commands/logout.js"),
    flags: [],
  },
  {
    name: "ls",
    usage: "[OPTIONS]",
    summary: "List the manifest lists in local storage",
    arguments: [0, 0],
    load: () => import("../commands/ls.js"),
    flags: [JSON_OUTPUT],
  },
  {
    name: "pin",
    reads: true,
    usage: "[OPTIONS] FILE|- [FILE...]",
    summary: "Pin the tags in Dockerfiles, Compose, Kubernetes and CI files to digests",
    arguments: [1, Infinity],
    load: () => import("../commands/pin.js"),
    excludes: [["unpin", "check"], ["unpin", "update"]],
    flags: [
      { name: "check", summary: "Write nothing, and exit with 3 where a tag is not pinned (with --update: or has moved on)" },
      DRY_RUN_FILES,
      INSECURE,
      JSON_OUTPUT,
      {
        name: "kind", value: "string", parse: oneOf(KINDS),
        summary: `Kind of the files, where their names do not tell (${quoted(KINDS)})`,
      },
      QUIET,
      { name: "unpin", summary: "Take the digests away where a tag stands beside them" },
      { name: "update", summary: "Renew the digests of what is pinned, too" },
    ],
  },
  {
    name: "push",
    usage: "[OPTIONS] MANIFEST_LIST",
    summary: "Push a manifest list to a repository",
    arguments: [1, 1],
    plain: true,
    load: () => import("../commands/push.js"),
    flags: [
      DRY_RUN,
      INSECURE_PUSH,
      JSON_OUTPUT,
      { name: "purge", short: "p", summary: "Remove the local manifest list after push" },
      QUIET,
      TAG,
      UPLOAD_ORIGIN,
    ],
  },
  {
    name: "ratelimit",
    reads: true,
    usage: "[OPTIONS] REFERENCE",
    summary: "Show how many requests a registry still allows",
    arguments: [1, 1],
    load: () => import("../commands/ratelimit.js"),
    flags: [INSECURE, JSON_OUTPUT],
  },
  {
    name: "referrers",
    reads: true,
    usage: "[OPTIONS] REFERENCE",
    summary: "List what refers to a manifest, for instance signatures",
    arguments: [1, 1],
    load: () => import("../commands/referrers.js"),
    flags: [
      { name: "artifact-type", value: "type", summary: "List those of this artifact type only" },
      INSECURE,
      JSON_OUTPUT,
    ],
  },
  {
    name: "resolve",
    reads: true,
    usage: "[OPTIONS] REFERENCE",
    summary: "Print the digest that a reference stands for, on a platform",
    arguments: [1, 1],
    load: () => import("../commands/resolve.js"),
    flags: [
      { name: "explain", summary: "Tell on stderr for every entry why it was or was not chosen" },
      INSECURE,
      JSON_OUTPUT,
      {
        name: "platform", value: "string",
        summary: 'Go on to the manifest for this platform, for example linux/arm64, or "local" for this host',
      },
      {
        name: "policy", value: "string", default: POLICIES[0], parse: oneOf(POLICIES),
        summary: `Whose way of choosing to follow (${quoted(POLICIES)})`,
      },
    ],
  },
  {
    name: "rm",
    usage: "MANIFEST_LIST [MANIFEST_LIST...]",
    summary: "Delete one or more manifest lists from local storage",
    arguments: [1, Infinity],
    plain: true,
    load: () => import("../commands/rm.js"),
    flags: [],
  },
  {
    name: "tags",
    reads: true,
    usage: "[OPTIONS] REPOSITORY",
    summary: "List the tags of a repository",
    arguments: [1, 1],
    load: () => import("../commands/tags.js"),
    flags: [INSECURE, JSON_OUTPUT],
  },
];

function quoted(words) {
  return words.map((word) => `"${word}"`).join(", ");
}

function oneOf(words) {
  return (text) => {
    if (words.includes(text)) return text;
    throw new RangeError(`must be one of ${quoted(words)}`);
  };
}

/** Parses a whole number from `least` to `most`, both included. */
function wholeNumber(least, most) {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new RangeError(`must be a whole number from ${least} to ${most}`);
  };
}

/** `500ms`, `10s`, `1.5m`, `1h`, or a number of seconds -> milliseconds. */
function duration(text) {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Math.round(Number(number) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit ?? "s"]);
  // Timers hold 31 bits: a longer delay would fire at once.
  if (ms >= 1 && ms < 2 ** 31) return ms;
  if (ms >= 2 ** 31) throw new RangeError("must be at most 24 days");
  throw new RangeError("must be a duration, for example 500ms, 10s or 2m");
}
