/** Node, Deno and Bun: the module is inlined, so nothing is read or fetched and every call may be synchronous. */

import { configure } from "../load.js";
import wasm from "../wasm/multiarch_bg.inline.js";

configure({
  compile: () => new WebAssembly.Module(wasm()),
  userAgent: true,
  createHash(algorithm) {
    // Not imported: most programs never stream a blob, and a bundle for another host must not fail on the name.
    const hash = globalThis.process?.getBuiltinModule?.("node:crypto")?.createHash(algorithm);
    return hash && { update: (chunk) => void hash.update(chunk), digest: () => hash.digest("hex") };
  },
});

export * from "../api.js";
