/** Archives as tests need them: tars with any header, OCI layouts and what `docker save` wrote before version 25. */

import { mkdir, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";

import { everything, sha256 } from "./images.mjs";

const BLOCK = 512;
const encoder = new TextEncoder();

/**
 * @typedef {{ path: string, content?: Uint8Array | string, type?: string, link?: string, size?: number, change?: (header: Buffer) => void }} Member
 *   `size` is what the header states, where that is not the size of the content
 */

/** One header block. `change` is called before the checksum is computed. */
export function header({ path, size = 0, type = "0", link = "", change }) {
  const block = Buffer.alloc(BLOCK);
  block.write(path.slice(0, 100), 0);
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write(type, 156);
  block.write(link.slice(0, 100), 157);
  block.write("ustar\0" + "00", 257);
  change?.(block);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** @param {Member[]} members */
export function tarOf(members, { end = true } = {}) {
  const parts = members.flatMap((member) => {
    const content = Buffer.from(member.content ?? "");
    return [header({ ...member, size: member.size ?? content.length }), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, ...(end ? [Buffer.alloc(2 * BLOCK)] : [])]);
}

/** A member whose path stands in a GNU long name before it. */
export const longNamed = (path, member) => [
  { path: "././@LongLink", type: "L", content: `${path}\0` },
  { ...member, path: path.slice(0, 100) },
];

/** A member whose path stands in a pax record before it. */
export function paxNamed(path, member) {
  const rest = ` path=${path}\n`;
  let length = encoder.encode(rest).length;
  length += String(length + String(length).length).length;
  return [{ path: "pax", type: "x", content: `${length}${rest}` }, { ...member, path: path.slice(0, 100) }];
}

const NAME = "org.opencontainers.image.ref.name";
const described = ({ mediaType, digest, size }, annotations) => ({ mediaType, digest, size, ...(annotations && { annotations }) });

/** The members of an OCI layout. @param {Record<string, object>} images by their names */
export function layoutMembers(images, { index = {}, entries = [] } = {}) {
  const manifests = [...Object.entries(images).map(([name, image]) => described(image, { [NAME]: name })), ...entries];
  const blobs = new Map(Object.values(images).flatMap(everything).map((blob) => [blob.digest, blob]));
  return [
    { path: "oci-layout", content: '{"imageLayoutVersion":"1.0.0"}' },
    { path: "index.json", content: JSON.stringify({ schemaVersion: 2, manifests, ...index }) },
    ...[...blobs.values()].map(({ digest, bytes }) => ({ path: `blobs/${digest.replace(":", "/")}`, content: bytes })),
  ];
}

/** Uncompressed layers of an image, as its config states them. */
const layersOf = ({ blobs }) => blobs.slice(1).map(({ bytes }) => gunzipSync(bytes));

/**
 * What docker wrote before version 25: a folder for each layer, with the files that older versions read. A layer that stands
 * there already is a link to it.
 *
 * @param {[string[] | null, object][]} images names and image
 */
export function dockerMembers(images) {
  const members = [];
  const list = [];
  const seen = new Map();
  for (const [names, image] of images) {
    const [config] = image.blobs;
    const configPath = `${config.digest.slice(7)}.json`;
    const paths = layersOf(image).map((layer, at) => {
      const digest = sha256(layer).slice(7);
      const folder = sha256(Buffer.from(`${configPath}${at}`)).slice(7);
      const path = `${folder}/layer.tar`;
      members.push({ path: `${folder}/`, type: "5" }, { path: `${folder}/VERSION`, content: "1.0" }, { path: `${folder}/json`, content: `{"id":"${folder}"}` });
      if (seen.has(digest)) members.push({ path, type: "2", link: `../${seen.get(digest)}` });
      else members.push({ path, content: layer });
      seen.set(digest, path);
      return path;
    });
    members.push({ path: configPath, content: config.bytes });
    list.push({ Config: configPath, RepoTags: names, Layers: paths });
  }
  return [...members, { path: "manifest.json", content: JSON.stringify(list) }, { path: "repositories", content: "{}" }];
}

/** The manifest that skopeo makes for an image of such an archive. */
export function skopeosManifest(image) {
  const [config] = image.blobs;
  const part = (mediaType, bytes) => ({ mediaType, size: bytes.length, digest: sha256(bytes) });
  const layers = layersOf(image).map((layer) => part("application/vnd.docker.image.rootfs.diff.tar.gzip", layer));
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: part("application/vnd.docker.container.image.v1+json", config.bytes),
    layers,
  });
}

/** Members as the folder that a program passes in, as a browser does with one that was dropped. */
export function folderInput(members) {
  const files = new Map(members.map(({ path, content = "" }) => [path, content]));
  return {
    list: async (path) => [...files.keys()].filter((file) => file.startsWith(path)),
    open: async (path) => (files.has(path) ? new Blob([files.get(path)]) : undefined),
  };
}

/** Writes an image or index as the folder that skopeo calls `dir:`. */
export async function writeDirectory(folder, image) {
  await mkdir(folder, { recursive: true });
  const children = new Set((image.children ?? []).map(({ digest }) => digest));
  for (const { digest, bytes } of everything(image)) {
    const hex = digest.slice(7);
    const name = digest === image.digest ? "manifest.json" : children.has(digest) ? `${hex}.manifest.json` : hex;
    await writeFile(`${folder}/${name}`, bytes);
  }
  await writeFile(`${folder}/version`, "Directory Transport Version: 1.1\n");
}
