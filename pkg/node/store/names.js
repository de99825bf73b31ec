/**
 * Records what docker's folder of a list cannot hold, when the list is written: its name, because docker's folder names
 * are ambiguous (`a/b:1` and `a_b:1` share one), and what the indexes say that its images were taken out of (listings.js).
 * The identity of the folder stands beside it: when docker removes the list and makes another one with that folder name,
 * the record no longer counts.
 */

import { join } from "node:path";

import { draftFileName } from "../../lists/drafts.js";
import { parseReference } from "../../nouns/reference.js";

import { draftError } from "./failure.js";
import { isCanonical } from "./place.js";

/** In bytes: as large as a file of a draft may be. */
const LIMIT = 32 * 1024 * 1024;

/** @typedef {{ list: string, listings: Record<string, object> }} ListRecord `listings` by file name */

/** Identifies a folder until it is made anew. */
const identityOf = (stat) => `${stat.ino}-${stat.birthtimeNs}`;

/** The record of a folder; undefined without one. @param stat of the folder @returns {Promise<ListRecord | undefined>} */
export async function recorded(disk, names, name, stat) {
  const record = await readRecord(disk, join(names, name));
  if (!record?.folders?.includes?.(identityOf(stat))) return undefined;
  return { list: record.list, listings: listingsOf(record) };
}

/** The record of a list's folder. Rejects with DRAFT_COLLISION when it is that of another list. */
export async function checkName(disk, names, { name, list, stat }) {
  const record = await recorded(disk, names, name, stat);
  if (record && record.list !== list) throw collision(list, record.list, name);
  return record;
}

function listingsOf({ listings }) {
  return typeof listings === "object" && listings !== null ? listings : {};
}

/** DRAFT_COLLISION for two lists with one folder: docker would confuse them. */
function collision(name, other, file) {
  const message = `${name} and ${other} share the name ${file} in docker's folder of manifest lists`;
  return draftError("DRAFT_COLLISION", message, { name, other, file });
}

/** DRAFT_COLLISION for two entries with one file, in the words of the core, which refuses them when it gets both. */
export function entryCollision(one, other, file) {
  const references = [one, other].sort();
  const message = `${references.join(" and ")} would share the file ${file} of the draft`;
  return draftError("DRAFT_COLLISION", message, { references, file });
}

/**
 * Writes the record of a list.
 *
 * @param {string} work the folder in which the record is written before its rename
 * @param {{ name: string, list: string, stats: object[], listings?: Record<string, object> }} record `stats` of the list's
 *   folder before and after a change
 */
export async function recordName(disk, names, work, { name, list, stats, listings }) {
  await disk.ensureFolder(names);
  const temporary = join(work, "name");
  await disk.discard(temporary);
  await disk.create(temporary, textOf({ list, folders: stats.map(identityOf) }, listings));
  await disk.fs.rename(temporary, join(names, name));
}

/** Listings too large to be read again are left out: docker's files have them as long as docker does not write those. */
function textOf(record, listings) {
  if (!listings || Object.keys(listings).length === 0) return JSON.stringify(record);
  const text = JSON.stringify({ ...record, listings });
  return Buffer.byteLength(text) > LIMIT ? JSON.stringify(record) : text;
}

async function readRecord(disk, path) {
  try {
    const record = JSON.parse((await disk.read(path, LIMIT)).toString());
    return typeof record?.list === "string" ? record : undefined;
  } catch {
    return undefined; // no record, or none that can be read: the name is unknown
  }
}

/**
 * The likeliest name of a list that docker made, whose folder name fits several. Undefined for a folder that is no
 * list's.
 *
 * @param {string} name of the folder
 * @param {string[]} references of its entries, mostly of the same registry, often of the same repository
 */
export function likelyName(name, references) {
  const [whole, digest] = name.split("@");
  const ending = digest === undefined ? "" : `@${digest.replace("-", ":")}`;
  const known = references.flatMap((reference) => {
    const { name: repository, domain } = parseReference(reference);
    return [repository, domain];
  });
  const candidates = known.flatMap((start) => completed(start, whole, ending));
  candidates.push(...completed(domainOf(whole), whole, ending));
  return candidates.find((candidate) => draftFileName(candidate) === name && isCanonical(candidate));
}

/** References that begin with `start`, a domain or a repository, and that docker writes under the file name. */
function completed(start, whole, ending) {
  const prefix = draftFileName(start);
  if (!whole.startsWith(prefix)) return [];
  const rest = whole.slice(prefix.length);
  if (rest.startsWith("-")) return [`${start}:${rest.slice(1)}${ending}`];
  const path = rest.replaceAll("_", "/");
  if (ending !== "") return [`${start}${path}${ending}`];
  const dash = path.lastIndexOf("-");
  return dash < 0 ? [] : [`${start}${path.slice(0, dash)}:${path.slice(dash + 1).replaceAll("/", "_")}`];
}

/** `localhost-5000_app-1` begins with a domain and its port. */
function domainOf(whole) {
  const [first] = whole.split("_", 1);
  return first.replace(/-(\d+)$/, ":$1");
}
