/** The few things that the store does to a disk, over an injected `node:fs/promises`. */

import { constants } from "node:fs";

import { isSystemError } from "./failure.js";

/** Of a file that is opened for reading: not through a link, and without waiting for somebody to write into a pipe. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;
const ABSENT = ["ENOENT", "ENOTDIR"];

export class Disk {
  /** @param {typeof import("node:fs/promises")} fs */
  constructor(fs) {
    this.fs = fs;
  }

  /** Of the name itself, links not followed; undefined when there is nothing. Times in nanoseconds. */
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

  /** Fails with EEXIST. */
  makeFolder(path) {
    return this.fs.mkdir(path, { mode: FOLDER_MODE });
  }

  /** A folder of the user's, with its parents; it may be a link. */
  makeRoot(path) {
    return this.fs.mkdir(path, { recursive: true, mode: FOLDER_MODE });
  }

  /** A folder of our own: a link in its place would lead elsewhere. */
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

  async touch(path) {
    await (await this.fs.open(path, "wx", FILE_MODE)).close();
  }

  /** Content that is on the disk when this returns. Fails with EEXIST. @param {number} [mode] of the file it replaces */
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

  /** The content of a file; at most `limit` bytes and one more. */
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

  /** A second name for a file where the file system has that, else a copy that is on the disk when this returns. */
  async duplicate(from, to) {
    try {
      await this.fs.link(from, to);
    } catch (error) {
      if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EACCES"].includes(error.code)) throw error;
      const { mode } = await this.fs.lstat(from);
      await this.create(to, await this.read(from, Infinity), mode & 0o7777);
    }
  }

  /** Makes renames in a folder last. Not every file system and system can; none undoes them. */
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

  refresh(path) {
    return this.attempt((fs) => fs.utimes(path, new Date(), new Date()));
  }

  /** Removes what nobody needs any more; what cannot be removed now is removed later. */
  discard(path) {
    return this.attempt((fs) => fs.rm(path, { recursive: true, force: true }));
  }

  /** Work that may fail. */
  async attempt(work) {
    try {
      await work(this.fs);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }
}
