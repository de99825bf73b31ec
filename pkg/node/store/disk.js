/** The store's disk operations, over an injected `node:fs/promises`. */

import { constants } from "node:fs";

import { makeFolders } from "../folders.js";
import { isSystemError } from "./failure.js";

/** Flags to open a file for reading: follow no link, and do not wait for a pipe's writer. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;
const ABSENT = ["ENOENT", "ENOTDIR"];

export class Disk {
  /** @param {typeof import("node:fs/promises")} fs */
  constructor(fs) {
    this.fs = fs;
  }

  /** The state of a path, links not followed; undefined when it does not exist. Times in nanoseconds. */
  async stat(path) {
    try {
      return await this.fs.lstat(path, { bigint: true });
    } catch (error) {
      if (ABSENT.includes(error.code)) return undefined;
      throw error;
    }
  }

  /** The names in a folder; none when it is missing. */
  async names(path) {
    try {
      return await this.fs.readdir(path);
    } catch (error) {
      if (ABSENT.includes(error.code)) return [];
      throw error;
    }
  }

  /** Makes a folder. Fails with EEXIST. */
  makeFolder(path) {
    return this.fs.mkdir(path, { mode: FOLDER_MODE });
  }

  /** Makes a folder of the user's, with its parents; it may be a link. */
  makeRoot(path) {
    return makeFolders(path, { mode: FOLDER_MODE, fs: this.fs });
  }

  /** Makes a folder of this store, which must not be a link. */
  async ensureFolder(path) {
    try {
      await this.makeFolder(path);
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const found = await this.stat(path);
      if (found && !found.isDirectory()) {
        throw Object.assign(new Error("not a folder"), { code: "ENOTDIR", syscall: "open", path });
      }
    }
  }

  /** Makes an empty file. Fails with EEXIST. */
  async touch(path) {
    await (await this.fs.open(path, "wx", FILE_MODE)).close();
  }

  /** Makes a file, flushed to the disk. Fails with EEXIST. @param {number} [mode] of the file that it replaces */
  async create(path, content, mode) {
    const file = await this.fs.open(path, "wx", FILE_MODE);
    try {
      await file.writeFile(content);
      if (mode !== undefined) await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** The content of a file, at most `limit` + 1 bytes. */
  async read(path, limit) {
    const file = await this.fs.open(path, READ);
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.min(size, limit) + 1);
      let length = 0;
      for (let read = 1; read > 0 && length < buffer.length; length += read) {
        ({ bytesRead: read } = await file.read(buffer, length, buffer.length - length, length));
      }
      return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  }

  /** A hard link to a file; where the file system has none, a copy that is flushed to the disk. */
  async duplicate(from, to) {
    try {
      await this.fs.link(from, to);
    } catch (error) {
      if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EACCES"].includes(error.code)) throw error;
      const { mode } = await this.fs.lstat(from);
      await this.create(to, await this.read(from, Infinity), mode & 0o7777);
    }
  }

  /** Flushes renames in a folder to the disk. Not every system can; the renames hold without it. */
  sync(path) {
    return this.attempt(async (fs) => {
      const folder = await fs.open(path, "r");
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    });
  }

  /** Sets the times of a file to now. */
  refresh(path) {
    return this.attempt((fs) => fs.utimes(path, new Date(), new Date()));
  }

  /** Removes a path with its content. What cannot be removed now is removed later. */
  discard(path) {
    return this.attempt((fs) => fs.rm(path, { recursive: true, force: true }));
  }

  /** Runs work whose failure does not matter. */
  async attempt(work) {
    try {
      await work(this.fs);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }
}
