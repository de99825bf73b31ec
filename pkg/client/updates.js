/**
 * Writes a changed index under a tag so that no writer's change is lost.
 *
 * A registry that honours If-Match refuses a write over what was not read; nearly none does. So a write is looked at once
 * more when the others who read the same state have had the time to write: three times as long as lay between our own
 * read and our own write. What others wrote meanwhile is merged with what we changed, and written again.
 */

import { MultiarchError } from "../core/errors.js";
import { VISIBLE_MS } from "../core/facts.js";
import { emptyIndex, mergedIndex } from "../lists/edit.js";
import { sleep } from "../core/timers.js";

/** How often an index is written before the call fails because others write all the time. */
const ROUNDS = 20;
/** When a write is looked at again: how many times the time between read and write, and the bounds in milliseconds. */
const SETTLING = { times: 3, least: 250, most: 5_000 };
/** The longest pause between two rounds. */
const PAUSE_MS = 2_000;

/** What a push fails with when another writer was there. */
const RIVAL = ["PRECONDITION_FAILED", "TAG_MOVED"];

/**
 * @typedef {object} State what a tag points at
 * @property {string | null} digest null where there is no such tag
 * @property {import("multiarch").Document} document the index that a change begins with
 * @property {number} at when it was asked for, by the host's monotonic clock
 */

/**
 * Puts `ours`, a change of `base`, under a tag: as it is where the tag is still as `base` was read, else merged with what
 * is there by then. Rejects with UPDATE_CONFLICT where both changed the same, and where others go on writing; with
 * PRECONDITION_FAILED in place of a merge where that is not wanted; and as `push` does.
 *
 * @param {object} change
 * @param {string} change.reference with the tag
 * @param {import("multiarch").Document} change.base
 * @param {import("multiarch").Document} change.ours
 * @param {() => Promise<State>} change.read reads what the tag points at
 * @param {State} [change.current] what was read already
 * @param {boolean} [change.byPlatform] whether the entries are in the order of their platforms
 * @param {boolean} [change.merge] whether what others wrote is merged
 * @param {(document: object, expect: string | null) => Promise<unknown>} change.write pushes it on that condition
 * @param {() => Promise<string | null>} change.look reads the tag's digest
 * @param {AbortSignal} [change.signal]
 * @returns {Promise<{ document: object, writes: number, conflicts: string[] }>} the index that the tag points at now, how
 *   often it was written, and what others did meanwhile
 */
export async function update(change) {
  const { reference, base } = change;
  const conflicts = [];
  let current = change.current ?? (await change.read());
  let writes = 0;
  let lost;
  for (let round = 0; round < ROUNDS; round++) {
    const document = combined(change, current, conflicts);
    const isThere = document.digest === current.digest;
    if (lost) conflicts.push(isThere ? `${reference}: another writer put ${current.digest}, which has this change too` : lost.note);
    if (isThere) return { document, writes, conflicts };
    const outcome = await written(change, { current, document });
    if (outcome.isWritten) writes += 1;
    if (!outcome.isLost) return { document, writes, conflicts: outcome.note ? [...conflicts, outcome.note] : conflicts };
    lost = outcome;
    await pause(Math.random() * Math.min(PAUSE_MS, outcome.took * 2 ** round), change);
    current = await readAgain(change);
  }
  throw conflict(change, [`${reference} was written by others ${ROUNDS} times while this change was made`, ...conflicts, lost.note]);
}

/** What the tag points at now. A registry may not find a tag for a moment that was just written. */
async function readAgain(change) {
  const { reference, base, read } = change;
  let current = await read();
  for (const ms of VISIBLE_MS) {
    if (current.digest !== null || base.manifests.length === 0) return current;
    await pause(ms, change);
    current = await read();
  }
  if (current.digest !== null) return current;
  throw conflict(change, [`the tag ${reference} was deleted by another writer`]);
}

/** Waits; a signal that fires ends the wait, and the next call. */
const pause = (ms, { signal }) => sleep(ms, signal).catch(() => {});

/** One write, on the condition that the tag is as it was read, and what became of it. */
async function written(change, { current, document }) {
  const { reference } = change;
  try {
    await change.write(document, current.digest);
  } catch (error) {
    if (!RIVAL.includes(error.code)) throw error;
    const took = performance.now() - current.at;
    const isWritten = error.code === "TAG_MOVED";
    const actual = error.details?.actual ?? "nothing";
    const note = isWritten
      ? `${reference}: ${document.digest} was overwritten with ${actual} by another writer, and is merged with it`
      : `${reference}: another writer put ${actual} in place of ${current.digest ?? "nothing"} first, which is merged`;
    return { isWritten, isLost: true, took, note };
  }
  const took = performance.now() - current.at;
  await pause(settlingMs(took), change);
  const now = await shown(change, current.digest);
  if (now === document.digest) return { isWritten: true, isLost: false };
  if (now === current.digest || now === null) {
    return { isWritten: true, isLost: false, note: `${reference}: the registry took ${document.digest}, and does not show it yet` };
  }
  const note = `${reference}: ${document.digest} was overwritten with ${now} by another writer, and is merged with it`;
  return { isWritten: true, isLost: true, took, note };
}

const settlingMs = (took) => Math.min(SETTLING.most, Math.max(SETTLING.least, SETTLING.times * took));

/** What the tag points at after a write; a registry may go on showing `before`, or nothing, for a while. */
async function shown(change, before) {
  let now = await change.look();
  for (const ms of VISIBLE_MS) {
    if (now !== before && now !== null) break;
    await pause(ms, change);
    now = await change.look();
  }
  return now;
}

/** What is to be written: our change, merged with what is there where that is not what it began with. */
export function combined(change, { document: theirs, digest }, conflicts = []) {
  const { base, ours, byPlatform, reference } = change;
  if (theirs.digest === base.digest) return ours;
  if (change.merge === false) throw moved(change, digest);
  if (theirs.kind !== "index") {
    throw conflict(change, [`${reference} points at ${theirs.mediaType} now, which is no index`]);
  }
  try {
    // What was no index, and is replaced by one, has no entries.
    return mergedIndex(base.kind === "index" ? base : emptyIndex(), ours, theirs, { byPlatform });
  } catch (error) {
    if (error.code !== "UPDATE_CONFLICT") throw error;
    const { message, hint, details } = error;
    throw new MultiarchError({
      code: error.code, message: `${reference} points at ${digest} now: ${message}`, hint, reference,
      details: { expected: base.digest, actual: digest, conflicts: [...details.conflicts, ...conflicts] },
    });
  }
}

function moved({ reference, base }, digest) {
  const message = digest === null ? `there is no tag ${reference}` : `${reference} points at ${digest}`;
  return new MultiarchError({
    code: "PRECONDITION_FAILED", message: `${message}, not as expected: ${base.digest}`, reference,
    details: { expected: base.digest, ...(digest && { actual: digest }) },
    hint: "Look at what the tag points at now, and decide again; or leave `merge` on.",
  });
}

function conflict({ reference, base }, conflicts) {
  return new MultiarchError({
    code: "UPDATE_CONFLICT", message: conflicts[0], reference, details: { expected: base.digest, conflicts },
    hint: "Look at what the tag points at now, and make the change again.",
  });
}
