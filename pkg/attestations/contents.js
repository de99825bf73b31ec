/** Reads what attestations state: the manifest of each, and its layers. */

import { inParallel } from "../core/parallel.js";
import { readBlob } from "../lists/read-blob.js";
import { ATTESTATION_BYTES, describeAttestation } from "./describe.js";

const AT_ONCE = 4;
/** How many manifests are read, and how many layers of one. */
const MOST_READ = 64;
const MOST_LAYERS = 32;
/** How many bytes are read in all. */
const MOST_BYTES = 128 << 20;

/** What in-toto's and cosign's layers are about, by their annotations: stated before they are read. */
const PREDICATE_TYPES = ["in-toto.io/predicate-type", "predicateType"];
const IS_READ = /json|dsse|in-toto|spdx|cyclonedx|sigstore|cose$/;

/**
 * Adds `contents` to each node: what every layer states. What fails is noted with the node or the layer.
 *
 * @param {{ client: object, name: string, call: object }} walk
 * @param {{ node: object, subject: string }[]} found
 */
export async function readContents(walk, found) {
  const reading = { ...walk, bytesLeft: MOST_BYTES };
  const rest = found.slice(MOST_READ);
  for (const { node } of rest) node.problem ??= { code: "RESPONSE_TOO_LARGE", message: `at most ${MOST_READ} attestations are read` };
  await inParallel(found.slice(0, MOST_READ), AT_ONCE, async ({ node, subject }) => {
    if (node.descriptor.problem) return;
    try {
      node.contents = await contentsOf(reading, node.descriptor.digest, subject);
    } catch (error) {
      if (isEnd(error)) throw error;
      node.problem ??= { code: error.code, message: error.message };
    }
  });
}

const isEnd = ({ code }) => code === undefined || code === "ABORTED" || code === "INTERNAL";

async function contentsOf(reading, digest, subject) {
  const { layers, kind } = await reading.client.manifest(`${reading.name}@${digest}`, reading.call);
  if (kind === "index") return [];
  const contents = [];
  for (const layer of layers.slice(0, MOST_LAYERS)) {
    const stated = await layerContents(reading, layer);
    contents.push(...stated.map((one) => ({ ...one, ...aboutOf(one, subject) })));
  }
  return contents;
}

async function layerContents(reading, layer) {
  const { mediaType, annotations = {}, problem } = layer;
  const predicateType = PREDICATE_TYPES.map((name) => annotations[name]).find((type) => typeof type === "string");
  const bare = { kind: "unknown", mediaType, ...(predicateType && { predicateType }), signature: "not checked" };
  if (problem) return [{ ...bare, problem: { code: "DESCRIPTOR_INVALID", message: problem } }];
  if (!IS_READ.test(mediaType) && predicateType === undefined) return [bare];
  try {
    return await describeAttestation(await read(reading, layer), { mediaType });
  } catch (error) {
    if (isEnd(error)) throw error;
    return [{ ...bare, problem: { code: error.code, message: error.message } }];
  }
}

function read(reading, layer) {
  const most = Math.min(ATTESTATION_BYTES, Math.max(0, reading.bytesLeft));
  reading.bytesLeft -= layer.size;
  return readBlob(reading.client, reading.name, layer, reading.call, most);
}

/** Whether a statement is about the manifest that it stands with. */
function aboutOf({ subjects }, digest) {
  if (!subjects || subjects.length === 0) return {};
  const [algorithm, encoded] = digest.split(":");
  return { isAboutSubject: subjects.some(({ digest: stated }) => stated[algorithm] === encoded) };
}
