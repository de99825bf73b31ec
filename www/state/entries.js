/** The entries of the index on the page as rows: images with their attestations, indexes inside, and what is neither. */

import { batch, computed, effect } from "@preact/signals";
import { isAttestation } from "../multiarch.js";
import { pulledSize } from "../words/sizes.js";
import { isIndex, isUnknown } from "./answers.js";
import { createCells } from "./cells.js";
import { page, source } from "./inspector.js";
import { isCounted } from "./pulls.js";

/** How many manifests are read without being asked for. */
const MEASURED = 40;

const REFERENCE_DIGEST = "vnd.docker.reference.digest";

const manifests = createCells();
const configs = createCells();

/** The cell of a manifest of the repository on the page. */
export const manifestCell = (name, digest) => manifests.of(`${name}@${digest}`, () => source.manifest(name, digest));

/** The cell of an image's config. */
export const configCell = (name, document) => configs.of(`${name}@${document.digest}`, () => source.config(name, document));

/**
 * @typedef {object} Row
 * @property {number[]} path its position, with those inside of nested indexes behind it
 * @property {object} descriptor
 * @property {"image" | "index" | "other" | "broken"} kind
 * @property {object[]} attestations
 * @property {import("./cells.js").Cell} [cell] of its manifest, where the repository is known
 */

/** @returns {Row[]} attestations stand with the image that they are about; one without its image is a row of its own */
export function rowsOf(document, name, above = []) {
  const about = new Map();
  const listed = new Set(document.manifests.map(({ digest }) => digest));
  const own = (entry) => !entry.problem && isAttestation(entry) && listed.has(entry.annotations?.[REFERENCE_DIGEST]);
  for (const entry of document.manifests) {
    if (!own(entry)) continue;
    const digest = entry.annotations[REFERENCE_DIGEST];
    about.set(digest, [...(about.get(digest) ?? []), entry]);
  }
  return document.manifests.flatMap((descriptor, index) => {
    if (own(descriptor)) return [];
    const path = [...above, index];
    const cell = name && !descriptor.problem ? manifestCell(name, descriptor.digest) : undefined;
    return [{ path, descriptor, kind: kindOf(descriptor), attestations: about.get(descriptor.digest) ?? [], cell }];
  });
}

function kindOf(descriptor) {
  if (descriptor.problem) return "broken";
  if (isIndex(descriptor)) return "index";
  return isUnknown(descriptor) || isAttestation(descriptor) || descriptor.artifactType ? "other" : "image";
}

/** The rows of the document on the page; those of a nested index follow it once it is read. */
export const rows = computed(() => {
  const { document, name } = page.value;
  if (page.value.phase !== "document" || document.kind !== "index") return [];
  return rowsOf(document, name).flatMap((row) => {
    const inner = row.kind === "index" ? row.cell?.state.value.value : undefined;
    return inner?.kind === "index" ? [row, ...rowsOf(inner, name, row.path)] : [row];
  });
});

/** Whether this registry counts what is read. */
export const isCounting = computed(() => isCounted(page.value.reference?.domain));

/** Whether some rows are not read before the reader asks for that. */
export const isPartial = computed(() => isCounting.value || rows.value.length > MEASURED);

/** The rows whose manifests are not read yet, because that counts or because they are many. */
export const unmeasured = computed(() => rows.value.filter(({ cell }) => cell?.state.value.phase === "idle"));

export const measure = (some = unmeasured.value) => some.map(({ cell }) => cell?.start());

effect(() => {
  if (isCounting.value) return undefined;
  const wanted = rows.value.slice(0, MEASURED);
  // The answer, whose manifest is asked for at once, is drawn before the others are.
  const timer = setTimeout(() => batch(() => measure(wanted)));
  return () => clearTimeout(timer);
});

/** How many platforms hold each layer, and its hue where there are several: six by first appearance, then none. */
export const layersHeld = computed(() => heldBy(rows.value.map(({ cell }) => cell?.state.value.value)));

const HUES = 6;

export function heldBy(documents) {
  const held = new Map();
  for (const document of documents) {
    const digests = new Set((document?.layers ?? []).filter(({ problem }) => !problem).map(({ digest }) => digest));
    for (const digest of digests) held.set(digest, { count: (held.get(digest)?.count ?? 0) + 1 });
  }
  let hue = 0;
  for (const one of held.values()) if (one.count > 1 && hue < HUES) one.hue = ++hue;
  return held;
}

/** The longest bar: all rows share one scale. */
export const widest = computed(() => Math.max(1, ...rows.value.map(({ cell }) => pulledSize(cell?.state.value.value?.layers ?? []))));
