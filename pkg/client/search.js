/** Calls that are made of others: many references at once, and the tags in which a digest is found. */

import { digestText, optionsOf, referenceText } from "../core/arguments.js";
import { INDEX_DEPTH, INDEX_ENTRIES } from "../core/facts.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { isIndex, tooManyEntries } from "../lists/leaves.js";
import { parseDigest } from "../nouns/digest.js";
import { parseReference } from "../nouns/reference.js";
import { optionalSignal } from "./call-host.js";

/** How many references are under way at once. What goes to one registry, the client paces. */
const AT_ONCE = 16;

/** Resolves each reference once: results in the order asked, errors in their places. */
export async function resolveAll(client, references, options) {
  const found = new Map();
  await inParallel([...new Set(references)], AT_ONCE, async (reference) => {
    found.set(reference, await client.resolve(reference, options).catch((error) => error));
  });
  return references.map((reference) => found.get(reference));
}

/**
 * The tags of a repository that point at a digest, or at an index that lists it, in the registry's order. A HEAD for each
 * tag, and a GET for each index once: tags that stand for one index share it. What fails is thrown when all other tags have
 * been looked at.
 */
export async function* find(client, digest, repository, options) {
  await init();
  const wanted = digestText(digest, "find(digest)");
  parseDigest(wanted);
  const { name } = parseReference(referenceText(repository, "find(digest, repository)"));
  const { signal } = optionsOf(options, "find", { signal: optionalSignal });
  const search = new Search(client, { wanted, name, signal });
  const open = [];
  let failure;
  const settled = async (found) => {
    try {
      return await found;
    } catch (error) {
      failure ??= { error };
      return [];
    }
  };
  for await (const tag of client.tags(name, { signal })) {
    const found = search.in(tag);
    // Its failure is looked at later.
    found.catch(() => {});
    open.push(found);
    if (open.length >= AT_ONCE) yield* await settled(open.shift());
  }
  for (const found of open) yield* await settled(found);
  if (failure) throw failure.error;
}

class Search {
  /** Where an index lists the digest, by the index's digest. */
  #lists = new Map();
  /** How many indexes inside others were read. */
  #nested = 0;

  constructor(client, { wanted, name, signal }) {
    Object.assign(this, { client, wanted, name, signal });
  }

  async in(tag) {
    const resolved = await this.client.resolve(`${this.name}:${tag}`, { signal: this.signal }).catch((error) => {
      // A tag may go while the list is read.
      if (error.code === "MANIFEST_UNKNOWN") return undefined;
      throw error;
    });
    if (!resolved) return [];
    const { digest, mediaType } = resolved;
    if (digest === this.wanted) return [{ tag, index: digest }];
    if (!isIndex(mediaType)) return [];
    return (await this.#within(digest, 1)).map((platform) => ({ tag, index: digest, ...(platform && { platform }) }));
  }

  /** The platforms under which an index, or one inside it, lists the digest. */
  #within(index, depth) {
    if (!this.#lists.has(index)) this.#lists.set(index, this.#read(index, depth));
    return this.#lists.get(index);
  }

  async #read(index, depth) {
    if (depth > 1 && (this.#nested += 1) > INDEX_ENTRIES) throw tooManyEntries();
    const { manifests } = await this.client.manifest(`${this.name}@${index}`, { signal: this.signal });
    const found = manifests.filter(({ digest }) => digest === this.wanted).map(({ platform }) => platform);
    const nested = depth < INDEX_DEPTH ? manifests.filter(({ mediaType, problem }) => !problem && isIndex(mediaType)) : [];
    for (const { digest } of nested) {
      const below = await this.#within(digest, depth + 1);
      if (found.length + below.length > INDEX_ENTRIES) throw tooManyEntries();
      found.push(...below);
    }
    return found;
  }
}
