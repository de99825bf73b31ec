/** The findings of one check, as they come in. */

import { formatPlatform } from "../nouns/platform.js";
import { FINDINGS } from "./codes.js";

/** What is wrong with content, in place of a request that failed. */
const OF_CONTENT = new Set([
  "CONFIG_INVALID", "DESCRIPTOR_INVALID", "DIGEST_MISMATCH", "INDEX_TOO_DEEP", "INDEX_TOO_LARGE", "JSON_DUPLICATE_KEY", "JSON_INVALID",
  "JSON_TOO_DEEP", "MANIFEST_AMBIGUOUS", "MANIFEST_INVALID", "MANIFEST_TOO_LARGE", "NOT_AN_INDEX", "RESPONSE_TOO_LARGE",
  "SCHEMA1_UNSUPPORTED",
]);
const CONTRADICTIONS = { MEDIA_TYPE_MISMATCH: "MEDIA_TYPE_CONTRADICTION", SIZE_MISMATCH: "SIZE_CONTRADICTION" };
const MISSING = { MANIFEST_UNKNOWN: "MANIFEST_MISSING", BLOB_UNKNOWN: "BLOB_MISSING" };

export class Report {
  findings = [];

  /** @param {string} reference that is checked, for the commands in hints */
  constructor(reference) {
    this.reference = reference;
  }

  /** @param {string} code one of FINDINGS @param {{ message: string, hint?: string, digest?: string, platform?: object }} facts */
  add(code, facts) {
    const finding = { code, severity: FINDINGS[code].severity, ...facts };
    for (const name of Object.keys(finding)) if (finding[name] === undefined) delete finding[name];
    this.findings.push(Object.freeze(finding));
  }

  /**
   * The finding that a failure stands for. What ends the whole call is thrown again.
   *
   * @param {any} error
   * @param {{ digest: string, platform?: object, what: string, hint?: string }} about `hint` where it is missing
   */
  failed(error, { digest, platform, what, hint }) {
    const { code, message } = error;
    if (code === "ABORTED" || code === "INTERNAL" || code === undefined) throw error;
    const where = { digest, platform };
    if (MISSING[code]) return this.add(MISSING[code], { message: `${what} ${digest} is not in the repository`, hint, ...where });
    const kind = CONTRADICTIONS[code] ?? (OF_CONTENT.has(code) ? "CONTENT_INVALID" : "NOT_CHECKED");
    const again = kind === "NOT_CHECKED" && error.retryable ? "Check again later." : error.hint;
    this.add(kind, { message: `${what} ${digest}: ${message}`, hint: again, ...where, error: code });
  }

  /** The line that takes an entry out of the index. */
  removing(digest) {
    return `multiarch edit ${this.reference} --remove ${digest}`;
  }

  /** The line that sets a member of an entry's platform, or takes it away. */
  setting(digest, member, value) {
    return `multiarch edit ${this.reference} ${value ? `--set ${digest}:${member}=${value}` : `--unset ${digest}:${member}`}`;
  }
}

/** A platform for a sentence. */
export const named = (platform) => (platform ? formatPlatform(platform) : "an image without a platform");
