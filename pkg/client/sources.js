/** What a reference adds to an index: the images that it names, each with the attestations about it. */

import { INDEX_DEPTH, INDEX_ENTRIES } from "../core/facts.js";
import { MultiarchError } from "../core/errors.js";
import { isIndex, tooManyEntries } from "../lists/leaves.js";
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
  if (document.kind === "index") {
    const entries = [];
    await collect(withTexts(document), { client, from, options, entries, known: new Map(), left: INDEX_ENTRIES }, 1);
    return { from, root: document, entries };
  }
  const { mediaType, size, artifactType } = document;
  const isImage = document.kind === "image" && artifactType === undefined;
  const platform = isImage ? (await client.config(`${from}@${document.digest}`, options)).platform : undefined;
  const descriptor = {
    mediaType, digest: document.digest, size, ...(artifactType && { artifactType }), ...(platform?.os && { platform }),
  };
  return { from, root: document, entries: [{ descriptor }] };
}

const withTexts = (document) => ({ document, texts: entryTexts(document) });

/** Adds what an index lists, and those inside it in their places; each of these is read once. */
async function collect({ document, texts }, walk, depth) {
  const { client, from, options, entries, known } = walk;
  walk.left -= document.manifests.length;
  if (walk.left < 0) throw tooManyEntries();
  for (const [at, descriptor] of document.manifests.entries()) {
    const { problem, digest } = descriptor;
    if (problem !== undefined) {
      throw new MultiarchError({ code: "DESCRIPTOR_INVALID", message: `${from}@${document.digest}: ${problem}` });
    }
    if (!isIndex(descriptor.mediaType)) {
      entries.push({ descriptor, text: texts[at] });
    } else if (depth < INDEX_DEPTH) {
      if (!known.has(digest)) known.set(digest, withTexts(await client.manifest(`${from}@${digest}`, options)));
      await collect(known.get(digest), walk, depth + 1);
    } else {
      throw new MultiarchError({ code: "INDEX_TOO_DEEP", message: `${from}@${document.digest} lists an index at depth ${depth}` });
    }
  }
}
