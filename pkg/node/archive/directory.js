/**
 * The folder of one image that skopeo calls `dir:` (containers/image, directory/directory_dest.go): its manifest is
 * `manifest.json`, other content has its hexadecimal digest as its name.
 */

import { open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { parsed } from "../../archive/documents.js";
import { failure } from "../../archive/failure.js";
import { MANIFEST_BYTES } from "../../core/facts.js";
import { makeFolders } from "../folders.js";
import { alone } from "../store/alone.js";

const VERSION = "Directory Transport Version: 1.1\n";
/** What such a folder holds: nothing else is removed with it. */
const OWN = /^(?:version|manifest\.json|signature-\d+|(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})(?:\.manifest\.json)?)$/;

/**
 * Makes the folder anew, beside the old one, which it replaces as a whole. Rejects with ARCHIVE_UNSUPPORTED where the old one
 * has files of others, or an index has another in it.
 *
 * @param {string} path
 * @param {string} root the digest of the image or index
 * @param {import("./staging.js").Staging} staging
 * @param {import("../../archive/contents.js").Contents} contents that the folder has
 */
export async function writeDirectory(path, root, staging, contents) {
  const foreign = (await namesIn(path)).find((name) => !OWN.test(name));
  if (foreign !== undefined) {
    throw failure("ARCHIVE_UNSUPPORTED", `${path} has ${foreign}, which is no part of an image`, { hint: "Write to another folder." });
  }
  const content = async (digest) => staging.content(digest) ?? contents.content(digest);
  const folder = join(staging.folder, "made");
  await staging.make("made");
  await writeFile(join(folder, "version"), VERSION);
  for (const [digest, name] of await filesOf(root, content)) await store(join(folder, name), await content(digest));
  await alone(`${path}.multiarch`, () => swap(folder, path, join(staging.folder, "old")));
}

/** The name of each file of an image or index, by digest. What the source has not got is left out. */
async function filesOf(root, content) {
  const files = new Map([[root, "manifest.json"]]);
  const add = ({ config, layers }) => {
    for (const part of [config, ...(Array.isArray(layers) ? layers : [])]) {
      if (typeof part?.digest === "string") files.set(part.digest, hex(part.digest));
    }
  };
  const document = await documentOf(root, content);
  add(document);
  for (const { digest } of Array.isArray(document.manifests) ? document.manifests : []) {
    const child = await documentOf(digest, content);
    if (child.manifests) throw failure("ARCHIVE_UNSUPPORTED", "a dir: folder holds no index in an index", { hint: "Write an OCI layout: oci:DIR." });
    files.set(digest, `${hex(digest)}.manifest.json`);
    add(child);
  }
  const found = await Promise.all([...files.keys()].map((digest) => content(digest)));
  return [...files].filter((_, at) => found[at]);
}

const hex = (digest) => digest.slice(digest.indexOf(":") + 1);

async function documentOf(digest, content) {
  const found = await content(digest);
  return (found && found.size <= MANIFEST_BYTES ? parsed(await found.bytes()) : undefined) ?? {};
}

async function store(path, content) {
  const file = await open(path, "wx");
  try {
    for await (const part of content.stream()) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts a folder in the place of another, which comes back where that fails. */
async function swap(made, path, old) {
  await makeFolders(dirname(path));
  const isThere = await rename(path, old).then(() => true, (error) => {
    if (error.code !== "ENOENT") throw error;
    return false;
  });
  try {
    await rename(made, path);
  } catch (error) {
    if (isThere) await rename(old, path);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function namesIn(path) {
  return readdir(path).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}
