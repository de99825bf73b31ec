/** The rows about references, digests and platform specifiers, through the package. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createDigester,
  digest,
  formatPlatform,
  normalizePlatform,
  parseDigest,
  parsePlatform,
  parseReference,
} from "multiarch";

import { configure, environment } from "../../../pkg/core/load.js";
import { codeOf, platformOf, rustTable, vectors } from "../../support/vectors.mjs";

const LINUX = { os: "linux", architecture: "amd64" };

test("references parse as in distribution/reference", () => {
  let run = 0;
  for (const row of vectors("references")) {
    if (row.fn !== "parse_normalized") continue;
    run += 1;
    if (!row.ok) {
      assert.throws(
        () => parseReference(row.input),
        (error) =>
          error.code === "REFERENCE_INVALID" &&
          error.details.reference === row.input &&
          error.message.includes(row.error_text),
        JSON.stringify(row),
      );
      continue;
    }
    const { domain, path, tag, digest: pinned, canonical, familiar, name } = parseReference(row.input);
    const expected = [row.domain, row.path, row.tag || undefined, row.digest || undefined, row.canonical, row.familiar];
    assert.deepEqual([domain, path, tag, pinned, canonical, familiar], expected, JSON.stringify(row));
    assert.equal(name, domain ? `${domain}/${path}` : path);
  }
  assert.ok(run > 400, `${run} rows`);
});

test("digests parse as the image specification says", () => {
  const deviating = rustTable("digest.rs", "DEVIATIONS").filter(([column]) => column === "image_spec");
  let run = 0;
  for (const row of vectors("digests").cases) {
    if (deviating.some(([, algorithm]) => row.input.startsWith(`${algorithm}:`))) continue;
    run += 1;
    const code = codeOf(() => parseDigest(row.input));
    assert.equal(code, row.image_spec.valid ? undefined : "DIGEST_INVALID", JSON.stringify(row));
    if (!code && row.algorithm) {
      assert.deepEqual({ ...parseDigest(row.input) }, { algorithm: row.algorithm, encoded: row.encoded });
    }
  }
  assert.ok(run > 60, `${run} rows`);
});

test("content has the digests that are stated, by the host's hash and by the core's", () => {
  const described = environment();
  assert.equal(typeof described.createHash, "function");
  hasStatedDigests();
  configure({ ...described, createHash: undefined, hash: undefined });
  try {
    hasStatedDigests();
  } finally {
    configure(described);
  }
});

function hasStatedDigests() {
  for (const row of vectors("digests").hash_vectors) {
    const generated = () => Uint8Array.from({ length: row.length }, (_, at) => (row.generator === "all zero" ? 0 : at % 251));
    const content = row.hex === undefined ? generated() : Uint8Array.from(Buffer.from(row.hex, "hex"));
    assert.equal(content.length, row.length);
    for (const algorithm of ["sha256", "sha384", "sha512"]) {
      assert.equal(digest(content, algorithm), row[algorithm], row.name);
      for (const size of [1, 63, 64, 1000]) {
        const digester = createDigester(algorithm);
        for (let at = 0; at < content.length; at += size) digester.update(content.subarray(at, at + size));
        assert.equal(digester.digest(), row[algorithm], `${row.name} in pieces of ${size}`);
      }
    }
    assert.equal(codeOf(() => digest(content, "blake3")), "DIGEST_UNSUPPORTED");
  }
}

/** What is written where containerd writes `theirs`, by the rules of the Rust test. */
function written({ architecture, variant }, theirs) {
  if (!architecture && variant) return theirs.replace("/", "//");
  return new Map(rustTable("platform.rs", "REWRITTEN")).get(theirs) ?? theirs;
}

test("specifiers parse, normalise and print as in containerd", () => {
  const extensions = new Map(rustTable("platform.rs", "EXTENSIONS").map(([input, meaning]) => [input, meaning]));
  let run = 0;
  for (const row of vectors("platforms").containerd.parse.cases) {
    const options = { host: platformOf(row.env) };
    run += 1;
    if (extensions.has(row.input)) {
      assert.equal(formatPlatform(parsePlatform(row.input, options)), extensions.get(row.input), JSON.stringify(row));
      continue;
    }
    assert.equal(codeOf(() => parsePlatform(row.input, options)), row.ok ? undefined : "PLATFORM_INVALID", JSON.stringify(row));
    if (!row.ok) continue;
    const parsed = parsePlatform(row.input, options);
    assert.deepEqual(parsed, platformOf(row.platform), JSON.stringify(row));
    assert.equal(formatPlatform(parsed), written(parsed, row.format_all), JSON.stringify(row));
    const normal = normalizePlatform(parsed, { host: LINUX });
    assert.deepEqual(normal, platformOf(row.normalized), JSON.stringify(row));
    assert.equal(formatPlatform(normal), written(normal, row.format_all_normalized), JSON.stringify(row));
  }
  assert.ok(run > 200, `${run} rows`);
});

test("platforms normalise as in containerd", () => {
  for (const row of vectors("platforms").containerd.normalize.cases) {
    const given = platformOf(row.input);
    const normal = normalizePlatform(given, { host: LINUX });
    assert.deepEqual(normal, platformOf(row.normalized), JSON.stringify(row));
    assert.equal(formatPlatform(normal), written(normal, row.format_all), JSON.stringify(row));
    assert.equal(formatPlatform(given), written(given, row.format_all_input), JSON.stringify(row));
  }
});
