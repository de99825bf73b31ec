/** zstd, decompressed by a module of ours, which is loaded where the host has no decoder. */

import { environment, loadFailed } from "../core/load.js";
import { ZstdFault } from "./zstd-frames.js";

/** How much crosses into the module at once. */
const PART = 1 << 20;

/** @type {Promise<{ createGlue: Function, module: WebAssembly.Module }> | undefined} */
let loading;

/**
 * What decompresses zstd; undefined where the host may not load it. Rejects with LOAD_FAILED.
 *
 * @returns {Promise<((chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined>} throws a `ZstdFault`,
 *   and the errors of the chunks as they are
 */
export async function zstdDecoder() {
  const load = environment().loadZstd;
  if (!load) return undefined;
  loading ??= loaded(load);
  try {
    const { createGlue, module } = await loading;
    const decoder = await decoderIn(createGlue(), module);
    return (chunks) => parts(decoder, chunks);
  } catch (cause) {
    loading = undefined;
    throw loadFailed(cause);
  }
}

async function loaded(load) {
  const { createGlue, wasm } = await load();
  return { createGlue, module: await WebAssembly.compile(wasm()) };
}

/** In an instance for each stream: its memory, which a large window makes grow, goes with it. */
async function decoderIn(glue, module) {
  const { exports } = await WebAssembly.instantiate(module, { "./multiarch_bg.js": glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return new glue.ZstdDecoder();
}

async function* parts(decoder, chunks) {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PART) {
      decoder.feed(chunk.subarray(at, at + PART));
      yield* ready(decoder);
    }
  }
  decoder.end();
  yield* ready(decoder);
}

function* ready(decoder) {
  for (;;) {
    const part = read(decoder);
    if (part.length === 0) return;
    yield part;
  }
}

function read(decoder) {
  try {
    return decoder.read();
  } catch (fault) {
    // What is thrown and no name of a fault is a trap.
    throw typeof fault === "string" ? new ZstdFault(fault) : new ZstdFault("damaged", fault);
  }
}
