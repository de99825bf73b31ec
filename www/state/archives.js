/** Archives of this tab, by the domain under which a client reads each: no registry can have it. Nothing is uploaded. */

import { parseReference } from "../multiarch.js";

/** @typedef {{ file: string, client: object, archive: object, image?: string }} Opened `image` names the one that is meant */

/** @type {Map<string, Opened>} */
const archives = new Map();

/**
 * Opens a file or a folder; `image` names the one of its images that is meant.
 * @returns {Promise<string>} the domain of its images. Rejects as `openArchive` does
 */
export async function openHere(from, file, { image, ...options } = {}) {
  const { archiveFetch, createClient, init, openArchive } = await import("../whole.js");
  await init();
  const archive = await openArchive(from, options);
  const client = createClient({ fetch: archiveFetch([archive]) });
  const { domain } = parseReference(archive.reference(`@sha256:${"0".repeat(64)}`));
  archives.set(domain, { file, client, archive, image });
  return domain;
}

/** The archive of a domain; undefined for a registry's, and for one of another tab. */
export const archiveAt = (domain) => archives.get(domain);

/** Whether a domain is that of an archive. */
export const isArchive = (domain) => /^archive-\d+\.invalid$/.test(domain);

/** The images of an archive, each with the reference by which it is opened. */
export function imagesIn({ archive }) {
  return archive.images.map(({ name, descriptor }) => ({ name, descriptor, ref: archive.reference(`@${descriptor.digest}`) }));
}

/** The reference of the image that is meant, or of the only one; undefined where there are several. */
export function onlyImageOf({ archive, image }) {
  if (image !== undefined) return archive.reference(image);
  return archive.images.length === 1 ? archive.reference(`@${archive.images[0].descriptor.digest}`) : undefined;
}

/** What an image of an archive is called: by its name there, where one is known. */
export function nameIn({ archive }, digest) {
  return archive.images.find(({ name, descriptor }) => name !== undefined && descriptor.digest === digest)?.name;
}
