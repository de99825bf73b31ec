/** Opens archives in this tab. Nothing is uploaded. */

import { parseReference } from "../multiarch.js";
import { keepArchive } from "./archives.js";

/**
 * Opens a file or a folder; `image` names the one of its images that is meant.
 * @returns {Promise<object>} the route of its one image, or of the list of them, and the references of all. Rejects as `openArchive` does
 */
export async function openHere(from, file, { image, ...options } = {}) {
  const { archiveFetch, createClient, init, openArchive } = await import("../whole.js");
  await init();
  const archive = await openArchive(from, options);
  const client = createClient({ fetch: archiveFetch([archive]) });
  const { domain } = parseReference(archive.reference(`@sha256:${"0".repeat(64)}`));
  const images = archive.images.map(({ name, descriptor }) => ({ name, descriptor, ref: archive.reference(`@${descriptor.digest}`) }));
  const [first, ...others] = images;
  const only = image !== undefined ? archive.reference(image) : first && others.length === 0 ? first.ref : undefined;
  const nameOf = (digest) => images.find(({ name, descriptor }) => name !== undefined && descriptor.digest === digest)?.name;
  keepArchive(domain, { file, client, archive, images, only, nameOf });
  return { route: { ref: only ?? `${domain}/image` }, refs: images.map(({ ref }) => ref) };
}
