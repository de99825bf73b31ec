/**
 * Decompresses layers and archives: by the host where it can, and for zstd by a module of this package where it
 * cannot. `decoderOf` is the one place that knows them all.
 */

import { environment } from "../core/load.js";
import { zstdDecoder } from "./zstd.js";
import { ZstdFault, ZstdFrames } from "./zstd-frames.js";

/** What compressed files begin with. */
const MAGIC = { gzip: [0x1f, 0x8b], zstd: [0x28, 0xb5, 0x2f, 0xfd], bzip2: [0x42, 0x5a, 0x68], xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a] };
/** Frames that zstd passes over may come first: eStargz and zstd:chunked keep their tables in those. */
const isSkippable = (start) => start[0] >> 4 === 5 && start[1] === 0x2a && start[2] === 0x4d && start[3] === 0x18;

/** How many bytes are looked at. */
export const LONGEST_MAGIC = 6;

/** The name of the compression that bytes begin with, whatever a media type says: engines look, too. "none" for a plain tar. */
export function compressionOf(start) {
  if (isSkippable(start)) return "zstd";
  const known = Object.entries(MAGIC).find(([, magic]) => magic.every((byte, at) => start[at] === byte));
  return known?.[0] ?? "none";
}

/**
 * @typedef {object} Compressed what is decompressed
 * @property {string} noun as an error calls it: "layer", "archive"
 * @property {(code: string, message: string, facts: object) => Error} fail makes an error
 * @property {{ code: string, hint(compression: string): string | undefined }} unsupported what it fails with where this host cannot
 *   decompress it
 */

/**
 * The bytes, decompressed. Throws what `unsupported` names, ARCHIVE_INVALID and ARCHIVE_TRUNCATED for what is broken, and
 * ARCHIVE_LIMIT for what takes too much memory.
 *
 * @param {string} compression
 * @param {AsyncIterable<Uint8Array>} chunks whose own errors pass as they are
 * @param {Compressed} what
 * @returns {AsyncIterable<Uint8Array>}
 */
export async function* decompressed(compression, chunks, what) {
  if (compression === "none") return yield* chunks;
  const decode = await decoderOf(compression);
  if (!decode) throw unsupported(compression, what, "which this host cannot decompress");
  const source = { failure: undefined };
  let size = 0;
  try {
    for await (const part of decode(marked(chunks, source))) {
      size += part.length;
      yield part;
    }
  } catch (error) {
    throw source.failure ? source.failure.error : broken(error, { compression, size }, what);
  }
}

/** The chunks, and in `source` the error that they ended with. */
async function* marked(chunks, source) {
  try {
    yield* chunks;
  } catch (error) {
    source.failure = { error };
    throw error;
  }
}

/**
 * @typedef {object} Engine
 * @property {(chunk: Uint8Array) => Promise<void>} write waits while enough is there to be read
 * @property {() => Promise<void>} end
 * @property {() => Promise<Uint8Array | undefined>} read undefined at the end
 * @property {() => void} close ends it, and the writes that wait
 */

/** @returns {Promise<((chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined>} */
async function decoderOf(compression) {
  const open = () => environment().createDecompressor?.(compression) ?? streamEngine(compression);
  const engine = open();
  if (compression !== "zstd") return engine && ((chunks) => pumped(engine, chunks));
  engine?.close();
  return engine ? (chunks) => byFrame(open, chunks) : zstdDecoder();
}

/** Each frame by an engine of its own. */
async function* byFrame(open, chunks) {
  const frames = new ZstdFrames();
  const parts = partsOf(frames, chunks);
  for (let step = await parts.next(); !step.done; step = await parts.next()) yield* pumped(open(), frameOf(step.value, parts));
  if (!frames.isBetween) throw new ZstdFault("cut");
}

async function* partsOf(frames, chunks) {
  for await (const chunk of chunks) yield* frames.parts(chunk);
}

async function* frameOf(first, parts) {
  for (let part = first; part; part = part.isEnd ? undefined : (await parts.next()).value) yield part.bytes;
}

/** DecompressionStream, as far as the host knows the format. */
function streamEngine(compression) {
  let stream;
  try {
    stream = new DecompressionStream(compression);
  } catch {
    return undefined;
  }
  const [reader, writer] = [stream.readable.getReader(), stream.writable.getWriter()];
  return {
    async write(chunk) {
      await writer.ready;
      await writer.write(chunk);
    },
    end: () => writer.close(),
    read: async () => (await reader.read()).value,
    close() {
      writer.abort().catch(() => {});
      reader.cancel().catch(() => {});
    },
  };
}

async function* pumped(engine, chunks) {
  const state = { isOver: false, failure: undefined };
  const feeding = feed(engine, chunks, state);
  // It is awaited below, unless reading fails first.
  feeding.catch(() => {});
  try {
    for (let part = await engine.read(); part !== undefined; part = await engine.read()) yield part;
    await feeding;
  } catch (error) {
    if (!state.failure) throw error;
  } finally {
    state.isOver = true;
    engine.close();
  }
  if (state.failure) throw state.failure.error;
}

/** Writes the chunks, also those behind the end of what is compressed: they count for the digest. */
async function feed(engine, chunks, state) {
  const source = chunks[Symbol.asyncIterator]();
  try {
    while (!state.isOver) {
      const { done, value } = await source.next();
      if (done) break;
      if (!state.isOver) await engine.write(value);
    }
  } catch (error) {
    state.failure = { error };
    engine.close();
    return;
  } finally {
    if (state.isOver) await source.return?.();
  }
  await engine.end();
}

function broken(cause, { compression, size }, what) {
  const kind = kindOf(cause);
  if (kind === "dictionary") return unsupported(compression, what, "with a dictionary that it does not carry", cause);
  const facts = { details: { offset: size }, cause };
  if (kind === "memory") return what.fail("ARCHIVE_LIMIT", `the ${compression} of the ${what.noun} needs more than 128 MiB to be decompressed`, facts);
  const how = kind === "cut" ? "cut off" : "damaged";
  const code = kind === "cut" ? "ARCHIVE_TRUNCATED" : "ARCHIVE_INVALID";
  return what.fail(code, `the ${compression} of the ${what.noun} is ${how} after ${size} decompressed bytes`, facts);
}

/** What is wrong with the bytes, by what an engine says. */
function kindOf(cause) {
  if (cause instanceof ZstdFault) return cause.kind;
  if (cause?.code === "Z_BUF_ERROR") return "cut";
  return Object.keys(WORDS).find((kind) => WORDS[kind].test(String(cause?.message))) ?? "damaged";
}

const WORDS = {
  cut: /unexpected end|incomplete|terminated|truncat|ended without/i,
  dictionary: /dictionary/i,
  memory: /too much memory/i,
};

function unsupported(compression, { noun, fail, unsupported: { code, hint } }, why, cause) {
  return fail(code, `the ${noun} is compressed with ${compression}, ${why}`, { hint: hint(compression), details: { reason: compression }, cause });
}
