/** Registries that refuse, fail or answer something else: the scenarios. */

import { IMAGES, digestOf } from "../images.mjs";
import { APP, CREATED, LIST, SHOWN, create, differing, kept, listed, seed, steps } from "./names.mjs";

const json = (status, body, headers = {}) => ({ status, body, headers: { "content-type": "application/json", ...headers } });
const problem = (status, code, message, rest = {}) => json(status, JSON.stringify({ errors: [{ code, message, ...rest }] }));
const page = (status, body, type = "text/plain") => ({ status, body, headers: { "content-type": type } });

/** Answers of registries to the request for a manifest. */
const ANSWERS = {
  "404 in GitHub's way": problem(404, "MANIFEST_UNKNOWN", "manifest unknown"),
  "404 with a detail": problem(404, "MANIFEST_UNKNOWN", "manifest unknown", { detail: { Tag: "1" } }),
  "404 with a message of its own": problem(404, "MANIFEST_UNKNOWN", "OCI index found, but Accept header does not support OCI indexes"),
  "404 NAME_UNKNOWN in GitHub's way": problem(404, "NAME_UNKNOWN", "repository name not known to registry"),
  "404 NAME_UNKNOWN with a message of its own": problem(404, "NAME_UNKNOWN", "name unknown to us", { detail: {} }),
  "404 with a code of its own": problem(404, "NOT_FOUND", "artifact team/app:1 not found"),
  "404 in JSON without errors": json(404, '{"message":"no such thing"}'),
  "404 with an empty list of errors": json(404, '{"errors":[]}'),
  "404 in text": page(404, "404 page not found\n"),
  "404 as a page": page(404, "<html><body>Not Found</body></html>", "text/html"),
  "404 with nothing": page(404, ""),
  "401 bare": problem(401, "UNAUTHORIZED", "authentication required"),
  "401 with a detail": problem(401, "UNAUTHORIZED", "authentication required", { detail: [{ Type: "repository" }] }),
  "401 with a message of its own": problem(401, "UNAUTHORIZED", "The access token has expired"),
  "401 in JSON without errors": json(401, '{"message":"Unauthorized"}'),
  "401 in text": page(401, "who are you?"),
  "401 with nothing": page(401, ""),
  "403 bare": problem(403, "DENIED", "requested access to the resource is denied"),
  "403 with a message of its own": problem(403, "DENIED", "billing is disabled"),
  "403 in text": page(403, "go away"),
  "403 with details": json(403, '{"details":"not from here"}'),
  "403 with nothing": page(403, ""),
  "429 with a message": problem(429, "TOOMANYREQUESTS", "You have reached your pull rate limit."),
  "429 with details": json(429, '{"details":"slow down"}'),
  "429 in text": page(429, "slow down"),
  "400 with two errors": json(400, JSON.stringify({ errors: [{ code: "NAME_INVALID", message: "invalid repository name" }, { code: "DENIED", message: "no" }] })),
  "405": problem(405, "UNSUPPORTED", "The operation is unsupported."),
  "418 in text": page(418, "short and stout"),
  "500 with errors": problem(500, "UNKNOWN", "unknown error"),
  "500 in text": page(500, "oops"),
  "502 as a page": page(502, "<html>Bad Gateway</html>", "text/html"),
  "503 with nothing": page(503, ""),
  "insufficient scope, 403": problem(403, "DENIED", "requested access to the resource is denied"),
  "a type with parameters": { headers: { "content-type": "application/vnd.docker.distribution.manifest.v2+json; charset=utf-8" } },
  "no type": { headers: { "content-type": null } },
  "a type of text": { headers: { "content-type": "text/plain; charset=utf-8" } },
  "the type of another document": { headers: { "content-type": "application/vnd.oci.image.index.v1+json" } },
};
ANSWERS["insufficient scope, 403"].headers["www-authenticate"] = 'Bearer realm="http://127.0.0.1/token",service="x",error="insufficient_scope"';

/** What multiarch says where docker dumps a structure of Go or says that nothing is there: what `create` says. */
const CONFIGS = {
  "config-missing": "unknown blob\n",
  "config-not-json": "invalid character 'o' in literal null (expecting 'u')\n",
  "config-empty": "unexpected end of JSON input\n",
  "config-array": "json: cannot unmarshal array into Go value of type v1.Platform\n",
  "config-cut": "unexpected end of JSON input\n",
  "config-number": "json: cannot unmarshal number into Go struct field Platform.os of type string\n",
  "config-features": "json: cannot unmarshal string into Go struct field Platform.os.features of type []string\n",
};
/** The config matters to `inspect -v` only. */
const configs = (image, sentence) => steps(create(image),
  differing(`inspect --insecure ${APP}:${image}`, "inspect-without-configs", SHOWN),
  differing(`inspect --insecure -v ${APP}:${image}`, "inspect-go-dump", { stderr: sentence }));
const shown = (image) => steps(create(image), ...["", "-v "].map((flag) =>
  differing(`inspect --insecure ${flag}${APP}:${image}`, "inspect-odd-documents", SHOWN)));

const BOTH = (image) => steps(create(image), `inspect --insecure ${APP}:${image}`, `inspect --insecure -v ${APP}:${image}`);
const faulty = (id, path, answer, image = "amd64", then = BOTH(image)) => ({
  id: `failures: ${id}`, seed: seed("team/app", image), swap: false,
  registry: { faults: [{ match: { path }, answer }] }, steps: then,
});
/** Documents and configs that are wrong in themselves. */
const wrong = (image, then = BOTH(image)) => ({ id: `failures: ${image}`, seed: seed("team/app", image), registry: {}, swap: false, steps: then });

const TOO_LARGE = { code: 1, stdout: "", stderr: /\b(?:8388608|4194304)\b/ };
/** No label of a domain is that long: no resolver is asked for its address. */
const NO_DOMAIN = `${"a".repeat(64)}.invalid`;
const unreached = (reason) =>
  new RegExp(`^failed to configure transport: error pinging v2 registry: Get "https?://[^"]+/v2/": ${reason.source}.+\n$`);

/** Answers whose body says what their headers do not. */
const UNTYPED = ["no type", "a type of text"];

const OTHER = `sha256:${"1".repeat(64)}`;
const pushing = (id, match, answer, extra) => ({
  id: `failures: push, ${id}`, seed: seed("team/app", "amd64"), swap: false,
  registry: { faults: [{ match, answer }] }, steps: steps(create("amd64"), `push --insecure --purge ${LIST}`), ...extra,
});
const MOUNT = { method: "POST", path: /\/blobs\/uploads\/$/ };
const UNMOUNTABLE = ({ method, url }) =>
  (method === "POST" && url.searchParams.has("mount") ? problem(405, "UNSUPPORTED", "The operation is unsupported.") : undefined);
const CHILD = { method: "PUT", path: /\/manifests\/sha256:/ };
const TOP = { method: "PUT", path: /\/manifests\/1$/ };

const PUSHED = new RegExp(`^Pushed ref REGISTRY/team/list@(${digestOf("amd64")}) with digest: \\1\nsha256:[0-9a-f]{64}\n$`);
/** The list is there, and everything that it names. */
const complete = (theirs, mine) => ({ "team/list": { 1: { ...mine["team/list"]?.[1], children: { [digestOf("amd64")]: true } } } });

export const FAILURES = [
  ...Object.entries(ANSWERS).map(([id, answer]) =>
    faulty(id, /\/manifests\//, answer, "amd64", UNTYPED.includes(id) ? shown("amd64") : BOTH("amd64"))),
  faulty("config 403", /\/blobs\//, problem(403, "DENIED", "no"), "amd64", configs("amd64", "denied: no\n")),
  faulty("config 500", /\/blobs\//, page(500, "oops"), "amd64", configs("amd64", "received unexpected HTTP status: 500 Internal Server Error\n")),
  faulty("config with other bytes", /\/blobs\//, { corrupt: 5 }, "amd64",
    configs("amd64", `image config verification failed for digest ${IMAGES.amd64.blobs[0].digest}\n`)),
  faulty("the ping answers 500", (path) => path === "/v2/", page(500, "oops")),
  faulty("the ping answers 404", (path) => path === "/v2/", page(404, "nothing")),
  faulty("a manifest cut short", /\/manifests\//, { truncate: 20 }),
  ...["schema1", "html-type", "not-json", "oci-not-json", "manifest-array", "docker-other-type", "oci-other-type",
    "index-other-type", "oci-with-manifests", "index-with-layers"].map((image) => wrong(image)),
  wrong("config-large", steps(
    differing(`inspect --insecure -v ${APP}:config-large`, "size-limits", TOO_LARGE),
    differing(create("config-large"), "size-limits", { ...TOO_LARGE, drafts: [] }))),
  wrong("index-large", steps(differing(`inspect --insecure ${APP}:index-large`, "size-limits", TOO_LARGE))),
  {
    id: "failures: a domain that cannot have an address",
    steps: steps(...[`create ${LIST} ${NO_DOMAIN}/app:1`, `inspect ${NO_DOMAIN}/app:1`, `inspect --insecure ${NO_DOMAIN}/app:1`]
      .map((args) => differing(args, "network-tails", { stderr: unreached(/the domain has no address: /) }))),
  },
  faulty("the ping is cut off", (path) => path === "/v2/", "reset", "amd64", BOTH("amd64").map(({ args }, at) =>
    differing(args, "no-ping", { ...(at === 0 ? CREATED : SHOWN), drafts: kept("amd64") }))),
  faulty("everything is cut off", /./, "reset", "amd64", BOTH("amd64").map(({ args }) =>
    differing(args, "network-tails", { stderr: unreached(/the request did not get through: /) }))),
  faulty("manifests are cut off", /\/manifests\//, "reset", "amd64", BOTH("amd64").map(({ args }) =>
    differing(args, "network-tails", { stderr: unreached(/the request did not get through: /) }))),
  ...Object.entries(CONFIGS).map(([image, sentence]) => wrong(image, configs(image, sentence))),
  wrong("unknown-type", shown("unknown-type")),
  wrong("list-no-type", steps(create("list-no-type"),
    differing(`inspect --insecure ${APP}:list-no-type`, "inspect-odd-documents", SHOWN),
    differing(`inspect --insecure -v ${APP}:list-no-type`, "inspect-odd-documents", { code: 0, stdout: "[]\n", stderr: "" }))),
  wrong("docker-no-type", steps(create("docker-no-type"),
    differing(`inspect --insecure ${APP}:docker-no-type`, "inspect-odd-documents", SHOWN),
    differing(`inspect --insecure -v ${APP}:docker-no-type`, "inspect-odd-documents", { stderr: "unknown blob\n" }))),
  wrong("child-missing", steps(
    differing(create("child-missing"), "indexes-as-sources", { stderr: /^no such manifest: REGISTRY\/team\/app@sha256:\w+, an image that REGISTRY\/team\/app:child-missing lists\n$/ }),
    differing(`inspect --insecure ${APP}:child-missing`, "inspect-without-configs", SHOWN),
    `inspect --insecure -v ${APP}:child-missing`)),
  wrong("child-config", steps(
    differing(create("child-config"), "indexes-as-sources", {
      ...CREATED, stderr: /^warning: the config of REGISTRY\/team\/app@sha256:\w+ cannot be read: [^\n]+\n$/, drafts: listed(digestOf("config-not-json")) }),
    ...["", "-v "].map((flag) =>
      differing(`inspect --insecure ${flag}${APP}:child-config`, "inspect-without-configs", { ...SHOWN, drafts: listed(digestOf("config-not-json")) })))),
  {
    id: "failures: another document under a digest", seed: { [`team/app@${OTHER}`]: "amd64" }, registry: {}, swap: false,
    steps: steps(`create --insecure ${LIST} ${APP}@${OTHER}`,
      differing(`inspect --insecure ${APP}@${OTHER}`, "inspect-go-dump", { stderr: `manifest verification failed for digest ${OTHER}\n` })),
  },
  faulty("a stated digest of other content", /\/manifests\//, { headers: { "docker-content-digest": OTHER } }, "amd64", BOTH("amd64").map(({ args }) =>
    differing(args, "stated-digest", { code: 1, stdout: "", stderr: /digest|Docker-Content-Digest/, drafts: [] }))),
  ...["sha256:../x", "00000", ""].map((stated) =>
    faulty(`a stated digest that is none: "${stated}"`, /\/manifests\//, { headers: { "docker-content-digest": stated } })),

  pushing("the mount is not done", undefined, undefined, { registry: { quirks: ["mountRefused"] }, steps: steps(create("amd64"),
    differing(`push --insecure --purge ${LIST}`, "push-copies", { code: 0, stdout: PUSHED, stderr: "", drafts: [], registry: complete })) }),
  pushing("mounts are not known", undefined, undefined, { registry: { faults: UNMOUNTABLE }, steps: steps(create("amd64"),
    differing(`push --insecure --purge ${LIST}`, "push-copies", { code: 0, stdout: PUSHED, stderr: "", drafts: [], registry: complete })) }),
  pushing("the mount is refused", MOUNT, problem(403, "DENIED", "requested access to the resource is denied")),
  pushing("the mount is not found", MOUNT, problem(404, "BLOB_UNKNOWN", "blob unknown to registry")),
  pushing("the mount answers 500", MOUNT, page(500, "oops")),
  pushing("an image is refused", CHILD, problem(400, "MANIFEST_INVALID", "manifest invalid")),
  pushing("an image answers 401", CHILD, problem(401, "UNAUTHORIZED", "authentication required")),
  pushing("an image answers 500", CHILD, page(500, "oops")),
  pushing("the list is refused", TOP, problem(400, "MANIFEST_INVALID", "manifest invalid", { detail: "no lists here" })),
  pushing("the list is refused in two ways", TOP, json(400, JSON.stringify({ errors: [{ code: "MANIFEST_BLOB_UNKNOWN", message: "blob unknown to registry", detail: OTHER }, { code: "MANIFEST_BLOB_UNKNOWN", message: "blob unknown to registry", detail: digestOf("arm64") }] }))),
  pushing("the list is denied", TOP, problem(403, "DENIED", "the tag is immutable")),
  pushing("the same list under a tag that is immutable by now", { ...TOP, skip: 1 }, problem(412, "PRECONDITION", "Failed to process request due to '1' configured as immutable."), { steps: steps(create("amd64"),
    `push --insecure ${LIST}`,
    differing(`push --insecure ${LIST}`, "push-again", { code: 0, stdout: PUSHED, stderr: "" })) }),
  pushing("the list answers 404 in text", TOP, page(404, "404 page not found\n")),
  pushing("the list answers 413", TOP, page(413, "too big")),
  pushing("the list answers 429", TOP, problem(429, "TOOMANYREQUESTS", "too many requests")),
  pushing("the list answers 500", TOP, page(500, "oops")),
  pushing("the list answers 503 in JSON", TOP, problem(503, "UNAVAILABLE", "service unavailable")),
  pushing("no digest in the answer", { method: "PUT" }, { headers: { "docker-content-digest": null } }, { steps: steps(create("amd64"),
    differing(`push --insecure --purge ${LIST}`, "push-without-digest", { code: 0, stdout: PUSHED, stderr: "", drafts: [], registry: complete })) }),
  pushing("another digest in the answer", TOP, { headers: { "docker-content-digest": OTHER } }, { steps: steps(create("amd64"),
    differing(`push --insecure --purge ${LIST}`, "push-checks-digest", { code: 1, stdout: /^(?!.*1{64})/, stderr: new RegExp(OTHER), drafts: kept("amd64") })) }),
];
