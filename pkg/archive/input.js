/** What an archive can be given as, made into what the core reads: a file by ranges, or a folder by paths. */

import { guarded, partsOf } from "../core/arguments.js";
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
 * @param {Blob | FileSource | { open(path: string): Promise<Blob | undefined> }} from
 * @returns {FileSource | FolderSource}
 */
export function sourceOf(from) {
  return guarded("openArchive(from)", () => {
    if (isBlob(from)) return fileOfBlob(from);
    const open = from?.open;
    if (typeof open === "function") return folderOf((path) => open.call(from, path));
    const [size, read] = [from?.size, from?.read];
    if (typeof read === "function" && isSize(size)) return { size, read: async (...place) => copied(await read.apply(from, place), place[1]) };
    throw optionInvalid("openArchive takes a Blob, an object with size and read, a folder with open, or in Node a path");
  });
}

/** Whether a source is a folder. */
export const isFolder = (source) => source.size === undefined;

const isBlob = (value) => typeof value?.slice === "function" && typeof value.arrayBuffer === "function";
const isSize = (value) => Number.isSafeInteger(value) && value >= 0;

/** @returns {FileSource} */
export function fileOfBlob(blob) {
  const { size } = blob;
  if (!isSize(size)) throw optionInvalid("a Blob has a size");
  return { size, read: async (offset, length) => copied(await blob.slice(offset, offset + length).arrayBuffer(), length) };
}

/** A copy of what a caller's function gave: it may use its buffer again. */
function copied(part, length) {
  if (typeof part === "object" && part !== null) {
    const { length: size, part: of } = partsOf(part, "what read(offset, length) gave");
    if (size <= length) return of(0, size);
  }
  throw optionInvalid("read(offset, length) gives at most `length` bytes, as a Uint8Array");
}

/** A caller's folder: its files are Blobs. @param {(path: string) => Promise<Blob | undefined>} open */
function folderOf(open) {
  const held = new Map();
  const find = async (path) => {
    if (held.has(path)) return held.get(path);
    const found = await open(path);
    if (found === undefined || found === null) return undefined;
    const file = guarded("what open(path) gave", () => (isBlob(found) ? fileOfBlob(found) : undefined));
    if (!file) throw optionInvalid("open(path) gives a Blob, or undefined where there is no file");
    if (held.size >= HELD) held.delete(held.keys().next().value);
    held.set(path, file);
    return file;
  };
  return {
    sizeOf: async (path) => (await find(path))?.size,
    async read(path, offset, length) {
      const file = await find(path);
      if (!file) throw failure("ARCHIVE_INVALID", `there is no file ${path} in the archive`);
      return file.read(offset, length);
    },
  };
}
