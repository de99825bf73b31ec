// Parse an index, compute its digest and choose an entry, beside the least that JavaScript could do.

import { createHash } from "node:crypto";

import { parseManifest, selectPlatform } from "multiarch";

import { core } from "./memory.mjs";
import { amount, duration, race, ratio } from "./measure.mjs";

const ENTRY = "application/vnd.oci.image.manifest.v1+json";

/** Entries, what each carries besides, calls in a round, rounds, and how many times the time by hand it may take. */
const INDEXES = [
  { count: 10, calls: 5, rounds: 1_000, most: 2.2 },
  { count: 1000, calls: 1, rounds: 100, most: 1.3 },
  { count: 1000, note: "n".repeat(3_900), calls: 1, rounds: 30, most: 1.2 },
];
const MEMORY_MIB = 24;

/** An index of `count` entries; only the last one is for linux/arm64. */
export function indexOf(count, note) {
  const manifests = Array.from({ length: count }, (_, at) => ({
    mediaType: ENTRY,
    digest: `sha256:${createHash("sha256").update(`${at}`).digest("hex")}`,
    size: 1000 + at,
    platform: at === count - 1
      ? { architecture: "arm64", os: "linux", variant: "v8" }
      : { architecture: "amd64", os: "windows", "os.version": `10.0.${at}` },
    ...(note && { annotations: { note } }),
  }));
  const mediaType = "application/vnd.oci.image.index.v1+json";
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }, null, 2));
}

function ours(bytes) {
  const document = parseManifest(bytes);
  return { digest: document.digest, chosen: selectPlatform(document, "linux/arm64").descriptor.digest };
}

function byHand(bytes) {
  const { manifests } = JSON.parse(bytes.toString());
  const chosen = manifests.find(({ platform }) => platform.os === "linux" && platform.architecture === "arm64");
  return { digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, chosen: chosen.digest };
}

export async function documents() {
  const lines = [];
  for (const { count, note, calls, rounds, most } of INDEXES) {
    const bytes = indexOf(count, note);
    if (JSON.stringify(ours(bytes)) !== JSON.stringify(byHand(bytes))) throw new Error("the contestants disagree");
    const took = await race({ ours: () => ours(bytes), byHand: () => byHand(bytes) }, { rounds, calls });
    lines.push(
      `parse + digest + select, ${count} entries (${bytes.length} bytes): ${duration(took.ours)}; ` +
        `JSON.parse + node:crypto ${duration(took.byHand)}; ${ratio(took.ours / took.byHand, { most })}`,
    );
  }
  const large = indexOf(1000, INDEXES.at(-1).note);
  for (let time = 0; time < 50; time++) ours(large);
  return [...lines, `the largest of them 50 times in one go, memory of the core: ${amount(core(), MEMORY_MIB, "MiB")}`];
}
