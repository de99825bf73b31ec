/**
 * How a layer is compressed, and what undoes it: the host's own way where it has one. `decompressorOf` is the one place
 * that knows them all.
 */

import { environment } from "../core/load.js";
import { layerError } from "./failures.js";

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
 * The bytes of a layer, decompressed. Throws LAYER_UNSUPPORTED for what this host cannot decompress, ARCHIVE_INVALID and
 * ARCHIVE_TRUNCATED for what is broken.
 *
 * @param {string} compression
 * @param {AsyncIterable<Uint8Array>} chunks whose own errors pass as they are
 * @returns {AsyncIterable<Uint8Array>}
 */
export function decompressed(compression, chunks) {
  if (compression === "none") return chunks;
  const engine = decompressorOf(compression);
  if (engine) return pumped(engine, compression, chunks);
  throw layerError("LAYER_UNSUPPORTED", `the layer is compressed with ${compression}, which this host cannot decompress`, {
    hint: HINTS[compression], details: { reason: compression },
  });
}

const HINTS = {
  zstd: "Node 22.15, Node 23.8 and later, Deno and Bun have zstd: list the layer there, or push the image with layers of gzip.",
};

/**
 * @typedef {object} Engine
 * @property {(chunk: Uint8Array) => Promise<void>} write waits while enough is there to be read
 * @property {() => Promise<void>} end
 * @property {() => Promise<Uint8Array | undefined>} read undefined at the end
 * @property {() => void} close lets go, of waiting writes too
 */

/** @returns {Engine | undefined} */
function decompressorOf(compression) {
  return environment().createDecompressor?.(compression) ?? streamEngine(compression);
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

async function* pumped(engine, compression, chunks) {
  const state = { isOver: false, failure: undefined };
  const feeding = feed(engine, chunks, state);
  // It is awaited below, unless reading fails first.
  feeding.catch(() => {});
  let size = 0;
  try {
    for (let part = await engine.read(); part !== undefined; part = await engine.read()) {
      size += part.length;
      yield part;
    }
    await feeding;
  } catch (error) {
    if (!state.failure) throw damaged(error, compression, size);
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

function damaged(cause, compression, size) {
  const isCut = cause?.code === "Z_BUF_ERROR" || /unexpected end|incomplete|truncat|ended without/i.test(String(cause?.message));
  const how = isCut ? "cut off" : "damaged";
  const code = isCut ? "ARCHIVE_TRUNCATED" : "ARCHIVE_INVALID";
  return layerError(code, `the ${compression} of the layer is ${how} after ${size} decompressed bytes`, { details: { offset: size }, cause });
}
