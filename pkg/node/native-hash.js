/** The host's synchronous hash in Node, Deno and Bun; undefined where the host has no `node:crypto`. */
export function createNativeHash(algorithm) {
  // Not imported: most programs hash nothing, and a bundle for another host must not fail on the name.
  const hash = globalThis.process?.getBuiltinModule?.("node:crypto")?.createHash(algorithm);
  return hash && { update: (chunk) => void hash.update(chunk), digest: () => hash.copy().digest("hex") };
}
