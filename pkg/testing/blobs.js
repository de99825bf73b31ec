/**
 * The endpoints of blobs and uploads: in one request, in chunks, or mounted from another repository.
 *
 * Source: OCI distribution-spec 1.1, "Pulling blobs" and "Pushing Blobs".
 *
 * A session's Location states how many bytes it has, so that a client that continues with an old Location gets 416 instead
 * of a success by chance.
 */

import { answer, refuse } from "./answers.js";
import { digestOf, isDigest, joined } from "./storage.js";

/** The endpoints `/v2/<repository>/blobs/<digest>`, and `/storage/…`, to which blobs are redirected. */
export function createBlobRoutes(storage, quirks) {
  const signature = crypto.randomUUID();

  function read(request, { repository, reference }) {
    const found = find(repository, reference);
    if (found.refusal) return found.refusal;
    if (quirks.redirectBlobs)
      return answer(307, { location: storageUrl(request.url, repository, reference) });
    return content(request, reference, found.bytes);
  }

  /** The object store: checks its own signature and, as S3 does, refuses a second kind of authentication. */
  function stored(request, { repository, reference }) {
    if (request.headers.has("authorization"))
      return answer(400, { "content-type": "text/plain" }, "only one auth mechanism is allowed\n");
    if (request.url.searchParams.get("signature") !== signature)
      return answer(403, { "content-type": "text/plain" }, "the signature is wrong\n");
    const found = find(repository, reference);
    return found.refusal ?? content(request, reference, found.bytes);
  }

  function remove(request, { repository, reference }) {
    if (quirks.deleteDisabled) return refuse(405, "UNSUPPORTED", "this registry deletes nothing");
    const found = find(repository, reference);
    if (found.refusal) return found.refusal;
    storage.open(repository).blobs.delete(reference);
    return answer(202);
  }

  function find(repository, digest) {
    if (!isDigest(digest)) return { refusal: refuse(400, "DIGEST_INVALID", "that is not a digest") };
    const bytes = storage.find(repository)?.blobs.get(digest);
    return bytes
      ? { bytes }
      : { refusal: refuse(404, "BLOB_UNKNOWN", "there is no such blob", { detail: { digest } }) };
  }

  function storageUrl({ protocol, hostname, port }, repository, digest) {
    const other = { "127.0.0.1": "localhost", localhost: "127.0.0.1" }[hostname] ?? `storage.${hostname}`;
    const origin = `${protocol}//${other}${port && `:${port}`}`;
    return `${origin}/storage/${repository}/blobs/${digest}?signature=${signature}`;
  }

  return { registry: { GET: read, HEAD: read, DELETE: remove }, storage: { GET: stored, HEAD: stored } };
}

/** The bytes, or the part that Range asks for (RFC 9110 section 14: one range; others are ignored). */
function content({ headers }, digest, bytes) {
  const known = {
    "content-type": "application/octet-stream",
    "docker-content-digest": digest,
    "accept-ranges": "bytes",
    etag: `"${digest}"`,
  };
  const [, first, final] = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
  if (!first && !final) return answer(200, known, bytes);
  const size = bytes.length;
  const start = first ? Number(first) : Math.max(size - Number(final), 0);
  const end = first && final ? Math.min(Number(final), size - 1) : size - 1;
  if (start > end)
    return refuse(416, "RANGE_INVALID", "the blob is shorter", {
      headers: { "content-range": `bytes */${size}` },
    });
  return answer(
    206,
    { ...known, "content-range": `bytes ${start}-${end}/${size}` },
    bytes.slice(start, end + 1),
  );
}

/** The endpoints `/v2/<repository>/blobs/uploads/` and the sessions below it. */
export function createUploadRoutes(storage, quirks) {
  async function start(request, { repository, grant }) {
    const { searchParams } = request.url;
    const [mount, from, digest] = ["mount", "from", "digest"].map((name) => searchParams.get(name));
    if (mount !== null) return mounted(repository, mount, from, grant) ?? opened(request, repository);
    if (digest === null || quirks.noMonolithicUpload) return opened(request, repository);
    return keep(repository, await request.bytes(), digest);
  }

  function mounted(repository, digest, from, grant) {
    if (quirks.mountRefused || from === null || !grant.may({ repository: from, actions: ["pull"] }))
      return undefined;
    const bytes = storage.find(from)?.blobs.get(digest);
    if (!bytes) return undefined;
    storage.open(repository).blobs.set(digest, bytes);
    return answer(201, blobHeaders(repository, digest));
  }

  function opened(request, repository) {
    const upload = { id: crypto.randomUUID(), pieces: [], size: 0 };
    storage.open(repository).uploads.set(upload.id, upload);
    return answer(202, { ...headersOf(request, repository, upload), "oci-chunk-min-length": least });
  }

  const least = quirks.largeChunks ? LARGE_CHUNK : undefined;

  /** The headers of a session, whose Location is on this origin, or on another one with `uploadsElsewhere`. */
  function headersOf({ url }, repository, upload) {
    const headers = sessionHeaders(repository, upload);
    if (quirks.uploadsElsewhere) headers.location = new URL(headers.location, uploadOrigin(url)).href;
    return headers;
  }

  /** The object store of uploads refuses a second kind of authentication. */
  const refusesSecret = (request) =>
    quirks.uploadsElsewhere && request.headers.has("authorization")
      ? answer(400, { "content-type": "text/plain" }, "only one auth mechanism is allowed\n")
      : undefined;

  async function append(request, { repository, reference }) {
    const upload = session(repository, reference);
    if (!upload) return uploadUnknown(reference);
    if (least !== undefined && upload.isShort)
      return refuse(416, "BLOB_UPLOAD_INVALID", "only the last chunk may be that small");
    const misplaced = refusesSecret(request) ?? receive(request, repository, upload, await request.bytes());
    upload.isShort = upload.pieces.at(-1)?.length < least;
    return misplaced ?? answer(202, headersOf(request, repository, upload));
  }

  async function finish(request, { repository, reference }) {
    const upload = session(repository, reference);
    if (!upload) return uploadUnknown(reference);
    const digest = request.url.searchParams.get("digest") ?? "";
    if (!isDigest(digest))
      return refuse(400, "DIGEST_INVALID", "the digest parameter is missing or not a digest");
    const bytes = await request.bytes();
    if (quirks.chunkedOnly && bytes.length > 0)
      return refuse(404, "BLOB_UPLOAD_UNKNOWN", "content comes in chunks");
    const misplaced = refusesSecret(request) ?? receive(request, repository, upload, bytes);
    if (misplaced) return misplaced;
    storage.open(repository).uploads.delete(upload.id);
    return keep(repository, joined(upload.pieces), digest);
  }

  function status(request, { repository, reference }) {
    const upload = session(repository, reference);
    return upload ? answer(204, headersOf(request, repository, upload)) : uploadUnknown(reference);
  }

  function cancel(request, { repository, reference }) {
    const upload = session(repository, reference);
    if (!upload) return uploadUnknown(reference);
    storage.open(repository).uploads.delete(upload.id);
    return answer(204);
  }

  const session = (repository, id) => storage.find(repository)?.uploads.get(id);

  /** Appends the body to the session; a refusal with 416 when it does not begin where the session ends. */
  function receive(request, repository, upload, bytes) {
    const [, first, final] = /^(?:bytes )?(\d+)-(\d+)/.exec(request.headers.get("content-range") ?? "") ?? [];
    const placed = first === undefined || Number(first) === upload.size;
    if (!placed || request.url.searchParams.get("at") !== String(upload.size)) {
      return refuse(416, "BLOB_UPLOAD_INVALID", "the chunk does not begin where the upload ends", {
        headers: headersOf(request, repository, upload),
      });
    }
    if (first !== undefined && bytes.length !== Number(final) - Number(first) + 1) {
      return refuse(400, "SIZE_INVALID", "Content-Range does not fit the body");
    }
    if (bytes.length > 0) upload.pieces.push(bytes);
    upload.size += bytes.length;
    return undefined;
  }

  async function keep(repository, bytes, digest) {
    if (!isDigest(digest)) return refuse(400, "DIGEST_INVALID", "that is not a digest");
    const actual = await digestOf(bytes, digest);
    if (actual !== digest)
      return refuse(400, "DIGEST_INVALID", "the content has another digest", { detail: actual });
    storage.open(repository).blobs.set(digest, bytes);
    return answer(201, blobHeaders(repository, digest));
  }

  return {
    collection: { POST: start },
    session: { PATCH: append, PUT: finish, GET: status, DELETE: cancel },
  };
}

/** The least size of a chunk with `largeChunks`: larger than clients send by default. */
const LARGE_CHUNK = 9 << 20;

/** The subdomain of uploads with `uploadsElsewhere`, which takes no credentials. */
const UPLOADS = "uploads.";
const uploadOrigin = ({ protocol, host }) => `${protocol}//${host.startsWith(UPLOADS) ? "" : UPLOADS}${host}`;

/** Whether a request went to the store of uploads. */
export const isUploadStore = ({ host }) => host.startsWith(UPLOADS);

const blobHeaders = (repository, digest) => ({
  location: `/v2/${repository}/blobs/${digest}`,
  "docker-content-digest": digest,
});

const sessionHeaders = (repository, { id, size }) => ({
  location: `/v2/${repository}/blobs/uploads/${id}?at=${size}`,
  "docker-upload-uuid": id,
  range: `0-${Math.max(size - 1, 0)}`,
});

const uploadUnknown = (id) =>
  refuse(404, "BLOB_UPLOAD_UNKNOWN", "there is no such upload", { detail: { id } });
