/**
 * `dockerStore`: docker's own folder of drafts.
 *
 * Every `inspect` asks whether there is a draft of that name, and mostly there is none. That answer needs the folder
 * only, so the modules for drafts are loaded on demand, and so is `node:fs/promises`: it and the threads that it starts cost
 * a command more than all else that it does with files.
 */

import { lstatSync } from "node:fs";
import { join } from "node:path";

import { draftFileName } from "../../lists/drafts.js";
import { OWN, isCanonical, rootOf } from "./place.js";

/**
 * Docker's folder of manifest lists as a store for `createManifests`: both tools can work on one list.
 *
 * @param {object} [options]
 * @param {string} [options.config] docker's folder; default: DOCKER_CONFIG, else `~/.docker`
 * @param {Record<string, string | undefined>} [options.env] default: that of the process
 * @param {typeof import("node:fs/promises")} [options.fs] the module for access to the disk, in place of Node's
 * @returns {import("../index.js").DockerStore}
 */
export function dockerStore({ config, env = process.env, fs } = {}) {
  const root = rootOf(config, env);
  let opening;
  const drafts = () => (opening ??= opened(root, fs));
  const method = (name) => async (...values) => (await drafts())[name](...values);
  return {
    list: method("list"),
    read: async (list) => ((await isAbsent(fs, root, list)) ? undefined : (await drafts()).read(list)),
    readEntry: method("readEntry"),
    write: method("write"),
    writeEntry: method("writeEntry"),
    remove: method("remove"),
    lock: method("lock"),
  };
}

async function opened(root, fs) {
  const { openDrafts } = await import("./drafts.js");
  return openDrafts(root, fs ?? (await import("node:fs/promises")));
}

/** The name of the draft that a reference means, which has docker's default tag. @param reference what `parseReference` gives */
export const draftNameOf = ({ canonical, tag, digest }) => ((tag ?? digest) === undefined ? `${canonical}:latest` : canonical);

/**
 * Whether docker's folder has certainly no draft of a list.
 *
 * @param {{ config?: string, env: Record<string, string | undefined> }} options as `dockerStore` takes them
 * @param {string} list its canonical name
 */
export const isWithoutDraft = ({ config, env }, list) => isAbsent(undefined, rootOf(config, env), list);

/** Whether there is certainly no such draft, neither in its folder nor in an exchange that is not finished. */
async function isAbsent(fs, root, list) {
  if (typeof list !== "string" || !isCanonical(list)) return false;
  if (await isMissing(fs, root)) return true;
  const name = draftFileName(list);
  const folder = join(root, name);
  // An exchange removes the folder for a moment; the list's work folder exists until it is back.
  for (const path of [folder, join(root, OWN, "work", name), folder]) {
    if (!(await isMissing(fs, path))) return false;
  }
  return true;
}

async function isMissing(fs, path) {
  try {
    if (fs) await fs.lstat(path);
    else lstatSync(path);
    return false;
  } catch ({ code }) {
    return code === "ENOENT";
  }
}
