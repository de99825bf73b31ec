/** The findings of a check: their codes, how much they weigh, and the exit code of each kind. */

/**
 * By their codes. `exit` is what the command exits with where nothing of a lower one is found.
 *
 * @type {Record<string, { severity: "error" | "warning" | "note", exit: number, about: string }>}
 */
export const FINDINGS = {
  NOT_CHECKED: { severity: "error", exit: 1, about: "a request failed, `error` says how; what it was for is not known" },
  REFERENCE_MISSING: { severity: "error", exit: 2, about: "there is no such tag, digest or repository" },
  PLATFORM_MISSING: { severity: "error", exit: 3, about: "a platform that is required has no image" },
  PLATFORM_UNEXPECTED: { severity: "error", exit: 3, about: "with `exact`: an image for a platform that is not required" },
  MANIFEST_MISSING: { severity: "error", exit: 4, about: "the index lists a manifest that the repository does not have" },
  BLOB_MISSING: { severity: "error", exit: 4, about: "with `blobs`: a manifest refers to a blob that the repository does not have" },
  PLATFORM_DUPLICATE: { severity: "error", exit: 5, about: "two images are for one platform after normalisation, as arm64 and arm64/v8" },
  DIGEST_DUPLICATE: { severity: "warning", exit: 5, about: "the index lists one digest twice" },
  PLATFORM_CONTRADICTION: {
    severity: "error", exit: 6,
    about: "with `configs`: the config of an image is for another platform than its entry states; a warning where one states less",
  },
  SIZE_CONTRADICTION: { severity: "error", exit: 6, about: "what is there has another size than is stated" },
  MEDIA_TYPE_CONTRADICTION: { severity: "error", exit: 6, about: "what is there has another media type than is stated" },
  CONTENT_INVALID: { severity: "error", exit: 6, about: "what is there cannot be used, `error` says why: another digest, no JSON, no config" },
  ENTRY_INVALID: { severity: "error", exit: 6, about: "an entry or a layer that cannot be used as it is written" },
  PLATFORM_UNSTATED: { severity: "warning", exit: 6, about: "an image of the index without a platform: no tool chooses it reliably" },
  ANNOTATIONS_IGNORED: { severity: "warning", exit: 6, about: "annotations in a Docker list, which has none: tools ignore or drop them" },
  INDEX_EMPTY: { severity: "warning", exit: 6, about: "the index lists nothing: no machine can pull an image by it" },
  INDEX_NESTED: { severity: "note", exit: 6, about: "the index lists another index: not every tool follows it" },
  ATTESTATION_MISSING: { severity: "error", exit: 7, about: "with `attestations`: an image without one" },
  ATTESTATION_ORPHANED: { severity: "warning", exit: 7, about: "an attestation about an image that the index does not list" },
};

/**
 * The exit code for findings: the lowest of those that count, 0 for none. Errors count, with `strict` warnings too.
 *
 * @param {readonly { code: string, severity: string }[]} findings
 */
export function exitCodeOf(findings, strict = false) {
  const counting = findings.filter(({ severity }) => severity === "error" || (strict && severity === "warning"));
  return counting.length === 0 ? 0 : Math.min(...counting.map(({ code }) => FINDINGS[code].exit));
}
