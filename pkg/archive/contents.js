/** What an archive holds: its images by their names, and its content by digest, read by ranges. */

import { callAsync } from "../core/load.js";
import { until } from "../core/timers.js";
import { parseReference } from "../nouns/reference.js";
import { failure } from "./failure.js";
import { isFolder } from "./input.js";

/** How much of content is read at once. */
const PART = 1 << 20;

/**
 * Reads what an archive holds. Rejects with the codes of archives, and with what reading it throws.
 *
 * @param {import("./input.js").FileSource | import("./input.js").FolderSource} source
 * @param {AbortSignal} [signal]
 */
export async function readContents(source, signal) {
  let failure;
  const heard = (work) => async (...values) => {
    try {
      signal?.throwIfAborted();
      return await until(work(...values), signal);
    } catch (error) {
      failure ??= { error };
      throw new Error("the archive cannot be read");
    }
  };
  const read = heard((...values) => source.read(...values));
  const guardedSource = isFolder(source) ? { sizeOf: heard((path) => source.sizeOf(path)), read } : { size: source.size, read };
  try {
    const opened = (glue) => new Promise((resolve, reject) => glue.openArchive(guardedSource, { resolve, reject }));
    return new Contents(JSON.parse(await callAsync(opened)), source);
  } catch (error) {
    throw failure ? failure.error : error;
  }
}

/** Content of an archive: its size, and a way to read any part of it. */
class Content {
  constructor(size, read) {
    this.size = size;
    this.read = read;
  }

  /** The bytes from `start` up to `end` as a stream, a part at a time. */
  stream(start = 0, end = this.size) {
    let at = start;
    return new ReadableStream({
      pull: async (controller) => {
        if (at >= end) return controller.close();
        const part = await this.read(at, Math.min(PART, end - at));
        if (part.length === 0) {
          throw failure("ARCHIVE_TRUNCATED", `the archive ends after ${at} of ${end} bytes of this content`);
        }
        at += part.length;
        controller.enqueue(part);
      },
    }, { highWaterMark: 0 });
  }

  /** All of it. */
  async bytes() {
    const bytes = new Uint8Array(this.size);
    for (let at = 0; at < this.size;) {
      const part = await this.read(at, Math.min(PART, this.size - at));
      if (part.length === 0) throw failure("ARCHIVE_TRUNCATED", `the archive ends after ${at} of ${this.size} bytes of this content`);
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}

/** What the core found in an archive. */
export class Contents {
  #source;
  #blobs;
  #made;

  constructor({ kind, images, blobs, made, findings, index }, source) {
    this.kind = kind;
    /** The text of `index.json`, of a layout. */
    this.index = index;
    this.images = images;
    this.findings = findings;
    this.#source = source;
    this.#blobs = new Map(blobs.map((blob) => [blob.digest, blob]));
    this.#made = new Map(made.map((manifest) => [manifest.digest, manifest]));
  }

  /** Nothing, to which a writer adds. */
  static none(kind) {
    return new Contents({ kind, images: [], blobs: [], made: [], findings: [] });
  }

  /** The type of a manifest, as far as the archive states it outside of the manifest. */
  typeOf(digest) {
    return this.#made.get(digest)?.mediaType ?? this.images.find(({ descriptor }) => descriptor.digest === digest)?.descriptor.mediaType;
  }

  /** Every digest of which the archive is known to have the content. */
  digests() {
    return [...this.#blobs.keys()];
  }

  /** The digests of the manifests that were made. */
  madeDigests() {
    return [...this.#made.keys()];
  }

  /**
   * The content of a digest, unverified; undefined where the archive does not have it.
   * @returns {Promise<Content | undefined>}
   */
  async content(digest) {
    const made = this.#made.get(digest);
    if (made) return contentOf(new TextEncoder().encode(made.text));
    const source = this.#source;
    if (!source) return undefined;
    const blob = this.#blobs.get(digest);
    if (blob?.offset !== undefined) {
      return new Content(blob.size, (at, length) => source.read(blob.offset + at, length));
    }
    if (!isFolder(source)) return undefined;
    const path = blob?.path ?? pathOf(digest);
    const size = await source.sizeOf(path);
    return size === undefined ? undefined : new Content(size, (at, length) => source.read(path, at, length));
  }

  /**
   * The image of a name, or the only one where none is given. Rejects with ARCHIVE_IMAGE_UNKNOWN, which has the names that
   * exist as `available`.
   */
  image(name) {
    const { images } = this;
    const distinct = (found) => new Set(found.map(({ descriptor }) => descriptor.digest)).size === 1;
    const numbered = /^@(\d{1,6})$/.exec(name ?? "");
    if (numbered && images[Number(numbered[1])]) return images[Number(numbered[1])];
    const wanted = name === undefined || name === "" ? [images] : [
      // The last of two counts, as in a layout that is written to.
      images.filter((image) => image.name === name).slice(-1),
      images.filter(({ aliases = [] }) => aliases.includes(name)),
      images.filter((image) => image.name !== undefined && isSame(image.name, name)),
    ];
    const found = wanted.find((some) => some.length > 0 && distinct(some));
    if (found) return found[0];
    const available = images.map((image) => image.name ?? `@${image.descriptor.digest}`);
    const message = images.length === 0
      ? "the archive has no images"
      : `${name ? `the archive has no image called ${name}` : `the archive has ${images.length} images, and none is named`}; it has ${listed(available)}`;
    throw failure("ARCHIVE_IMAGE_UNKNOWN", message, { details: { available } });
  }
}

/** Bytes at hand as content. */
export const contentOf = (bytes) => new Content(bytes.length, async (at, length) => bytes.subarray(at, at + length));

/** Content of which any part can be read. */
export const contentFrom = (size, read) => new Content(size, read);

/** Where a layout has the content of a digest (image-spec, image-layout.md). */
export const pathOf = (digest) => `blobs/${digest.replace(":", "/")}`;

/** How many names a message has. */
const SHOWN = 8;

function listed(names) {
  const some = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${some} and ${names.length - SHOWN} more` : some;
}

/** Whether two names are one: docker's archives say `alpine:3.20`, podman's `docker.io/library/alpine:3.20`. */
function isSame(one, other) {
  const [a, b] = [one, other].map(completed);
  return a !== undefined && a === b;
}

function completed(name) {
  try {
    const { name: repository, tag, digest } = parseReference(name);
    return `${repository}:${tag ?? "latest"}${digest ? `@${digest}` : ""}`;
  } catch {
    return undefined;
  }
}
