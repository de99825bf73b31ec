/** Layers and images made of entries that a test lists: tars as they should be, and as they should not. */

import { gzipSync } from "node:zlib";

import { sha256 } from "./images.mjs";

const FLAGS = { file: "0", link: "1", symlink: "2", character: "3", block: "4", folder: "5", fifo: "6" };
const BLOCK = 512;

/** The two empty blocks at the end of a tar. */
export const END = Buffer.alloc(2 * BLOCK);

/**
 * A header, with what a test writes over it; its checksum fits.
 *
 * @param {{ path: string | Buffer, type?: string, flag?: string, content?: string | Buffer, size?: number, mode?: number, uid?: number,
 *   gid?: number, mtime?: number, target?: string | Buffer, magic?: string, over?: [number, string | Buffer][], sum?: number }} entry
 */
export function header({ path, type = "file", flag = FLAGS[type], content = "", size, mode = 0o644, uid = 0, gid = 0, mtime = 0, target = "", magic = "ustar\x0000", over = [], sum }) {
  const block = Buffer.alloc(BLOCK);
  const octal = (value, width) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  const fields = [
    [0, path], [100, octal(mode, 8)], [108, octal(uid, 8)], [116, octal(gid, 8)], [124, octal(size ?? Buffer.byteLength(content), 12)],
    [136, octal(mtime, 12)], [156, flag], [157, target], [257, magic], ...over, [148, " ".repeat(8)],
  ];
  for (const [at, value] of fields) Buffer.from(value).copy(block, at);
  const counted = sum ?? block.reduce((total, byte) => total + byte, 0);
  block.write(`${counted.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** A header and its content, padded. */
export function member(entry) {
  const content = Buffer.from(entry.content ?? "");
  return Buffer.concat([header(entry), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

/** A tar of entries; what is no object is taken as bytes. */
export function tar(entries, end = END) {
  return Buffer.concat([...entries.map((entry) => (Buffer.isBuffer(entry) ? entry : member(entry))), end]);
}

/** A pax header: records as objects, or as the text that they should not be. */
export function pax(records, flag = "x") {
  const content = typeof records === "string" || Buffer.isBuffer(records) ? records : Object.entries(records).map(([key, value]) => record(key, value)).join("");
  return member({ path: "pax", flag, content });
}

function record(key, value) {
  const rest = Buffer.byteLength(`${key}=${value}`) + 2;
  let length = rest + 1;
  while (rest + String(length).length !== length) length += 1;
  return `${length} ${key}=${value}\n`;
}

/** A GNU long name, or with "K" the long target of a link. */
export const longName = (text, flag = "L") => member({ path: "././@LongLink", flag, content: `${text}\0` });

const GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

/** A layer as a blob: of entries or of bytes, compressed by `compress`. */
export function layer(entries, { mediaType = GZIP, compress = gzipSync } = {}) {
  const unpacked = Buffer.isBuffer(entries) ? entries : tar(entries);
  const bytes = compress(unpacked);
  return { mediaType, digest: sha256(bytes), size: bytes.length, bytes, diffId: sha256(unpacked) };
}

/**
 * An image of layers, as `pushAll` takes it.
 *
 * @param {ReturnType<typeof layer>[]} layers
 * @param {{ architecture?: string, history?: object[], diffIds?: string[], config?: object }} [options]
 */
export function layeredImage(layers, { architecture = "amd64", history, diffIds, config: own } = {}) {
  const platform = { os: "linux", architecture };
  const blob = (mediaType, value) => {
    const bytes = Buffer.from(JSON.stringify(value));
    return { mediaType, digest: sha256(bytes), size: bytes.length, bytes };
  };
  const steps = history ?? layers.map((_, at) => ({ created: "2026-01-02T03:04:05Z", created_by: `COPY layer-${at} / # buildkit` }));
  const rootfs = { type: "layers", diff_ids: diffIds ?? layers.map(({ diffId }) => diffId) };
  const config = blob("application/vnd.oci.image.config.v1+json", own ?? { ...platform, config: {}, rootfs, history: steps });
  const descriptor = ({ mediaType, digest, size }) => ({ mediaType, digest, size });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = blob(mediaType, { schemaVersion: 2, mediaType, config: descriptor(config), layers: layers.map(descriptor) });
  return { ...manifest, platform, blobs: [config, ...new Map(layers.map((one) => [one.digest, one])).values()], children: [] };
}
