/** Nodes under one another, with the lines that lead to them. */

import { cut } from "./columns.js";

/**
 * @typedef {{ text: string, nodes?: Node[] }} Node
 *
 * @param {Node} root
 * @param {number} width a line that is longer is cut
 * @returns {string[]}
 */
export function treeLines(root, width) {
  const lines = [cut(root.text, width)];
  grow(root.nodes ?? [], "", { lines, width });
  return lines;
}

function grow(nodes, before, drawing) {
  nodes.forEach((node, at) => {
    const isLast = at === nodes.length - 1;
    drawing.lines.push(cut(`${before}${isLast ? "└── " : "├── "}${node.text}`, drawing.width));
    grow(node.nodes ?? [], `${before}${isLast ? "    " : "│   "}`, drawing);
  });
}
