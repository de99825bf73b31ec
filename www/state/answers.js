/** "What would this host pull, and why": docker, podman, crane and an exact match, answered by the package side by side. */

import { formatPlatform, normalizePlatform, parseManifest, parsePlatform, POLICIES, selectPlatform } from "../multiarch.js";

const [RANKED, EQUAL, FIRST, PODMAN] = POLICIES;

/** The tools by the policy that each follows. The first is the one that the answer is about. */
export const TOOLS = [
  { policy: RANKED, name: "docker", about: "ranks what is compatible; kubernetes and buildkit do the same" },
  { policy: PODMAN, name: "podman", about: "as containers/image does" },
  { policy: FIRST, name: "crane", about: "the first that satisfies; oras does the same" },
  { policy: EQUAL, name: "exact", about: "equal after normalisation" },
];

const INDEX = "application/vnd.oci.image.index.v1+json";

/** A browser or `uname -m` names no operating system; containers are Linux's. */
const LINUX = { host: { os: "linux", architecture: "" } };

/** @returns {{ os: string, architecture: string }} Throws PLATFORM_INVALID */
export const hostOf = (specifier) => parsePlatform(specifier, LINUX);

/** Whether an entry says of itself that no host runs it. */
export const isUnknown = ({ platform }) => platform?.os === "unknown" && platform?.architecture === "unknown";

/** Whether an entry is an index inside the index. */
export const isIndex = ({ mediaType }) => /[.](?:index|manifest[.]list)[.]v\d[+]json$/.test(mediaType);

/**
 * @typedef {object} Answer
 * @property {object} [selection] the package's selection over this document's entries
 * @property {object} [descriptor] what is pulled in the end; absent where nothing is
 * @property {number} [index] the entry of this document
 * @property {string} [reason] why that entry
 * @property {boolean} [isOpen] the entry is an index, or carries no platform: only the registry can tell
 */

/**
 * The answers for an index, from the index alone.
 * @returns {Record<string, Answer>} by policy
 */
export function answersOf(document, specifier) {
  const platform = hostOf(specifier);
  return Object.fromEntries(TOOLS.map(({ policy }) => [policy, answerOf(document, platform, policy)]));
}

function answerOf(document, platform, policy) {
  const selection = selectPlatform(document, platform, { policy });
  const { descriptor, index } = selection;
  const reason = selection.candidates.find((candidate) => candidate.index === index)?.reason;
  const isOpen = descriptor !== undefined && (descriptor.platform === undefined || isIndex(descriptor));
  return { selection, descriptor, index, reason, isOpen };
}

/**
 * The answer of one policy where an entry decides nothing by itself: the registry is asked for what it points at.
 * @param {{ resolve: Function }} source @param {string} name the repository
 */
export async function settled(answer, { source, name, document, specifier, policy, signal }) {
  try {
    const platform = hostOf(specifier);
    const found = await source.resolve(name, document.digest, { platform, policy, signal });
    const [index, ...inside] = found.selection?.path ?? [answer.index];
    return { ...answer, descriptor: found, index, inside, isOpen: false };
  } catch (error) {
    if (error.code === "PLATFORM_NOT_FOUND") return { ...answer, descriptor: undefined, isOpen: false };
    return { ...answer, error };
  }
}

/**
 * The answers for a single image: every tool pulls it as it is; an exact match compares what its config states.
 * @param {object} stated the config's platform
 */
export function imageAnswers(document, stated, specifier) {
  const platform = hostOf(specifier);
  const descriptor = { mediaType: document.mediaType, digest: document.digest, size: document.size, platform: stated };
  const index = parseManifest(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [descriptor] }));
  const runs = selectPlatform(index, platform, { policy: RANKED }).descriptor !== undefined;
  const answers = Object.fromEntries(
    TOOLS.map(({ policy }) => {
      const selection = selectPlatform(index, platform, { policy });
      const isPulled = policy !== EQUAL || selection.descriptor !== undefined;
      return [policy, { selection, ...(isPulled && { descriptor }), reason: selection.candidates[0]?.reason }];
    }),
  );
  return { answers, runs };
}

/** The normal spelling of a platform, for comparison and for people. */
export const spelled = (platform) => formatPlatform(normalizePlatform(platform));

/** Whether two answers pull the same. */
export const isSameAnswer = (one, other) => one?.descriptor?.digest === other?.descriptor?.digest;
