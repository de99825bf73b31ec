/** Files and texts of this machine: read in this tab and sent nowhere. What is wrong with one is said where it was opened. */

import { signal } from "@preact/signals";
import { kindOfFile } from "../words/files.js";
import { go, openBytes, taken } from "./inspector.js";
import { openHere } from "./open-archive.js";
import { asError, documentOf } from "./source.js";

/** Whether the dialog is open. */
export const isOpening = signal(false);
/** What is wrong with what was opened last. */
export const refused = signal(undefined);
/** An archive that is being read: its name, how far, and what ends it. */
export const reading = signal(undefined);

/** The longest file that is taken for a manifest: registries accept no longer one. */
const DOCUMENT_BYTES = 8 << 20;

export function openFile() {
  refused.value = undefined;
  isOpening.value = true;
}

/** Opens a text that can be a document; one that cannot stays in the form, to be mended. */
export function read(bytes, asked) {
  try {
    documentOf({ bytes });
  } catch (error) {
    refused.value = { error: asError(error) };
    return undefined;
  }
  isOpening.value = false;
  return openBytes(bytes, asked);
}

/** Looks at the first bytes before the rest is read. */
export async function take(file, asked) {
  refused.value = undefined;
  const kind = kindOfFile(new Uint8Array(await file.slice(0, 512).arrayBuffer()), file.name);
  if (kind.isDocument && file.size <= DOCUMENT_BYTES) {
    isOpening.value = false;
    return openBytes(new Uint8Array(await file.arrayBuffer()), asked);
  }
  if (kind.isArchive) return takeArchive(file, file.name);
  refused.value = kind.isDocument ? { says: "This file is too long for a manifest: none is longer than 8 MiB.", name: file.name } : { says: kind.says, name: file.name };
  isOpening.value = true;
  return undefined;
}

/** Opens an archive or a folder. One that is compressed is read once, with its progress and a way to end that. */
export async function takeArchive(from, name) {
  refused.value = undefined;
  const controller = new AbortController();
  reading.value = { name, done: 0, total: 0, cancel: () => controller.abort() };
  isOpening.value = true;
  try {
    const onProgress = (done, total) => (reading.value = { ...reading.value, done, total });
    const { route, refs } = await openHere(from, name, { signal: controller.signal, onProgress });
    if (!taken(refs)) await go(route);
    isOpening.value = false;
  } catch (error) {
    if (controller.signal.aborted) isOpening.value = false;
    else refused.value = { error: asError(error) };
  } finally {
    reading.value = undefined;
  }
}
