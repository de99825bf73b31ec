/** `multiarch/archive` in Node, Deno and Bun: archives by their paths, too. */

import "../../entry/node.js";

import { text } from "../../core/arguments.js";
import { sourceOf } from "../../archive/input.js";
import { openerOf } from "../../archive/open.js";
import { archiveAt } from "./files.js";

export { archiveFetch } from "../../archive/open.js";

/** As everywhere, and a path. */
export const openArchive = openerOf(async (from) =>
  typeof from === "string" ? archiveAt(text(from, "openArchive(from)")) : { source: sourceOf(from) });
