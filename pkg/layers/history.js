/** Joins the history of a config to the layers of its manifest. */

import { layerType } from "./list.js";

/**
 * @returns {{ layers: object[], steps: object[], matches: boolean }} layers, the lowest first; steps of the history in its
 *   order, those that made a layer with its number; and whether there are as many of those as layers
 */
export function historyOf(manifest, config) {
  const diffIds = config?.rootfs?.diff_ids;
  const isComplete = Array.isArray(diffIds) && diffIds.length === manifest.layers.length;
  const steps = (Array.isArray(config?.history) ? config.history : []).map(stepOf);
  const making = steps.filter(({ isEmpty }) => !isEmpty);
  const matches = making.length === manifest.layers.length;
  if (matches) making.forEach((step, layer) => (step.layer = layer));
  const layers = manifest.layers.map((descriptor, index) =>
    Object.freeze({
      ...descriptor,
      index,
      ...layerType(descriptor.mediaType ?? ""),
      ...(isComplete && { diffId: diffIds[index] }),
      ...(matches && { step: making[index] }),
    }));
  return { layers, steps: steps.map((step) => Object.freeze(step)), matches };
}

function stepOf(step) {
  const text = (value) => (typeof value === "string" && value !== "" ? value : undefined);
  const { created_by: createdBy, created, comment, author, empty_layer: isEmpty } = step ?? {};
  return {
    isEmpty: isEmpty === true,
    ...defined({ createdBy: text(createdBy), created: text(created), comment: text(comment), author: text(author) }),
  };
}

const defined = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** What a step did, in one line, without what every builder writes around it. */
export function stepText({ createdBy = "", comment = "" }) {
  const command = createdBy.replace(/ # buildkit$/, "").replace(/\s+/g, " ").trim();
  if (command === "") return comment.replace(/\s+/g, " ").trim();
  const nop = /^\/bin\/sh -c #\(nop\) +/;
  if (nop.test(command)) return command.replace(nop, "");
  const shell = /^(RUN )?(\|\d+ (\S+=\S* )*)?\/bin\/sh -c (set -[eux]+; )?/;
  return shell.test(command) ? `RUN ${command.replace(shell, "")}` : command;
}
