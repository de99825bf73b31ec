/** What a file is, by its first bytes. */

const at = (bytes, offset, text) => [...text].every((character, index) => bytes[offset + index] === character.charCodeAt(0));
const starts = (bytes, ...values) => values.every((value, index) => bytes[index] === value);

/**
 * @param {Uint8Array} bytes the first 512
 * @returns {{ isDocument: boolean, isArchive?: boolean, says?: string }} `says` names what can be neither
 */
export function kindOfFile(bytes) {
  const isTar = at(bytes, 257, "ustar") || at(bytes, 0, "blobs/") || at(bytes, 0, "manifest.json");
  const isCompressed = starts(bytes, 0x1f, 0x8b) || starts(bytes, 0x28, 0xb5, 0x2f, 0xfd) || starts(bytes, 0x42, 0x5a, 0x68) || starts(bytes, 0xfd, 0x37, 0x7a, 0x58);
  if (isTar || isCompressed) return { isDocument: false, isArchive: true };
  if (starts(bytes, 0x50, 0x4b, 3, 4)) return { isDocument: false, says: "a zip archive, which holds no image." };
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(new TextDecoder().decode(bytes.slice(0, 64)))) {
    return { isDocument: false, says: "a web page, no manifest. A download that needed a login leaves one." };
  }
  return { isDocument: true };
}
