/** Writes an OCI image layout, https://github.com/opencontainers/image-spec/blob/main/image-layout.md. */

import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export const digestOf = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** A layout in a folder beside the one that it becomes with `finish`. */
export class Layout {
  #folder;
  #unfinished;

  /** @param {string} folder of another layout, or of nothing */
  static async create(folder) {
    const names = await readdir(folder).catch((error) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    if (names.length > 0 && !names.includes("oci-layout")) throw new Error(`${folder} holds something else than an OCI layout: it is not replaced`);
    const layout = new Layout();
    layout.#folder = folder;
    layout.#unfinished = `${folder}.unfinished`;
    await rm(layout.#unfinished, { recursive: true, force: true });
    await mkdir(join(layout.#unfinished, "blobs/sha256"), { recursive: true });
    return layout;
  }

  #path(digest) {
    return join(this.#unfinished, "blobs", ...digest.split(":"));
  }

  async has(digest) {
    return stat(this.#path(digest)).then(() => true, () => false);
  }

  /** Adds bytes. @returns {Promise<{ digest: string, size: number }>} */
  async add(bytes) {
    const digest = digestOf(bytes);
    await writeFile(this.#path(digest), bytes);
    return { digest, size: bytes.length };
  }

  /** Adds a stream that fails where it is not what the digest says. */
  async addStream(digest, stream) {
    await mkdir(join(this.#path(digest), ".."), { recursive: true });
    await pipeline(Readable.fromWeb(stream), createWriteStream(this.#path(digest)));
  }

  /** Names what the layout holds, and puts it in its place. @param {object[]} manifests descriptors */
  async finish(manifests) {
    await writeFile(join(this.#unfinished, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    const index = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests };
    await writeFile(join(this.#unfinished, "index.json"), JSON.stringify(index));
    await rm(this.#folder, { recursive: true, force: true });
    await rename(this.#unfinished, this.#folder);
  }
}
