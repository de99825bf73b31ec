/** The list that a recipe makes, by the package's own `create`, and what is wrong with it, by the package's own check. */

import { parsePlatform } from "../multiarch.js";
import { REPOSITORY } from "./memory.js";
import { memory } from "./sources.js";

const OCI_INDEX = "application/vnd.oci.image.index.v1+json";

/**
 * A part of a list: a whole source, or one image of it.
 * @typedef {{ at: number, source: import("./sources.js").Source, rows: import("./sources.js").Row[], platform?: string, isWhole: boolean }} Part
 */

/** @returns {Part[]} the entries, with those together that are all of a source as it has them */
export function partsOf({ entries }, sources) {
  const parts = [];
  for (let at = 0; at < entries.length; ) {
    const entry = entries[at];
    const source = sources[entry.source];
    const row = source?.rows.find(({ descriptor }) => descriptor.digest === entry.digest);
    if (!row) {
      at += 1;
      continue;
    }
    const run = entries.slice(at, at + source.rows.length);
    const isWhole = source.isWhole && run.length === source.rows.length && run.every((one, index) => one.source === entry.source && one.digest === source.rows[index].descriptor.digest && !one.platform);
    parts.push({ at: entry.source, source, isWhole, rows: isWhole ? source.rows : [row], ...(entry.platform && { platform: entry.platform }) });
    at += isWhole ? run.length : 1;
  }
  return parts;
}

/** A part as `create` takes it: the document of the source, or one that lists the image with its attestations alone. */
function given({ source, rows: [row], platform, isWhole }) {
  const { root } = source;
  const isRoot = isWhole || (root.kind !== "index" && source.isWhole);
  const reference = isRoot ? `${REPOSITORY}@${root.digest}` : memory.keep({ mediaType: OCI_INDEX, bytes: listing(row) });
  return { reference, ...(platform && { descriptor: { platform: parsePlatform(platform) } }) };
}

function listing({ descriptor: { mediaType, digest, size, artifactType }, texts }) {
  const entries = texts.length > 0 ? texts : [JSON.stringify({ mediaType, digest, size, artifactType })];
  return new TextEncoder().encode(`{"schemaVersion":2,"mediaType":"${OCI_INDEX}","manifests":[${entries.join(",")}]}`);
}

/** What a Docker list has no place for is left out, and that is said. */
const WITHOUT = [
  { says: "A Docker list has no place for annotations: the result is without yours.", options: { annotations: undefined } },
  { says: "A Docker list has no place for annotations, and attestations need theirs: the result is without yours, and without attestations.", options: { annotations: undefined, attestations: false } },
];

/**
 * @param {import("./recipe.js").Recipe} recipe @param {(import("./sources.js").Source | undefined)[]} sources
 * @returns {Promise<{ document?: object, findings: { severity: string, message: string, code: string }[], parts: Part[] }>} never rejects
 */
export async function resultOf(recipe, sources) {
  const parts = partsOf(recipe, sources);
  if (parts.length === 0) return { findings: [], parts };
  const findings = [];
  const options = { ...(recipe.type && { type: recipe.type }), ...(recipe.annotations.length > 0 && { annotations: Object.fromEntries(recipe.annotations) }), onDuplicate: "keep", dryRun: true };
  try {
    const { document, conflicts } = await made(parts.map(given), options, findings);
    for (const message of conflicts) findings.push({ severity: "warning", code: "LOST", message });
    const { checked } = await import("../check/checked.js");
    findings.push(...(await checked(document)));
    return { document, findings, parts };
  } catch (error) {
    return { findings: [...findings, { severity: "error", code: error.code, message: error.message, hint: error.hint }], parts };
  }
}

async function made(sources, options, findings) {
  const create = (more) => memory.client.create(`${REPOSITORY}:made`, sources, { ...options, ...more });
  let failure;
  for (const attempt of [{ options: {} }, ...WITHOUT]) {
    try {
      const created = await create(attempt.options);
      if (attempt.says) findings.push({ severity: "error", code: failure.code, message: attempt.says });
      return created;
    } catch (error) {
      failure ??= error;
      if (error.code !== "MEDIA_TYPE_UNSUPPORTED") throw error;
    }
  }
  throw failure;
}

/** What keeps a list from being pushed. */
export const blocking = (findings) => findings.filter(({ severity }) => severity !== "note");
