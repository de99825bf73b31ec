// Parse an index, compute its digest and choose an entry, beside the least that JavaScript could do.

import { createHash } from "node:crypto";

import { parseManifest, selectPlatform } from "multiarch";

import { race, times } from "./measure.mjs";

const ENTRY = "application/vnd.oci.image.manifest.v1+json";

/** An index of `count` entries; only the last one is for linux/arm64. */
function indexOf(count) {
  const manifests = Array.from({ length: count }, (_, at) => ({
    mediaType: ENTRY,
    digest: `sha256:${createHash("sha256").update(`${at}`).digest("hex")}`,
    size: 1000 + at,
    platform: at === count - 1
      ? { architecture: "arm64", os: "linux", variant: "v8" }
      : { architecture: "amd64", os: "windows", "os.version": `10.0.${at}` },
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
  for (const [count, calls] of [[10, 100], [1000, 2]]) {
    const bytes = indexOf(count);
    if (JSON.stringify(ours(bytes)) !== JSON.stringify(byHand(bytes))) throw new Error("the contestants disagree");
    const took = await race({ ours: () => ours(bytes), byHand: () => byHand(bytes) }, { rounds: 15, calls });
    const micro = (ms) => `${(ms * 1000).toFixed(0)} us`;
    lines.push(
      `parse + digest + select, ${count} entries (${bytes.length} bytes): ${micro(took.ours)}; ` +
        `JSON.parse + node:crypto ${micro(took.byHand)}; ${times(took.ours, took.byHand)} the time`,
    );
  }
  return lines;
}
