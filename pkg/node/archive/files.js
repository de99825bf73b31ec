/** Archives on the disk: a file by ranges, a folder by paths, and a temporary file for what is decompressed or piped in. */

import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { pipeline } from "node:stream/promises";

import { SPOOLED_BYTES } from "../../archive/compression.js";
import { failure } from "../../archive/failure.js";
import { isOurs } from "../../core/errors.js";
import { AT_ONCE } from "../bounded-file.js";

const REASONS = { ENOENT: "there is no such file", ENOTDIR: "it is no folder", EACCES: "permission denied" };

/** FILE_UNREADABLE for an error of the file system. */
function unreadable(path, error) {
  if (isOurs(error) || typeof error?.code !== "string") return error;
  const message = `cannot read ${path}: ${REASONS[error.code] ?? error.code}`;
  return failure("FILE_UNREADABLE", message, { cause: error });
}

/**
 * What reads the archive at a path; one that is piped in is kept in a temporary file until it is closed.
 *
 * @param {string} path of a file, a folder or a pipe
 * @param {{ isWritten?: boolean }} [options] whether it is written to as well, which a pipe cannot be
 * @returns {Promise<{ source: object, stamp?: string, spool?: Function, close(): Promise<void> }>} `stamp` of a file; rejects with
 *   FILE_UNREADABLE, and FILE_UNWRITABLE for a pipe or a device that is written to
 */
export async function archiveAt(path, { isWritten = false } = {}) {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return { source: await folderAt(path), close: async () => {} };
    if (!found.isFile()) {
      if (isWritten || !found.isFIFO()) throw noArchive(path, isWritten);
      return await archiveFrom(createReadStream(path), path);
    }
    const closing = [];
    const source = await fileAt(path, closing);
    return { source, stamp: stampOf(found), ...spooling(closing), close: () => closeAll(closing) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What a file on the disk is known by: another one in its place, or a change, makes another text. @param found what `stat` says */
export const stampOf = ({ dev, ino, size, mtimeMs }) => `${dev} ${ino} ${size} ${mtimeMs}`;

const noArchive = (path, isWritten) => isWritten
  ? failure("FILE_UNWRITABLE", `cannot write ${path}: it is neither a file nor a folder`)
  : failure("FILE_UNREADABLE", `cannot read ${path}: it is neither a file, a folder nor a pipe`);

/** What reads an archive that is piped in: it is kept in a temporary file until it is closed. */
export async function archiveFrom(stream, name = "-") {
  const closing = [];
  try {
    return { source: await spoolTo(closing, counted(stream)), ...spooling(closing), close: () => closeAll(closing) };
  } catch (error) {
    await closeAll(closing);
    throw unreadable(name, error);
  }
}

const spooling = (closing) => ({ spool: (parts) => spoolTo(closing, parts) });

const closeAll = async (closing) => {
  for (const close of closing.splice(0).reverse()) await close();
};

async function fileAt(path, closing) {
  const file = await open(path, "r");
  closing.push(() => file.close());
  const { size } = await file.stat();
  const read = async (offset, length) => {
    const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, offset).catch((error) => {
      throw unreadable(path, error);
    });
    return buffer.subarray(0, bytesRead);
  };
  return { size, read };
}

/** Files of a folder, links followed as long as they stay in it. */
async function folderAt(root) {
  const whole = await realpath(root);
  const find = async (path) => {
    try {
      const found = await realpath(join(whole, path));
      return found.startsWith(whole.endsWith(sep) ? whole : whole + sep) ? found : undefined;
    } catch (error) {
      if (["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"].includes(error.code)) return undefined;
      throw unreadable(join(root, path), error);
    }
  };
  const opened = async (path, work) => {
    const found = await find(path);
    if (!found) throw failure("ARCHIVE_INVALID", `there is no file ${path} in the archive`);
    const file = await open(found, AT_ONCE);
    try {
      return await work(file);
    } catch (error) {
      throw unreadable(join(root, path), error);
    } finally {
      await file.close();
    }
  };
  return {
    async sizeOf(path) {
      const found = await find(path);
      const facts = found && (await stat(found));
      return facts?.isFile() ? facts.size : undefined;
    },
    read: (path, offset, length) => opened(path, async (file) => {
      const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    }),
  };
}

async function spoolTo(closing, parts) {
  const folder = await mkdtemp(join(tmpdir(), "multiarch-archive-"));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "archive.tar");
  await pipeline(parts, createWriteStream(path, { mode: 0o600 }));
  return fileAt(path, closing);
}

async function* counted(stream) {
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > SPOOLED_BYTES) {
      const message = `more than ${SPOOLED_BYTES} bytes were piped in`;
      throw failure("ARCHIVE_LIMIT", message, { hint: "Write it to a file, and name that." });
    }
    yield part;
  }
}
