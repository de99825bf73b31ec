/**
 * Writes images into an archive. Everything is staged beside it; `commit` moves it in, and until then, and where that
 * fails, the archive is as it was. Of several processes that write to one archive none undoes what another has written: in a
 * folder each adds to what is there by then, and a file that has changed meanwhile is left as it is.
 */

import { randomUUID } from "node:crypto";
import { link, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { pathOf } from "../../archive/contents.js";
import { parsed } from "../../archive/documents.js";
import { UNNAMED } from "../../archive/place.js";
import { failure } from "../../archive/failure.js";
import { MANIFEST_BYTES } from "../../core/facts.js";
import { digest as digestOf } from "../../nouns/digest.js";
import { readRegular } from "../bounded-file.js";
import { makeFolders } from "../folders.js";
import { alone } from "../store/alone.js";
import { writeDirectory } from "./directory.js";
import { dockerList } from "./docker-list.js";
import { stampOf } from "./files.js";
import { entriesOf } from "./index-json.js";
import { Staging } from "./staging.js";
import { END, headerOf, paddingOf } from "./tar.js";

const LAYOUT = `{"imageLayoutVersion":"1.0.0"}`;

export class Writer {
  #path;
  #isFolder;
  #kind;
  #contents;
  #stamp;
  /** The text of the index that was written last. */
  #index;
  #staging;
  /** The manifests that were put, by digest: `{ mediaType, size, document }`. */
  #manifests = new Map();
  /** Tag to digest, in the order in which they were put. */
  #tags = new Map();
  #removed = new Set();

  /**
   * @param {string} path of the archive
   * @param {{ isFolder: boolean, kind: string }} word what it is to be
   * @param {import("../../archive/contents.js").Contents} contents that it has
   * @param {string} [stamp] of the file that has them; without one there was none
   */
  constructor(path, { isFolder, kind }, contents, stamp) {
    // A link is followed by the rename of a file's folder only; the folder of the archive itself is where content is staged.
    this.#path = resolve(path);
    this.#isFolder = isFolder;
    this.#kind = kind;
    this.#contents = contents;
    this.#stamp = stamp;
    this.#staging = new Staging(`${this.#path}.multiarch-${randomUUID().slice(0, 8)}`);
  }

  begin = () => this.#guarded(() => this.#staging.begin());
  append = (id, bytes) => this.#guarded(() => this.#staging.append(id, bytes));
  finish = (id, digest) => this.#guarded(() => this.#staging.finish(id, digest));
  cancel = (id) => this.#guarded(() => this.#staging.cancel(id));
  content = (digest) => this.#staging.content(digest);

  tagged(tag) {
    const digest = this.#tags.get(tag);
    return digest && { digest, ...this.#manifests.get(digest) };
  }

  typeOf(digest) {
    return this.#manifests.get(digest)?.mediaType;
  }

  async putManifest(bytes, mediaType, tags) {
    const digest = digestOf(bytes);
    const document = bytes.length <= MANIFEST_BYTES ? parsed(bytes) : undefined;
    await this.#guarded(() => this.#staging.put(digest, bytes));
    this.#manifests.set(digest, { mediaType, size: bytes.length, document });
    for (const tag of tags) this.#tags.set(tag, digest);
    return { digest, subject: document?.subject?.digest };
  }

  /** Takes a tag, or a digest with its tags, off the list of images. @returns {boolean} whether it was there */
  remove(reference) {
    this.#removed.add(reference);
    return this.#tags.delete(reference) || reference;
  }

  get #isChanged() {
    return this.#manifests.size > 0 || this.#removed.size > 0;
  }

  /**
   * Moves what was written into the archive. Rejects with FILE_UNWRITABLE, and with ARCHIVE_UNSUPPORTED for what docker
   * cannot load.
   *
   * @param {(tag: string) => string | undefined} nameOf the name that a tag stands for
   */
  async commit(nameOf) {
    if (!this.#isChanged) return;
    if (this.#kind === "dir") await this.#intoDirectory();
    else if (this.#isFolder) await this.#alone(() => this.#add(nameOf));
    else await this.#add(nameOf);
    this.#manifests.clear();
    this.#removed.clear();
  }

  async discard() {
    await this.#guarded(() => this.#staging.discard());
  }

  /** Runs the work while no other process changes the archive. */
  #alone(work) {
    return this.#guarded(() => alone(`${this.#path}.multiarch`, work));
  }

  async #add(nameOf) {
    const entries = entriesOf(await this.#before(), this.#contents.images, this.#images(nameOf), this.#kind);
    const content = async (digest) => this.#staging.content(digest) ?? this.#contents.content(digest);
    const documents = new Map([["oci-layout", LAYOUT], ["index.json", entries.text]]);
    if (this.#kind === "docker-archive") documents.set("manifest.json", await dockerList(entries.images, content));
    await this.#guarded(() => (this.#isFolder ? this.#intoFolder(documents) : this.#intoFile(documents, content)));
    this.#index = entries.text;
  }

  /** What was written at the root; and what was taken off it, by name or digest. */
  #images(nameOf) {
    const written = [...this.#tags].map(([tag, digest]) => ({ name: tag === UNNAMED ? undefined : (nameOf(tag) ?? tag), digest }));
    const children = new Set([...this.#manifests.values()].flatMap(({ document }) => (document?.manifests ?? []).map((entry) => entry?.digest)));
    const tagged = new Set(this.#tags.values());
    for (const digest of this.#manifests.keys()) {
      if (!children.has(digest) && !tagged.has(digest)) written.push({ name: undefined, digest });
    }
    return {
      written: written.map(({ name, digest }) => ({ name, descriptor: this.#descriptor(digest) })),
      removed: new Set([...this.#removed].map((reference) => nameOf(reference) ?? reference)),
    };
  }

  #descriptor(digest) {
    const { mediaType, size, document } = this.#manifests.get(digest);
    const artifactType = document?.artifactType;
    return { mediaType, digest, size, ...(typeof artifactType === "string" && artifactType && { artifactType }) };
  }

  /** The text of the index that the changes are made to: of a folder as it is now, for others may have written meanwhile. */
  async #before() {
    if (!this.#isFolder) return this.#index ?? this.#contents.index;
    const path = join(this.#path, "index.json");
    const bytes = await readRegular(path).catch((error) => {
      if (error.code === "ENOENT") return Buffer.alloc(0);
      throw error;
    });
    if (bytes === undefined) throw failure("ARCHIVE_INVALID", `${path} is longer than any index`);
    return bytes.length === 0 ? undefined : bytes.toString("utf8");
  }

  /** A new folder appears as a whole; into one that is there the content comes first, and the index that lists it last. */
  async #intoFolder(documents) {
    const { folder } = this.#staging;
    await rm(join(folder, "uploads"), { recursive: true, force: true });
    await this.#staging.make("blobs", "sha256");
    if (await isMissing(this.#path)) {
      for (const [name, text] of documents) await writeFile(join(folder, name), text);
      await makeFolders(dirname(this.#path));
      // An empty folder in its place is replaced, too.
      return rename(folder, this.#path);
    }
    const added = [];
    try {
      for (const digest of this.#staging.digests()) {
        const place = join(this.#path, pathOf(digest));
        await makeFolders(dirname(place));
        if (await linked(this.#staging.pathOf(digest), place)) added.push(place);
      }
      for (const [name, text] of documents) await replace(join(this.#path, name), join(folder, name), text);
    } catch (error) {
      for (const place of added) await rm(place, { force: true });
      throw error;
    }
  }

  /** A folder of one image, in the place of what was there. */
  async #intoDirectory() {
    const { written } = this.#images(() => undefined);
    const roots = [...new Set(written.map(({ descriptor }) => descriptor.digest))];
    if (roots.length !== 1 || this.#removed.size > 0) {
      throw failure("ARCHIVE_UNSUPPORTED", "a dir: folder holds one image, no more and no less", { hint: "Write an OCI layout: oci:DIR or oci-archive:FILE." });
    }
    await this.#guarded(() => writeDirectory(this.#path, roots[0], this.#staging, this.#contents));
  }

  async #intoFile(documents, content) {
    const { folder } = this.#staging;
    await this.#staging.make();
    const unfinished = join(folder, "archive.tar");
    const file = await open(unfinished, "wx");
    try {
      const encoder = new TextEncoder();
      for (const [name, text] of documents) {
        const bytes = encoder.encode(text);
        await file.writeFile(headerOf(name, bytes.length));
        await file.writeFile(bytes);
        await file.writeFile(paddingOf(bytes.length));
      }
      const digests = new Set([...this.#contents.digests(), ...this.#contents.madeDigests(), ...this.#staging.digests()]);
      for (const digest of [...digests].sort()) await append(file, pathOf(digest), await content(digest));
      await file.writeFile(END);
      await file.sync();
    } finally {
      await file.close();
    }
    await makeFolders(dirname(this.#path));
    await this.#alone(async () => {
      const found = await stat(this.#path).catch(() => undefined);
      if ((found && stampOf(found)) !== this.#stamp) throw changed(this.#path);
      await rename(unfinished, this.#path);
      this.#stamp = stampOf(await stat(this.#path));
    });
  }

  async #guarded(work) {
    try {
      return await work();
    } catch (error) {
      if (!error?.syscall) throw error;
      const message = `cannot write ${this.#path}: ${error.code}`;
      throw failure("FILE_UNWRITABLE", message, { cause: error });
    }
  }
}

const changed = (path) => failure("FILE_UNWRITABLE", `cannot write ${path}: another program has changed it meanwhile`, {
  hint: "Make the command again: it adds to what the file has by now.",
});

async function append(file, path, content) {
  await file.writeFile(headerOf(path, content.size));
  for await (const part of content.stream()) await file.writeFile(part);
  await file.writeFile(paddingOf(content.size));
}

/** Whether there is nothing at a path, or an empty folder. */
async function isMissing(path) {
  try {
    return (await readdir(path)).length === 0;
  } catch (error) {
    if (error.code === "ENOENT") return true;
    throw error;
  }
}

/** Gives a file a second name. @returns {Promise<boolean>} false where one with its name and size is there */
async function linked(from, to) {
  const [here, there] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  if (there?.size === here.size) return false;
  // Cut-off content of an earlier program makes way.
  if (there) await rm(to);
  await link(from, to).catch(async (error) => {
    if (!["EPERM", "ENOTSUP", "EXDEV", "ENOSYS"].includes(error.code)) throw error;
    await rename(from, to);
  });
  return true;
}

async function replace(path, unfinished, text) {
  const file = await open(unfinished, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
