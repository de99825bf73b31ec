/** Commands that docker has no word for, each with its flags: what they work on is in registries and files. */

import { ALGORITHMS, POLICIES } from "../../core/facts.js";
import { KINDS } from "../../pin/kinds.js";
import { DRY_RUN_FILES, INSECURE, JSON_OUTPUT, UPLOAD_ORIGIN } from "./shared-flags.js";
import { parseFilter } from "../tags/filter.js";
import { parseRange } from "../tags/semver.js";
import { oneOf, quoted, integer } from "./values.js";

/** What `tags` shows beside the tag. */
const COLUMNS = ["created", "digest", "platforms"];
const columnsOf = (text) => text.split(",").map(oneOf(COLUMNS));

/** The range itself, when it is one. */
function rangeOf(text) {
  parseRange(text);
  return text;
}

export const REGISTRY_COMMANDS = [
  {
    name: "copy",
    archives: true,
    writes: (at) => at === 1,
    usage: "[OPTIONS] SOURCE TARGET",
    summary: "Copy an image or an index, all of it or some platforms",
    arguments: [2, 2],
    load: () => import("../commands/copy.js"),
    examples: [
      "copy alpine:3.20 ghcr.io/ada/alpine:3.20",
      "copy --platform linux/amd64,linux/arm64 alpine:3.20 ghcr.io/ada/alpine:3.20",
    ],
    flags: [
      { ...INSECURE, summary: "Allow communication with insecure registries" },
      JSON_OUTPUT,
      { name: "no-attestations", summary: "Leave out what an index lists beside its images (BuildKit's attestations)" },
      {
        name: "platform", value: "string", list: true, parse: (text) => text.split(/,(?!osver=)/),
        summary: "Copy the image for this platform with its attestations; of several (repeated or with commas), an index of those",
      },
      { name: "referrers", summary: "Copy what refers to it, too: signatures, bills of materials, cosign's tags" },
      { name: "sparse", summary: "Keep the index and its digest, although only some of its platforms are copied" },
      UPLOAD_ORIGIN,
    ],
  },
  {
    name: "delete",
    archives: true,
    edits: true,
    writes: () => true,
    usage: "[OPTIONS] REFERENCE [REFERENCE...]",
    summary: "Delete tags from a registry, or manifests by their digests",
    arguments: [1, Infinity],
    load: () => import("../commands/delete.js"),
    examples: ["delete ghcr.io/ada/app:old", "delete --with-children --dry-run ghcr.io/ada/app:1"],
    needs: [["yes", "with-children"]],
    flags: [
      { name: "dry-run", summary: "Delete nothing: print what would go, and what would stay" },
      { name: "ignore-missing", summary: "What is not there is no failure" },
      INSECURE,
      JSON_OUTPUT,
      {
        name: "with-children",
        summary: "Delete what an index lists and what refers to it, too, but nothing that another tag needs",
      },
      { name: "yes", short: "y", summary: "Follow the plan of --with-children without asking" },
    ],
  },
  {
    name: "digest",
    core: "reader",
    archives: true,
    usage: "[OPTIONS] FILE|-|ARCHIVE",
    summary: "Print the digest of a file, of standard input, or of an image in an archive",
    arguments: [1, 1],
    load: () => import("../commands/digest.js"),
    examples: ["digest manifest.json", "digest --algorithm sha512 -"],
    flags: [
      {
        name: "algorithm", value: "string", default: ALGORITHMS[0], parse: oneOf(ALGORITHMS),
        summary: `Algorithm of the digest (${quoted(ALGORITHMS)})`,
      },
      JSON_OUTPUT,
    ],
  },
  {
    name: "pin",
    core: "reader",
    reads: true,
    usage: "[OPTIONS] FILE|- [FILE...]",
    summary: "Pin the tags in Dockerfiles, Compose, Kubernetes and CI files to digests",
    arguments: [1, Infinity],
    load: () => import("../commands/pin.js"),
    examples: ["pin Dockerfile compose.yaml", "pin --check Dockerfile"],
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
      { name: "unpin", summary: "Take the digests away where a tag stands beside them" },
      { name: "update", summary: "Renew the digests of what is pinned, too" },
    ],
  },
  {
    name: "ratelimit",
    core: "reader",
    reads: true,
    usage: "[OPTIONS] REFERENCE",
    summary: "Show how many requests a registry still allows",
    arguments: [1, 1],
    load: () => import("../commands/ratelimit.js"),
    examples: ["ratelimit alpine", "ratelimit --json ghcr.io/ada/app"],
    flags: [INSECURE, JSON_OUTPUT],
  },
  {
    name: "referrers",
    core: "reader",
    archives: true,
    reads: true,
    usage: "[OPTIONS] REFERENCE",
    summary: "List what refers to a manifest, for instance signatures",
    arguments: [1, 1],
    load: ({ tree }) => (tree ? import("../commands/referrers-tree.js") : import("../commands/referrers.js")),
    examples: [
      "referrers --artifact-type application/spdx+json ghcr.io/ada/app:1",
      "referrers --tree --packages 'openssl*' ghcr.io/ada/app:1",
    ],
    needs: [["no-contents", "tree"], ["no-trunc", "tree"], ["packages", "tree"]],
    excludes: [["no-contents", "packages"]],
    flags: [
      { name: "artifact-type", value: "type", summary: "List those of this artifact type only" },
      INSECURE,
      JSON_OUTPUT,
      { name: "no-contents", summary: "With --tree: do not read what attestations state" },
      { name: "no-trunc", summary: "With --tree: do not shorten digests, times and lines" },
      {
        name: "packages", value: "pattern", parse: parseFilter,
        summary: "With --tree: list the packages of bills of materials whose names match a pattern such as 'openssl*'",
      },
      {
        name: "tree",
        summary: "Show as a tree what refers to it and to everything that it lists, BuildKit's attestations and cosign's tags too, and what that states; signatures are not checked",
      },
    ],
  },
  {
    name: "resolve",
    core: "reader",
    archives: true,
    reads: true,
    usage: "[OPTIONS] REFERENCE [REFERENCE...]",
    summary: "Print the digests that references stand for, on a platform",
    arguments: [1, Infinity],
    load: () => import("../commands/resolve.js"),
    examples: ["resolve --platform linux/arm64 alpine:3.20", "resolve --platform local --explain alpine:3.20"],
    flags: [
      { name: "explain", summary: "Tell on stderr for every entry why it was or was not chosen, and what docker, podman and crane choose" },
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
    name: "tags",
    core: "reader",
    archives: true,
    repository: true,
    reads: true,
    usage: "[OPTIONS] REPOSITORY",
    summary: "List the tags of a repository",
    arguments: [1, 1],
    load: () => import("../commands/tags.js"),
    examples: ["tags --semver ^3.18 --newest 5 alpine", "tags --columns platforms,digest,created --filter 'v1.*' ghcr.io/ada/app"],
    needs: [["prereleases", "semver"], ["most", "columns", "group", "newest"], ["no-trunc", "columns", "group", "newest"]],
    flags: [
      {
        name: "columns", value: "names", list: true, words: COLUMNS, parse: columnsOf,
        summary: `Show with each tag what it stands for (${quoted(COLUMNS)}; repeated or with commas): a HEAD for each tag, and GETs for each manifest`,
      },
      {
        name: "filter", value: "pattern", list: true, parse: (text) => [parseFilter(text)],
        summary: "List the tags that match: a pattern such as 'v1.*', or a regular expression such as '/^v\\d+$/' (repeatable)",
      },
      { name: "group", summary: "Show tags that stand for the same manifest on one line" },
      INSECURE,
      JSON_OUTPUT,
      { name: "most", value: "number", parse: integer(1, 100_000), summary: "Look up this many tags, at most (default 100)" },
      {
        name: "newest", value: "number", parse: integer(1, 100_000),
        summary: "List this many: with --semver the highest versions, else those whose images were made last",
      },
      { name: "no-trunc", summary: "Do not shorten digests and times" },
      { name: "prereleases", summary: "With --semver: versions such as 1.2.0-rc.1 and 1.2.0-alpine too" },
      {
        name: "semver", value: "range", parse: rangeOf,
        summary: "List the versions within a range such as '^1.2' or '>=1.2 <2', the highest first",
      },
    ],
  },
];
