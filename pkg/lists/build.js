/** Indexes that are made of entries. */

import { DOCKER_LIST, OCI_INDEX } from "../core/facts.js";
import { optionInvalid } from "../core/errors.js";
import { guarded, isNothing, listOf, optionsOf } from "../core/arguments.js";
import { editIndex } from "./edit.js";

/** The types of an index by their short names. */
export const TYPES = { oci: OCI_INDEX, docker: DOCKER_LIST };
export const ORDERS = { given: "given", platform: "platform" };

const OPTIONS = {
  type: (value, name) => choice(value, name, TYPES),
  order: (value, name) => choice(value, name, ORDERS),
  // What these two take, the editor checks.
  annotations: (value) => value,
  onDuplicate: (value) => value,
};

/** One of some words, as what it stands for. */
export function choice(value, name, choices) {
  if (isNothing(value)) return undefined;
  if (typeof value === "string" && Object.hasOwn(choices, value)) return choices[value];
  throw optionInvalid(`${name} takes ${Object.keys(choices).map((one) => `"${one}"`).join(" or ")}`);
}

/** One index of entries, in the order given or by platform. */
export function buildIndex(entries, options) {
  const { type = TYPES.oci, order, annotations, onDuplicate } = optionsOf(options, "buildIndex", OPTIONS);
  const editor = editIndex({ mediaType: type });
  listOf(entries, "buildIndex(entries)", (entry, name) => {
    const placed = guarded(name, () => (entry?.descriptor === undefined ? undefined : { ...entry }));
    if (placed) editor.add(placed.descriptor, { platform: placed.platform, annotations: placed.annotations, onDuplicate });
    else editor.add(entry, { onDuplicate });
  });
  if (!isNothing(annotations)) editor.annotate("index", annotations);
  if (order === ORDERS.platform) editor.order("platform");
  return editor.build();
}
