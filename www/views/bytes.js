// The exact text. Line ends and tabs stay; every other control is made visible.
import { printable } from "../../pkg/entry/browser.js";
import { el } from "../dom.js";

export function bytesView({ bytes }) {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const shown = text
    .split(/([\n\t])/)
    .map((part) => (part === "\n" || part === "\t" ? part : printable(part)))
    .join("");
  return el(
    "pre",
    { class: "bytes", tabindex: "0", "aria-label": "Exact bytes of the document", dir: "ltr" },
    el("bdi", {}, shown),
  );
}
