/** A tar archive whose bytes depend on its files alone: no times, no owners, in the order that is given. POSIX ustar. */

const BLOCK = 512;

/**
 * @typedef {{ path: string, bytes?: Uint8Array, isProgram?: boolean, target?: string }} File `bytes` of a file, `target` of a symbolic
 *   link, neither of a folder
 * @param {File[]} files paths without a leading slash, of at most 100 bytes
 * @returns {Buffer}
 */
export function tar(files) {
  return Buffer.concat([...files.flatMap(member), Buffer.alloc(2 * BLOCK)]);
}

function member({ path, bytes, isProgram, target }) {
  const size = bytes?.length ?? 0;
  const [type, mode] = target !== undefined ? ["2", 0o777] : bytes ? ["0", isProgram ? 0o755 : 0o644] : ["5", 0o755];
  const header = Buffer.alloc(BLOCK);
  const text = (offset, value) => header.write(value, offset, "latin1");
  const octal = (offset, width, value) => text(offset, value.toString(8).padStart(width - 1, "0"));
  if (Buffer.byteLength(path) > 100 || Buffer.byteLength(target ?? "") > 100) throw new Error(`${path} is too long for a tar header`);
  text(0, path);
  octal(100, 8, mode);
  for (const owner of [108, 116]) octal(owner, 8, 0);
  octal(124, 12, size);
  octal(136, 12, 0);
  text(156, type);
  text(157, target ?? "");
  text(257, "ustar\0" + "00");
  // The sum counts its own field as blanks.
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  text(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return [header, ...(bytes ? [bytes, Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)] : [])];
}
