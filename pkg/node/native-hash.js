/** The synchronous hash of Node, Deno and Bun; none where the host has no such module. */
export function createNativeHash(algorithm) {
  // Not imported: most programs never hash anything, and a bundle for another host must not fail on the name.
  const hash = globalThis.process?.getBuiltinModule?.("node:crypto")?.createHash(algorithm);
  return hash && { update: (chunk) => void hash.update(chunk), digest: () => hash.copy().digest("hex") };
}
