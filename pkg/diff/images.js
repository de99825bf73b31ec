/** The difference between two images for one platform. */

import { configsThatDiffer, isSame, membersThatDiffer } from "./members.js";

/** What is compared elsewhere: by the manifest itself, or as annotations. */
const OF_ENTRY = ["digest", "size", "annotations", "mediaType"];
const OF_MANIFEST = ["config", "layers", "annotations", "schemaVersion"];

/**
 * @param {{ from?: object, to?: object }} pair
 * @param {{ from: object, to: object }} sides which read what differs
 * @returns {Promise<{ row: object, blobs: { from?: Map<string, number>, to?: Map<string, number> } }>} the sizes of the blobs of
 *   both by digest, where they were read
 */
export async function differenceOf({ from, to }, sides) {
  const image = to ?? from;
  const row = { ...(image.platform && { platform: image.platform }) };
  if (from) row.from = from.descriptor.digest;
  if (to) row.to = to.descriptor.digest;
  if (!to) return { row: { ...row, change: "removed" }, blobs: {} };
  if (!from) return added(row, to, sides);
  // A single image has no entry that could differ.
  const entry = from.entry && to.entry ? membersThatDiffer(from.entry, to.entry, OF_ENTRY) : [];
  const annotations = from.entry && to.entry ? annotationsOf("entry", from.entry, to.entry) : [];
  const attestations = attestationsOf(from.attestations, to.attestations);
  const facts = {
    ...(entry.length > 0 && { entry }), ...(annotations.length > 0 && { annotations }), ...(attestations && { attestations }),
  };
  const isSameImage = row.from === row.to;
  if (isSameImage) {
    const change = Object.keys(facts).length > 0 ? "changed" : "same";
    return { row: { ...row, change, ...facts, fetchBytes: 0 }, blobs: { to: new Map() } };
  }
  Object.assign(row, { change: "changed" }, facts);
  const [one, other] = await Promise.all([documentOf(from, sides.from, row), documentOf(to, sides.to, row)]);
  if (!one || !other) return { row, blobs: {} };
  Object.assign(row, await contentOf(one, other, { sides, annotations, row }));
  return { row, blobs: { from: blobsOf(one), to: blobsOf(other) } };
}

/** The image's manifest; undefined where it is not known, and where it cannot be read, which the row says. */
const documentOf = async (image, side, row) => image.document ?? orUnread(row, () => side.manifest(image.descriptor));

/** Errors that end the comparison. */
const ENDS_ALL = new Set(["ABORTED", "INTERNAL", "OPTION_INVALID", undefined]);

/** What `read` gives; undefined where it fails for one image alone, which its row says then. */
async function orUnread(row, read) {
  try {
    return await read();
  } catch (error) {
    row.error ??= unread(error);
    return undefined;
  }
}

/** The failure as a row has it. Throws an error that ends the comparison. */
export function unread(error) {
  const { code, message } = error;
  if (ENDS_ALL.has(code)) throw error;
  return { code, message };
}

async function added(row, to, sides) {
  const attestations = attestationsOf([], to.attestations);
  Object.assign(row, { change: "added" }, attestations && { attestations });
  const document = await documentOf(to, sides.to, row);
  if (!document) return { row, blobs: {} };
  const layers = { same: 0, added: document.layers.map(layerOf), removed: [] };
  const blobs = blobsOf(document);
  return { row: { ...row, layers, fetchBytes: sum(blobs.values()) }, blobs: { to: blobs } };
}

/** What differs between two manifests. */
async function contentOf(one, other, { sides, annotations, row }) {
  const all = [...annotations, ...annotationsOf("manifest", one.json, other.json)];
  const manifest = membersThatDiffer({ ...one.json, mediaType: one.mediaType }, { ...other.json, mediaType: other.mediaType }, OF_MANIFEST);
  const config = await orUnread(row, () => configOf(one, other, sides));
  const had = blobsOf(one);
  return {
    ...(all.length > 0 && { annotations: all }),
    ...(manifest.length > 0 && { manifest }),
    layers: layersOf(one.layers, other.layers),
    ...(config && { config }),
    fetchBytes: sum([...blobsOf(other)].filter(([digest]) => !had.has(digest)).map(([, size]) => size)),
  };
}

/** The members by which two configs differ; undefined where they cannot be read. Equal digests are not read. */
async function configOf({ config: one }, { config: other }, { from, to }) {
  if (!one || !other || one.problem || other.problem) return undefined;
  if (one.digest === other.digest) return [];
  const [before, after] = await Promise.all([read(from, one), read(to, other)]);
  return before && after && configsThatDiffer(before, after);
}

/** The JSON of a config; undefined for what is no image's config. */
async function read(side, descriptor) {
  try {
    return (await side.config(descriptor))?.json;
  } catch (error) {
    if (error.code === "CONFIG_INVALID" || error.code === "JSON_INVALID") return undefined;
    throw error;
  }
}

/** Layers by their digests; one that is there twice counts twice. */
function layersOf(from, to) {
  const rest = new Map();
  for (const { digest } of from) rest.set(digest, (rest.get(digest) ?? 0) + 1);
  const added = [];
  for (const layer of to) {
    const left = rest.get(layer.digest) ?? 0;
    if (left > 0) rest.set(layer.digest, left - 1);
    else added.push(layerOf(layer));
  }
  const removed = [];
  for (const layer of [...from].reverse()) {
    const left = rest.get(layer.digest) ?? 0;
    if (left === 0) continue;
    rest.set(layer.digest, left - 1);
    removed.unshift(layerOf(layer));
  }
  return { same: to.length - added.length, added, removed };
}

const layerOf = ({ digest, size, mediaType }) => ({ digest, size, mediaType });

/** The blobs of an image, each once, with their sizes. */
function blobsOf({ config, layers }) {
  return new Map([config, ...layers].filter((blob) => blob && !blob.problem).map(({ digest, size }) => [digest, size]));
}

export const sum = (sizes) => [...sizes].reduce((total, size) => total + size, 0);

function annotationsOf(of, one, other) {
  const members = membersThatDiffer({ annotations: one?.annotations ?? {} }, { annotations: other?.annotations ?? {} });
  return members.map(({ path, ...values }) => ({ of, key: path.slice("annotations.".length), ...values }));
}

/** How the attestations of two images differ; undefined where they are the same. */
function attestationsOf(from, to) {
  const [before, after] = [from, to].map((list) => list.map(({ descriptor }) => descriptor.digest));
  if (isSame([...before].sort(), [...after].sort())) return undefined;
  return { from: before, to: after };
}
