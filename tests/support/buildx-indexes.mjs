/** Indexes with the bytes that BuildKit gives them: Go's order of members, two spaces for each level. */

import { attestation, sha256 } from "./images.mjs";

const TYPES = {
  oci: "application/vnd.oci.image.index.v1+json",
  docker: "application/vnd.docker.distribution.manifest.list.v2+json",
};
const ENTRY = ["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"];

/** What one run of `docker buildx build --push` leaves: each image, and behind all of them an attestation of each. */
export const built = (...images) => indexOf([...images, ...images.map(attestationOf)]);

/** An index's entry for the attestation about an image. */
export function attestationOf(image) {
  const { image: statement, annotations } = attestation(image);
  return { ...statement, listed: { annotations, platform: { architecture: "unknown", os: "unknown" } } };
}

/**
 * An index of images; `listed` of one holds the members of its entry beside type, digest and size.
 *
 * @param {object[]} children @param {{ type?: "oci" | "docker", space?: number, members?: object }} [options] `space` is the
 *   layout, `members` stand behind the entries
 */
export function indexOf(children, { type = "oci", space = 2, members = {} } = {}) {
  const manifests = children.map((child) => ordered({ ...child, platform: platformOf(child), ...child.listed }));
  const document = { schemaVersion: 2, mediaType: TYPES[type], manifests, ...members };
  const bytes = Buffer.from(JSON.stringify(document, undefined, space).replace(/[<>&]/g, escaped));
  return { bytes, digest: sha256(bytes), mediaType: TYPES[type], size: bytes.length, blobs: [], children };
}

/** An image whose entry has further members. */
export const listed = (image, members) => ({ ...image, listed: members });

const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const ordered = (entry) => Object.fromEntries(ENTRY.filter((key) => entry[key] !== undefined).map((key) => [key, entry[key]]));

function platformOf({ platform }) {
  if (!platform) return undefined;
  const { architecture, os, osVersion, osFeatures, variant } = platform;
  const fields = { architecture, os, "os.version": osVersion, "os.features": osFeatures, variant };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
