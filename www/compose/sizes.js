/** What each image of the list takes to pull: its manifest is read for that, by itself where the registry does not count what is read. */

import { computed, effect } from "@preact/signals";
import { manifestCell } from "../state/entries.js";
import { isCounted } from "../state/pulls.js";
import { pulledSize } from "../words/sizes.js";
import { entries } from "./state.js";

/** How many manifests are read without being asked for. */
const READ = 40;

/** The cell of an entry's manifest; undefined where that is no document of a repository, or is here already. */
export function cellOf({ row, source: { value } }) {
  const isElsewhere = row && value.place && value.root.digest !== row.descriptor.digest;
  return isElsewhere ? manifestCell(value.place.name, row.descriptor.digest) : undefined;
}

/** The bytes that are pulled for an entry; undefined until its manifest is read, and for what is no image. */
export function bytesOf(entry) {
  const { row, source: { value } } = entry;
  const isRoot = row && value.root.digest === row.descriptor.digest;
  const document = isRoot ? value.root : cellOf(entry)?.state.value.value;
  return document?.kind === "image" ? pulledSize(document.layers.filter(({ problem }) => !problem)) : undefined;
}

const isUnread = (cell) => cell?.state.value.phase === "idle";

/** @returns {{ domain: string, cells: import("../state/cells.js").Cell[] }[]} what is not read because that counts, by registry */
export const unmeasured = computed(() => {
  const found = new Map();
  for (const entry of entries.value) {
    const cell = cellOf(entry);
    if (!isUnread(cell)) continue;
    const { domain } = entry.source.value.place;
    found.set(domain, [...(found.get(domain) ?? []), cell]);
  }
  return [...found].map(([domain, cells]) => ({ domain, cells: [...new Set(cells)] }));
});

effect(() => {
  const free = entries.value.filter((entry) => cellOf(entry) && !isCounted(entry.source.value.place.domain));
  for (const entry of free.slice(0, READ)) cellOf(entry).start();
});
