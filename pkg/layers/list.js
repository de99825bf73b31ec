/** The entries of a layer as they stream by. */

import { guarded, optionalDigest, optionalSize, optionsOf, text } from "../core/arguments.js";
import { MultiarchError, optionInvalid } from "../core/errors.js";
import { LAYER_BYTES } from "../core/facts.js";
import { Content } from "../core/content.js";
import { createPace, fact } from "../core/foreign.js";
import { call, init } from "../core/load.js";
import { optionalSignal } from "../client/call-host.js";
import { createVerifier } from "../nouns/digest.js";
import { LONGEST_MAGIC, compressionOf, decompressed } from "./decompress.js";
import { abortedOr, layerError } from "./failures.js";

const OPTIONS = {
  signal: optionalSignal, digest: optionalDigest, size: optionalSize, diffId: optionalDigest, maxBytes: optionalSize,
};

/** What the media type of a layer says. */
export function layerType(mediaType) {
  const given = text(mediaType, "layerType(mediaType)");
  return Object.freeze(JSON.parse(call((core) => core.layerType(given))));
}

/**
 * The entries of a layer, in its order.
 *
 * @param {ReadableStream<Uint8Array> | Blob} layer
 * @param {string} mediaType
 */
export function listLayer(layer, mediaType, options) {
  const reading = readLayer(layer, mediaType, options, "listLayer");
  const entries = each(reading.batches);
  return {
    next: () => entries.next(),
    return: (value) => entries.return(value),
    throw: (error) => entries.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
    /** What is known at the end of the layer; undefined before. */
    get summary() {
      return reading.summary;
    },
  };
}

async function* each(batches) {
  for await (const { entries } of batches) yield* entries;
}

/**
 * The entries of a layer chunk by chunk, each chunk with its bytes and where those begin in the unpacked layer: for what
 * takes files out.
 *
 * @returns {{ batches: AsyncGenerator<{ entries: object[], offset: number, bytes: Uint8Array }>, summary?: object }}
 */
export function readLayer(layer, mediaType, options, name) {
  const type = text(mediaType, `${name}(layer, mediaType)`);
  const given = optionsOf(options, name, OPTIONS);
  const reader = readerOf(layer, `${name}(layer)`);
  const reading = { batches: undefined, summary: undefined };
  reading.batches = batches(reader, type, given, (summary) => (reading.summary = Object.freeze(summary)));
  return reading;
}

async function* batches(reader, mediaType, given, summarize) {
  const { signal, digest, size, diffId, maxBytes = LAYER_BYTES } = given;
  const pace = createPace();
  const source = new Content(() => reader, { pace, signal }, (why) => optionInvalid(`the layer cannot be read: ${why}`));
  let tar;
  try {
    signal?.throwIfAborted();
    await init();
    refuseEncrypted(mediaType);
    const stored = counted(source, { verifier: digest === undefined ? undefined : createVerifier({ digest, size }) });
    const { compression, chunks } = await opened(stored.chunks);
    const unpacked = diffId === undefined ? undefined : createVerifier({ digest: diffId });
    tar = call((core) => new core.LayerReader(maxBytes));
    let offset = 0;
    let count = 0;
    for await (const bytes of inParts(decompressed(compression, chunks, LAYER))) {
      signal?.throwIfAborted();
      unpacked?.update(bytes);
      const { entries, error } = fed(tar, bytes);
      count += entries.length;
      yield { entries, offset, bytes };
      if (error) throw new MultiarchError(error);
      offset += bytes.length;
      const pause = pace();
      if (pause) await pause;
    }
    const findings = JSON.parse(call(() => tar.finish()));
    stored.finish();
    finishDiffId(unpacked);
    summarize({ compression, size: stored.size(), unpackedSize: offset, entries: count, findings });
  } catch (error) {
    throw abortedOr(error, signal);
  } finally {
    tar?.free();
    void source.cancel();
  }
}

const LAYER = { noun: "layer", fail: layerError, unsupported: { code: "LAYER_UNSUPPORTED", hint: (kind) => HINTS[kind] } };
const HINTS = { zstd: "This host loads no decoder: list the layer elsewhere, or push the image with layers of gzip." };

/** What the core makes of bytes. */
function fed(tar, bytes) {
  const text = call(() => tar.feed(bytes));
  return text === "" ? NOTHING : JSON.parse(text);
}

const NOTHING = { entries: [], error: undefined };
/** How much crosses into the core at once, so that its memory does not grow with the content. */
const PART = 1 << 20;

async function* inParts(chunks) {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PART) yield chunk.subarray(at, at + PART);
  }
}

function refuseEncrypted(mediaType) {
  if (layerType(mediaType).kind !== "encrypted") return;
  throw layerError("LAYER_UNSUPPORTED", "the layer is encrypted", {
    hint: "Decrypt the image with its key first, for example with `skopeo copy --decryption-key`.", details: { reason: "encrypted" },
  });
}

/** The stored bytes, counted and held against the digest. */
function counted(source, { verifier }) {
  let size = 0;
  async function* chunks() {
    for (;;) {
      const part = await source.next();
      if (part === undefined) return;
      size += part.length;
      verifier?.update(part);
      yield part;
    }
  }
  return { chunks: chunks(), size: () => size, finish: () => verifier?.finish() };
}

/** The chunks again, and by their first bytes how they are compressed. */
async function opened(chunks) {
  const first = [];
  let length = 0;
  while (length < LONGEST_MAGIC) {
    const { done, value } = await chunks.next();
    if (done) break;
    first.push(value);
    length += value.length;
  }
  const start = first.flatMap((chunk) => [...chunk.subarray(0, LONGEST_MAGIC)]);
  async function* again() {
    yield* first;
    yield* chunks;
  }
  return { compression: compressionOf(start), chunks: again() };
}

/** Throws DIGEST_MISMATCH for an unpacked layer that is not the one of the config. */
function finishDiffId(verifier) {
  try {
    verifier?.finish();
  } catch (error) {
    if (error.code !== "DIGEST_MISMATCH") throw error;
    const { message, code, details } = error;
    throw new MultiarchError({
      code, message: `the unpacked ${message}, which is the diff_id of the config`, details, cause: error,
      hint: "The image is broken, or was tampered with: its layer is not the one of its config. Do not use it.",
    });
  }
}

/** A reader of what a caller gives for a layer. */
function readerOf(layer, name) {
  const reader = guarded(name, () => {
    if (typeof layer?.getReader === "function") return layer.getReader();
    return typeof layer?.stream === "function" ? layer.stream().getReader() : undefined;
  });
  if (typeof fact(reader, "read") !== "function") throw optionInvalid(`${name} takes a ReadableStream or a Blob`);
  return {
    async read() {
      const step = await reader.read();
      return guarded(`what the stream of ${name} gives`, () => ({ done: step.done, value: step.value }));
    },
    cancel: (reason) => reader.cancel?.(reason),
  };
}
