// Every figure that the project claims, measured in one run beside its peer.

import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";

import { archives } from "./archives.mjs";
import { commands } from "./commands.mjs";
import { copies } from "./copies.mjs";
import { crossings } from "./crossings.mjs";
import { documents } from "./documents.mjs";
import { edge } from "./edge.mjs";
import { hashing } from "./hashing.mjs";
import { layers } from "./layers.mjs";
import { lists } from "./lists.mjs";
import { page } from "./page.mjs";
import { pageContents } from "./page-contents.mjs";
import { requests } from "./requests.mjs";
import { resolves } from "./resolves.mjs";
import { sizesOf } from "./sizes.mjs";
import { startup } from "./startup.mjs";

function sizes() {
  const { raw, gzip, brotli } = sizesOf(fileURLToPath(new URL("../../pkg/wasm/multiarch_bg.wasm", import.meta.url)));
  return [`wasm: ${raw} bytes, ${gzip} with gzip, ${brotli} with brotli`];
}

const host = `${process.platform}/${process.arch}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}`;
console.log(`Node ${process.version} on ${host}`);
for (const part of [sizes, documents, resolves, crossings, hashing, startup, requests, commands, lists, layers, archives, copies, edge, page, pageContents]) {
  for (const line of await part()) console.log(line);
}
