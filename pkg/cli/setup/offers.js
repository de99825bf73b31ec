/** Which arguments of `serve` are files of this machine, and which are references. */

import { access, stat } from "node:fs/promises";
import { join } from "node:path";

import { MultiarchError } from "../../entry/command.js";
import { openOffered } from "../../node/offered.js";
import { isArchive, parseArchive } from "../archives/words.js";

/** How paths are written that are no reference: `./app`, `/tmp/app.tar`, `C:\app`. */
const PATH = /^(?:\.{0,2}[\\/]|[A-Za-z]:[\\/])/;

/**
 * The path that an argument names, and the image of the archive; undefined for a reference. What has neither the form of a path
 * nor a word such as `oci:` is a path where it is a file or an OCI layout.
 *
 * @param {string} text
 * @returns {Promise<{ path: string, image?: string } | undefined>}
 */
export async function pathIn(text) {
  if (isArchive(text)) {
    const { path, name, digest } = parseArchive(text);
    return { path, image: digest ? `@${digest}` : name };
  }
  if (text === "-" || PATH.test(text)) return { path: text };
  const found = await stat(text).catch(() => undefined);
  const isLayout = found?.isDirectory() && (await access(join(text, "oci-layout")).then(() => true, () => false));
  return found?.isFile() || isLayout ? { path: text } : undefined;
}

/**
 * Opens what is offered, each once.
 *
 * @param {{ path: string, image?: string }[]} places
 * @param {{ stdin: object }} io
 * @returns {Promise<import("../../node/offered.js").Offered[]>} rejects with FILE_UNREADABLE, OPTION_INVALID
 */
export async function openOffers(places, { stdin }) {
  if (places.some(({ path }) => path === "-") && stdin.isTTY) {
    throw new MultiarchError({ code: "OPTION_INVALID", message: "nothing is piped in", hint: "Write for example: docker save app | multiarch serve -" });
  }
  if (places.filter(({ path }) => path === "-").length > 1) {
    throw new MultiarchError({ code: "OPTION_INVALID", message: "standard input can be read once only", hint: "Name a file for one of both." });
  }
  const opened = [];
  try {
    for (const { path, image } of places) opened.push({ ...(await openOffered(path, stdin)), image });
    return opened;
  } catch (error) {
    await closeOffers(opened);
    throw error;
  }
}

export const closeOffers = (opened) => Promise.all(opened.map(({ close }) => close()));
