/** Writes a tar: regular files with the same header for the same path and size, so that the same images make the same bytes. */

const BLOCK = 512;
/** The largest size that eleven octal digits hold. */
const OCTAL = 0o77777777777;
/** The longest path of a header. */
const LONGEST = 100;
const encoder = new TextEncoder();

/**
 * The blocks before a file's content. A size or path that does not fit stands in a pax record (POSIX.1-2017, pax).
 *
 * @param {string} path
 * @param {number} size
 */
export function headerOf(path, size) {
  const records = [];
  if (encoder.encode(path).length > LONGEST) records.push(record("path", path));
  if (size > OCTAL) records.push(record("size", String(size)));
  const short = path.length > LONGEST ? path.slice(-LONGEST) : path;
  const own = block({ path: short, size: size > OCTAL ? 0 : size, type: "0" });
  if (records.length === 0) return own;
  const content = encoder.encode(records.join(""));
  return joined([block({ path: "pax", size: content.length, type: "x" }), content, paddingOf(content.length), own]);
}

/** What fills the last block of content. */
export const paddingOf = (size) => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);

/** The two empty blocks at the end. */
export const END = new Uint8Array(2 * BLOCK);

function block({ path, size, type }) {
  const bytes = new Uint8Array(BLOCK);
  const put = (text, at) => bytes.set(encoder.encode(text), at);
  put(path, 0);
  put("0000644\0", 100);
  put("0000000\0", 108);
  put("0000000\0", 116);
  put(`${octal(size, 11)}\0`, 124);
  put("00000000000\0", 136);
  put("        ", 148);
  put(type, 156);
  put("ustar\0" + "00", 257);
  const sum = bytes.reduce((all, byte) => all + byte, 0);
  put(`${octal(sum, 6)}\0 `, 148);
  return bytes;
}

const octal = (number, digits) => number.toString(8).padStart(digits, "0");

/** A pax record begins with its own length. */
function record(key, value) {
  const rest = ` ${key}=${value}\n`;
  const length = encoder.encode(rest).length;
  let all = length + String(length).length;
  if (String(all).length > String(length).length) all = length + String(all).length;
  return `${all}${rest}`;
}

function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
