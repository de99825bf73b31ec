// The size of one file, raw and compressed. Alone: `node sizes.mjs FILE MAX` fails when its gzip
// form is larger than MAX bytes.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** The sizes of `path` in bytes. */
export function sizesOf(path) {
  const bytes = readFileSync(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  return {
    raw: bytes.length,
    // The larger of two encoders: they differ by some hundred bytes, and either may be the one that serves it.
    gzip: Math.max(
      gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }).length,
      execFileSync("gzip", ["-9", "-c", path], { maxBuffer: 2 ** 26 }).length,
    ),
    brotli: brotliCompressSync(bytes, quality).length,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [path, max] = process.argv.slice(2);
  const { raw, gzip, brotli } = sizesOf(path);
  console.log(`  ${basename(path)}: ${raw} bytes, ${gzip} with gzip, ${brotli} with brotli; at most ${max} with gzip`);
  process.exitCode = gzip <= Number(max) ? 0 : 1;
}
