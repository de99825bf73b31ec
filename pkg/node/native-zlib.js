/** The host's own zlib in Node, Deno and Bun: some twice as fast as its DecompressionStream, and with zstd where it is new. */

/** How much is decompressed at once. */
const CHUNK = 1 << 17;

/**
 * What decompresses gzip or zstd, as `pkg/layers/decompress.js` takes it; undefined where the host has none.
 *
 * @param {string} compression
 */
export function createNativeDecompressor(compression) {
  // Not imported: most programs decompress nothing, and a bundle for another host must not fail on the name.
  const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
  const create = { gzip: zlib?.createGunzip, zstd: zlib?.createZstdDecompress }[compression];
  if (!create) return undefined;
  const engine = create({ chunkSize: CHUNK });
  const parts = engine[Symbol.asyncIterator]();
  let wake = () => {};
  // At its end it takes no more: what is written behind that is passed over.
  for (const event of ["drain", "end", "close"]) engine.on(event, () => wake());
  return {
    async write(chunk) {
      if (engine.readableEnded || engine.destroyed || engine.write(chunk)) return;
      await new Promise((resolve) => (wake = resolve));
    },
    async end() {
      engine.end();
    },
    read: async () => (await parts.next()).value,
    close: () => void engine.destroy(),
  };
}
