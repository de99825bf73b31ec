/** What is in one file: to look at, or to save. */

import { partOf } from "../../pkg/layers/part.js";

/** How much of a text is shown. */
export const SHOWN_BYTES = 256 << 10;
/** How many bytes are gathered before they are given to the browser, which may put them onto its disk. */
const GATHERED_BYTES = 8 << 20;

/**
 * The first bytes of a file. Where its layer has been verified and is still here, the rest of the layer is not read.
 * @returns {Promise<{ bytes: Uint8Array, isCut: boolean }>}
 */
export async function firstBytes(files, { content }, signal) {
  const most = Math.min(content.size, SHOWN_BYTES);
  const bytes = new Uint8Array(most);
  const { blob } = files.layers[content.layer];
  let length = 0;
  for await (const part of partOf(blob.batches(signal), content.offset, most)) {
    bytes.set(part, length);
    length += part.length;
    if (length === most && blob.cost === 0) break;
  }
  return { bytes, isCut: content.size > most };
}

/** A file as a Blob, once its layer is verified. `onBytes` takes how many bytes came so far. */
export async function wholeFile(files, { content }, { signal, onBytes }) {
  const { blob } = files.layers[content.layer];
  let whole = new Blob([]);
  let parts = [];
  let gathered = 0;
  let length = 0;
  const batches = blob.batches(signal);
  for await (const part of partOf(batches, content.offset, content.size)) {
    parts.push(part.slice());
    gathered += part.length;
    length += part.length;
    onBytes(length);
    if (gathered >= GATHERED_BYTES) [whole, parts, gathered] = [new Blob([whole, ...parts]), [], 0];
    if (length === content.size && blob.cost === 0) break;
  }
  return new Blob([whole, ...parts], { type: "application/octet-stream" });
}

/** The bytes as text; undefined for what is none. One that is cut may end within a character. */
export function textIn(bytes, isCut) {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

const LINE = 16;

/** `00000010  7f 45 4c 46 …  |.ELF…|`, as hexdump has it. */
export function hexOf(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += LINE) {
    const part = [...bytes.subarray(at, at + LINE)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = part.map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${hex.padEnd(LINE * 3)} ${text}`);
  }
  return lines.join("\n");
}
