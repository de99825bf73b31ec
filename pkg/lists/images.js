/** The images of an index, each with the attestations about it. */

import { MultiarchError } from "../core/errors.js";
import { fieldsOf, guarded } from "../core/arguments.js";
import { ATTESTATION, REFERENCE_DIGEST, REFERENCE_TYPE } from "../core/facts.js";
import { documentGiven, parseManifest } from "../nouns/document.js";

/** Whether an entry is an attestation as BuildKit puts it into an index: a manifest about an image, and no image. */
export function isAttestation(descriptor) {
  const name = "isAttestation(descriptor)";
  const { annotations } = fieldsOf(descriptor, name, { annotations: (value) => value });
  return guarded(name, () => annotations?.[REFERENCE_TYPE] === ATTESTATION);
}

/** The images of an index in its order, with the attestations about each. */
export function imagesOf(index) {
  const name = "imagesOf(index)";
  const given = documentGiven(index, name);
  const document = given === index ? index : parseManifest(given.bytes, { mediaType: given.mediaType, digest: given.digest });
  if (document.kind !== "index") {
    throw new MultiarchError({ code: "NOT_AN_INDEX", message: `this document is ${document.mediaType}, not an index` });
  }
  const attestations = new Map();
  const images = [];
  for (const descriptor of document.manifests) {
    if (!isAttestation(descriptor)) {
      const own = listOf(attestations, descriptor.digest);
      images.push({ descriptor, ...(descriptor.platform && { platform: descriptor.platform }), attestations: own });
    } else if (descriptor.annotations[REFERENCE_DIGEST] !== undefined) {
      listOf(attestations, descriptor.annotations[REFERENCE_DIGEST]).push(descriptor);
    }
  }
  return images;
}

function listOf(lists, key) {
  if (!lists.has(key)) lists.set(key, []);
  return lists.get(key);
}
