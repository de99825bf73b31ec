/** What an index is made of, read from folders and files: digests as file names, descriptors, and what builds leave behind. */

import { readdir } from "node:fs/promises";

import { MultiarchError, parseReference } from "../../entry/command.js";
import { readText, unreadable } from "../setup/files.js";

const HEX = /^[0-9a-f]{64}$/;
/** What an error about a folder says besides its message. */
const unnamed = (folder) => ({ hint: 'Let each build leave one: touch "DIR/${DIGEST#sha256:}".', details: { folder } });

/**
 * The sources that a folder of digests names: files called by the hexadecimal of a SHA-256, as the jobs of a matrix leave them.
 *
 * @param {string} folder
 * @param {string | undefined} repository without one they are of the first target's
 * @returns {Promise<string[]>} in the order of their names; rejects with FILE_UNREADABLE and OPTION_INVALID
 */
export async function digestsIn(folder, repository) {
  let names;
  try {
    names = await readdir(folder);
  } catch (error) {
    throw unreadable(folder, error);
  }
  const files = names.filter((name) => !name.startsWith(".")).sort();
  const other = files.find((name) => !HEX.test(name.replace(/^sha256[:-]/, "")));
  if (other !== undefined) {
    throw wrong(`${folder} holds ${other}, which is no digest: its files are to be named by 64 hexadecimal digits`, unnamed(folder));
  }
  if (files.length === 0) throw wrong(`${folder} holds no files named by digests: no build has left one there`, unnamed(folder));
  const name = repository === undefined ? "" : parseReference(repository).name;
  return files.map((file) => `${name}@sha256:${file.replace(/^sha256[:-]/, "")}`);
}

/**
 * The source that a file describes: a descriptor, or what `docker buildx build --metadata-file` wrote.
 *
 * @param {string} file
 */
export async function sourceIn(file) {
  const value = json(await readText(file), file);
  const built = value["containerimage.descriptor"];
  const name = value["image.name"];
  if (built === undefined) {
    if (typeof value.digest !== "string") throw wrong(`${file} is no descriptor: it has no digest`);
    return { reference: `@${value.digest}`, descriptor: value };
  }
  const digest = value["containerimage.digest"] ?? built?.digest;
  if (typeof digest !== "string") throw wrong(`${file} states no digest of what was built`);
  // A build may have several names; all are the same image.
  const [first] = typeof name === "string" ? name.split(",") : [];
  return { reference: `${first ? parseReference(first.trim()).name : ""}@${digest}` };
}

/**
 * Targets and annotations of docker/metadata-action.
 *
 * @param {string} file, or `env` for what the action leaves in the environment
 * @param {{ env: object, stdin: object }} io
 * @returns {Promise<{ targets: string[], annotations: string[], skipped: string[] }>} `skipped` are annotations of manifests, which
 *   an index does not change
 */
export async function metadataIn(file, { env }) {
  const isEnv = file === "env";
  const source = isEnv ? "$DOCKER_METADATA_OUTPUT_JSON" : file;
  const text = isEnv ? env.DOCKER_METADATA_OUTPUT_JSON : await readText(file);
  if (text === undefined) throw wrong(`${source} is not set: run docker/metadata-action in a step before, or name a file`);
  const { tags, annotations = [] } = json(text, source);
  if (!areTexts(tags) || tags.length === 0) throw wrong(`${source} has no tags`);
  if (!areTexts(annotations)) throw wrong(`the annotations in ${source} are not a list of texts`);
  const skipped = annotations.filter((annotation) => /^manifest(\[[^\]]*\])?:/.test(annotation));
  return { targets: tags, annotations: annotations.filter((annotation) => !skipped.includes(annotation)), skipped };
}

const areTexts = (value) => Array.isArray(value) && value.every((item) => typeof item === "string");

function json(text, source) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const hint = "It is the JSON of a descriptor, of a build's --metadata-file, or of docker/metadata-action.";
    throw new MultiarchError({ code: "JSON_INVALID", message: `${source} is not JSON`, hint, cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw wrong(`${source} is no JSON object`);
}

const wrong = (message, facts) => new MultiarchError({ code: "OPTION_INVALID", message, ...facts });
