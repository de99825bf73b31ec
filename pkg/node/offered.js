/** Files and folders of this machine that the page is offered: those that were named, by ranges, and nothing beside them. */

import { basename, resolve } from "node:path";

import { isFolder } from "../archive/input.js";
import { archiveAt, archiveFrom } from "./archive/files.js";

/**
 * @typedef {object} Offered
 * @property {string} name what it is called on the page
 * @property {string} [image] the image of the archive that is meant
 * @property {object} source a file with `size` and `read(offset, length)`, or a folder with `sizeOf(path)` and `read(path, …)`
 * @property {() => Promise<void>} close
 */

/**
 * Opens a file or a folder; what can be read only once is kept in a temporary file until it is closed.
 *
 * @param {string} path `-` for standard input
 * @param {AsyncIterable<Uint8Array>} stdin
 * @returns {Promise<Offered>} rejects with FILE_UNREADABLE
 */
export async function openOffered(path, stdin) {
  if (path === "-") return { name: "standard input", ...(await archiveFrom(stdin)) };
  return { name: basename(resolve(path)), ...(await archiveAt(path)) };
}

/** The offers as config.json has them. */
export const describedOffers = (offered) =>
  offered.map(({ name, image, source }, index) => ({
    name, path: `files/${index}`, image, ...(isFolder(source) ? { isFolder: true } : { size: source.size }),
  }));

/** What a folder is asked for: the parts of an OCI layout, in their one spelling. */
const IN_LAYOUT = /^(?:oci-layout|index\.json|manifest\.json|blobs\/[a-z0-9]{1,32}\/[0-9a-f]{32,128})$/;

/** How much is read of a file at once. */
const PART = 1 << 20;

/**
 * @param {readonly Offered[]} offered
 * @returns {(request: Request, path: string) => Promise<{ status: number, headers: Record<string, string>, body: ReadableStream | null } | undefined>}
 *   undefined where nothing is offered
 */
export const offering = (offered) => async ({ method, headers }, path) => {
  const [, number, rest] = /^\/files\/(\d{1,2})(?:\/(.+))?$/.exec(path) ?? [];
  const source = offered[number]?.source;
  if (!source || (isFolder(source) ? !IN_LAYOUT.test(rest) : rest !== undefined)) return undefined;
  const file = isFolder(source) ? await inFolder(source, rest) : source;
  return file ? answered(file, method === "HEAD" ? null : headers.get("range")) : NOT_THERE;
};

/** A layout need not have each of these files, and a browser writes every 404 on its console. */
const NOT_THERE = { status: 204, headers: { "cache-control": "no-store" }, body: null };

async function inFolder(folder, path) {
  const size = await folder.sizeOf(path);
  return size === undefined ? undefined : { size, read: (offset, length) => folder.read(path, offset, length) };
}

function answered(file, range) {
  const { size } = file;
  const headers = {
    "content-type": "application/octet-stream", "content-disposition": "attachment", "cache-control": "no-store", "accept-ranges": "bytes",
  };
  const { start, end, isPart } = rangeOf(range, size);
  if (start > size || start > end) return { status: 416, headers: { ...headers, "content-range": `bytes */${size}` }, body: null };
  const part = isPart && { "content-range": `bytes ${start}-${end - 1}/${size}` };
  return { status: isPart ? 206 : 200, headers: { ...headers, ...part, "content-length": String(end - start) }, body: partOf(file, start, end) };
}

/** One range as RFC 9110 has it; others are ignored. `end` is behind the last byte. */
function rangeOf(range, size) {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? "") ?? [];
  if (!first && !last) return { start: 0, end: size, isPart: false };
  if (!first) return { start: Math.max(0, size - Number(last)), end: Number(last) === 0 ? -1 : size, isPart: true };
  return { start: Number(first), end: Number(first) >= size ? -1 : Math.min(size, last ? Number(last) + 1 : size), isPart: true };
}

function partOf({ read }, start, end) {
  let at = start;
  return new ReadableStream(
    {
      async pull(controller) {
        if (at === end) return controller.close();
        const part = await read(at, Math.min(PART, end - at));
        if (part.length === 0) throw new Error("the file is shorter than it was");
        at += part.length;
        return controller.enqueue(part);
      },
    },
    { highWaterMark: 0 },
  );
}
