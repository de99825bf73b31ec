/** The layers of images as a table for each. */

import { counted } from "../../core/counted.js";
import { stepText } from "../../layers/history.js";
import { brief } from "../terminal/brief.js";
import { cut, tableLines } from "./columns.js";
import { digestText, sizeText } from "./overview-cells.js";

/** How many characters of a step are shown where there is no terminal to fit. */
const LONGEST_STEP = 120;

/**
 * @param {{ images: object[] }} found as pkg/schemas/layers.json says
 * @param {{ full?: boolean, width: number, bold: (text: string) => string }} paper
 */
export function layersText({ images }, { full = false, width, bold }) {
  if (images.length === 0) return "no images\n";
  return images.map((image) => imageText(image, { full, width, bold, isOne: images.length === 1 })).join("\n");
}

function imageText({ platform, digest, size, layers, steps, historyMatches }, { full, width, bold, isOne }) {
  const head = [platform ? brief(platform) : "image", digestText(digest, { full }), counted(layers.length, "layer"), sizeText(size)].join("  ");
  const rows = historyMatches && steps.length > 0 ? steps.map((step) => ({ step, layer: layers[step.layer] })) : layers.map((layer) => ({ layer }));
  const columns = [
    { heading: "LAYER", cell: ({ layer }) => (layer ? String(layer.index) : "") },
    { heading: "SIZE", right: true, cell: ({ layer }) => (layer ? sizeText(layer.size) : "") },
    { heading: "DIGEST", leaves: 2, cell: ({ layer }) => (layer ? digestText(layer.digest, { full, bare: !full }) : "") },
    { heading: "IN IMAGES", right: true, leaves: 1, cell: ({ layer }) => (isOne || !layer ? "" : String(layer.images)) },
    { heading: "WHAT", cell: ({ layer }) => whatText(layer) },
    { heading: "STEP", cell: ({ step }) => (step ? stepCell(step, full) : "") },
  ];
  const lines = tableLines(columns, rows, Infinity).map((line) => (full ? line : cut(line, width)));
  const note = historyMatches || steps.length === 0 ? [] : [`the history has another number of steps than there are layers (${counted(steps.length, "step")}): none is joined`];
  return `${[bold(head), ...lines, ...note].join("\n")}\n`;
}

/** What a layer is, where it is not a plain one. */
function whatText(layer) {
  if (!layer) return "";
  const { kind, mediaType, isEmpty, problem, compression } = layer;
  if (problem) return brief(problem);
  if (kind === "unknown") return brief(mediaType);
  return [kind === "layer" ? "" : kind, isEmpty ? "empty" : "", compression === "zstd" ? "zstd" : ""].filter(Boolean).join(", ");
}

const stepCell = (step, full) => brief(stepText(step) || "-", full ? 100_000 : LONGEST_STEP);
