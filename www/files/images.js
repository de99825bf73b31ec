/** The files of images: which of their layers are read, and what they come to together. */

import { signal } from "@preact/signals";
import { createPace } from "../../pkg/core/foreign.js";
import { historyOf } from "../../pkg/layers/history.js";
import { FileTree } from "../../pkg/layers/tree.js";
import { isArchive } from "../state/archives.js";
import { announce, source } from "../state/inspector.js";
import { asError } from "../state/source.js";
import { joinSteps } from "../words/history.js";
import { count } from "../words/sizes.js";
import { createLayer } from "./blobs.js";
import { viewOfLayer, viewOfTree } from "./nodes.js";

/**
 * @typedef {object} Files of an image
 * @property {ReturnType<typeof createLayer>[]} layers each with its step of the history
 * @property {import("@preact/signals").Signal<AbortController | undefined>} job what is being read
 * @property {AbortController} [last] what was read last: only that says what there is to see
 * @property {import("@preact/signals").Signal<Views>} views
 */

/**
 * @typedef {object} Views what is known after the last reading
 * @property {import("./nodes.js").View} [merged] once every layer was read, or cannot be
 * @property {({ view: object, changes?: object } | undefined)[]} layers `changes` counts what each does to those below it
 * @property {number} [wastedBytes] @property {Error} [error] why there is no merged view
 */

const images = new Map();
/** Layers by their digests: images share them. */
const blobs = new Map();

/** The files of an image that is on the page. @returns {Files} */
export function filesOf(name, document, config) {
  const key = `${name}@${document.digest}`;
  if (!images.has(key)) images.set(key, createFiles(name, document, config));
  return images.get(key);
}

function createFiles(name, document, config) {
  const { layers } = historyOf(document, config);
  const steps = new Map(joinSteps(document.layers, config?.history).filter(({ layer }) => layer).map(({ index, step }) => [index, step]));
  const isLocal = isArchive(name.split("/")[0]);
  return {
    name,
    isLocal,
    layers: layers.map((layer) => ({ ...layer, text: steps.get(layer.index), blob: blobOf(name, document.digest, layer, isLocal) })),
    job: signal(undefined),
    views: signal({ layers: [] }),
    unfolded: new Map(),
  };
}

function blobOf(name, owner, layer, isLocal) {
  const key = `${name} ${layer.digest} ${layer.diffId}`;
  if (!blobs.has(key)) blobs.set(key, createLayer(layer, (signal) => source.blob(name, owner, layer.digest, signal), isLocal));
  return blobs.get(key);
}

const isSettled = ({ blob, problem }) => problem !== undefined || ["ready", "failed"].includes(blob.state.value.phase);

/** The layers that a view needs and that are not read: one layer, with `below` those under it too; without a number all. */
export function unread({ layers }, index, below = false) {
  const needed = index === undefined ? layers : layers.slice(below ? 0 : index, index + 1);
  return needed.filter((layer) => !isSettled(layer));
}

/** What it costs to read layers: those that are encrypted are not asked for. */
export function costOf(layers) {
  const blobs = new Set(layers.filter(({ kind }) => kind !== "encrypted").map(({ blob }) => blob));
  return [...blobs].reduce((sum, { cost }) => sum + cost, 0);
}

/** Reads layers one after the other; one that fails leaves the others. What is being read for the image is cancelled. */
export async function list(files, layers) {
  files.job.value?.abort();
  const controller = new AbortController();
  const { signal: end } = controller;
  files.job.value = controller;
  files.last = controller;
  for (const { blob } of layers) {
    if (blob.state.value.phase !== "ready") await blob.read(end);
    if (end.aborted) break;
  }
  if (files.last !== controller) return;
  // The reader need not wait for what the layers that were read come to.
  if (end.aborted) files.job.value = undefined;
  if (layers.length > 0) announce(end.aborted ? "Cancelled." : `Read ${count(layers.length, "layer")}.`);
  const views = await viewsOf(files);
  if (files.last !== controller) return;
  files.views.value = views;
  files.job.value = undefined;
}

/** Whether all that a view needs is read already, for an image that shares its layers, and only the view is missing. */
export function isAtHand(files, index) {
  const { merged, layers, error } = files.views.value;
  if (files.job.value || unread(files, index).length > 0) return false;
  return index === undefined ? !merged && !error : !layers[index] && files.layers[index].blob.state.value.phase === "ready";
}

/** Ends what is being read; the layers that are read stay. */
export const cancel = (files) => files.job.value?.abort();

async function viewsOf({ layers }) {
  try {
    return await together(layers);
  } catch (error) {
    return { layers: await alone(layers), error: asError(error) };
  }
}

/** Every layer over those below it, as far as they are read; and all of them merged, where nothing is missing. */
async function together(layers) {
  const tree = new FileTree();
  const views = [];
  let isKnown = true;
  for (const layer of layers) {
    const { entries } = layer.blob.state.value;
    isKnown &&= isSettled(layer);
    tree.begin();
    const changes = entries && isKnown ? await added(tree, entries) : undefined;
    views[layer.index] = entries && { view: await viewOfLayer(entries, layer.index, changes), ...(changes && { changes: tree.layers.at(-1) }) };
  }
  if (!isKnown) return { layers: views };
  const hiding = views.flatMap((one) => one?.view.hiding ?? []);
  return { layers: views, merged: await viewOfTree(tree, hiding), wastedBytes: tree.wastedBytes };
}

async function added(tree, entries) {
  const pace = createPace();
  const counts = tree.layers.at(-1);
  const changes = [];
  for (const entry of entries) {
    const { wastedBytes, ignored } = counts;
    const change = tree.add(entry);
    changes.push({ change: counts.ignored > ignored ? "ignored" : change, hides: counts.wastedBytes - wastedBytes });
    const pause = pace();
    if (pause) await pause;
  }
  return changes;
}

const alone = (layers) => Promise.all(layers.map(async ({ index, blob: { state: { value: { entries } } } }) => entries && { view: await viewOfLayer(entries, index) }));
