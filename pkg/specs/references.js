/** The references of a specification: what a list is made under, and what it is made of. */

import { parseReference } from "../nouns/reference.js";

/**
 * A source in full. `:tag`, `sha256:…` and `@sha256:…` are of the list's own repository.
 *
 * @param {string} text
 * @param {string} repository of the list
 */
export function referenceOf(text, repository) {
  const isDigest = /^@|^sha\d+:|^[a-z0-9+._-]+:[0-9a-f]{32,}$/.test(text);
  const own = isDigest ? `${repository}@${text.replace("@", "")}` : `${repository}${text}`;
  const { name, tag, digest } = parseReference(isDigest || text.startsWith(":") ? own : text);
  return digest ? `${name}@${digest}` : `${name}:${tag ?? "latest"}`;
}

/**
 * Everything that a list is made under: each image, and its further tags in each repository.
 *
 * @param {{ name: string, tag?: string }[]} images
 * @param {string[]} tags
 */
export function targetsOf(images, tags) {
  const references = images.map(({ name, tag }) => `${name}:${tag ?? "latest"}`);
  for (const name of new Set(images.map((image) => image.name))) references.push(...tags.map((tag) => `${name}:${tag}`));
  return [...new Set(references)];
}
