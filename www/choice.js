// "What would this host pull, and why": the picker's question, answered by the package.
import { POLICIES as NAMES } from "../pkg/core/facts.js";
import { parsePlatform, selectPlatform } from "../pkg/entry/browser.js";

const ABOUT = {
  containerd: "ranks what is compatible (docker, kubernetes, buildkit)",
  strict: "equal after normalisation",
  first: "the first that satisfies (crane, oras)",
  podman: "as containers/image does",
};

export const POLICIES = NAMES.map((name) => ({ name, text: `${name} — ${ABOUT[name]}` }));

export const [DEFAULT_POLICY] = NAMES;

/** Hosts that people ask about; anything in the specifier grammar may be typed. */
export const COMMON_HOSTS = [
  "linux/amd64",
  "linux/arm64",
  "linux/arm/v7",
  "linux/arm/v6",
  "linux/386",
  "linux/ppc64le",
  "linux/s390x",
  "linux/riscv64",
  "windows/amd64",
  "windows(10.0.20348)/amd64",
  "windows(10.0.26100)/amd64",
  "darwin/arm64",
  "freebsd/amd64",
];

/**
 * @typedef {object} Choice
 * @property {string} platform @property {string} policy
 * @property {object} [selection] the package's selection over this document's entries
 * @property {object} [descriptor] what would be pulled in the end
 * @property {Error} [error] why nothing would be
 */

/**
 * Answers for the document on the page. An entry that is itself an index, or that carries no platform, is only
 * decided by what it points at: then the registry is asked.
 * @returns {Promise<Choice>}
 */
export async function choose({ document, name, source }, platform, policy, signal) {
  const choice = { platform, policy };
  try {
    parsePlatform(platform);
    if (document.kind === "index") choice.selection = selectPlatform(document, platform, { policy });
    choice.descriptor = choice.selection?.descriptor;
    if (source && name && !isFinal(document, choice.selection)) {
      const resolved = await source.resolve(`${name}@${document.digest}`, { platform, policy, signal });
      // A single image had nothing to choose from.
      if (choice.selection) choice.selection = resolved.selection;
      choice.descriptor = resolved;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    choice.descriptor = undefined;
    choice.error = error;
  }
  return choice;
}

function isFinal(document, selection) {
  const chosen = selection?.descriptor;
  return document.kind === "index" && chosen?.platform !== undefined && !isIndex(chosen);
}

/** Whether an entry is an index inside the index. */
export function isIndex(descriptor) {
  return /[.](index|manifest[.]list)[.]v\d[+]json$/.test(descriptor.mediaType);
}

/** Whether an entry says of itself that no host runs it: attestations do. */
export function isAttestation(descriptor) {
  return (
    descriptor.annotations?.["vnd.docker.reference.type"] === "attestation-manifest" ||
    (descriptor.platform?.os === "unknown" && descriptor.platform?.architecture === "unknown")
  );
}
