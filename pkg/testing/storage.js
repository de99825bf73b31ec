/**
 * Stores repositories with their blobs, manifests, tags and open uploads as bytes in memory. Nothing here knows HTTP.
 */

const ALGORITHMS = { sha256: ["SHA-256", 64], sha384: ["SHA-384", 96], sha512: ["SHA-512", 128] };
const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Whether `text` is a digest of an algorithm that the registry can compute. */
export function isDigest(text) {
  const [, algorithm, encoded] = /^(sha256|sha384|sha512):([a-f0-9]+)$/.exec(text) ?? [];
  return algorithm !== undefined && encoded.length === ALGORITHMS[algorithm][1];
}

/** Whether `text` may name a repository (distribution-spec, "Pulling manifests"). */
export const isRepository = (text) => text.length <= 255 && REPOSITORY.test(text);

/** Whether `text` may be a tag. */
export const isTag = (text) => TAG.test(text);

/**
 * @param {Uint8Array} bytes
 * @param {string} [like] a digest, or an algorithm, that says which algorithm to use
 * @returns {Promise<string>} the digest
 */
export async function digestOf(bytes, like = "sha256") {
  const [algorithm] = like.split(":");
  const sum = new Uint8Array(await crypto.subtle.digest(ALGORITHMS[algorithm][0], bytes));
  return `${algorithm}:${Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Text, JSON value or bytes, as bytes. */
export function bytesOf(content) {
  if (content instanceof Uint8Array) return content;
  return new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));
}

/** Pieces joined into one array. */
export function joined(pieces) {
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/**
 * @typedef {{ bytes: Uint8Array, digest: string, mediaType: string, json: any }} StoredManifest
 *   `json` is undefined where the bytes are not JSON
 * @typedef {{ id: string, pieces: Uint8Array[], size: number }} Upload
 * @typedef {object} Repository
 * @property {Map<string, Uint8Array>} blobs by digest
 * @property {Map<string, StoredManifest>} manifests by digest
 * @property {Map<string, string>} tags tag to digest
 * @property {Map<string, Upload>} uploads by id
 */

export function createStorage() {
  /** @type {Map<string, Repository>} */
  const repositories = new Map();

  /** The repository, made when it does not exist. */
  function open(path) {
    if (!repositories.has(path)) {
      repositories.set(path, { blobs: new Map(), manifests: new Map(), tags: new Map(), uploads: new Map() });
    }
    return repositories.get(path);
  }

  /** The repository, or undefined. */
  const find = (path) => repositories.get(path);

  /** Stores a manifest under its digest, and under `tag` where there is one. */
  function putManifest(path, { bytes, digest, mediaType, tag }) {
    const repository = open(path);
    repository.manifests.set(digest, { bytes, digest, mediaType, json: parsed(bytes) });
    if (tag !== undefined) repository.tags.set(tag, digest);
  }

  /** The manifest behind a tag or digest, or undefined. */
  function findManifest(path, reference) {
    const repository = find(path);
    return repository?.manifests.get(repository.tags.get(reference) ?? reference);
  }

  /** Removes a manifest and every tag that points at it. */
  function deleteManifest(path, digest) {
    const repository = open(path);
    repository.manifests.delete(digest);
    for (const [tag, target] of repository.tags) if (target === digest) repository.tags.delete(tag);
  }

  return {
    open,
    find,
    putManifest,
    findManifest,
    deleteManifest,
    paths: () => [...repositories.keys()].sort(),
  };
}

function parsed(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
