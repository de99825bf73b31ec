/** What is composed: the recipe, what its sources have, the list that it makes; and the address that holds it. */

import { computed, effect, signal } from "@preact/signals";
import { parsePlatform } from "../multiarch.js";
import { announce, page, pick, route } from "../state/inspector.js";
import { asError } from "../state/source.js";
import { EMPTY, packed, unpacked } from "./recipe.js";
import { resultOf } from "./result.js";
import { sourceCell } from "./sources.js";

/** @type {import("@preact/signals").Signal<import("./recipe.js").Recipe>} */
export const recipe = signal(EMPTY);

/** Whether the recipe is too long for an address, so that it stays in this tab. */
export const isLong = signal(false);

/** A recipe that is too long for an address, for the way back to it. */
let kept;
/** What the address holds; the recipe is read again where it is another one. */
let written;

/** The recipe of an address becomes the one that is edited. @returns {Promise<boolean>} whether there is one */
export async function openRecipe(text) {
  if (text === written) return true;
  const found = text === "new" ? EMPTY : text === "tab" ? kept : await unpacked(text);
  if (!found) return false;
  written = text;
  recipe.value = found;
  return true;
}

/** @returns {{ text: string, cell: import("../state/cells.js").Cell, value?: import("./sources.js").Source, error?: Error }[]} */
export const sources = computed(() =>
  recipe.value.sources.map((text) => {
    const cell = sourceCell(text);
    return { text, cell, ...cell.state.value };
  }));

/** The entries of the list, each with what its source says of it. */
export const entries = computed(() =>
  recipe.value.entries.map((entry, at) => {
    const { value, phase } = sources.value[entry.source];
    const row = value?.rows.find(({ descriptor }) => descriptor.digest === entry.digest);
    return { ...entry, at, key: `${entry.source} ${entry.digest}`, row, isGone: phase === "ready" && !row, source: sources.value[entry.source] };
  }));

/** `{ document, findings, parts }` of `resultOf`. The last one stays while the next is made. */
export const result = signal({ findings: [], parts: [] });

/** What is wrong with the list: what the package says of it, and entries that no source has. */
export const findings = computed(() => {
  const gone = entries.value.filter(({ isGone }) => isGone);
  const failed = sources.value.filter(({ phase, text }) => phase === "failed" && recipe.value.entries.some((one) => recipe.value.sources[one.source] === text));
  return [
    ...gone.map(({ digest, source: { text } }) => ({ severity: "error", code: "GONE", message: `${text} has no ${digest}: its entry is not in the list` })),
    ...failed.map(({ text }) => ({ severity: "error", code: "UNREAD", message: `${text} could not be read: its entries are not in the list` })),
    ...result.value.findings,
  ];
});

let making = 0;

effect(() => {
  const own = (making += 1);
  for (const { cell } of sources.value) cell.start();
  resultOf(recipe.value, sources.value.map(({ value }) => value)).then((made) => {
    if (own === making) result.value = made;
  });
});

effect(() => {
  const now = recipe.value;
  packed(now).then((text) => {
    if (now !== recipe.peek() || page.peek().phase !== "composing") return;
    isLong.value = text === undefined;
    if (isLong.value) kept = now;
    written = now === EMPTY ? "new" : (text ?? "tab");
    if (route.peek().compose !== written) pick({ compose: written });
  });
});

const change = (changes) => (recipe.value = { ...recipe.value, ...changes });

/** Adds sources; those of one image are listed at once. */
export async function addSources(texts) {
  const added = texts.filter((text) => !recipe.value.sources.includes(text));
  change({ sources: [...recipe.value.sources, ...added] });
  for (const text of added) {
    const cell = sourceCell(text);
    if (cell.state.peek().phase === "failed") cell.again();
    await cell.start();
    const { value, error } = cell.state.peek();
    announce(error ? `Error: ${asError(error).message}` : `Added the source ${text}.`);
    if (value?.rows.length === 1) addRow(recipe.value.sources.indexOf(text), value.rows[0]);
  }
}

export const isListed = (source, { descriptor }) => recipe.value.entries.some((one) => one.source === source && one.digest === descriptor.digest);

export function addRow(source, row) {
  if (source >= 0 && !isListed(source, row)) change({ entries: [...recipe.value.entries, { source, digest: row.descriptor.digest }] });
}

export const addAll = (source, rows) => rows.forEach((row) => addRow(source, row));

export function removeSource(source) {
  const left = recipe.value.entries.filter((one) => one.source !== source);
  change({
    sources: recipe.value.sources.filter((_, index) => index !== source),
    entries: left.map((one) => ({ ...one, source: one.source > source ? one.source - 1 : one.source })),
  });
}

export const removeEntry = (at) => change({ entries: recipe.value.entries.filter((_, index) => index !== at) });

/** Moves an entry one place up or down. */
export function moveEntry(at, by) {
  const next = [...recipe.value.entries];
  if (next[at + by] === undefined) return announce("It stands at the end already.");
  [next[at], next[at + by]] = [next[at + by], next[at]];
  change({ entries: next });
  return announce(`Moved to place ${at + by + 1}.`);
}

/** Writes the platform of an entry; an empty text takes it away. Throws PLATFORM_INVALID. */
export function setPlatform(at, text) {
  if (text) parsePlatform(text);
  change({ entries: recipe.value.entries.map((one, index) => (index === at ? { source: one.source, digest: one.digest, ...(text && { platform: text }) } : one)) });
}

export const setType = (type) => change({ type });
export const setTarget = (target) => change({ target });

/** Sets an annotation of the list; without a value it is taken away. */
export function annotate(key, value) {
  const others = recipe.value.annotations.filter(([one]) => one !== key);
  change({ annotations: value === undefined ? others : [...others, [key, value]] });
}
