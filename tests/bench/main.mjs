// Every figure that the project claims, measured in one run beside its peer.

import { fileURLToPath } from "node:url";

import { documents } from "./documents.mjs";
import { hashing } from "./hashing.mjs";
import { requests } from "./requests.mjs";
import { sizesOf } from "./sizes.mjs";
import { startup } from "./startup.mjs";

function sizes() {
  const { raw, gzip, brotli } = sizesOf(fileURLToPath(new URL("../../pkg/wasm/multiarch_bg.wasm", import.meta.url)));
  return [`wasm: ${raw} bytes, ${gzip} with gzip, ${brotli} with brotli`];
}

console.log(`Node ${process.version} on ${process.platform}/${process.arch}`);
for (const part of [sizes, documents, hashing, startup, requests]) {
  for (const line of await part()) console.log(line);
}
