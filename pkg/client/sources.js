/** What a reference adds to an index: the images that it names, each with the attestations about it. */

import { INDEX_DEPTH } from "../core/facts.js";
import { MultiarchError } from "../core/errors.js";
import { isIndex } from "../lists/leaves.js";
import { entryTexts } from "../nouns/document.js";
import { parseReference } from "../nouns/reference.js";

/**
 * @param {import("multiarch").Client} client
 * @param {string} reference
 * @param {{ signal?: AbortSignal }} options
 * @returns {Promise<{ from: string, entries: { text: string, descriptor: import("multiarch").Descriptor }[] }>} the
 *   repository that has them, and the entries; of an index those that it lists, with their texts
 */
export async function entriesOf(client, reference, options) {
  const { name: from, tag, digest } = parseReference(reference);
  const document = await client.manifest(digest ? `${from}@${digest}` : `${from}:${tag ?? "latest"}`, options);
  if (document.kind === "index") return { from, root: document, entries: await listed(client, { from, document, depth: 1 }, options) };
  const { mediaType, size, artifactType } = document;
  const isImage = document.kind === "image" && artifactType === undefined;
  const platform = isImage ? (await client.config(`${from}@${document.digest}`, options)).platform : undefined;
  const descriptor = {
    mediaType, digest: document.digest, size, ...(artifactType && { artifactType }), ...(platform?.os && { platform }),
  };
  return { from, root: document, entries: [{ descriptor }] };
}

async function listed(client, { from, document, depth }, options) {
  const entries = [];
  const texts = entryTexts(document);
  for (const [at, descriptor] of document.manifests.entries()) {
    if (descriptor.problem !== undefined) {
      throw new MultiarchError({ code: "DESCRIPTOR_INVALID", message: `${from}@${document.digest}: ${descriptor.problem}` });
    }
    if (!isIndex(descriptor.mediaType)) {
      entries.push({ descriptor, text: texts[at] });
    } else if (depth < INDEX_DEPTH) {
      const inner = await client.manifest(`${from}@${descriptor.digest}`, options);
      entries.push(...(await listed(client, { from, document: inner, depth: depth + 1 }, options)));
    } else {
      throw new MultiarchError({ code: "INDEX_TOO_DEEP", message: `${from}@${document.digest} lists an index at depth ${depth}` });
    }
  }
  return entries;
}
