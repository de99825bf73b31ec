/** Commands about the program itself, and the one that serves its page. */

import { INSECURE, JSON_OUTPUT } from "./shared-flags.js";
import { byteCount, proxyUrl, integer } from "./values.js";

export const PROGRAM_COMMANDS = [
  {
    name: "completion",
    core: "reader",
    usage: "SHELL",
    summary: "Print the script by which bash, fish, PowerShell or zsh completes commands, flags, tags and platforms",
    arguments: [1, 1],
    words: ["bash", "fish", "powershell", "zsh"],
    load: () => import("../commands/completion.js"),
    flags: [],
    examples: ["completion bash", "completion fish"],
  },
  {
    name: "help",
    core: "reader",
    usage: "[COMMAND|options]",
    summary: "Show what the program or a command can do, or the options that every command takes",
    arguments: [0, 3],
    load: () => import("../commands/help.js"),
    flags: [],
    examples: ["help create", "help options"],
  },
  {
    name: "serve",
    usage: "[OPTIONS] [REFERENCE|FILE|DIR|- [REFERENCE|FILE|DIR]]",
    summary: "Show an image in the browser, of a registry or an archive, or two of them compared",
    arguments: (flags) => (flags.export === undefined ? [0, 2] : [0, 0]),
    load: (flags) => (flags.export === undefined ? import("../commands/serve.js") : import("../commands/serve-export.js")),
    needs: [["via", "export"]],
    excludes: ["credentials", "insecure", "layer-budget", "no-open", "port", "write"].map((name) => ["export", name]),
    flags: [
      { name: "credentials", summary: "Read with docker's logins, for the listed registries only" },
      {
        name: "direct", value: "domain", list: true,
        summary: "Let the page read this registry without the proxy (repeatable): it allows requests of other origins (CORS)",
      },
      { name: "export", value: "folder", summary: "Write the page into a folder, for any web server, in place of serving it" },
      INSECURE,
      { ...JSON_OUTPUT, summary: "Print the address, or what was written, as JSON" },
      { name: "layer-budget", value: "size", parse: byteCount, summary: "Pass no larger layer on to the page than this (default 1GB)" },
      { name: "no-open", summary: "Open no browser (over SSH and without a display, this is the default)" },
      { name: "port", value: "number", parse: integer(0, 65_535), summary: "Listen on this port (default 4870, or the next free one)" },
      {
        name: "registry", value: "domain", list: true,
        summary: "Let the page read this registry in place of the public ones (repeatable); those of the references are always in",
      },
      { name: "via", value: "url", parse: proxyUrl, summary: "Let the exported page read registries through this proxy" },
      {
        name: "write", value: "repository", list: true,
        summary: "Let the page push lists to this repository, after a plan that is confirmed (repeatable)",
      },
    ],
    examples: ["serve alpine:3.20", "serve --no-open app.tar alpine:3.20"],
  },
  {
    name: "version",
    core: "reader",
    usage: "[OPTIONS]",
    summary: "Print the program's version",
    arguments: [0, 0],
    load: () => import("../commands/version.js"),
    flags: [JSON_OUTPUT],
    examples: ["version", "version --json"],
  },
];
