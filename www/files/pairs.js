/** The files of two images beside each other: which layers have to be read for that, and what came of it. */

import { signal } from "@preact/signals";
import { announce } from "../state/inspector.js";
import { asError } from "../state/source.js";
import { count } from "../words/sizes.js";
import { differencesOf } from "./differences.js";
import { costOf, filesOf, list } from "./images.js";

/**
 * @typedef {object} FilePair
 * @property {import("./images.js").Files[]} files of A and of B
 * @property {number} shared how many of the lowest layers are the same: they are not read
 * @property {object[][]} needed the layers above those, of each side
 * @property {import("@preact/signals").Signal<{ phase: "idle" | "reading" | "comparing" | "ready" | "failed", found?: import("./differences.js").Difference[], error?: Error }>} state
 */

const pairs = new Map();

/** @param {{ name: string, document: object, config?: object }[]} sides A and B @returns {FilePair} */
export function filePairOf(sides) {
  const key = sides.map(({ name, document }) => `${name}@${document.digest}`).join(" ");
  if (!pairs.has(key)) pairs.set(key, createPair(sides));
  return pairs.get(key);
}

function createPair(sides) {
  const files = sides.map(({ name, document, config }) => filesOf(name, document, config));
  const [a, b] = files.map(({ layers }) => layers);
  let shared = 0;
  while (shared < a.length && shared < b.length && isSame(a[shared], b[shared])) shared += 1;
  return { files, shared, needed: [a.slice(shared), b.slice(shared)], state: signal({ phase: "idle" }) };
}

const isSame = (one, other) => !one.problem && !other.problem && one.digest === other.digest;

const phaseOf = ({ blob }) => blob.state.value.phase;
const isLeft = (layer) => layer.problem === undefined && phaseOf(layer) !== "ready";

/** The layers that are not read yet, of both sides; one that stands on both is one. */
export const unreadOf = ({ needed }) => [...new Map(needed.flat().filter(isLeft).map((layer) => [layer.blob, layer])).values()];

/** What it costs to read them. */
export const priceOf = (pair) => costOf(unreadOf(pair));

/** The layers of a side that cannot be read, each with its error. */
export const brokenOf = ({ needed }) => needed.flat().filter((layer) => layer.problem !== undefined || phaseOf(layer) === "failed");

/** Reads what is not read, and compares. It never rejects: what went wrong is in the state. */
export async function comparePair(pair) {
  const { files, needed, state, shared } = pair;
  state.value = { phase: "reading" };
  try {
    for (const [side, one] of files.entries()) {
      const left = needed[side].filter(isLeft);
      if (left.length === 0) continue;
      await list(one, left);
      if (one.last.signal.aborted) return void (state.value = { phase: "idle" });
    }
    if (brokenOf(pair).length > 0) return void (state.value = { phase: "failed" });
    state.value = { phase: "comparing" };
    const layers = needed.map((side) => side.map(({ blob }) => ({ blob, entries: blob.state.value.entries })));
    const found = await differencesOf(layers, { isWhole: shared === 0 });
    state.value = { phase: "ready", found };
    announce(`${count(found.length, "path")} ${found.length === 1 ? "differs" : "differ"}.`);
  } catch (error) {
    state.value = { phase: "failed", error: asError(error) };
  }
  return undefined;
}
