/** Reads and writes drafts in docker's own folder, for several processes at once, docker among them. */

import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { draftFileName } from "../../lists/drafts.js";

import { carryOut, checkEntry, createList, planOf } from "./change.js";
import { Disk } from "./disk.js";
import { about, corrupt, explained, isSystemError, optionInvalid } from "./failure.js";
import { byBytes, decodeFile, decoded, faultOf, linked, readContent } from "./folder.js";
import { isPending, recover, removeFolder } from "./journal.js";
import { checkName, entryCollision, likelyName, recorded } from "./names.js";
import { OWN, isCanonical } from "./place.js";

/** How often a folder that changes during a read is read again, before the reader waits for the lock. */
const ATTEMPTS = 10;

/**
 * @param {string} root docker's folder of manifest lists
 * @param {typeof import("node:fs/promises")} fs
 */
export function openDrafts(root, fs) {
  return new Drafts(root, new Disk(fs));
}

class Drafts {
  #root;
  #own;
  #disk;
  /** By folder name: the lock that a call holds, and the last call that waits for it. */
  #held = new Map();
  #queues = new Map();
  #sweeping;

  constructor(root, disk) {
    this.#root = root;
    this.#own = join(root, OWN);
    this.#disk = disk;
  }

  /** The names of all lists, sorted. A list that only docker has written is listed under its likeliest name. */
  async list() {
    return this.#explain(this.#site(undefined, ""), async () => {
      await this.#recoverAll();
      const found = [];
      for (const name of await this.#disk.names(this.#root)) {
        const list = name.startsWith(".") ? undefined : await this.#nameOf(name);
        if (list !== undefined) found.push(list);
      }
      return found.sort(byBytes);
    });
  }

  /** The entries of a list in the order of their files' names; undefined when there is no such list. */
  async read(list) {
    const site = this.#siteOf(list);
    return this.#explain(site, async () => {
      const content = await this.#content(site);
      if (!content) return undefined;
      const record = await checkName(this.#disk, site.names, { ...site, stat: content.stat });
      return decoded(content, { ...site, listings: record?.listings }).map(({ entry }) => entry);
    });
  }

  /** One entry, even when others of the list are damaged. Undefined when the list or the entry is missing. */
  async readEntry(list, ref) {
    const site = this.#siteOf(list);
    return this.#explain(site, async () => (await this.#file(site, ref))?.entry);
  }

  /** Replaces all entries of a list; when this rejects, the list is unchanged. */
  async write(list, entries) {
    await this.#change(this.#siteOf(list), async (site) => {
      const content = await this.#content(site);
      if (!content) return createList(this.#disk, site, entries);
      const record = await checkName(this.#disk, site.names, { ...site, stat: content.stat });
      const plan = planOf(decoded(content, { ...site, listings: record?.listings }), entries);
      return carryOut(this.#disk, site, { stat: content.stat, record }, plan);
    });
  }

  /** Adds or replaces one entry, and reads no other. */
  async writeEntry(list, entry) {
    checkEntry(entry);
    await this.#change(this.#siteOf(list), async (site) => {
      const file = (await this.#file(site, entry.ref)) ?? (await this.#misnamed(site, entry.ref));
      const stat = await this.#disk.stat(site.folder);
      if (!stat) return createList(this.#disk, site, [entry]);
      const record = await checkName(this.#disk, site.names, { ...site, stat });
      const plan = planOf(file ? [file] : [], [entry], false);
      return carryOut(this.#disk, site, { stat, record }, plan);
    });
  }

  /** Removes a list. @returns whether there was one */
  async remove(list) {
    return this.#change(this.#siteOf(list), async (site) => {
      const stat = await this.#disk.stat(site.folder);
      if (!stat) return false;
      if (!stat.isDirectory()) decoded(await this.#content(site), site);
      await checkName(this.#disk, site.names, { ...site, stat });
      return removeFolder(this.#disk, site);
    });
  }

  /**
   * Runs `action` while no other process changes the list; calls of this store on the list in the meantime belong to it.
   * Where the folder cannot be written to, `action` runs all the same, and the first change in it rejects.
   */
  async lock(list, action) {
    return this.#exclusively(this.#siteOf(list), action);
  }

  async #exclusively(site, action) {
    const before = this.#queues.get(site.name);
    const result = (async () => {
      await before;
      const lock = await this.#take(site);
      this.#held.set(site.name, lock);
      try {
        return await action();
      } finally {
        this.#held.delete(site.name);
        await lock.release();
      }
    })();
    const done = result.catch(() => {}).then(() => {
      if (this.#queues.get(site.name) === done) this.#queues.delete(site.name);
    });
    this.#queues.set(site.name, done);
    return result;
  }

  /** The lock of a list, after unfinished changes of dead processes are finished; or the failure to get it. */
  async #take(site) {
    const disk = this.#disk;
    const claims = join(this.#own, "claims");
    try {
      // Loaded on demand: reading drafts takes no lock.
      const { acquire, sweepClaims } = await import("./lock.js");
      await disk.makeRoot(this.#root);
      await disk.ensureFolder(this.#own);
      this.#sweeping ??= sweepClaims(disk, claims);
      await this.#sweeping;
      const what = site.list ?? site.name;
      const lock = await acquire(disk, { locks: join(this.#own, "locks"), claims, name: site.name, what });
      const own = { ...site, lock };
      const release = async () => {
        await disk.attempt(() => recover(disk, own));
        await lock.release();
      };
      try {
        await disk.ensureFolder(join(this.#own, "work"));
        await recover(disk, own);
      } catch (error) {
        await release();
        throw error;
      }
      return { ...lock, release, changing: undefined };
    } catch (failure) {
      if (!isSystemError(failure)) throw failure;
      this.#sweeping = undefined;
      return { failure, release: async () => {} };
    }
  }

  /** Makes a change under the list's lock, which is taken unless the caller holds it; changes run one after the other. */
  async #change(site, work) {
    const held = this.#held.get(site.name);
    if (!held) return this.#exclusively(site, () => this.#change(site, work));
    const before = held.changing;
    const result = (async () => {
      await before;
      return this.#explain(site, () => {
        if (held.failure) throw held.failure;
        return work({ ...site, lock: held });
      });
    })();
    held.changing = result.catch(() => {});
    return result;
  }

  /** The content of the folder, without a half-done change of this store. */
  async #content(site) {
    const held = this.#held.get(site.name);
    const pending = () => isPending(this.#disk, site);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { content, isStable } = await readContent(this.#disk, site, pending);
      if (isStable) return content;
      if (!held && (await pending())) break;
      await delay(attempt);
    }
    if (!held) return this.#exclusively(site, () => this.#content(site));
    // The change cannot be finished here: the committed folder counts where the old one is gone already.
    const { content } = await readContent(this.#disk, site);
    if (content || !(await pending())) return content;
    return (await readContent(this.#disk, { ...site, folder: join(site.work, "ready") })).content;
  }

  /** The file of a reference. Throws DRAFT_COLLISION when it belongs to another reference. */
  async #file(site, ref) {
    const held = this.#held.get(site.name);
    if (!held && (await isPending(this.#disk, site))) return this.#exclusively(site, () => this.#file(site, ref));
    const folder = await this.#disk.stat(site.folder);
    if (!folder) return undefined;
    const name = draftFileName(ref);
    const path = join(site.folder, name);
    if (folder.isSymbolicLink()) throw linked(site.folder, site.name);
    if (!folder.isDirectory()) throw corrupt(`open ${path}: not a directory`, site.name, site.folder);
    const record = await checkName(this.#disk, site.names, { ...site, stat: folder });
    const stat = await about(path, () => this.#disk.stat(path));
    if (!stat) return undefined;
    const fault = faultOf(stat, path, `${site.name}/${name}`);
    if (fault) throw fault;
    const bytes = await about(path, () => this.#disk.read(path, Number(stat.size)));
    const entry = decodeFile(bytes, { ...site, listings: record?.listings }, name);
    // In any letter case: the disk may be case-insensitive.
    const isOther = entry.ref !== ref && draftFileName(entry.ref).toLowerCase() === name.toLowerCase();
    if (isOther) throw entryCollision(ref, entry.ref, name);
    return { name, stat, entry };
  }

  /** The file of a reference under another name: docker reads an entry under any file name, and keeps that name. */
  async #misnamed(site, ref) {
    const content = await this.#content(site);
    return content && this.#readable(content, site).find(({ entry }) => entry.ref === ref);
  }

  /** The readable entries; a damaged file is skipped here, and reported when the list is read. */
  #readable({ files }, site) {
    return files.flatMap((file) => {
      try {
        return file.bytes ? [{ ...file, entry: decodeFile(file.bytes, site, file.name) }] : [];
      } catch {
        return [];
      }
    });
  }

  async #recoverAll() {
    const work = join(this.#own, "work");
    for (const name of await this.#disk.names(work)) {
      const site = this.#site(undefined, name);
      if (await isPending(this.#disk, site)) await this.#exclusively(site, async () => {});
    }
  }

  async #nameOf(name) {
    const site = this.#site(undefined, name);
    const stat = await this.#disk.stat(site.folder);
    if (!stat?.isDirectory()) return undefined;
    const record = await recorded(this.#disk, site.names, name, stat);
    if (record) return record.list;
    const { content } = await readContent(this.#disk, site);
    const references = this.#readable(content ?? { files: [] }, site).map(({ entry }) => entry.ref);
    return likelyName(name, references);
  }

  #siteOf(list) {
    if (typeof list !== "string" || !isCanonical(list)) {
      throw optionInvalid("a list's name is a canonical reference with a tag or a digest");
    }
    return this.#site(list, draftFileName(list));
  }

  #site(list, name) {
    const own = (kind) => join(this.#own, kind);
    const folder = join(this.#root, name);
    return { list, name, root: this.#root, folder, work: join(own("work"), name), names: own("names") };
  }

  async #explain({ folder }, work) {
    try {
      return await work();
    } catch (error) {
      throw explained(error, { own: this.#own, folder });
    }
  }
}
