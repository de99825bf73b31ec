/** The host's synchronous hash in Node, Deno and Bun; undefined where the host has no `node:crypto`. */

let found;

// Not imported: most programs hash nothing, and a bundle for another host must not fail on the name.
const crypto = () => (found ??= globalThis.process?.getBuiltinModule?.("node:crypto"));

/** A hash of a stream. */
export function createNativeHash(algorithm) {
  const hash = crypto()?.createHash(algorithm);
  return hash && { update: (chunk) => void hash.update(chunk), digest: () => hash.copy().digest("hex") };
}

/** The hash of bytes in hexadecimal. */
export function nativeHash(algorithm, bytes) {
  const { hash, createHash } = crypto() ?? {};
  // What hashes at once came with Node 20.12.
  return hash ? hash(algorithm, bytes) : createHash?.(algorithm).update(bytes).digest("hex");
}
