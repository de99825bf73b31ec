/** An overview as a tree: images under their index, attestations under their image. */

import { counted } from "../../core/counted.js";
import { brief } from "../terminal/brief.js";
import { digestText, otherText, problemText, sizeText, subjectText, summary, timeText } from "./overview-cells.js";
import { treeLines } from "./tree.js";

/**
 * @param {object} overview
 * @param {{ width: number, bold: (text: string) => string, full: boolean }} paper `full`: digests and times are not shortened, and
 *   lines are not cut
 */
export function overviewTree(overview, { width, bold, full }) {
  const { reference, digest, images, others } = overview;
  const text = [brief(reference), summary(overview), digestText(digest, { full })].join("  ");
  const inside = new Map();
  const nodes = [];
  for (const image of images) {
    if (image.index === undefined) nodes.push(imageNode(image, full));
    else groupOf(image.index, { inside, nodes, full }).push(imageNode(image, full));
  }
  nodes.push(...others.map((other) => otherNode(other, full)));
  const [root, ...lines] = treeLines({ text, nodes }, full ? Infinity : width);
  return [bold(root), ...lines, ""].join("\n");
}

/** The images of an index that stands inside the index. */
function groupOf(index, { inside, nodes, full }) {
  if (!inside.has(index)) {
    const group = { text: `index  ${digestText(index, { full })}`, nodes: [] };
    inside.set(index, group.nodes);
    nodes.push(group);
  }
  return inside.get(index);
}

function imageNode(image, full) {
  const { digest, pullSize, layers, created, attestations, problem } = image;
  const facts = [
    subjectText(image), sizeText(pullSize), layers === undefined ? "" : counted(layers, "layer"), timeText(created, full), digestText(digest, { full }),
  ];
  return {
    text: facts.filter(Boolean).join("  "),
    nodes: [
      ...(problem ? [{ text: problemText(problem) }] : []),
      ...attestations.map((attestation) => ({ text: `attestation  ${digestText(attestation.digest, { full })}` })),
    ],
  };
}

function otherNode(other, full) {
  const text = [otherText(other), digestText(other.digest, { full })].filter(Boolean).join("  ");
  return { text, nodes: other.problem ? [{ text: problemText(other.problem) }] : [] };
}
