/** What an index says by itself, without another request: platforms, duplicates, attestations, entries that cannot be used. */

import { DOCKER_LIST, REFERENCE_DIGEST, ZSTD } from "../core/facts.js";
import { formatPlatform } from "../nouns/platform.js";
import { platformKey, satisfies } from "../lists/leaves.js";
import { named } from "./report.js";

/** Reports what is wrong with the entries of the index and of those inside it. */
export function checkEntries(leaves, report) {
  checkDigests(leaves, report);
  checkPlatforms(leaves.images, report);
  for (const { descriptor } of leaves.problems) {
    const { digest, problem } = descriptor;
    const message = `the entry ${digest || "without a digest"} cannot be used: ${problem}`;
    report.add("ENTRY_INVALID", { message, ...(digest && { hint: `Take it away: ${report.removing(digest)}`, digest }) });
  }
  for (const { digest } of new Set(leaves.empty)) {
    const hint = `Add an image to it: multiarch edit ${report.reference} --add IMAGE`;
    report.add("INDEX_EMPTY", { message: `the index ${digest} lists nothing`, hint, digest });
  }
  for (const { descriptor } of leaves.indexes) {
    const message = `the entry ${descriptor.digest} is an index itself`;
    report.add("INDEX_NESTED", { message, hint: "A list made of it by multiarch create is flat.", digest: descriptor.digest });
  }
  for (const { descriptor } of leaves.orphans) {
    const { digest, annotations } = descriptor;
    report.add("ATTESTATION_ORPHANED", {
      message: `the attestation ${digest} is about ${annotations[REFERENCE_DIGEST] ?? "no image"}, which its index does not list`,
      hint: `Take it away: ${report.removing(digest)}`, digest,
    });
  }
  const listed = [...leaves.images, ...leaves.orphans, ...leaves.others];
  for (const index of new Set(listed.map((leaf) => leaf.index))) checkAnnotations(index, report);
}

function checkDigests({ images, orphans, others }, report) {
  const seen = new Set();
  const attestations = new Set(images.flatMap((image) => image.attestations));
  for (const { descriptor: { digest }, platform, index } of [...images, ...attestations, ...orphans, ...others]) {
    // The same manifest in two indexes is no mistake of either.
    const key = `${index.digest} ${digest} ${platform ? platformKey(platform) : ""}`;
    if (seen.has(key)) {
      const message = `the index lists ${digest} twice${platform ? ` for ${formatPlatform(platform)}` : ""}`;
      const hint = "Make the index again: multiarch create lists a digest once.";
      report.add("DIGEST_DUPLICATE", { message, hint, digest, platform });
    }
    seen.add(key);
  }
}

function checkPlatforms(images, report) {
  const taken = new Map();
  for (const { descriptor: { digest, annotations }, platform } of images) {
    if (!platform) {
      const message = `the image ${digest} has no platform in the index`;
      const hint = `State it: ${report.setting(digest, "os", "linux")} --set ${digest}:architecture=amd64, for example.`;
      report.add("PLATFORM_UNSTATED", { message, hint, digest });
      continue;
    }
    // Podman lists an image with layers of zstd beside the same one with gzip, and hosts choose by its annotation.
    const key = `${platformKey(platform)} ${annotations?.[ZSTD] ?? ""}`;
    const other = taken.get(key);
    if (!other) taken.set(key, { digest, platform });
    else if (other.digest !== digest) {
      report.add("PLATFORM_DUPLICATE", {
        message: `${digest} for ${formatPlatform(platform)} and ${other.digest} for ${formatPlatform(other.platform)} are for one platform`,
        hint: `Keep one of them: ${report.removing(digest)}`, digest, platform, others: [other.digest],
      });
    }
  }
}

function checkAnnotations({ digest, mediaType, json }, report) {
  if (mediaType !== DOCKER_LIST) return;
  const has = ({ annotations }) => annotations && Object.keys(annotations).length > 0;
  if (!has(json) && !json.manifests.some((entry) => entry && has(entry))) return;
  report.add("ANNOTATIONS_IGNORED", {
    message: `the Docker list ${digest} has annotations, which its format does not know`,
    hint: `Make it an OCI index: multiarch edit ${report.reference} --type oci`, digest,
  });
}

/** Reports the platforms that are required and not there; with `exact`, also those that are there and not required. */
export function checkRequired(images, { platforms, exact }, report) {
  const there = images.map(({ platform }) => platform).filter((platform) => platform);
  for (const wanted of platforms) {
    if (there.some((platform) => satisfies(platform, wanted))) continue;
    const found = there.length > 0 ? `there are ${there.map(formatPlatform).join(", ")}` : "there is none";
    report.add("PLATFORM_MISSING", {
      message: `${formatPlatform(wanted)} is required, and ${found}`,
      hint: `Add its image: multiarch edit ${report.reference} --add IMAGE`, platform: wanted,
    });
  }
  if (!exact) return;
  for (const { descriptor: { digest }, platform } of images) {
    if (platform && platforms.some((wanted) => satisfies(platform, wanted))) continue;
    const message = `${named(platform)} (${digest}) is not among the platforms that are required`;
    report.add("PLATFORM_UNEXPECTED", { message, hint: `Take it away: ${report.removing(digest)}`, digest, platform });
  }
}

/** Reports images that no attestation is about. */
export function checkAttested(images, report) {
  for (const { descriptor: { digest }, platform, attestations } of images) {
    if (attestations.length > 0) continue;
    report.add("ATTESTATION_MISSING", {
      message: `no attestation is listed with ${named(platform)} (${digest})`,
      hint: "Build it with --provenance or --sbom, and keep what the build pushed.", digest, platform,
    });
  }
}
