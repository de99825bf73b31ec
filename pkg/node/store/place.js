/** The folder of drafts, the store's own folder in it, and the names that a list may have. */

import { homedir } from "node:os";
import { join } from "node:path";

import { parseReference } from "../../nouns/reference.js";

/** The store's own folder beside docker's; no list can have this name. */
export const OWN = ".multiarch";

/** Docker's folder of manifest lists. */
export function rootOf(config, env) {
  const home = (process.platform !== "win32" && env.HOME) || homedir();
  return join(config || env.DOCKER_CONFIG || join(home, ".docker"), "manifests");
}

/** Whether a text is the canonical name of a list; no other text becomes a path. */
export function isCanonical(reference) {
  try {
    const { canonical, tag, digest } = parseReference(reference);
    return canonical === reference && (tag ?? digest) !== undefined;
  } catch (error) {
    if (error.code === "LOAD_FAILED" || error.code === "INTERNAL") throw error;
    return false;
  }
}
