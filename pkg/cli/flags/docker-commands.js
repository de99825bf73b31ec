/** Docker's own commands, and what else works on local lists and logins, each with its flags. */

import { DRY_RUN, INSECURE, INSECURE_PUSH, JSON_OUTPUT, TAG, UPLOAD_ORIGIN } from "./shared-flags.js";
import { parseCsv } from "./csv.js";
import { oneOf, quoted } from "./values.js";

/** The fields of `--unset`: the flag's word and the library's. */
const UNSET = { "os-features": "osFeatures", "os-version": "osVersion", variant: "variant" };

export const DOCKER_COMMANDS = [
  {
    name: "annotate",
    usage: "[OPTIONS] MANIFEST_LIST MANIFEST",
    summary: "Add additional information to a local image manifest",
    arguments: [2, 2],
    plain: true,
    load: () => import("../commands/annotate.js"),
    examples: [
      "annotate ghcr.io/ada/app:1 ghcr.io/ada/app:1-arm --arch arm --variant v7",
      "annotate ghcr.io/ada/app:1 ghcr.io/ada/app:1-win --os-version 10.0.20348.2582",
    ],
    flags: [
      { name: "arch", value: "string", summary: "Set architecture" },
      JSON_OUTPUT,
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
    name: "create",
    reads: true,
    usage: "MANIFEST_LIST MANIFEST [MANIFEST...]",
    summary: "Create a local manifest list for annotating and pushing to a registry",
    arguments: [2, Infinity],
    plain: true,
    load: () => import("../commands/create.js"),
    examples: [
      "create ghcr.io/ada/app:1 ghcr.io/ada/app:1-amd64 ghcr.io/ada/app:1-arm64",
      "create --amend ghcr.io/ada/app:1 ghcr.io/ada/app:1-riscv64",
    ],
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
      { name: "refresh", summary: "Amend, and read the tags of an existing manifest list again" },
      { name: "replace", summary: "Start over where there is a manifest list already" },
      TAG,
      UPLOAD_ORIGIN,
    ],
  },
  {
    name: "inspect",
    reads: true,
    usage: "[OPTIONS] [MANIFEST_LIST] MANIFEST",
    summary: "Display an image manifest, or manifest list",
    arguments: [1, 2],
    plain: true,
    load: () => import("../commands/inspect.js"),
    examples: ["inspect alpine:3.20", "inspect --platform linux/arm64 --verbose alpine:3.20"],
    excludes: [["raw", "verbose"]],
    alone: ["platform", "raw"],
    flags: [
      INSECURE,
      JSON_OUTPUT,
      {
        name: "platform", value: "string",
        summary: 'Display the manifest for this platform, for example linux/arm64, or "local" for this host',
      },
      { name: "raw", summary: "Print the registry's bytes as they are" },
      { name: "verbose", short: "v", summary: "Output additional info including layers and platform" },
    ],
  },
  {
    name: "ls",
    usage: "[OPTIONS]",
    summary: "List the manifest lists in local storage",
    arguments: [0, 0],
    load: () => import("../commands/ls.js"),
    examples: ["ls", "ls --json"],
    flags: [JSON_OUTPUT],
  },
  {
    name: "login",
    reads: true,
    usage: "[OPTIONS] [REGISTRY]",
    summary: "Authenticate to a registry (default Docker Hub)",
    arguments: [0, 1],
    load: () => import("../commands/login.js"),
    examples: ["login ghcr.io", "login --username ada --password-stdin ghcr.io"],
    flags: [
      INSECURE,
      JSON_OUTPUT,
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
    examples: ["logout", "logout ghcr.io"],
    flags: [JSON_OUTPUT],
  },
  {
    name: "push",
    usage: "[OPTIONS] MANIFEST_LIST",
    summary: "Push a manifest list to a repository",
    arguments: [1, 1],
    plain: true,
    load: () => import("../commands/push.js"),
    examples: ["push ghcr.io/ada/app:1", "push --purge --tag latest ghcr.io/ada/app:1"],
    flags: [
      DRY_RUN,
      INSECURE_PUSH,
      JSON_OUTPUT,
      { name: "purge", short: "p", summary: "Remove the local manifest list after push" },
      TAG,
      UPLOAD_ORIGIN,
    ],
  },
  {
    name: "rm",
    usage: "MANIFEST_LIST [MANIFEST_LIST...]",
    summary: "Delete one or more manifest lists from local storage",
    arguments: [1, Infinity],
    plain: true,
    load: () => import("../commands/rm.js"),
    examples: ["rm ghcr.io/ada/app:1", "rm ghcr.io/ada/app:1 ghcr.io/ada/app:2"],
    flags: [JSON_OUTPUT],
  },
];
