/**
 * Small images that are the same bytes everywhere: real enough for every tool (the layers are gzipped tars),
 * small enough to be built in a test.
 *
 * Every builder answers with an Image: its document as bytes, the blobs that belong with it and the documents
 * that it names. `pushAll` pushes one to any registry with plain requests, `writeLayout` writes one as an OCI
 * layout.
 */

import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/**
 * @typedef {{ os: string, architecture: string, variant?: string, osVersion?: string, osFeatures?: string[]
 *   }} Platform
 * @typedef {{ mediaType: string, digest: string, size: number, bytes: Buffer }} Blob
 * @typedef {object} Image
 * @property {Buffer} bytes the document
 * @property {string} digest
 * @property {string} mediaType
 * @property {number} size of the document
 * @property {Platform} [platform] of a single image
 * @property {Blob[]} blobs config and layers
 * @property {Image[]} children what an index lists
 */

const OCI = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  empty: "application/vnd.oci.empty.v1+json",
};
const DOCKER = {
  index: "application/vnd.docker.distribution.manifest.list.v2+json",
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
};
const CREATED = "2026-01-02T03:04:05Z";

export const sha256 = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/**
 * @param {Partial<Platform> & { text?: string, layers?: number }} [platform] default linux/amd64, one layer; `text`
 *   tells images of one platform apart
 */
export const dockerImage = (platform) => image(DOCKER, platform);

/**
 * @param {Partial<Platform> & { text?: string, annotations?: Record<string, string>, run?: object }} [platform] default
 *   linux/amd64; `run` are members of `config` in its config, in place of the usual ones
 */
export const ociImage = (platform) => image(OCI, platform);

/** A Docker manifest list; platforms come from the images. */
export const dockerList = (...images) =>
  index(
    DOCKER,
    images.map((child) => entry(child)),
  );

/**
 * An OCI index. What is given may be an Image, listed with its own platform, or `entry(image, { … })`.
 */
export const ociIndex = (...images) =>
  index(
    OCI,
    images.map((child) => (child.image ? child : entry(child))),
  );

/** An OCI index as buildkit pushes it: behind every image an attestation about it. */
export const indexWithAttestations = (...images) =>
  index(OCI, [...images.map((child) => entry(child)), ...images.map((child) => attestation(child))]);

/**
 * An entry of an index.
 *
 * @param {Image} image
 * @param {{ platform?: Platform | null, annotations?: Record<string, string> }} [options] `platform: null`
 *   leaves it out
 */
export const entry = (image, { platform = image.platform ?? null, annotations } = {}) => ({
  image,
  platform,
  annotations,
});

/** What buildkit lists beside an image: an in-toto statement as an image for unknown/unknown. */
export function attestation(about) {
  const statement = blobOf("application/vnd.in-toto+json", {
    _type: "https://in-toto.io/Statement/v0.1",
    predicateType: "https://slsa.dev/provenance/v0.2",
    subject: [{ name: "test", digest: { sha256: about.digest.slice("sha256:".length) } }],
    predicate: {},
  });
  statement.annotations = { "in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2" };
  const unknown = { os: "unknown", architecture: "unknown" };
  const config = blobOf(OCI.config, {
    ...unknown,
    config: {},
    rootfs: { type: "layers", diff_ids: [statement.digest] },
  });
  const manifest = document(OCI.manifest, { config: descriptor(config), layers: [descriptor(statement)] });
  return entry(
    { ...manifest, platform: unknown, blobs: [config, statement], children: [] },
    {
      annotations: {
        "vnd.docker.reference.digest": about.digest,
        "vnd.docker.reference.type": "attestation-manifest",
      },
    },
  );
}

/**
 * An artifact: no image, and, with a subject, one of that subject's referrers.
 *
 * @param {{ artifactType?: string, subject?: Image, text?: string, annotations?: Record<string, string> }}
 *   [options]
 */
export function artifact({
  artifactType = "application/vnd.example.note",
  subject,
  text = "a note",
  annotations,
} = {}) {
  const config = blobOf(OCI.empty, "{}");
  const note = blobOf("text/plain", text);
  const manifest = document(OCI.manifest, {
    artifactType,
    config: descriptor(config),
    layers: [descriptor(note)],
    ...(subject && { subject: descriptor(subject) }),
    ...(annotations && { annotations }),
  });
  return { ...manifest, blobs: [config, note], children: [] };
}

/**
 * One of each: what the demo and the end-to-end tests look at, by a name that can serve as the repository's.
 */
export function samples() {
  const windows = [
    ociImage({ os: "windows", osVersion: "10.0.17763.6532" }),
    ociImage({ os: "windows", osVersion: "10.0.20348.2762" }),
  ];
  const arm = ociImage({ architecture: "arm64" });
  return {
    single: dockerImage(),
    list: dockerList(
      dockerImage(),
      dockerImage({ architecture: "arm", variant: "v6" }),
      dockerImage({ architecture: "arm", variant: "v7" }),
      dockerImage({ architecture: "arm64", variant: "v8" }),
      dockerImage({ architecture: "386" }),
      dockerImage({ architecture: "ppc64le" }),
      dockerImage({ architecture: "riscv64" }),
      dockerImage({ architecture: "s390x" }),
    ),
    attested: indexWithAttestations(ociImage(), arm),
    nested: ociIndex(arm, entry(ociIndex(ociImage(), ociImage({ architecture: "riscv64" })))),
    windows: ociIndex(ociImage(), ...windows),
    bare: ociIndex(entry(ociImage({ text: "without a platform" }), { platform: null }), arm),
    note: artifact(),
  };
}

/** What the requests of a push are counted with: eight images of ten blobs each, no two of them the same. */
export const eightImages = () =>
  ["386", "amd64", "arm", "arm64", "mips64le", "ppc64le", "riscv64", "s390x"].map((architecture) =>
    dockerImage({ architecture, layers: 9 }));

function image(
  types,
  { os = "linux", architecture = "amd64", variant, osVersion, osFeatures, text, annotations, layers: count = 1, run } = {},
) {
  const platform = defined({ os, architecture, variant, osVersion, osFeatures });
  const about = [...Object.values(platform).flat(), text ?? ""].join("\n");
  const tars = Array.from({ length: count }, (_, at) => tarOf("etc/platform", at === 0 ? about : `${about}\n${at}`));
  const layers = tars.map((tar) => blobOf(types.layer, gzip(tar)));
  const config = blobOf(types.config, {
    ...written(platform),
    created: CREATED,
    config: {
      Env: ["PATH=/usr/bin:/bin"],
      Cmd: ["/bin/true"],
      Labels: { "org.opencontainers.image.title": "test" },
      ...run,
    },
    rootfs: { type: "layers", diff_ids: tars.map(sha256) },
    history: tars.map(() => ({ created: CREATED, created_by: "COPY platform /etc/platform" })),
  });
  const manifest = document(types.manifest, {
    config: descriptor(config),
    layers: layers.map(descriptor),
    ...(annotations && { annotations }),
  });
  return { ...manifest, platform, blobs: [config, ...layers], children: [] };
}

function index(types, entries) {
  const manifests = entries.map(({ image, platform, annotations }) => ({
    ...descriptor(image),
    ...(platform && { platform: written(platform) }),
    ...(annotations && { annotations }),
  }));
  return { ...document(types.index, { manifests }), blobs: [], children: entries.map(({ image }) => image) };
}

/** A platform under the keys of the image specification. */
const written = ({ os, architecture, variant, osVersion, osFeatures }) =>
  defined({ architecture, os, "os.version": osVersion, "os.features": osFeatures, variant });

function document(mediaType, fields) {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }, undefined, 2));
  return { bytes, digest: sha256(bytes), mediaType, size: bytes.length };
}

function blobOf(mediaType, content) {
  const bytes = Buffer.isBuffer(content)
    ? content
    : Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
  return { mediaType, digest: sha256(bytes), size: bytes.length, bytes };
}

/** What a document says about another: of an image or a blob the part that is a descriptor. */
const descriptor = ({ mediaType, digest, size, annotations }) =>
  defined({ mediaType, digest, size, annotations });

const defined = (fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** A tar of one file: a POSIX header, the content, two empty blocks; owner 0, time 0. */
function tarOf(name, text) {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  const octal = (value, width) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  const fields = [
    [0, name],
    [100, octal(0o644, 8)],
    [108, octal(0, 8)],
    [116, octal(0, 8)],
    [124, octal(content.length, 12)],
    [136, octal(0, 12)],
    [148, " ".repeat(8)],
    [156, "0"],
    [257, "ustar\0"],
    [263, "00"],
  ];
  for (const [offset, value] of fields) header.write(value, offset, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([header, content, Buffer.alloc(((512 - (content.length % 512)) % 512) + 1024)]);
}

/** Stored, not deflated: how well zlib packs differs between versions, and the digest must not. */
function gzip(bytes) {
  const zipped = gzipSync(bytes, { level: 0 });
  zipped.fill(0, 4, 8); // mtime
  zipped[8] = 0; // extra flags
  zipped[9] = 255; // operating system: unknown
  return zipped;
}

/**
 * Pushes an image and everything that it names, children first.
 *
 * @param {typeof fetch} fetch
 * @param {string} baseUrl `http://127.0.0.1:5000`, without a slash at its end
 * @param {string} repository
 * @param {string | undefined} tag without one it is pushed by digest
 * @param {Image} image
 * @returns {Promise<string>} the digest
 */
export async function pushAll(fetch, baseUrl, repository, tag, image) {
  for (const child of image.children) await pushAll(fetch, baseUrl, repository, undefined, child);
  for (const blob of image.blobs) await pushBlob(fetch, baseUrl, repository, blob);
  const url = `${baseUrl}/v2/${repository}/manifests/${tag ?? image.digest}`;
  const headers = { "content-type": image.mediaType };
  await expected(201, await fetch(url, { method: "PUT", headers, body: image.bytes }), url);
  return image.digest;
}

/** In two requests, POST and PUT: the way that every registry understands. */
async function pushBlob(fetch, baseUrl, repository, { digest, bytes }) {
  const url = `${baseUrl}/v2/${repository}/blobs/uploads/`;
  const opened = await expected(202, await fetch(url, { method: "POST" }), url);
  const location = new URL(opened.headers.get("location"), url);
  location.searchParams.set("digest", digest);
  const headers = { "content-type": "application/octet-stream" };
  await expected(201, await fetch(location.href, { method: "PUT", headers, body: bytes }), location);
}

async function expected(status, response, url) {
  if (response.status === status) return response;
  throw new Error(`${url} answered ${response.status}, not ${status}: ${await response.text()}`);
}

/**
 * Writes an image as an OCI layout with one reference.
 *
 * @param {string} folder made when it does not exist
 * @param {string} name the reference's name, `org.opencontainers.image.ref.name`
 * @param {Image} image
 */
export async function writeLayout(folder, name, image) {
  await mkdir(join(folder, "blobs/sha256"), { recursive: true });
  for (const blob of everything(image)) {
    await writeFile(join(folder, "blobs/sha256", blob.digest.slice("sha256:".length)), blob.bytes);
  }
  const manifests = [{ ...descriptor(image), annotations: { "org.opencontainers.image.ref.name": name } }];
  await writeFile(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
}

/** The image, its blobs, and the same of its children. */
export const everything = (image) => [image, ...image.blobs, ...image.children.flatMap(everything)];
