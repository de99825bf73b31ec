/** Digests of bytes and of streams. */

import { ALGORITHMS } from "../core/facts.js";
import { createPace } from "../core/foreign.js";
import { call, environment } from "../core/load.js";
import { asIs, bytesOf, digestText, optionalSize, optionsOf, text } from "../core/arguments.js";

/** How much crosses into the core at once, so that its memory does not grow with the content. */
const CHUNK = 1 << 20;

/** The digest of bytes, or of a text as UTF-8. Throws DIGEST_UNSUPPORTED. */
export function digest(data, algorithm = "sha256") {
  const bytes = bytesOf(data, "digest(data)");
  const name = text(algorithm, "digest(data, algorithm)");
  const { hash, createHash } = environment();
  if (bytes.length <= CHUNK && !createHash) return call((core) => core.digest(bytes, name));
  const sum = isNative(name) ? hash?.(name, bytes) : undefined;
  if (sum) return `${name}:${sum}`;
  const digester = createDigester(name);
  digester.update(bytes);
  return digester.digest();
}

/** The two halves of a digest. Throws DIGEST_INVALID. */
export function parseDigest(value) {
  const given = digestText(value, "parseDigest(text)");
  return Object.freeze(call((core) => core.parseDigest(given)));
}

/** Computes a digest chunk by chunk; `digest` may be asked for in between. Throws DIGEST_UNSUPPORTED. */
export function createDigester(algorithm = "sha256") {
  const name = text(algorithm, "createDigester(algorithm)");
  const native = hostDigester(name);
  if (native) return { update: (chunk) => native.update(bytesOf(chunk, "update(chunk)")), digest: native.digest };
  const digester = call((core) => new core.Digester(name));
  return {
    update(chunk) {
      const bytes = bytesOf(chunk, "update(chunk)");
      for (let at = 0; at < bytes.length; at += CHUNK) {
        const part = bytes.subarray(at, at + CHUNK);
        call(() => digester.update(part));
      }
    },
    digest: () => call(() => digester.digest()),
  };
}

/**
 * Passes bytes through and fails before the end on a wrong digest or size; never passes more than `size` bytes.
 * @param {{ digest: string, size?: number }} expected
 */
export function verifyStream(expected) {
  const verifier = createVerifier(expected);
  const pace = createPace();
  return new TransformStream({
    transform(chunk, controller) {
      const bytes = bytesOf(chunk, "a chunk of verifyStream");
      verifier.update(bytes);
      controller.enqueue(bytes);
      return pace();
    },
    flush: () => verifier.finish(),
  });
}

/** Holds content against a digest and a size while it is read. */
export function createVerifier(expected) {
  const { digest: wanted, size } = optionsOf(expected, "verifyStream", { digest: asIs, size: asIs });
  const given = digestText(wanted, "the digest of verifyStream");
  optionalSize(size, "the size of verifyStream");
  const { algorithm } = parseDigest(given);
  const digester = createDigester(algorithm);
  let read = 0;
  const check = (actual) => call((core) => core.verifyContent(given, actual, size, read));
  return {
    update(bytes) {
      read += bytes.length;
      if (size !== undefined && read > size) check(undefined);
      digester.update(bytes);
    },
    finish: () => check(digester.digest()),
  };
}

const isNative = (algorithm) => ALGORITHMS.includes(algorithm);

/** The host's own hash, some four times as fast, where it can take a stream. */
function hostDigester(algorithm) {
  if (!isNative(algorithm)) return undefined;
  const hash = environment().createHash?.(algorithm);
  return hash && { update: hash.update, digest: () => `${algorithm}:${hash.digest()}` };
}
