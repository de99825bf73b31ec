// What several parts of the page are made of.
import { el, value } from "../dom.js";
import { exactSize, humanSize } from "../format.js";

/** A name over its value, for a list of facts. */
export function fact(name, ...content) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, content));
}

/** Names and values from outside, side by side. */
export function pairList(pairs) {
  return el(
    "dl",
    { class: "pairs" },
    pairs.map(([name, text]) => [el("dt", {}, value(name)), el("dd", {}, value(text))]),
  );
}

/** A size for people, with the exact one beside it where they differ. */
export function size(bytes) {
  if (bytes < 1024) return exactSize(bytes);
  return [humanSize(bytes), el("span", { class: "faint exact" }, exactSize(bytes))];
}
