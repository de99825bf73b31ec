/** Content that is written to an archive: it is kept in a folder beside the archive, which stays as it is until all is there. */

import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { contentFrom, pathOf } from "../../archive/contents.js";
import { createDigester } from "../../nouns/digest.js";
import { makeFolders } from "../folders.js";

/** How much of an upload is hashed at once where its algorithm was not known when it began. */
const PART = 1 << 20;

export class Staging {
  #folder;
  #uploads = new Map();
  #staged = new Map();
  #isMade = false;

  /** @param {string} folder that does not exist yet, on the file system of the archive */
  constructor(folder) {
    this.#folder = folder;
  }

  get folder() {
    return this.#folder;
  }

  /** The digests of all content that has arrived. */
  digests() {
    return [...this.#staged.keys()];
  }

  /** Makes a folder of it. */
  async make(...names) {
    await makeFolders(join(this.#folder, ...names));
    this.#isMade = true;
  }

  /** Begins an upload. */
  async begin() {
    const id = randomUUID();
    const path = join(this.#folder, "uploads", id);
    await this.make("uploads");
    this.#uploads.set(id, { path, file: await open(path, "wx"), size: 0, digester: createDigester("sha256") });
    return id;
  }

  /** Adds to an upload. @returns {Promise<number>} how much has arrived */
  async append(id, bytes) {
    const upload = this.#uploads.get(id);
    await upload.file.writeFile(bytes);
    upload.digester.update(bytes);
    upload.size += bytes.length;
    return upload.size;
  }

  /** Ends an upload. @returns {Promise<boolean>} whether it is what the digest promises */
  async finish(id, digest) {
    const { path, file, size, digester } = this.#uploads.get(id);
    this.#uploads.delete(id);
    await file.sync();
    await file.close();
    const actual = digest.startsWith("sha256:") ? digester.digest() : await digestOf(path, digest.split(":")[0]);
    if (actual !== digest) {
      await rm(path, { force: true });
      return false;
    }
    const place = this.pathOf(digest);
    await makeFolders(dirname(place));
    await rename(path, place);
    this.#staged.set(digest, size);
    return true;
  }

  async cancel(id) {
    const upload = this.#uploads.get(id);
    if (!upload) return;
    this.#uploads.delete(id);
    await upload.file.close();
    await rm(upload.path, { force: true });
  }

  /** Bytes at hand. */
  async put(digest, bytes) {
    if (this.#staged.has(digest)) return;
    const id = await this.begin();
    await this.append(id, bytes);
    await this.finish(id, digest);
  }

  /** Where the content of a digest is, or would be. */
  pathOf(digest) {
    return join(this.#folder, pathOf(digest));
  }

  /** The content of a digest; undefined where it has not arrived. */
  content(digest) {
    const size = this.#staged.get(digest);
    if (size === undefined) return undefined;
    const read = async (offset, length) => {
      const file = await open(this.pathOf(digest), "r");
      try {
        const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    };
    return contentFrom(size, read);
  }

  /** Removes everything. */
  async discard() {
    for (const { file } of this.#uploads.values()) await file.close().catch(() => {});
    this.#uploads.clear();
    if (this.#isMade) await rm(this.#folder, { recursive: true, force: true });
  }
}

async function digestOf(path, algorithm) {
  const digester = createDigester(algorithm);
  for await (const part of createReadStream(path, { highWaterMark: PART })) digester.update(part);
  return digester.digest();
}
