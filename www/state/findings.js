/** What is wrong with the index on the page: by itself, and, when it is asked for, with what the registry has of it. */

import { computed, effect, signal } from "@preact/signals";
import { createCells } from "./cells.js";
import { page, source } from "./inspector.js";

/** What the index says by itself. It costs no request to a registry, and waits until the page has time. */
const own = signal([]);
const cells = createCells();
const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 100));

effect(() => {
  const { phase, document } = page.value;
  own.value = [];
  if (phase === "document" && document.kind === "index") idle(() => look(document));
});

async function look(document) {
  try {
    const { checked } = await import("../check/checked.js");
    const found = await checked(document);
    if (page.peek().document === document) own.value = found;
  } catch {
    // A page whose server has ended shows what it has.
  }
}

/** The check of everything that the index lists: a HEAD for each. Undefined for what is in no registry. */
export const deepCheck = computed(() => {
  const { phase, document, name, isPasted } = page.value;
  if (phase !== "document" || document.kind !== "index" || !name || isPasted) return undefined;
  return cells.of(`${name}@${document.digest}`, () => source.check(name, document.digest));
});

export const findings = computed(() => deepCheck.value?.state.value.value?.findings ?? own.value);
