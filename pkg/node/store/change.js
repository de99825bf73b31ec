/** What has to happen to a list's folder so that it holds other entries; files whose entry stays are not written again. */

import { join } from "node:path";

import { draftFileName, encodeDraft } from "../../api.js";

import { optionInvalid } from "./failure.js";
import { createFolder, exchangeFolder, removeFile, replaceFile } from "./journal.js";
import { collision } from "./names.js";
import { isCanonical } from "./place.js";

/**
 * @typedef {{ name: string, entry: import("multiarch").DraftEntry, content: string, mode?: number }} NewFile
 * @typedef {{ changed: NewFile[], kept: string[], removed: string[], present: string[] }} Plan by file name
 */

/**
 * @param {{ name: string, entry: object, stat: object }[]} existing
 * @param {object[]} entries all that the list is to have
 * @returns {Plan} Throws DRAFT_COLLISION when two references need one file
 */
export function planOf(existing, entries) {
  const spare = [...existing];
  const owners = new Map();
  const plan = { changed: [], kept: [], removed: [], present: existing.map(({ name }) => name) };
  for (const entry of entries) {
    checkEntry(entry);
    // Docker reads an entry under whatever name it finds it: it stays where it is.
    const at = spare.findIndex((file) => file.entry.ref === entry.ref);
    const [file] = at < 0 ? [] : spare.splice(at, 1);
    const name = file?.name ?? draftFileName(entry.ref);
    if (owners.has(name)) throw collision(entry.ref, owners.get(name), name);
    owners.set(name, entry.ref);
    const content = encodeDraft(entry);
    if (file && isSame(file, content)) plan.kept.push(name);
    else plan.changed.push({ name, entry, content, mode: file && Number(file.stat.mode & 0o7777n) });
  }
  for (const { name, entry } of spare) {
    if (!owners.has(name)) plan.removed.push(name);
    // A name that is taken by another reference is no replacement: that would be docker's silent exchange.
    else if (draftFileName(entry.ref) === name) throw collision(owners.get(name), entry.ref, name);
  }
  return plan;
}

/** Whether a file says the same, in the same words or in others. */
const isSame = ({ bytes, entry }, content) => bytes?.toString() === content || encodeDraft(entry) === content;

export function checkEntry(entry) {
  if (typeof entry?.ref !== "string" || !isCanonical(entry.ref)) {
    throw optionInvalid("the ref of a draft's entry is a canonical reference with a tag or a digest");
  }
}

/** A list that is not there yet. */
export function createList(disk, site, entries) {
  return createFolder(disk, site, planOf([], entries).changed);
}

/** Carries a plan out on a folder that is there. @param stat of the folder */
export async function carryOut(disk, site, stat, plan) {
  const { changed, kept, removed, present } = plan;
  for (const { name, entry } of changed) {
    // Found, but not listed: names that differ in case only, on a disk that does not tell them apart.
    const isNew = !present.includes(name);
    if (isNew && (await disk.stat(join(site.folder, name)))) throw collision(entry.ref, likeness(name, present), name);
  }
  if (changed.length + removed.length > 1) return exchangeFolder(disk, site, { stat, kept, files: changed });
  for (const file of changed) await replaceFile(disk, site, file);
  for (const name of removed) await removeFile(disk, site, name);
}

const likeness = (name, names) => names.find((other) => other.toLowerCase() === name.toLowerCase()) ?? "another entry";
