/** The only ways in which text of a registry and links get onto the page. */

import { printable } from "../multiarch.js";
import { hashOf } from "../state/route.js";

/** Nothing in such a text is dangerous, and asking the module about each of hundreds takes longer than drawing them. */
const PLAIN = /^[\x20-\x7e]*$/;

/** The text with what is dangerous in it made visible. Where the module could not be loaded, that is all beyond ASCII. */
function shown(text) {
  if (PLAIN.test(text)) return text;
  try {
    return printable(text);
  } catch {
    return text.replace(/[^\x20-\x7e]/g, "?");
  }
}

/** Text from outside: controls and bidirectional marks made visible, its direction kept from its surroundings. */
export function Text({ of, class: kind }) {
  return <bdi class={kind}>{shown(String(of))}</bdi>;
}

/** The same in monospace. */
export const Code = ({ of, class: kind }) => (
  <code class={kind}>
    <Text of={of} />
  </code>
);

/** A text of several lines: line ends and tabs are layout, every other control is made visible. */
export function Lines({ of }) {
  const parts = String(of).split(/([\n\t])/).map((part) => (part === "\n" || part === "\t" ? part : shown(part)));
  return <bdi>{parts.join("")}</bdi>;
}

/** A link to a route of this page; there are no others. */
export const Link = ({ to, class: kind, current, children }) => (
  <a href={hashOf(to)} class={kind} aria-current={current}>
    {children}
  </a>
);
