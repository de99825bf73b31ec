/** One of two that are compared: what is known of it, and how the rest is read. */

import { MultiarchError, optionInvalid } from "../core/errors.js";
import { fieldsOf, guarded, isNothing, referenceText } from "../core/arguments.js";
import { runnerOf } from "../client/reading.js";
import { leavesOf, satisfies } from "../lists/leaves.js";
import { readBlob } from "../lists/read-blob.js";
import { documentGiven, parseImageConfig, parseManifest } from "../nouns/document.js";
import { formatPlatform } from "../nouns/platform.js";
import { parseReference } from "../nouns/reference.js";
import { unread } from "./images.js";

/** What was read, by digest: a digest that both have is read once. */
export class Read {
  #documents = new Map();
  #configs = new Map();

  document(digest, read) {
    return once(this.#documents, digest, read);
  }

  config(digest, read) {
    return once(this.#configs, digest, read);
  }
}

function once(known, digest, read) {
  if (!known.has(digest)) known.set(digest, read());
  return known.get(digest);
}

/**
 * A document, or a reference with the client that reads it.
 *
 * @param {unknown} value
 * @param {string} name what to call it
 * @param {{ client?: object, call: object, read: Read }} by `client` for a reference alone
 */
export function sideOf(value, name, by) {
  if (typeof value === "string") return new Remote(by.client, value, name, by);
  if (guarded(name, () => value?.reference !== undefined)) {
    const { from, reference } = fieldsOf(value, name, { from: (one) => one, reference: (one) => referenceText(one, `reference of ${name}`) });
    return new Remote(from ?? by.client, reference, name, by);
  }
  return new Given(value, name);
}

/** A document without a registry: what it refers to is not read. */
class Given {
  constructor(value, name) {
    const given = documentGiven(value, name);
    this.document = given === value ? given : parseManifest(given.bytes, { mediaType: given.mediaType, digest: given.digest });
    this.name = this.document.digest;
  }

  async digest() {
    return this.document.digest;
  }

  async root() {
    return this.document;
  }

  async manifest() {
    return undefined;
  }

  async config() {
    return undefined;
  }
}

class Remote {
  #client;
  #call;
  #read;

  constructor(client, reference, name, { call, read }) {
    if (isNothing(client)) throw optionInvalid(`${name} is a reference, which needs the option client`);
    // Throws for what is no client.
    runnerOf(client);
    [this.#client, this.#call, this.#read] = [client, call, read];
    this.reference = referenceText(reference, name);
    this.repository = parseReference(this.reference).name;
    this.name = this.reference;
  }

  async digest() {
    return (this.resolved ??= await this.#client.resolve(this.reference, this.#call)).digest;
  }

  async root() {
    return this.manifest({ digest: await this.digest() });
  }

  manifest({ digest }) {
    return this.#read.document(digest, () => this.#client.manifest(`${this.repository}@${digest}`, this.#call));
  }

  config(descriptor) {
    const { digest } = descriptor;
    return this.#read.config(digest, async () =>
      parseImageConfig(await readBlob(this.#client, this.repository, descriptor, this.#call), { digest }));
  }
}

/**
 * What a side lists: images, and what is none; of `platform` only where one is given. `available` are all platforms.
 *
 * @returns {Promise<{ root: object, images: object[], others: object[], available: string[] }>}
 */
export async function contentsOf(side, platform) {
  const root = await side.root();
  if (root.kind !== "index") {
    const image = await single(side, root);
    return { root, images: isWanted(image, platform) ? [image] : [], others: [], available: platformsOf([image]) };
  }
  const leaves = await leavesOf(root, async (descriptor) => {
    const index = await side.manifest(descriptor);
    if (index) return index;
    const message = `${side.name} lists an index, ${descriptor.digest}, which cannot be read without its registry`;
    throw new MultiarchError({ code: "OPTION_INVALID", message, hint: "Name it by its reference." });
  });
  const failed = leaves.unread.map((leaf) => ({ ...leaf, error: unread(leaf.error) }));
  const images = leaves.images.filter((image) => isWanted(image, platform));
  const others = platform ? [] : [...leaves.orphans, ...leaves.others, ...leaves.problems, ...failed];
  return { root, images, others, available: platformsOf(leaves.images) };
}

const isWanted = (image, platform) => !platform || (image.platform !== undefined && satisfies(image.platform, platform));

const platformsOf = (images) => images.filter(({ platform }) => platform).map(({ platform }) => formatPlatform(platform));

/** A manifest that is no index, as an index would list it; its platform is in its config. */
async function single(side, root) {
  const { mediaType, digest, size, config } = root;
  const found = root.kind === "image" && config && !config.problem ? (await side.config(config))?.platform : undefined;
  return { descriptor: { mediaType, digest, size }, attestations: [], document: root, ...(found?.os && { platform: found }) };
}
