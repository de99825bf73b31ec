/** What the text of the field means on this page, and doing that. */

import { parseReference } from "../multiarch.js";
import { rows } from "../state/entries.js";
import { go, openBytes, page, pick, route, show } from "../state/inspector.js";
import { understand } from "./grammar.js";

/** What Enter would do, as `understand` says it. */
export const read = (text) => understand(text, { parseReference, isOpen: page.value.phase === "document" });

/** Each does what was understood, and returns what is wrong with that. */
const ACTIONS = {
  empty: () => {},
  json: (_, text) => void openBytes(new TextEncoder().encode(text)),
  reference: ({ ref, platform }) => void go({ ref, platform: platform ?? route.value.platform }),
  compare: ({ a, b }) => void go({ a, b }),
  host: ({ platform }) => void pick({ platform }),
  digest: ({ digest }) => find(digest),
  problem: ({ says }) => says,
};

/** Does what a text says. @returns {string | undefined} what is wrong with it */
export function perform(text) {
  const understood = read(text);
  return ACTIONS[understood.kind](understood, text.trim());
}

/** Shows a digest in what is open: the document, its entries, their layers and configs. @returns {string | undefined} what is wrong */
function find(digest) {
  const { document } = page.value;
  if (document.digest === digest) return void show({ path: undefined, tab: "json" });
  const row = rows.value.find(({ descriptor, attestations, cell }) => {
    const { layers = [], config } = cell?.state.value.value ?? {};
    return [descriptor, config, ...attestations, ...layers].some((one) => one?.digest === digest);
  });
  if (row) return void show({ path: row.path, tab: row.descriptor.digest === digest ? "layers" : tabOf(row, digest) });
  return "This digest is not in what is open.";
}

const tabOf = ({ attestations, cell }, digest) => {
  if (cell?.state.value.value?.config?.digest === digest) return "config";
  return attestations.some((one) => one.digest === digest) ? "attestations" : "layers";
};
