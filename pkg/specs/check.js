/** Whether what a lock says still holds: the tags of its sources and of its lists, and its specification. */

import { runnerOf } from "../client/reading.js";
import { optionalSignal } from "../client/call-host.js";
import { asIs, optionsOf } from "../core/arguments.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { isMissing } from "./apply.js";
import { differenceOf, lockRead } from "./lock.js";
import { specGiven } from "./shapes.js";

const AT_ONCE = 16;
const CHECK = { client: asIs, spec: asIs, signal: optionalSignal };

/**
 * What has changed since a lock was made, in the order of the lock. Asks for each reference once, and reads no document.
 *
 * @param {import("multiarch").SpecLock} lock
 * @param {import("multiarch").CheckLockOptions} options
 * @returns {Promise<import("multiarch").LockFinding[]>}
 */
export async function checkLock(lock, options) {
  const { client, spec, signal } = optionsOf(options, "checkLock", CHECK);
  runnerOf(client);
  const locked = lockRead(lock, "checkLock(lock)");
  const lists = spec === undefined ? undefined : specGiven(spec, "spec");
  await init();
  const found = [];
  const difference = lists && differenceOf(lists, locked);
  if (difference) found.push(finding("SPEC_CHANGED", `the lock is of another specification: ${difference}`));
  const now = await current(locked, { client, signal });
  const seen = new Set();
  for (const { references, sources, digest } of locked.lists) {
    const promised = [
      ...sources.map((source) => ({ of: "SOURCE", reference: source.reference, from: source.digest })),
      ...references.map((reference) => ({ of: "LIST", reference, from: digest })),
    ];
    for (const one of promised) {
      const key = `${one.of} ${one.reference} ${one.from}`;
      const moved = seen.has(key) ? undefined : movement(one, now.get(one.reference));
      seen.add(key);
      if (moved) found.push(moved);
    }
  }
  return found;
}

function movement({ of, reference, from }, to) {
  if (from === to) return undefined;
  const facts = { reference, ...(from && { from }), ...(to && { to }) };
  if (to === undefined) return finding(`${of}_MISSING`, `${reference} does not exist; the lock has ${from}`, facts);
  if (from === undefined) return finding("SOURCE_FOUND", `${reference} exists now, as ${to}; the lock is without it`, facts);
  return finding(`${of}_MOVED`, `${reference} has moved from ${from} to ${to}`, facts);
}

const finding = (code, message, facts) => ({ code, severity: "error", message, ...facts });

/** The digest that each reference stands for; undefined for one that does not exist. */
async function current(locked, { client, signal }) {
  const references = locked.lists.flatMap((list) => [...list.sources.map(({ reference }) => reference), ...list.references]);
  const now = new Map();
  await inParallel([...new Set(references)], AT_ONCE, async (reference) => {
    const resolved = await client.resolve(reference, { signal }).catch((error) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    now.set(reference, resolved?.digest);
  });
  return now;
}
