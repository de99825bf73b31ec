/** Lists of drafts for tests of stores: what a list holds is a plain object, `{ reference: version }`. */

import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ociImage } from "./images.mjs";

const images = new Map();

/** An entry that carries a version, as the version of its os. */
export function entry(ref, version = "1", text = ref) {
  if (!images.has(text)) images.set(text, ociImage({ text }));
  const { bytes, digest, mediaType } = images.get(text);
  const platform = { architecture: "amd64", os: "linux", osVersion: String(version) };
  return { ref, descriptor: { mediaType, digest, size: bytes.length, platform }, raw: new Uint8Array(bytes) };
}

export const entriesOf = (state) => Object.entries(state).map(([ref, version]) => entry(ref, version));

/** What a list holds; null for no list. */
export const stateOf = (entries) =>
  entries === undefined ? null : Object.fromEntries(entries.map(({ ref, descriptor }) => [ref, versionOf(descriptor.platform)]));

const versionOf = (platform) => platform?.osVersion ?? platform?.["os.version"] ?? "";

/** Two states as one text each, whatever the order of their entries. */
export const textOf = (state) => state && JSON.stringify(Object.entries(state).sort());

/** A folder in memory where the machine has one: a process that dies leaves the same there, and nothing waits for a disk. */
export async function quickFolder() {
  const memory = "/dev/shm";
  const parent = await access(memory, constants.W_OK).then(() => memory, () => tmpdir());
  const path = await mkdtemp(join(parent, "multiarch-"));
  return { path, join: (...names) => join(path, ...names), remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Random numbers that are the same in every run. */
export function seeded(seed) {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}
