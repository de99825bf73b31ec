/** What an index lists, with what the indexes inside it list: images with their attestations, and the rest. */

import { DOCKER_LIST, DOCKER_MANIFEST, INDEX_DEPTH, INDEX_ENTRIES, OCI_INDEX, OCI_MANIFEST, REFERENCE_DIGEST } from "../core/facts.js";
import { MultiarchError } from "../core/errors.js";
import { normalizePlatform } from "../nouns/platform.js";
import { isAttestation } from "./images.js";

const IMAGE_TYPES = [OCI_MANIFEST, DOCKER_MANIFEST];

export const isIndex = (mediaType) => mediaType === OCI_INDEX || mediaType === DOCKER_LIST;

/** INDEX_TOO_LARGE for an index that, with those inside it, lists more than a single one may: each of a hundred may list a hundred. */
export function tooManyEntries() {
  return new MultiarchError({
    code: "INDEX_TOO_LARGE", message: `an index and those inside it list more than ${INDEX_ENTRIES} entries`,
    hint: "No real image has this many: name one of the indexes inside it by its digest.",
  });
}

/**
 * The entries of an index, in its order; those of an index inside it stand in that one's place.
 *
 * @param {object} document the index
 * @param {(descriptor: object) => Promise<object>} read the document of an entry that is an index itself: once for each digest
 * @returns {Promise<Leaves>} rejects with INDEX_TOO_LARGE where they are more than a single index may list
 *
 * @typedef {object} Leaf
 * @property {object} descriptor
 * @property {object} entry as the index's own text has it
 * @property {object} [platform] where one is stated that an image can be for
 * @property {object} index the document that lists it
 *
 * @typedef {object} Leaves
 * @property {(Leaf & { attestations: Leaf[] })[]} images
 * @property {Leaf[]} orphans attestations about no image of the index that lists them
 * @property {Leaf[]} others what is no image: artifacts, manifests of types that are not known
 * @property {Leaf[]} problems entries that cannot be used
 * @property {Leaf[]} indexes
 * @property {object[]} empty documents of indexes that list nothing
 * @property {(Leaf & { error: any })[]} unread indexes that `read` failed for
 */
export async function leavesOf(document, read) {
  const found = { images: [], orphans: [], others: [], problems: [], indexes: [], empty: [], unread: [] };
  const documents = new Map();
  const readOnce = (descriptor) => {
    const { digest } = descriptor;
    if (!documents.has(digest)) documents.set(digest, read(descriptor));
    return documents.get(digest);
  };
  await collect(document, { read: readOnce, found, left: { entries: INDEX_ENTRIES }, depth: 1 });
  return found;
}

async function collect(index, { read, found, left, depth }) {
  const own = [];
  const attestations = [];
  left.entries -= index.manifests.length;
  if (left.entries < 0) throw tooManyEntries();
  if (index.manifests.length === 0) found.empty.push(index);
  for (const [at, descriptor] of index.manifests.entries()) {
    const leaf = { descriptor, entry: index.json.manifests[at], index };
    const platform = platformOf(descriptor);
    if (platform) leaf.platform = platform;
    if (descriptor.problem) found.problems.push(leaf);
    else if (isAttestation(descriptor)) attestations.push(leaf);
    else if (isIndex(descriptor.mediaType)) await within(leaf, { read, found, left, depth });
    else if (isImage(descriptor, platform)) {
      const image = { ...leaf, attestations: [] };
      own.push(image);
      found.images.push(image);
    } else found.others.push(leaf);
  }
  for (const attestation of attestations) {
    const about = attestation.descriptor.annotations[REFERENCE_DIGEST];
    const images = own.filter(({ descriptor }) => descriptor.digest === about);
    if (images.length === 0) found.orphans.push(attestation);
    for (const image of images) image.attestations.push(attestation);
  }
}

/** The leaves of an entry that is an index itself. */
async function within(leaf, { read, found, left, depth }) {
  found.indexes.push(leaf);
  try {
    if (depth >= INDEX_DEPTH) {
      const message = `indexes stand inside one another more than ${INDEX_DEPTH} deep`;
      throw new MultiarchError({ code: "INDEX_TOO_DEEP", message });
    }
    await collect(await read(leaf.descriptor), { read, found, left, depth: depth + 1 });
  } catch (error) {
    if (left.entries < 0) throw error;
    found.unread.push({ ...leaf, error });
  }
}

/** The platform of an entry; none for BuildKit's `unknown/unknown` and for empty texts, which no image is for. */
function platformOf({ platform }) {
  return platform && platform.os && platform.os !== "unknown" ? platform : undefined;
}

/** An image states a platform, or nothing that says it is something else. */
function isImage({ mediaType, artifactType, platform: stated }, platform) {
  if (!IMAGE_TYPES.includes(mediaType)) return false;
  return platform !== undefined || (stated === undefined && artifactType === undefined);
}

/** A text that is equal for equal platforms: arm64 and arm64/v8 are one. */
export function platformKey(platform) {
  const { os, architecture, variant = "", osVersion = "", osFeatures = [] } = normalizePlatform(platform);
  return JSON.stringify([os, architecture, variant, osVersion, [...osFeatures].sort()]);
}

/** Whether an image is for the platform that is wanted: equal after normalisation, with more of os.version and os.features at most. */
export function satisfies(platform, wanted) {
  const [one, other] = [platform, wanted].map((given) => normalizePlatform(given));
  if (["os", "architecture", "variant"].some((name) => (one[name] ?? "") !== (other[name] ?? ""))) return false;
  const [actual = "", version] = [one.osVersion, other.osVersion];
  if (version && actual !== version && !actual.startsWith(`${version}.`)) return false;
  return (other.osFeatures ?? []).every((feature) => one.osFeatures?.includes(feature));
}
