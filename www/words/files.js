/** What a file is, by its first bytes. */

const at = (bytes, offset, text) => [...text].every((character, index) => bytes[offset + index] === character.charCodeAt(0));
const starts = (bytes, ...values) => values.every((value, index) => bytes[index] === value);

/**
 * @param {Uint8Array} bytes the first 512
 * @returns {{ isDocument: boolean, says?: string }} `says` names what it is and what can be done
 */
export function kindOfFile(bytes) {
  const archive = "Load it into a registry, or open the index.json that is in it.";
  if (at(bytes, 257, "ustar") || at(bytes, 0, "blobs/") || at(bytes, 0, "manifest.json")) {
    return { isDocument: false, says: `a tar archive, as docker save writes them. This page reads manifests and indexes. ${archive}` };
  }
  if (starts(bytes, 0x1f, 0x8b)) return { isDocument: false, says: `compressed with gzip: a layer, or an archive. ${archive}` };
  if (starts(bytes, 0x28, 0xb5, 0x2f, 0xfd)) return { isDocument: false, says: `compressed with zstd: a layer, or an archive. ${archive}` };
  if (starts(bytes, 0x50, 0x4b, 3, 4)) return { isDocument: false, says: `a zip archive. ${archive}` };
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(new TextDecoder().decode(bytes.slice(0, 64)))) {
    return { isDocument: false, says: "a web page, no manifest. A download that needed a login leaves one." };
  }
  return { isDocument: true };
}
