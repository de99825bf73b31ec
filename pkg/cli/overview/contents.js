/** What a reference names and what is below it, each read once and only when it is asked for. */

import { MultiarchError, leavesOf, parseImageConfig, parseReference, readBlob } from "../../entry/command.js";
import { pullsRefused } from "./pulls.js";

/** How many indexes inside an index are read. */
const MOST_INDEXES = 32;

export class Contents {
  #client;
  #wanted;
  #document;
  #descriptor;
  #leaves;
  #details = new Map();

  /**
   * @param {import("multiarch").Client} client
   * @param {string} reference
   * @param {{ platform?: object, host?: object }} [wanted] with a platform: the image for it
   */
  constructor(client, reference, wanted = {}) {
    this.#client = client;
    this.#wanted = wanted;
    this.reference = reference;
    this.name = parseReference(reference).name;
  }

  /** Type, digest and size: by a HEAD where that is enough. */
  descriptor() {
    this.#descriptor ??= this.#document ?? this.#client.resolve(this.reference, this.#wanted);
    return this.#descriptor;
  }

  document() {
    this.#document ??= this.#client.manifest(this.reference, this.#wanted);
    return this.#document;
  }

  /** What an index lists; of another document that one as the only image, or as something else. */
  leaves() {
    this.#leaves ??= this.document().then((document) => (document.kind === "index" ? this.#listed(document) : single(document)));
    return this.#leaves;
  }

  #listed(document) {
    let left = MOST_INDEXES;
    return leavesOf(document, ({ digest }) => {
      left -= 1;
      if (left >= 0) return this.#client.manifest(`${this.name}@${digest}`);
      throw new MultiarchError({ code: "INDEX_TOO_LARGE", message: `more than ${MOST_INDEXES} indexes stand inside the index` });
    });
  }

  /**
   * What only the manifest of an image and its config say: a GET for each.
   *
   * @param {object} leaf of `leaves`
   * @returns {Promise<{ pullSize: number, layers: number, blobs: Map<string, number>, created?: string, platform?: object }>}
   */
  details({ descriptor }) {
    const { digest } = descriptor;
    if (!this.#details.has(digest)) this.#details.set(digest, this.#read(digest));
    return this.#details.get(digest);
  }

  async #read(digest) {
    const root = await this.#document;
    const document = root?.digest === digest ? root : await this.#client.manifest(`${this.name}@${digest}`);
    const { config, layers } = document;
    const blobs = [...(config ? [config] : []), ...layers];
    const broken = blobs.find(({ problem }) => problem);
    if (broken) throw new MultiarchError({ code: "DESCRIPTOR_INVALID", message: broken.problem });
    // A layer that is there twice is pulled once.
    const sizes = new Map(blobs.map((blob) => [blob.digest, blob.size]));
    const facts = { pullSize: sum(sizes.values()), layers: layers.length, blobs: sizes };
    return document.kind === "image" && config ? { ...facts, ...(await this.#configFacts(config)) } : facts;
  }

  /** The config of an image: the image's own JSON. */
  async config(leaf) {
    const root = await this.#document;
    const { digest } = leaf.descriptor;
    const { config } = root?.digest === digest ? root : await this.#client.manifest(`${this.name}@${digest}`);
    return this.#configOf(config);
  }

  async #configOf(descriptor) {
    return parseImageConfig(await readBlob(this.#client, this.name, descriptor, {}), { digest: descriptor.digest });
  }

  /** What the config says. One that is no image's says nothing: what there is to pull does not depend on it. */
  async #configFacts(descriptor) {
    try {
      const { created, platform } = await this.#configOf(descriptor);
      return { ...(created && { created }), ...(platform.os && platform.architecture && { platform }) };
    } catch (error) {
      if (["CONFIG_INVALID", "JSON_INVALID", "JSON_TOO_DEEP", "JSON_DUPLICATE_KEY"].includes(error.code)) return {};
      throw error;
    }
  }

  /** Why the manifests of so many images are not read; undefined where they may be. */
  pullsRefused(count) {
    return pullsRefused(this.#client, this.reference, count);
  }
}

function single({ kind, mediaType, digest, size, artifactType, annotations }) {
  const leaf = { descriptor: { mediaType, digest, size, ...(artifactType && { artifactType }), annotations } };
  const found = { images: [], orphans: [], others: [], problems: [], indexes: [], unread: [] };
  found[kind === "unknown" ? "others" : "images"].push({ ...leaf, attestations: [] });
  return found;
}

export const sum = (sizes) => [...sizes].reduce((total, size) => total + size, 0);
