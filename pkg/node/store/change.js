/** Plans and makes the change of a list's folder to new entries; files whose entry stays are not written again. */

import { join } from "node:path";

import { draftFileName, encodeDraft } from "../../lists/drafts.js";

import { optionInvalid } from "./failure.js";
import { createFolder, exchangeFolder, removeFile, replaceFile } from "./journal.js";
import { areSame, listingIn, listingsAfter } from "./listings.js";
import { entryCollision, recordName } from "./names.js";
import { isCanonical } from "./place.js";

/**
 * @typedef {{ name: string, entry: import("multiarch").DraftEntry, content: string, mode?: number }} NewFile
 * @typedef {object} Plan by file name
 * @property {NewFile[]} changed
 * @property {string[]} kept
 * @property {string[]} removed
 * @property {Map<string, string>} present references of the existing files
 * @property {Map<string, object | undefined>} listings of the files after the change
 * @property {boolean} isWhole whether it is about all files of the list
 */

/**
 * @param {{ name: string, entry: object, stat: object }[]} existing
 * @param {object[]} entries of the list after the change
 * @param {boolean} [isWhole] whether both are all that the list has
 * @returns {Plan} Throws DRAFT_COLLISION when two references need one file
 */
export function planOf(existing, entries, isWhole = true) {
  // By reference, in the order in which docker finds them.
  const spare = new Map();
  for (const file of existing) spare.set(file.entry.ref, [...(spare.get(file.entry.ref) ?? []), file]);
  const owners = new Map();
  const present = new Map(existing.map(({ name, entry }) => [name, entry.ref]));
  const plan = { changed: [], kept: [], removed: [], present, listings: new Map(), isWhole };
  for (const entry of entries) {
    checkEntry(entry);
    // Docker reads an entry under any file name, so its file keeps that name.
    const file = spare.get(entry.ref)?.shift();
    const name = file?.name ?? draftFileName(entry.ref);
    if (owners.has(name)) throw entryCollision(entry.ref, owners.get(name), name);
    owners.set(name, entry.ref);
    const content = encodeDraft(entry);
    plan.listings.set(name, listingIn(entry, content));
    if (file && isSame(file, content)) plan.kept.push(name);
    else plan.changed.push({ name, entry, content, mode: file && Number(file.stat.mode & 0o7777n) });
  }
  plan.removed = [...spare.values()].flat().map(({ name }) => name).filter((name) => !owners.has(name));
  return plan;
}

/** Whether a file has this content, in this or another spelling. */
function isSame({ bytes, entry }, content) {
  if (bytes?.toString() === content) return true;
  try {
    return encodeDraft(entry) === content;
  } catch {
    return false; // an entry that can be read but not written
  }
}

/** Throws OPTION_INVALID for an entry whose `ref` is not canonical. */
export function checkEntry(entry) {
  if (typeof entry?.ref !== "string" || !isCanonical(entry.ref)) {
    throw optionInvalid("the ref of a draft's entry is a canonical reference with a tag or a digest");
  }
}

/** Makes a list that does not exist. */
export function createList(disk, site, entries) {
  const plan = planOf([], entries);
  const listings = listingsAfter({}, plan);
  return distinct(site, plan, () => createFolder(disk, { ...site, listings }, plan.changed));
}

/**
 * Carries out a plan on an existing folder.
 *
 * @param {object} found
 * @param {object} found.stat of the folder
 * @param {import("./names.js").ListRecord} [found.record] of the list; without one, docker made the folder
 */
export async function carryOut(disk, site, { stat, record }, plan) {
  const { changed, kept, removed, present } = plan;
  const listings = listingsAfter(record?.listings ?? {}, plan);
  if (changed.length + removed.length > 1) {
    return distinct(site, plan, () => exchangeFolder(disk, { ...site, listings }, { stat, kept, files: changed }));
  }
  if (!record || !areSame(record.listings, listings)) {
    await disk.ensureFolder(site.work);
    await recordName(disk, site.names, site.work, { ...site, stats: [stat], listings });
  }
  for (const file of changed) {
    // Found by name, but not listed: a case-insensitive disk.
    if (!present.has(file.name) && (await disk.stat(join(site.folder, file.name)))) throw alike(file, plan);
    await replaceFile(disk, site, file);
  }
  for (const name of removed) await removeFile(disk, site, name);
}

/** Runs work that makes new files: on a case-insensitive disk, EEXIST means that another entry has the name. */
async function distinct(site, plan, work) {
  try {
    return await work();
  } catch (error) {
    const file = error.code === "EEXIST" && plan.changed.find(({ name }) => error.shown === join(site.folder, name));
    throw file ? alike(file, plan) : error;
  }
}

/** DRAFT_COLLISION for names that differ in case only, on a case-insensitive disk. */
function alike({ name, entry }, { changed, present }) {
  const names = [...changed.map((file) => [file.name, file.entry.ref]), ...present];
  const other = names.find(([like]) => like !== name && like.toLowerCase() === name.toLowerCase());
  return entryCollision(entry.ref, other?.[1] ?? "another entry", name);
}
