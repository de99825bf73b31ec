/**
 * The names of lists. Docker's folder names do not tell them apart (`a/b:1` and `a_b:1` share one), so the name is
 * recorded when a list is written, together with the identity of its folder: when docker removes the list and makes
 * another one of that folder, the record no longer counts.
 */

import { join } from "node:path";

import { draftFileName, parseReference } from "../../index.js";

import { draftError } from "./failure.js";
import { isCanonical } from "./place.js";

const LIMIT = 64 * 1024;

/** What stays the same as long as a folder is not made anew. */
const identityOf = (stat) => `${stat.ino}-${stat.birthtimeNs}`;

/** The list that a folder was made for, as far as it is known. @param stat of the folder */
export async function recordedName(disk, names, name, stat) {
  const record = await readRecord(disk, join(names, name));
  return record?.folders?.includes?.(identityOf(stat)) ? record.list : undefined;
}

/** Rejects with DRAFT_COLLISION when the folder is that of another list. */
export async function checkName(disk, names, { name, list, stat }) {
  const other = await recordedName(disk, names, name, stat);
  if (other !== undefined && other !== list) throw collision(list, other, name);
  return other;
}

/** Two lists, one folder: docker would take one for the other. */
function collision(name, other, file) {
  const message = `${name} and ${other} share the name ${file} in docker's folder of manifest lists`;
  return draftError("DRAFT_COLLISION", message, { name, other, file });
}

/** Two entries of a list, one file: in the words of the core, which refuses them where it sees both. */
export function entryCollision(one, other, file) {
  const references = [one, other].sort();
  const message = `${references.join(" and ")} would share the file ${file} of the draft`;
  return draftError("DRAFT_COLLISION", message, { references, file });
}

/**
 * @param {string} work where the record is made complete
 * @param {{ name: string, list: string, stats: object[] }} record `stats` of every folder that may be the list's: before
 *   and after a change
 */
export async function recordName(disk, names, work, { name, list, stats }) {
  await disk.ensureFolder(names);
  const temporary = join(work, "name");
  await disk.discard(temporary);
  await disk.create(temporary, JSON.stringify({ list, folders: stats.map(identityOf) }));
  await disk.fs.rename(temporary, join(names, name));
}

async function readRecord(disk, path) {
  try {
    const record = JSON.parse((await disk.read(path, LIMIT)).toString());
    return typeof record?.list === "string" ? record : undefined;
  } catch {
    return undefined; // no record, or none that can be read: then nothing is known
  }
}

/**
 * The likeliest name of a list that docker made: its folder name is that of several. Undefined for a folder of somebody
 * else.
 *
 * @param {string} name of the folder
 * @param {string[]} references of its entries: mostly of the same registry, and often of the same repository
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

/** References that begin with `start`, a domain or a repository, and have the file name. */
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
