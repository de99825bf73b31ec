/**
 * The endpoints of manifests, tags and referrers.
 *
 * Source: OCI distribution-spec 1.1, "Pulling manifests" to "Listing Referrers".
 */

import { answer, answerJson, refuse } from "./answers.js";
import { digestOf, isDigest, isTag } from "./storage.js";

const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const MANIFEST_BYTES = 4 << 20;
const PAGE = 1000;

/** The endpoint `/v2/<repository>/manifests/<reference>`. */
export function createManifestRoutes(storage, quirks) {
  function read(request, { repository, reference }) {
    if (request.method === "HEAD" && quirks.headNotAllowed)
      return refuse(405, "UNSUPPORTED", "HEAD is not supported");
    if (!storage.find(repository)) return nameUnknown(repository);
    const stored = storage.findManifest(repository, reference);
    if (!stored) return manifestUnknown(reference);
    const shown = quirks.platformFallback ? accepted(request, repository, reference, stored) : stored;
    if (!shown)
      return manifestUnknown(reference, "the Accept header does not allow the type of this manifest");
    const { bytes, digest, mediaType } = shown;
    const headers = { "content-type": mediaType, "docker-content-digest": digest, etag: `"${digest}"` };
    return answer(200, headers, bytes);
  }

  /** Distribution 3 checks Accept for tags only, and knows no wildcards. */
  function accepted(request, repository, reference, stored) {
    if (isDigest(reference)) return stored;
    const types = (request.headers.get("accept") ?? "").split(",").map((type) => type.split(";")[0].trim());
    if (types.includes(stored.mediaType)) return stored;
    if (stored.mediaType === OCI_INDEX || stored.mediaType === OCI_MANIFEST) return undefined;
    if (stored.mediaType !== DOCKER_LIST) return stored;
    const child = entriesOf(stored.json).find(
      ({ platform }) => platform?.os === "linux" && platform.architecture === "amd64",
    );
    return child && storage.findManifest(repository, child.digest);
  }

  async function write(request, { repository, reference }) {
    if (!isDigest(reference) && !isTag(reference))
      return refuse(400, "TAG_INVALID", "that is neither a tag nor a digest");
    const bytes = await request.bytes();
    if (bytes.length > MANIFEST_BYTES) return refuse(413, "SIZE_INVALID", "manifests may have 4 MiB");
    const digest = await digestOf(bytes, isDigest(reference) ? reference : undefined);
    if (isDigest(reference) && digest !== reference)
      return refuse(400, "DIGEST_INVALID", "the body has another digest", { detail: digest });
    const read = readDocument(bytes, request.headers.get("content-type"));
    if (read.refusal) return read.refusal;
    const found = storage.findManifest(repository, reference);
    if (!quirks.noConditions && !isMet(request.headers, found))
      return refuse(412, "PRECONDITION_FAILED", "the tag is not as expected", { detail: found?.digest });
    const missing = quirks.childrenRequired ? missingFrom(repository, read.json) : undefined;
    if (missing)
      return refuse(400, "MANIFEST_BLOB_UNKNOWN", "the manifest names what is not here", { detail: missing });
    const further = isTag(reference) || quirks.noTagParameter ? [] : request.url.searchParams.getAll("tag");
    if (!further.every(isTag)) return refuse(400, "TAG_INVALID", "that is not a tag");
    for (const tag of further.length > 0 ? further : [isTag(reference) ? reference : undefined])
      storage.putManifest(repository, { bytes, digest, mediaType: read.mediaType, tag });
    const subject = quirks.noReferrers ? undefined : read.json.subject?.digest;
    return answer(201, {
      location: `/v2/${repository}/manifests/${digest}`,
      "docker-content-digest": digest,
      "oci-subject": subject,
      "oci-tag": further.length > 0 ? further.join(", ") : undefined,
    });
  }

  /** The first digest that a document names and the repository lacks. Layers with `urls` may be stored elsewhere. */
  function missingFrom(path, json) {
    const { manifests, blobs } = storage.open(path);
    const lost =
      entriesOf(json).find(({ digest }) => !manifests.has(digest)) ??
      blobsOf(json).find(({ digest, urls }) => !urls && !blobs.has(digest));
    return lost?.digest;
  }

  function remove(request, { repository, reference }) {
    if (quirks.deleteDisabled) return refuse(405, "UNSUPPORTED", "this registry deletes nothing");
    if (!isDigest(reference) && quirks.noTagDelete)
      return refuse(400, "DIGEST_INVALID", "only digests can be deleted");
    if (!storage.find(repository)) return nameUnknown(repository);
    const stored = storage.findManifest(repository, reference);
    if (!stored) return manifestUnknown(reference);
    if (isDigest(reference)) storage.deleteManifest(repository, reference);
    else storage.open(repository).tags.delete(reference);
    return answer(202);
  }

  return { GET: read, HEAD: read, PUT: write, DELETE: remove };
}

/** Whether the manifest that a PUT would replace is the one that the client expects (RFC 9110 section 13.1). */
function isMet(headers, found) {
  const [expected, unexpected] = [headers.get("if-match"), headers.get("if-none-match")];
  if (expected !== null && !(found && expected.includes(`"${found.digest}"`))) return false;
  return !(unexpected === "*" && found);
}

const isDescriptor = (value) => typeof value?.digest === "string";

const entriesOf = (json) => (Array.isArray(json?.manifests) ? json.manifests.filter(isDescriptor) : []);

const blobsOf = ({ config, layers }) =>
  [config, ...(Array.isArray(layers) ? layers : [])].filter(isDescriptor);

/** The endpoint `/v2/<repository>/tags/list`. */
export function createTagRoutes(storage, quirks) {
  function list(request, { repository: name }) {
    const repository = storage.find(name);
    if (!repository) return nameUnknown(name);
    const asked = request.url.searchParams.get("n");
    if (asked !== null && !/^\d+$/.test(asked))
      return refuse(400, "PAGINATION_NUMBER_INVALID", "n is not a number");
    const size = quirks.oneTagPerPage ? 1 : Math.min(Number(asked ?? PAGE), PAGE);
    const last = request.url.searchParams.get("last");
    const rest = [...repository.tags.keys()].sort().filter((tag) => last === null || tag > last);
    const tags = rest.slice(0, size);
    const odd = quirks.oddTags ? [null, "", ...new Set(repository.tags.values())] : [];
    return answerJson(
      200,
      { name, tags: [...tags, ...odd] },
      { link: rest.length > size && size > 0 ? nextPage(name, size, tags) : undefined },
    );
  }

  return { GET: list, HEAD: list };
}

const nextPage = (name, size, tags) =>
  `</v2/${name}/tags/list?n=${size}&last=${encodeURIComponent(tags.at(-1))}>; rel="next"`;

/** The endpoint `/v2/<repository>/referrers/<digest>`: an index, empty for a digest without referrers. */
export function createReferrerRoutes(storage, quirks) {
  function list(request, { repository, reference }) {
    if (quirks.noReferrers) return refuse(404, "NOT_FOUND", "this registry has no referrers API");
    if (!isDigest(reference)) return refuse(400, "DIGEST_INVALID", "that is not a digest");
    const asked = request.url.searchParams.get("artifactType");
    const wanted = quirks.noReferrersFilter ? null : asked;
    const all = [...(storage.find(repository)?.manifests.values() ?? [])]
      .filter(({ json }) => json?.subject?.digest === reference)
      .map(referrer)
      .filter(({ artifactType }) => wanted === null || artifactType === wanted);
    const start = Number(request.url.searchParams.get("start") ?? 0);
    const manifests = quirks.oneReferrerPerPage ? all.slice(start, start + 1) : all;
    const next = new URLSearchParams({ ...(asked !== null && { artifactType: asked }), start: start + 1 });
    const headers = {
      "oci-filters-applied": wanted === null ? undefined : "artifactType",
      link: manifests.length < all.length - start ? `<${request.url.pathname}?${next}>; rel="next"` : undefined,
    };
    return answerJson(200, { schemaVersion: 2, mediaType: OCI_INDEX, manifests }, headers, OCI_INDEX);
  }

  return { GET: list, HEAD: list };
}

function referrer({ bytes, digest, mediaType, json }) {
  const artifactType = json.artifactType ?? json.config?.mediaType;
  const { annotations } = json;
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(artifactType && { artifactType }),
    ...(annotations && { annotations }),
  };
}

/** The JSON and the type of a pushed document, or a refusal. */
function readDocument(bytes, contentType) {
  const invalid = (message) => ({ refusal: refuse(400, "MANIFEST_INVALID", message) });
  let json;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return invalid("the body is not JSON");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json))
    return invalid("the body is not a JSON object");
  const declared = contentType?.split(";")[0].trim();
  const mediaType = declared || json.mediaType;
  if (typeof mediaType !== "string") return invalid("neither Content-Type nor mediaType says what this is");
  if (json.mediaType !== undefined && json.mediaType !== mediaType)
    return invalid("Content-Type and mediaType differ");
  return { json, mediaType };
}

const nameUnknown = (name) =>
  refuse(404, "NAME_UNKNOWN", "there is no such repository", { detail: { name } });

const manifestUnknown = (reference, message = "there is no such manifest") =>
  refuse(404, "MANIFEST_UNKNOWN", message, { detail: { reference } });
