/** Files that the page's own server offers: read by ranges, as a file is that was dropped. */

import { kindOfFile } from "../words/files.js";
import { openHere } from "./open-archive.js";
import { refusal } from "./source.js";

/** The longest file that is taken for a manifest: registries accept no longer one. */
const DOCUMENT_BYTES = 8 << 20;

/** The part of a Blob that the page needs, over a file of the server. */
class ServedFile {
  #url;
  #start;

  constructor(url, name, size, start = 0) {
    this.#url = url;
    this.#start = start;
    this.name = name;
    this.size = size;
  }

  slice(start, end = this.size) {
    const from = Math.min(start, this.size);
    return new ServedFile(this.#url, this.name, Math.max(0, Math.min(end, this.size) - from), this.#start + from);
  }

  async arrayBuffer() {
    if (this.size === 0) return new ArrayBuffer(0);
    const range = `bytes=${this.#start}-${this.#start + this.size - 1}`;
    const response = await fetch(this.#url, { headers: { range }, cache: "no-store", credentials: "same-origin" });
    if (response.status !== 206) throw refusal("NO_FILE", `The server of this page does not give ${this.name} any more.`, "Start `multiarch serve` again.");
    return response.arrayBuffer();
  }
}

/** A folder of the server, as `openArchive` takes one. */
const servedFolder = (url) => ({
  async open(path) {
    const file = new URL(path, `${url}/`);
    const { status, headers } = await fetch(file, { method: "HEAD", cache: "no-store", credentials: "same-origin" });
    return status === 200 ? new ServedFile(file, path, Number(headers.get("content-length"))) : undefined;
  },
});

/**
 * What a file of the server is.
 *
 * @param {{ path: string, name: string, size?: number, isFolder?: boolean }} file as config.json has it
 * @returns {Promise<{ bytes?: Uint8Array, from?: object }>} the bytes of a document, or what `openArchive` takes
 */
async function readServed({ path, name, size, isFolder }) {
  const url = new URL(path, document.baseURI);
  if (isFolder) return { from: servedFolder(url) };
  const file = new ServedFile(url, name, size);
  const kind = kindOfFile(new Uint8Array(await file.slice(0, 512).arrayBuffer()));
  if (kind.isArchive) return { from: file };
  if (kind.isDocument && size > DOCUMENT_BYTES) throw refusal("TOO_LARGE", `${name} is no archive, and too long for a manifest: none is longer than 8 MiB.`);
  if (kind.isDocument) return { bytes: new Uint8Array(await file.arrayBuffer()) };
  throw refusal("NOT_READABLE", `${name}: ${kind.says}`, "What can be opened: manifests, OCI layouts, and archives of `docker save`");
}

/**
 * Opens all that the server offers.
 *
 * @param {object[]} files as config.json has them
 * @param {object} page
 * @param {(bytes: Uint8Array) => string} page.keepPaste keeps a document of this tab
 * @param {(reading: { name: string, done: number, total: number }) => void} page.onProgress is called while an archive is read
 * @returns {Promise<object>} the route of the first
 */
export async function openServed(files, { keepPaste, onProgress }) {
  const routes = [];
  for (const file of files) {
    const { name, image } = file;
    const { bytes, from } = await readServed(file);
    const report = (done, total) => onProgress({ name, done, total });
    routes.push(bytes ? { paste: keepPaste(bytes) } : (await openHere(from, name, { image, onProgress: report })).route);
  }
  return routes[0];
}
