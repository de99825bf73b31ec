/** Locks: a specification with the digests that its sources and lists had when it was followed. */

import { lockInvalid, lockMismatch } from "./refusals.js";
import { lockGiven } from "./shapes.js";

const VERSION = 1;

/** A copy of a lock. Throws LOCK_INVALID for what is none. */
export function lockRead(lock, name) {
  let given;
  try {
    given = lockGiven(lock, name);
  } catch (cause) {
    if (cause.code !== "OPTION_INVALID" && cause.code !== "PLATFORM_INVALID") throw cause;
    throw lockInvalid(cause.message, cause);
  }
  if (given.version !== VERSION) throw lockInvalid(`${name} is not of version ${VERSION}, which is read`);
  for (const [at, { sources, references }] of given.lists.entries()) {
    const open = sources.findIndex(({ digest, missing }) => !digest === !missing);
    if (open >= 0) throw lockInvalid(`lists[${at}].sources[${open}] of ${name} takes a digest, or missing: true`);
    if (references.length === 0) throw lockInvalid(`lists[${at}] of ${name} has no references`);
  }
  return given;
}

/** A list of a specification with the digests that it had. */
export function lockedList(list, { sources, descriptor: { digest, mediaType, size } }) {
  const digests = new Map(sources.map((source) => [source.reference, source.digest]));
  const locked = list.sources.map((source) => {
    const found = digests.get(source.reference);
    return { reference: source.reference, ...(found ? { digest: found } : { missing: true }), ...without(source, ["reference"]) };
  });
  return { references: list.references, digest, mediaType, size, ...without(list, ["references", "sources"]), sources: locked };
}

/** Throws LOCK_MISMATCH where a lock is of another specification. */
export function agreed(lists, lock) {
  const difference = differenceOf(lists, lock);
  if (difference) throw lockMismatch(`the lock is of another specification: ${difference}`);
}

/** What a specification and the one of a lock first differ in, in words; undefined for nothing. */
export function differenceOf(lists, lock) {
  const there = lock.lists.map(({ sources, ...list }) => ({
    ...without(list, ["digest", "mediaType", "size"]),
    sources: sources.map((source) => without(source, ["digest", "missing"])),
  }));
  return firstDifference(lists, there, "lists");
}

function firstDifference(here, there, path) {
  if (isPlain(here) && isPlain(there) && Array.isArray(here) === Array.isArray(there)) {
    const names = [...new Set([...Object.keys(here), ...Object.keys(there)])];
    for (const name of names) {
      const inner = Array.isArray(here) ? `${path}[${name}]` : `${path}.${name}`;
      const found = firstDifference(here[name], there[name], inner);
      if (found) return found;
    }
    return undefined;
  }
  return here === there ? undefined : `${path} is ${inWords(here)} here and ${inWords(there)} there`;
}

const isPlain = (value) => typeof value === "object" && value !== null;

function inWords(value) {
  if (value === undefined) return "absent";
  const text = isPlain(value) ? (value.reference ?? value.references?.[0] ?? JSON.stringify(value)) : String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

const without = (members, names) => Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
