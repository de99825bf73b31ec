/** Makes the lists of a specification: sources become digests first, and all lists are worked out before one is written. */

import { runnerOf } from "../client/reading.js";
import { optionalSignal } from "../client/call-host.js";
import { asIs, flag, optionsOf } from "../core/arguments.js";
import { MultiarchError } from "../core/errors.js";
import { SPEC_ERRORS } from "../core/facts.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { parsePlatform } from "../nouns/platform.js";
import { parseReference } from "../nouns/reference.js";
import { agreed, lockedList, lockRead } from "./lock.js";
import { lockMismatch } from "./refusals.js";
import { specGiven } from "./shapes.js";

/** How many references are looked up at the same time. The client paces what goes to one registry. */
const AT_ONCE = 16;

const APPLY = { client: asIs, lock: asIs, ignoreMissing: flag, dryRun: flag, signal: optionalSignal };

/**
 * Makes the lists of a specification.
 *
 * @param {import("multiarch").Spec} spec
 * @param {import("multiarch").ApplyOptions} options
 * @returns {Promise<import("multiarch").Applied>}
 */
export async function applySpec(spec, options) {
  const { client, lock, ignoreMissing = false, dryRun = false, signal } = optionsOf(options, "applySpec", APPLY);
  runnerOf(client);
  const lists = specGiven(spec, "applySpec(spec)");
  const locked = lock === undefined ? undefined : lockRead(lock, "lock");
  await init();
  if (locked) agreed(lists, locked);
  refuseChains(lists);
  const digests = locked ? digestsOf(locked) : await lookedUp(lists, { client, ignoreMissing, signal });
  const plans = lists.map((list, at) => planOf(list, { digests, locked: locked?.lists[at] }));
  const make = (plan, dry) => client.create(plan.references, plan.sources, { ...plan.options, dryRun: dry, signal });

  // What fails of one list fails before another one is written; and what a lock promises is compared before anything is.
  const isRehearsed = dryRun || locked || plans.length > 1;
  const rehearsed = isRehearsed ? await inOrder(plans, (plan) => make(plan, true)) : [];
  for (const [at, { descriptor }] of rehearsed.entries()) if (locked) compare(descriptor, locked.lists[at]);
  const published = dryRun ? rehearsed : await inOrder(plans, (plan) => make(plan, false));
  const applied = plans.map((plan, at) => ({ ...published[at], sources: plan.named, missing: plan.missing }));
  return { lists: applied, lock: { version: 1, lists: lists.map((list, at) => lockedList(list, applied[at])) } };
}

/** A list that another one of the file is made of would be another list in the next run. */
function refuseChains(lists) {
  const made = new Map();
  for (const [at, { references }] of lists.entries()) for (const reference of references) made.set(reference, at);
  for (const [at, { sources }] of lists.entries()) {
    for (const { reference } of sources) {
      const maker = made.get(reference);
      if (maker === undefined || maker === at) continue;
      const message = `lists[${at}] is made of ${reference}, which lists[${maker}] makes: name the sources of that list instead`;
      throw new MultiarchError({ code: "SPEC_INVALID", message, ...SPEC_ERRORS.SPEC_INVALID, reference });
    }
  }
}

/** What each source is now: its digest, or undefined for one that is missing and may be. */
async function lookedUp(lists, { client, ignoreMissing, signal }) {
  const mayLack = new Map();
  for (const list of lists) {
    const may = ignoreMissing || list.ignoreMissing === true;
    for (const { reference } of list.sources) mayLack.set(reference, may && (mayLack.get(reference) ?? true));
  }
  const digests = new Map();
  await inParallel([...mayLack], AT_ONCE, async ([reference, may]) => {
    const { digest } = parseReference(reference);
    // What is named by its digest need be asked for only where it may be missing.
    digests.set(reference, digest && !may ? digest : await digestOf(reference, { client, may, signal }));
  });
  return digests;
}

async function digestOf(reference, { client, may, signal }) {
  try {
    return (await client.resolve(reference, { signal })).digest;
  } catch (error) {
    if (may && isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether a failure says that there is no such image; a registry that refuses or fails says nothing of the kind. */
export const isMissing = ({ code }) => code === "MANIFEST_UNKNOWN" || code === "NAME_UNKNOWN";

function digestsOf({ lists }) {
  return new Map(lists.flatMap(({ sources }) => sources.map(({ reference, digest }) => [reference, digest])));
}

const inParts = (platform) => (typeof platform === "string" ? parsePlatform(platform) : platform);

/** The arguments with which a list is created. */
function planOf(list, { digests, locked }) {
  const { references, sources, ignoreMissing: _, ...options } = list;
  const named = [];
  const missing = [];
  const given = [];
  for (const [at, { reference, platform, annotations }] of sources.entries()) {
    // One tag may have had two digests, in two lists.
    const digest = locked ? locked.sources[at].digest : digests.get(reference);
    if (digest === undefined) {
      missing.push(reference);
      continue;
    }
    named.push({ reference, digest });
    const pinned = `${parseReference(reference).name}@${digest}`;
    const descriptor = { ...(platform && { platform: inParts(platform) }), ...(annotations && { annotations }) };
    given.push(platform || annotations ? { reference: pinned, descriptor } : pinned);
  }
  if (given.length > 0) return { references, sources: given, named, missing, options };
  const message = `every source of ${references[0]} is missing: ${missing.slice(0, 10).join(", ")}${missing.length > 10 ? ", …" : ""}`;
  throw new MultiarchError({
    code: "MANIFEST_UNKNOWN", message, ...SPEC_ERRORS.MANIFEST_UNKNOWN, reference: missing[0], details: { missing },
  });
}

function compare({ digest }, { digest: promised, references }) {
  if (digest === promised) return;
  throw lockMismatch(`the lock promises ${promised} for ${references[0]}, and its sources make ${digest}`);
}

/** One list after the other: two may write one repository. A failure says which references were written by then. */
async function inOrder(plans, make) {
  const made = [];
  for (const plan of plans) {
    try {
      made.push(await make(plan));
    } catch (error) {
      const references = made.flatMap((one) => one.references);
      if (references.length > 0 && error instanceof MultiarchError) error.details = { ...error.details, written: references };
      throw error;
    }
  }
  return made;
}
