/** Two images beside each other: which platforms changed, which layers both have, and what an update fetches. */

import { computed, effect } from "@preact/signals";
import { diff, formatPlatform } from "../multiarch.js";
import { pulledSize } from "../words/sizes.js";
import { hostOf, isIndex, spelled } from "./answers.js";
import { createCells } from "./cells.js";
import { configCell, manifestCell, rowsOf } from "./entries.js";
import { host, page, route, source } from "./inspector.js";
import { isCounted } from "./pulls.js";

/**
 * @typedef {object} Pair
 * @property {string} key the platform in its normal spelling
 * @property {object} [platform]
 * @property {{ digest: string, cell?: import("./cells.js").Cell, document?: object }} [a]
 * @property {{ digest: string, cell?: import("./cells.js").Cell, document?: object }} [b]
 */

/** The images of one side by platform. A single image stands under what its config states. */
function imagesBy({ document, name }) {
  const found = new Map();
  const put = (platform, side) => {
    const key = platform?.os ? spelled(platform) : "";
    const free = found.has(key) ? `${key} ${found.size}` : key;
    found.set(free, { platform, ...side });
  };
  if (document.kind === "index") {
    for (const { kind, descriptor, cell } of rowsOf(document, name)) {
      if (kind === "image" && !isIndex(descriptor)) put(descriptor.platform, { digest: descriptor.digest, cell });
    }
  } else {
    const config = document.kind === "image" && document.config && !document.config.problem ? configCell(name, document) : undefined;
    config?.start();
    put(config?.state.value.value?.platform, { digest: document.digest, document });
  }
  return found;
}

/** @type {import("@preact/signals").ReadonlySignal<Pair[]>} those of A in its order, then those that B has alone */
export const pairs = computed(() => {
  const { phase, sides } = page.value;
  if (phase !== "compare" || sides.some(({ kind }) => kind !== "document")) return [];
  const [a, b] = sides.map(imagesBy);
  return [...new Set([...a.keys(), ...b.keys()])].map((key) => ({ key, platform: (a.get(key) ?? b.get(key)).platform, a: a.get(key), b: b.get(key) }));
});

/** The manifests of pairs: one that stands on both sides is one. */
const cellsOf = (some) => [...new Set(some.flatMap((one) => [one?.a?.cell, one?.b?.cell]))].filter((cell) => cell !== undefined);

/** The domain of the first side whose registry counts what is read. */
export const counting = computed(() => page.value.sides?.map(({ reference }) => reference?.domain).find(isCounted));

/** The manifests that are not read yet, because that counts. */
export const unread = computed(() => cellsOf(pairs.value).filter(({ state }) => state.value.phase === "idle"));

export const read = (cells) => cells.forEach((cell) => void cell.start());

export const documentOf = (side) => side?.document ?? side?.cell?.state.value.value;
export const layersOf = (side) => documentOf(side)?.layers.filter(({ problem }) => !problem) ?? [];

export const widestOf = computed(() => Math.max(1, ...pairs.value.flatMap(({ a, b }) => [pulledSize(layersOf(a)), pulledSize(layersOf(b))])));

/** What one who has A fetches to have B. */
export function fetched({ a, b }) {
  if (!documentOf(b) || (a && !documentOf(a))) return undefined;
  const had = new Set(layersOf(a).map(({ digest }) => digest));
  return pulledSize(layersOf(b).filter(({ digest }) => !had.has(digest)));
}

/** "same", "changed", "added" or "removed". */
export function changeOf({ a, b }) {
  if (!a) return "added";
  if (!b) return "removed";
  return a.digest === b.digest ? "same" : "changed";
}

const differences = createCells();

/** The pair that the reader looks at: the one in the address, else that of the host. */
export const pair = computed(() => {
  const wanted = route.value.at ?? hostKey();
  return pairs.value.find(({ key }) => key === wanted) ?? pairs.value.find((one) => changeOf(one) === "changed") ?? pairs.value[0];
});

effect(() => read(cellsOf(counting.value ? [pair.value] : pairs.value)));

export function hostKey() {
  try {
    return host.value && spelled(hostOf(host.value.specifier));
  } catch {
    return undefined;
  }
}

/** What differs in the configs of that pair. */
export const differenceCell = computed(() => {
  const { sides } = page.value;
  const one = pair.value;
  if (!one || changeOf(one) !== "changed") return undefined;
  const [a, b] = [one.a, one.b].map(({ digest }, index) => source.sideOf(sides[index].name, digest));
  return differences.of(`${a.reference} ${b.reference}`, () => diff(a, b));
});

effect(() => void differenceCell.value?.start());

export const nameOf = ({ platform, key }) => (platform?.os ? formatPlatform(platform) : key || "the image");
