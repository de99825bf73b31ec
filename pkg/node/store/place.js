/** Where drafts lie: docker's folder, what is kept beside it, and which names can have a place there. */

import { homedir } from "node:os";
import { join } from "node:path";

import { parseReference } from "../../nouns/reference.js";

/** What is kept beside docker's folders; no list can have this name. */
export const OWN = ".multiarch";

/** Docker's folder of manifest lists. */
export function rootOf(config, env) {
  const home = (process.platform !== "win32" && env.HOME) || homedir();
  return join(config || env.DOCKER_CONFIG || join(home, ".docker"), "manifests");
}

/** Whether a text is the whole name of a list; nothing else may become a path. */
export function isCanonical(reference) {
  try {
    const { canonical, tag, digest } = parseReference(reference);
    return canonical === reference && (tag ?? digest) !== undefined;
  } catch (error) {
    if (error.code === "LOAD_FAILED" || error.code === "INTERNAL") throw error;
    return false;
  }
}
