/** What an edit does to an index, in words: for dry runs and logs. */

import { REFERENCE_DIGEST } from "../core/facts.js";
import { isAttestation } from "../lists/images.js";
import { formatPlatform } from "../nouns/platform.js";

/** The entries that are removed, added and changed, each in a line. */
export function stepsOf(base, ours) {
  const [before, after] = [base, ours].map(({ manifests }) => new Map(manifests.map((entry) => [entry.digest, entry])));
  const steps = [];
  for (const [digest, entry] of before) if (!after.has(digest)) steps.push(`remove ${named(entry)}`);
  for (const [digest, entry] of after) {
    const old = before.get(digest);
    if (!old) steps.push(`add ${named(entry)}`);
    else if (JSON.stringify(old) !== JSON.stringify(entry)) steps.push(`change ${named(entry)}`);
  }
  if (base.mediaType !== ours.mediaType) steps.push(`make it ${ours.mediaType}`);
  const own = ({ annotations, subject, artifactType }) => JSON.stringify([annotations, subject, artifactType]);
  if (own(base) !== own(ours)) steps.push("change the index itself");
  return steps;
}

function named(entry) {
  if (isAttestation(entry)) return `the attestation ${entry.digest} about ${entry.annotations[REFERENCE_DIGEST]}`;
  return entry.platform ? `${formatPlatform(entry.platform)} ${entry.digest}` : entry.digest;
}
