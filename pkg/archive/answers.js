/**
 * The distribution API over archives: a client reads and writes them as it does registries, through the same verbs, with the
 * same checks. The rules of the archive itself are the core's.
 */

import { MANIFEST_BYTES, OCI_INDEX } from "../core/facts.js";
import { failure } from "./failure.js";

/** Endpoints, the most specific first. Every archive has one repository. */
const PATHS = [
  ["uploads", /^\/v2\/image\/blobs\/uploads\/([^/]*)$/],
  ["blob", /^\/v2\/image\/blobs\/([^/]+)$/],
  ["manifest", /^\/v2\/image\/manifests\/([^/]+)$/],
  ["referrers", /^\/v2\/image\/referrers\/([^/]+)$/],
  ["tags", /^\/v2\/image\/tags\/list$/],
];

/**
 * Answers one request about a place. What cannot be read of the archive is thrown, as a fetch function throws it.
 *
 * @param {import("./place.js").Place} place
 * @param {string} url
 * @param {{ method?: string, headers?: Record<string, string>, body?: Uint8Array }} init
 */
export async function answerFrom(place, url, { method = "GET", headers = {}, body } = {}) {
  const { pathname, searchParams } = new URL(url);
  const path = decodeURIComponent(pathname);
  if (path === "/v2/") return answer(200, { "content-type": "application/json" }, encode("{}"));
  const [name, argument] = matched(path);
  const endpoint = ENDPOINTS[name]?.[method];
  if (!endpoint) return refuse(name ? 405 : 404, "UNSUPPORTED", "an archive has no such endpoint");
  const asked = new Headers(headers);
  const answered = await endpoint(place, argument, { headers: asked, body, searchParams });
  return method === "HEAD" ? { ...answered, body: null } : answered;
}

function matched(path) {
  for (const [name, pattern] of PATHS) {
    const found = pattern.exec(path);
    if (found) return [name, found[1]];
  }
  return [];
}

const isDigest = (text) => text.includes(":");

async function readManifest(place, reference) {
  const digest = isDigest(reference) ? reference : place.tagged(reference)?.digest;
  const content = digest && (await place.content(digest));
  if (!content) return refuse(404, "MANIFEST_UNKNOWN", `${reference} is not in the archive`);
  if (content.size > MANIFEST_BYTES) {
    throw failure("MANIFEST_TOO_LARGE", `${digest} has ${content.size} bytes; at most ${MANIFEST_BYTES} are read`);
  }
  // Without a type of its own, what the document is shows in its members.
  const type = place.tagged(reference)?.mediaType ?? place.typeOf(digest) ?? "application/json";
  return answer(200, { "content-type": type, "docker-content-digest": digest }, await content.bytes());
}

async function readBlob(place, digest, { headers }) {
  const content = await place.content(digest);
  if (!content) return refuse(404, "BLOB_UNKNOWN", `${digest} is not in the archive`);
  const { size } = content;
  const known = { "content-type": "application/octet-stream", "docker-content-digest": digest, "accept-ranges": "bytes" };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
  if (first === undefined) return streamed(200, { ...known, "content-length": String(size) }, content.stream());
  const [start, end] = [Number(first), Math.min(last ? Number(last) + 1 : size, size)];
  if (start >= end) return refuse(416, "RANGE_INVALID", "the content is shorter");
  const range = { "content-range": `bytes ${start}-${end - 1}/${size}`, "content-length": String(end - start) };
  return streamed(206, { ...known, ...range }, content.stream(start, end));
}

async function listReferrers(place, digest, { searchParams }) {
  const wanted = searchParams.get("artifactType");
  const all = await place.referrers(digest);
  const manifests = all.filter(({ artifactType }) => wanted === null || artifactType === wanted);
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
  const filtered = wanted === null ? {} : { "oci-filters-applied": "artifactType" };
  return answer(200, { "content-type": OCI_INDEX, ...filtered }, encode(JSON.stringify(index)));
}

const listTags = async (place) =>
  answer(200, { "content-type": "application/json" }, encode(JSON.stringify({ name: "image", tags: place.tags() })));

/** An upload begins; or the registry's word for content that is sent with it. */
async function beginUpload(place, _, { body, searchParams }) {
  const id = await place.writer().begin();
  const digest = searchParams.get("digest");
  if (digest !== null) return finishUpload(place, id, { body, searchParams });
  return answer(202, { location: `/v2/image/blobs/uploads/${id}`, range: "0-0" });
}

async function appendUpload(place, id, { body }) {
  const size = await place.writer().append(id, body ?? new Uint8Array());
  return answer(202, { location: `/v2/image/blobs/uploads/${id}`, range: `0-${Math.max(size - 1, 0)}` });
}

async function finishUpload(place, id, { body, searchParams }) {
  if (body?.length > 0) await place.writer().append(id, body);
  const digest = searchParams.get("digest");
  if (!(await place.writer().finish(id, digest))) return refuse(400, "DIGEST_INVALID", "the content has another digest");
  return answer(201, { location: `/v2/image/blobs/${digest}`, "docker-content-digest": digest });
}

async function cancelUpload(place, id) {
  await place.writer().cancel(id);
  return answer(204, {});
}

async function writeManifest(place, reference, { headers, body, searchParams }) {
  const tags = [...(isDigest(reference) ? [] : [reference]), ...searchParams.getAll("tag")];
  const { digest, subject } = await place.writer().putManifest(body, headers.get("content-type"), tags);
  if (isDigest(reference) && digest !== reference) return refuse(400, "DIGEST_INVALID", "the content has another digest");
  const about = subject === undefined ? {} : { "oci-subject": subject };
  return answer(201, { location: `/v2/image/manifests/${digest}`, "docker-content-digest": digest, ...about });
}

async function removeManifest(place, reference) {
  const isThere = await place.writer().remove(reference);
  return isThere ? answer(202, {}) : refuse(404, "MANIFEST_UNKNOWN", `${reference} is not in the archive`);
}

const ENDPOINTS = {
  uploads: { POST: beginUpload, PATCH: appendUpload, PUT: finishUpload, DELETE: cancelUpload },
  blob: { GET: readBlob, HEAD: readBlob },
  manifest: { GET: readManifest, HEAD: readManifest, PUT: writeManifest, DELETE: removeManifest },
  referrers: { GET: listReferrers },
  tags: { GET: listTags },
};

const encode = (text) => new TextEncoder().encode(text);

/** An answer as a fetch function gives it. Made by hand: some hosts take a tenth of a second for their first Response. */
function streamed(status, headers, body) {
  const known = new Map(Object.entries(headers));
  return { status, ok: status < 300, type: "default", url: "", headers: { get: (name) => known.get(name.toLowerCase()) ?? null }, body };
}

function answer(status, headers, bytes = new Uint8Array()) {
  const body = new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
  return streamed(status, { "content-length": String(bytes.length), ...headers }, body);
}

const refuse = (status, code, message) =>
  answer(status, { "content-type": "application/json" }, encode(JSON.stringify({ errors: [{ code, message }] })));
