/** Paths of layers, component by component. Names that are no UTF-8 keep their bytes, so that two of them stay two. */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** What the key of a name begins with that is no UTF-8; no name has a NUL. */
const RAW = "\0";

/** The keys of an entry's path, one a component; none for the root. */
export function keysOf({ path, rawPath }) {
  if (rawPath !== undefined) return rawKeys(Uint8Array.from(atob(rawPath), (character) => character.charCodeAt(0)));
  return path === "" ? [] : path.split("/");
}

function rawKeys(bytes) {
  const keys = [];
  for (let start = 0, end; start <= bytes.length; start = end + 1) {
    end = bytes.indexOf(0x2f, start);
    if (end < 0) end = bytes.length;
    keys.push(keyOf(bytes.subarray(start, end)));
  }
  return keys;
}

function keyOf(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return RAW + String.fromCharCode(...bytes);
  }
}

/** The name of a key, as an entry's `path` has it: with U+FFFD for what is no UTF-8. */
export function nameOf(key) {
  if (!key.startsWith(RAW)) return key;
  return lenient.decode(Uint8Array.from(key.slice(RAW.length), (character) => character.charCodeAt(0)));
}

/** Whether a key stands for a name that is no UTF-8. */
export const isRaw = (key) => key.startsWith(RAW);
