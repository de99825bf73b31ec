/** What an archive can be given as, made into what the core reads: a file by ranges, or a folder by paths. */

import { guarded } from "../core/arguments.js";
import { optionInvalid } from "../core/errors.js";
import { failure } from "./failure.js";

/**
 * @typedef {{ size: number, read(offset: number, length: number): Promise<Uint8Array> }} FileSource
 * @typedef {{ sizeOf(path: string): Promise<number | undefined>, read(path: string, offset: number, length: number): Promise<Uint8Array> }} FolderSource
 */

/** How many files of a folder are held open at the same time: each is a handle of the browser's. */
const HELD = 64;

/**
 * What reads a caller's archive. Throws OPTION_INVALID for what is none.
 *
 * @param {Blob | FileSource | { list(path: string): Promise<string[]>, open(path: string): Promise<Blob | undefined> }} from
 * @returns {FileSource | FolderSource}
 */
export function sourceOf(from) {
  return guarded("openArchive(from)", () => {
    if (isBlob(from)) return fileOfBlob(from);
    if (typeof from?.open === "function") return folderOf(from);
    if (typeof from?.read === "function" && Number.isSafeInteger(from.size) && from.size >= 0) return fileOf(from);
    throw optionInvalid("openArchive takes a Blob, an object with size and read, a folder with list and open, or in Node a path");
  });
}

/** Whether a source is a folder. */
export const isFolder = (source) => source.size === undefined;

const isBlob = (value) => typeof value?.slice === "function" && typeof value.arrayBuffer === "function";

/** @returns {FileSource} */
export function fileOfBlob(blob) {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}

/** A caller's object, whose bytes are copied: it may use its buffer again. */
function fileOf(from) {
  return {
    size: from.size,
    async read(offset, length) {
      const part = await from.read(offset, length);
      if (!ArrayBuffer.isView(part) || part.byteLength > length) {
        throw optionInvalid("read(offset, length) gives at most `length` bytes, as a Uint8Array");
      }
      return Uint8Array.from(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    },
  };
}

/** A caller's folder: its files are Blobs. */
function folderOf(from) {
  const held = new Map();
  const find = async (path) => {
    if (held.has(path)) return held.get(path);
    const blob = await from.open(path);
    if (blob === undefined || blob === null) return undefined;
    if (!isBlob(blob)) throw optionInvalid("open(path) gives a Blob, or undefined where there is no file");
    if (held.size >= HELD) held.delete(held.keys().next().value);
    held.set(path, blob);
    return blob;
  };
  return {
    sizeOf: async (path) => (await find(path))?.size,
    async read(path, offset, length) {
      const blob = await find(path);
      if (!blob) throw failure("ARCHIVE_INVALID", `there is no file ${path} in the archive`);
      return fileOfBlob(blob).read(offset, length);
    },
  };
}
