/** The layers and the files of one image, read from a registry or an archive. */

import { optionalSignal } from "../client/call-host.js";
import { guarded, optionalFunction, optionalSize, optionsOf, platformOf, referenceText, optionalText, text } from "../core/arguments.js";
import { counted } from "../core/counted.js";
import { optionInvalid } from "../core/errors.js";
import { MERGED_ENTRIES } from "../core/facts.js";
import { fact } from "../core/foreign.js";
import { readBlob } from "../lists/read-blob.js";
import { parseImageConfig } from "../nouns/document.js";
import { foreign, inLayer, layerError } from "./failures.js";
import { historyOf } from "./history.js";
import { readLayer } from "./list.js";
import { partOf, within } from "./part.js";
import { Search } from "./search.js";
import { FileTree } from "./tree.js";

const OPTIONS = { signal: optionalSignal, platform: platformOf, policy: optionalText, host: platformOf };
const READING = { signal: optionalSignal, maxBytes: optionalSize, maxEntries: optionalSize, onLayer: optionalFunction, onChange: optionalFunction };

/** How large a file is kept while the layers are read, so that its layer need not be read again. */
const KEPT_BYTES = 8 << 20;

class Image {
  #source;
  #reference;

  constructor(source, reference, manifest, config) {
    this.#source = source;
    this.#reference = reference;
    this.manifest = manifest;
    this.config = config;
    const { layers, steps, matches } = historyOf(manifest, config);
    /** The layers, the lowest first, each with its step of the history and its diff_id. */
    this.layers = Object.freeze(layers);
    /** The history: steps with a layer, and those that only change the config. */
    this.steps = Object.freeze(steps);
    /** Whether the history has as many steps with a layer as there are layers: else none is joined. */
    this.historyMatches = matches;
  }

  /** The entries of one layer, by its number from 0; see `listLayer`. */
  async *listLayer(index, options) {
    const given = optionsOf(options, "listLayer", READING);
    for await (const { entries } of await this.#batches(index, given)) yield* entries;
  }

  /**
   * What a container sees: all layers merged. A layer that cannot be read, because it is foreign or encrypted, is named in
   * `unread` and left out.
   */
  async files(options) {
    return this.#merged(optionsOf(options, "files", READING));
  }

  /** One file: links are followed inside of the image. The stream fails before its end where the layer is not what it should be. */
  async readFile(path, options) {
    const wanted = text(path, "readFile(path)");
    const given = optionsOf(options, "readFile", READING);
    const kept = new Map();
    const look = (batch, layer) => keep(batch, layer, wanted, kept);
    const read = new Map();
    const { layer, entry, content } = (await this.#found(wanted, given, { look, read })) ?? placed(fileAt(await this.#merged(given, { look, read }), wanted));
    const { size, offset } = content;
    const bytes = kept.get(`${content.layer} ${offset}`)?.joined();
    const stream = bytes ? streamOf([bytes]) : streamOf(this.#part(content.layer, offset, size, given));
    return { entry: Object.freeze({ ...entry, layer }), stream };
  }

  /**
   * The file at a path, read from the highest layer down as far as that is certain; undefined where all layers have to be
   * merged. Throws PATH_UNKNOWN. Fills `read` with the entries of the layers that it read.
   */
  async #found(path, given, { look, read }) {
    const search = new Search(path);
    // A listener for changes gets all of them.
    if (given.onChange) return undefined;
    let count = 0;
    for (let index = this.layers.length - 1; index >= 0 && search.isSure; index -= 1) {
      const entries = [];
      read.set(index, entries);
      await this.#read(index, given, (batch) => {
        for (const entry of batch.entries) entries.push(entry);
        look(batch, index);
      }).catch((error) => {
        if (error.code !== "LAYER_UNSUPPORTED") throw error;
        read.delete(index);
      });
      const entry = search.next(entries);
      if (entry === null) throw unknownPath(path);
      if (entry) return { layer: index, entry, content: { layer: index, size: entry.size, offset: entry.offset } };
      count += entries.length;
      if (count > MERGED_ENTRIES) {
        read.clear();
        return undefined;
      }
    }
    return undefined;
  }

  /** @param {Map<number, object[]>} [looking.read] the entries of layers that were read before */
  async #merged(given, { look, read } = {}) {
    const tree = new FileTree(given.maxEntries);
    const unread = [];
    for (const { index, digest } of this.layers) {
      tree.begin();
      const add = (entries) => {
        for (const entry of entries) {
          const change = tree.add(entry);
          if (change) given.onChange?.(change, entry, index);
        }
      };
      const before = read?.get(index);
      if (before) {
        add(before);
        continue;
      }
      try {
        await this.#read(index, given, (batch) => {
          add(batch.entries);
          look?.(batch, index);
        });
      } catch (error) {
        if (error.code !== "LAYER_UNSUPPORTED") throw error;
        unread.push({ index, digest, error });
      }
    }
    tree.unread = Object.freeze(unread);
    return tree;
  }

  async #read(index, given, take) {
    const { digest, size } = this.layers[index];
    given.onLayer?.({ index, digest, size });
    for await (const batch of await this.#batches(index, given)) take(batch);
  }

  async #batches(index, { signal, maxBytes }) {
    const layer = Number.isSafeInteger(index) ? this.layers[index] : undefined;
    if (!layer) throw optionInvalid(`the image has ${counted(this.layers.length, "layer")}: its first is number 0`);
    const stream = await this.#source.blob(this.#reference, layer.digest, { signal }).catch((error) => {
      throw layer.kind === "foreign" && error.code === "BLOB_UNKNOWN" ? foreign(layer) : error;
    });
    const { batches } = readLayer(stream, layer.mediaType, { signal, maxBytes, diffId: layer.diffId }, "listLayer");
    return saying(batches, layer);
  }

  async *#part(index, offset, size, given) {
    yield* partOf(await this.#batches(index, given), offset, size);
  }
}

/** The batches of a layer; what is wrong with the layer is said with its name. */
async function* saying(batches, layer) {
  try {
    yield* batches;
  } catch (error) {
    throw inLayer(error, layer);
  }
}

/** Keeps what may be the wanted file: of its path, small, and of the highest layer that was read. */
function keep(batch, layer, wanted, kept) {
  if ([...kept.values()].some((file) => file.layer > layer)) return;
  for (const { path, type, size, offset } of batch.entries) {
    if (type === "file" && path === wanted.replace(/^\/+/, "") && offset !== undefined && size <= KEPT_BYTES) {
      kept.clear();
      kept.set(`${layer} ${offset}`, new Kept(layer, offset, size));
    }
  }
  for (const file of kept.values()) if (file.layer === layer) file.take(batch);
}

class Kept {
  #parts = [];
  #length = 0;

  constructor(layer, offset, size) {
    Object.assign(this, { layer, offset, size });
  }

  take(batch) {
    const part = within(batch, this.offset, this.size);
    if (part.length === 0) return;
    this.#parts.push(part.slice());
    this.#length += part.length;
  }

  /** The content, when all of it came. */
  joined() {
    if (this.#length !== this.size) return undefined;
    const whole = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

const unknownPath = (path, facts) => layerError("PATH_UNKNOWN", `the image has no file ${path}`, facts);

/** A node of a merged view, as a search finds it. */
const placed = (node) => ({ layer: node.layer, entry: { ...node.entry, path: node.path }, content: node.content });

/** The file at a path, links followed. Throws PATH_UNKNOWN and PATH_NOT_A_FILE. */
function fileAt(files, path) {
  const node = files.find(path);
  if (!node) {
    const hint = files.unread.length > 0 ? "Some layers could not be read: the file may be in one of those." : undefined;
    throw unknownPath(path, { hint });
  }
  if (node.content?.offset !== undefined) return node;
  const hint = node.isFolder ? undefined : "Only regular files have content.";
  throw layerError("PATH_NOT_A_FILE", `${path} is no regular file, but ${NAMES[kindOf(node)]}`, { hint });
}

const kindOf = ({ isFolder, entry }) => (isFolder ? "folder" : entry.type);

const NAMES = {
  folder: "a folder", device: "a device", fifo: "a named pipe", link: "a hard link to what is not there",
  file: "a sparse file, which is not stored byte by byte",
};

function streamOf(parts) {
  const iterator = parts[Symbol.asyncIterator]?.() ?? parts[Symbol.iterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => iterator.return?.(),
    },
    { highWaterMark: 0 },
  );
}

/**
 * Opens one image. With an index, `platform` chooses.
 *
 * @param {{ manifest: Function, blob: Function }} source a client, or an archive
 */
export async function openImage(source, reference, options) {
  const given = referenceText(reference, "openImage(source, reference)");
  const { signal, ...wanted } = optionsOf(options, "openImage", OPTIONS);
  for (const method of ["manifest", "blob"]) {
    if (guarded("source", () => typeof source?.[method]) !== "function") throw optionInvalid("openImage takes a client or an archive");
  }
  const manifest = await source.manifest(given, { ...wanted, signal });
  if (!Array.isArray(fact(manifest, "layers"))) throw optionInvalid("the manifest of the source is no document");
  if (manifest.kind === "index") {
    throw optionInvalid(`${given} is an index: say for which platform, for example { platform: "linux/amd64" }`);
  }
  return new Image(source, given, manifest, await configOf(source, given, manifest.config, signal));
}

/** The config of an image; nothing for what has none that can be read, such as artifacts. */
async function configOf(source, reference, descriptor, signal) {
  if (!descriptor?.digest || descriptor.problem) return undefined;
  try {
    return parseImageConfig(await readBlob(source, reference, descriptor, { signal }));
  } catch (error) {
    if (error.code === "CONFIG_INVALID" || error.code === "RESPONSE_TOO_LARGE" || error.code?.startsWith("JSON_")) return undefined;
    throw error;
  }
}
