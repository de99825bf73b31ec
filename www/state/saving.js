/** What the reader keeps as a file. */

import { printable } from "../multiarch.js";

/** Saves bytes as they are. A name from outside is cleaned: what it shows is what it is. @param {Uint8Array | Blob} content */
export function saveHere(content, name) {
  const address = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = printable(name).replace(/[\\/]/g, "_");
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
