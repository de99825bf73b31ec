/** What a list is composed of, and its form in the address: JSON, deflated, in base64url. */

/** How many characters of an address a recipe may have; a longer one stays in the tab. */
export const LONGEST = 2048;
/** How many characters the JSON of a recipe may have: what an address unfolds to has a bound. */
const LONGEST_JSON = 1 << 17;
const VERSION = 1;

/**
 * @typedef {object} Entry
 * @property {number} source the position of its source
 * @property {string} digest of the image in that source
 * @property {string} [platform] in place of the one that the source states, or of none
 *
 * @typedef {object} Recipe
 * @property {string[]} sources references, and `paste:DIGEST` for documents of this tab
 * @property {Entry[]} entries in the order of the list
 * @property {string} type "oci", "docker", or "" for the one that the sources decide
 * @property {[string, string][]} annotations of the list
 * @property {string} target the name that the list is to have
 */

/** @type {Recipe} */
export const EMPTY = { sources: [], entries: [], type: "", annotations: [], target: "" };

/** @returns {Promise<string | undefined>} the text for an address; undefined where it would be too long */
export async function packed({ sources, entries, type, annotations, target }) {
  const json = JSON.stringify([VERSION, sources, entries.map(({ source, digest, platform }) => [source, digest, ...(platform ? [platform] : [])]), type, annotations, target]);
  if (json.length > LONGEST_JSON) return undefined;
  const bytes = await through(new TextEncoder().encode(json), new CompressionStream("deflate-raw"), LONGEST);
  if (bytes === undefined) return undefined;
  const text = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return text.length <= LONGEST ? text : undefined;
}

/** @returns {Promise<Recipe | undefined>} undefined for what is none */
export async function unpacked(text) {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (one) => one.charCodeAt(0));
    const json = await through(bytes, new DecompressionStream("deflate-raw"), LONGEST_JSON);
    return json && recipeOf(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json)));
  } catch {
    return undefined;
  }
}

/** The bytes that come out of a stream; undefined where they are more than `most`. */
async function through(bytes, stream, most) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > most) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

const isText = (value) => typeof value === "string";
const isList = (value, isGood) => Array.isArray(value) && value.every(isGood);

function recipeOf(value) {
  if (!Array.isArray(value)) return undefined;
  const [version, sources, entries, type, annotations, target] = value;
  const isEntry = (one) =>
    Array.isArray(one) && Number.isInteger(one[0]) && one[0] >= 0 && one[0] < sources.length && isText(one[1]) && (one[2] === undefined || isText(one[2]));
  const isGood =
    version === VERSION && isList(sources, isText) && isList(entries, isEntry) && ["", "oci", "docker"].includes(type) &&
    isList(annotations, (pair) => isList(pair, isText) && pair.length === 2) && isText(target);
  if (!isGood) return undefined;
  return { sources, entries: entries.map(([source, digest, platform]) => ({ source, digest, ...(platform && { platform }) })), type, annotations, target };
}
