/** What a registry answers: statuses, content that is not what it should be, words for people, waits, broken lines. */

import { ATTACKS } from "multiarch/testing";

const JSON_BODY = { errors: [{ code: "SOMETHING", message: "a message" }] };

const PATHS = {
  manifest: /\/manifests\//, manifestPlatform: /\/manifests\//, resolve: /\/manifests\//, resolvePlatform: /\/manifests\//,
  config: /\/blobs\//, blob: /\/blobs\//, tags: /\/tags\//, inspect: /\/manifests\//, inspectVerbose: /\/manifests\//,
  create: /\/manifests\//, push: /\/manifests\//,
};

const isShown = (request) => request.headers.has("authorization");

/** On the path that the command is about, once the client has shown its token. */
const at = (command, outcome) => (request, origins) =>
  PATHS[command].test(request.path) && isShown(request) && request.url.pathname !== "/token"
    ? (typeof outcome === "function" ? outcome(request, origins) : outcome)
    : undefined;

const MISSING = { config: "BLOB_UNKNOWN", blob: "BLOB_UNKNOWN", tags: "NAME_UNKNOWN" };

const STATUSES = [
  201, 202, 203, 204, 205, 206, 226, 300, 304, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415,
  416, 418, 421, 425, 426, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 511, 520, 521, 522, 523, 524, 530, 599,
];

function codeOf(status, command) {
  if (status === 401) return "UNAUTHORIZED";
  if (status === 403) return "DENIED";
  if (status === 404) return MISSING[command] ?? "MANIFEST_UNKNOWN";
  if (status === 429) return "TOO_MANY_REQUESTS";
  if (status === 408 || status === 425 || status >= 499) return status === 499 ? ["REGISTRY_ERROR", "REGISTRY_UNAVAILABLE"] : "REGISTRY_UNAVAILABLE";
  return status < 400 ? "RESPONSE_INVALID" : "REGISTRY_ERROR";
}

const statuses = STATUSES.flatMap((status) =>
  ["resolve", "manifest", "config", "blob", "tags"].map((command) => ({
    name: `status ${status}; ${command}`,
    command,
    setting: { fault: at(command, { status, body: JSON_BODY }) },
    expect: codeOf(status, command),
    check: (error) => {
      if (error.status !== status) throw new Error(`the error's status is ${error.status}`);
    },
  })));

const pages = [200, 400, 401, 403, 404, 500, 502, 503].flatMap((status) =>
  ["manifest", "config", "blob", "tags"].map((command) => ({
    name: `a web page with status ${status}; ${command}`,
    command,
    setting: {
      fault: at(command, { status, headers: { "content-type": "text/html" }, body: "<!doctype html><title>Log in</title>" }),
    },
    expect: { 200: "NOT_A_REGISTRY", 400: "NOT_A_REGISTRY", 404: "NOT_A_REGISTRY" }[status] ?? codeOf(status, command),
  })));

/** attack -> code, or one for each command that differs: `create` and `inspect` judge documents as docker does. */
const CONTENT = {
  brokenDigestHeader: { "*": "ok" },
  // A layer is gzip in itself, so it unpacks: to something else.
  brokenGzip: { "*": "RESPONSE_INVALID", blob: "DIGEST_MISMATCH" },
  brokenTypeHeader: { "*": "ok", create: "MEDIA_TYPE_UNSUPPORTED" },
  caseKeys: { "*": "MANIFEST_AMBIGUOUS", create: "MEDIA_TYPE_MISMATCH", config: "DIGEST_MISMATCH", blob: "DIGEST_MISMATCH", tags: "ok" },
  deepJson: { "*": "JSON_TOO_DEEP", inspect: "JSON_INVALID", create: "JSON_INVALID", config: "DIGEST_MISMATCH", blob: "DIGEST_MISMATCH", tags: "RESPONSE_INVALID" },
  duplicateKeys: { "*": "JSON_DUPLICATE_KEY", config: "DIGEST_MISMATCH", blob: "DIGEST_MISMATCH", tags: "ok" },
  emptyBody: { "*": "DIGEST_MISMATCH", inspect: "JSON_INVALID", create: "JSON_INVALID", tags: "RESPONSE_INVALID" },
  endless: { "*": "MANIFEST_TOO_LARGE", config: "RESPONSE_TOO_LARGE", blob: "TIMEOUT", tags: "RESPONSE_TOO_LARGE" },
  gzipBomb: { "*": "MANIFEST_TOO_LARGE", config: "RESPONSE_TOO_LARGE", blob: ["DIGEST_MISMATCH", "TIMEOUT"], tags: "RESPONSE_TOO_LARGE" },
  htmlPage: { "*": "NOT_A_REGISTRY" },
  longDocument: { "*": "MANIFEST_TOO_LARGE", config: "RESPONSE_TOO_LARGE", blob: ["DIGEST_MISMATCH", "TIMEOUT"], tags: "RESPONSE_TOO_LARGE" },
  lyingDigest: { "*": "DIGEST_MISMATCH", config: "ok", blob: "ok", tags: "ok" },
  lyingLength: { "*": "NETWORK" },
  lyingType: { "*": "MEDIA_TYPE_MISMATCH", config: "ok", blob: "ok", tags: "ok" },
  nestedGzip: { "*": "RESPONSE_INVALID" },
  noType: { "*": "ok", create: "MEDIA_TYPE_UNSUPPORTED" },
  notUtf8: { "*": "JSON_INVALID", config: "DIGEST_MISMATCH", blob: "DIGEST_MISMATCH", tags: "RESPONSE_INVALID" },
  protoKeys: { "*": "ok", config: "DIGEST_MISMATCH", blob: "DIGEST_MISMATCH" },
  shortBody: { "*": "NETWORK" },
  shorterBody: { "*": "DIGEST_MISMATCH", inspect: "JSON_INVALID", create: "JSON_INVALID", tags: "RESPONSE_INVALID" },
  trailingBytes: { "*": "JSON_INVALID", config: "DIGEST_MISMATCH", blob: "DIGEST_MISMATCH", tags: "RESPONSE_INVALID" },
  wrongBit: { "*": "DIGEST_MISMATCH", tags: ["ok", "RESPONSE_INVALID"] },
};

const contents = Object.entries(CONTENT).flatMap(([attack, codes]) =>
  ["manifest", "resolvePlatform", "config", "blob", "tags", "inspect", "create"].map((command) => ({
    name: `${attack}: ${ATTACKS[attack]}; ${command}`,
    command,
    // The size of a blob that is asked for by its digest is not known, so only a time limit ends an endless one.
    client: () => (command === "blob" && codes.blob === "TIMEOUT" ? { timeoutMs: 300 } : {}),
    setting: { fault: at(command, attack) },
    expect: codes[command] ?? codes["*"],
    check: (result) => {
      if ({}.polluted !== undefined || Object.getPrototypeOf(result) === "polluted") throw new Error("a prototype was changed");
    },
  })));

/** Below the root, a digest was promised: nothing else will do. */
const children = ["otherDocument", "duplicateKeys", "protoKeys", "lyingType", "wrongBit", "shorterBody", "emptyBody"].flatMap((attack) =>
  ["manifestPlatform", "config", "inspectVerbose"].map((command) => ({
    name: `of an entry: ${attack}; ${command}`,
    command,
    setting: { fault: at("manifest", (request) => (request.path.includes("sha256:") ? attack : undefined)) },
    expect: attack === "lyingType" ? "MEDIA_TYPE_MISMATCH" : "DIGEST_MISMATCH",
  })));

const oddTags = [{
  name: "a listing of things that are no tags",
  command: "tags",
  setting: { fault: at("tags", "nullTags") },
  expect: "ok",
  check: (tags) => {
    if (JSON.stringify(tags) !== '["good"]') throw new Error(`the tags are ${JSON.stringify(tags)}`);
  },
}];

const words = ["bidiErrors", "deepErrors", "echo", "escapeErrors", "hugeErrors"].flatMap((attack) =>
  ["resolve", "manifest", "config", "blob", "tags", "inspect", "create", "push"].map((command) => ({
    name: `${attack}: ${ATTACKS[attack]}; ${command}`,
    command,
    setting: { fault: at(command, attack) },
    expect: "REGISTRY_ERROR",
  })));

const echoedToTokens = ["resolve", "blob", "tags"].flatMap((command) =>
  ["echo", "escapeErrors"].map((attack) => ({
    name: `a token service that answers: ${attack}; ${command}`,
    command,
    setting: { fault: (request) => (request.path === "/token" ? attack : undefined) },
    expect: "TOKEN_INVALID",
  })));

/** The same challenge once more; for what had a token, the attack alone would name a token service of the registry's own. */
const again = (auth, { tokens }) => (auth === "basic" ? "challengeLoop" : {
  status: 401, headers: { "www-authenticate": `Bearer realm="${tokens}/token",service="multiarch-testing"` },
  body: { errors: [{ code: "UNAUTHORIZED", message: "once more" }] },
});

const loops = ["resolve", "manifest", "manifestPlatform", "config", "blob", "tags", "inspect", "create", "push"].flatMap((command) =>
  ["bearer", "basic"].map((auth) => ({
    name: `401 whatever is sent, ${auth}; ${command}`,
    command,
    setting: { auth, fault: (request, origins) => (request.path === "/token" ? undefined : again(auth, origins)) },
    // A push has logged in before, and meets a challenge of the other kind then.
    expect: auth === "basic" && command === "push" ? "TOKEN_INVALID" : "UNAUTHORIZED",
    check: (_, { registry }) => {
      const asked = registry.requests.filter(({ status }) => status === 401).length;
      if (asked > 40) throw new Error(`${asked} requests were refused before the client gave up`);
    },
  })));

const RETRY_AFTER = {
  none: null,
  seconds: "7",
  "no seconds": "0",
  "a date": "Wed, 21 Oct 2099 07:28:00 GMT",
  "a date that has passed": "Wed, 21 Oct 2015 07:28:00 GMT",
  "an old form of date": "Wednesday, 21-Oct-99 07:28:00 GMT",
  "more than 64 bits": "99999999999999999999999",
  "what overflows as nanoseconds": "9223372037",
  "less than nothing": "-1",
  "a fraction": "1.5",
  words: "soon",
  "several values": "1, 2",
  nothing: "",
  "not ASCII": "\xb2",
};

const waits = Object.entries(RETRY_AFTER).flatMap(([label, value]) =>
  [429, 503].flatMap((status) =>
    ["resolve", "manifest", "tags", "create"].map((command) => ({
      name: `${status} with Retry-After: ${label}; ${command}`,
      command,
      setting: { fault: at(command, { status, headers: { "retry-after": value }, body: JSON_BODY }) },
      expect: status === 429 ? "TOO_MANY_REQUESTS" : "REGISTRY_UNAVAILABLE",
      check: (error) => {
        if (!error.retryable) throw new Error("the error does not say that it can be retried");
      },
    }))));

/** Where a connection can break, and how. */
const STAGES = {
  "the first request": (request) => request.path !== "/token" && !isShown(request),
  "the token": (request) => request.path === "/token",
  "the second request": (request) => request.path !== "/token" && isShown(request),
};

const BREAKS = {
  "before the answer": ["reset", "NETWORK"],
  "after the registry has acted": ["lost", "NETWORK"],
  "in the body": [{ resetAfter: 5 }, "NETWORK"],
};

const breaks = Object.entries(STAGES).flatMap(([stage, meets]) =>
  Object.entries(BREAKS).flatMap(([label, [outcome, expect]]) =>
    ["manifest", "resolvePlatform", "config", "blob", "tags", "inspect"].map((command) => ({
      name: `the connection breaks at ${stage}, ${label}; ${command}`,
      command,
      setting: { fault: (request) => (meets(request) ? outcome : undefined) },
      // The challenge of a refusal stands in its header: what is lost is an explanation.
      expect: stage === "the first request" && label === "in the body" ? "ok" : expect,
    }))));

const stalls = Object.entries(STAGES).flatMap(([stage, meets]) =>
  Object.entries({ "no answer": "stall", "half a body": { stallAfter: 5 } }).flatMap(([label, outcome]) =>
    ["manifest", "config", "blob", "tags"].map((command) => ({
      name: `silence at ${stage}, ${label}; ${command}`,
      command,
      client: () => ({ timeoutMs: 60 }),
      setting: { fault: (request) => (meets(request) ? outcome : undefined) },
      expect: "TIMEOUT",
    }))));

const slow = ["manifest", "config", "tags"].map((command) => ({
  name: `a byte at a time; ${command}`,
  command,
  client: () => ({ timeoutMs: 200 }),
  setting: { fault: at(command, "slow") },
  expect: "TIMEOUT",
}));

export const ANSWERS = [
  ...statuses, ...pages, ...contents, ...children, ...oddTags, ...words, ...echoedToTokens, ...loops, ...waits, ...breaks, ...stalls,
  ...slow,
];
