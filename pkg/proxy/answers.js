/**
 * What the proxy says: verified content under types that it chose, and refusals as a registry writes them.
 */

import { isOurs } from "../core/errors.js";

/** Tells refusals from what else may be thrown, also from what throws when it is looked at. */
let isRefusal;

/** A refusal of the proxy's own. `code` begins with PROXY_, which no registry's does. */
export class Refusal extends Error {
  #ours = true;

  static {
    isRefusal = (value) => typeof value === "object" && value !== null && #ours in value;
  }

  constructor(code, message, headers = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/**
 * Code to status, the proxy's own first. A code that is not here is the registry's fault or its document's:
 * 502. 401 carries no challenge: credentials are the operator's business, not the page's.
 */
export const STATUS = {
  PROXY_METHOD: 405,
  PROXY_PATH: 400,
  PROXY_TARGET: 403,
  PROXY_ORIGIN: 403,
  PROXY_WRITE: 403,
  PROXY_BODY: 400,
  PROXY_PAGE: 404,
  PROXY_PLAN: 410,
  PROXY_LIMIT: 413,
  PROXY_CONTENT: 502,

  REFERENCE_INVALID: 400,
  DIGEST_INVALID: 400,
  DIGEST_UNSUPPORTED: 400,
  UNAUTHORIZED: 401,
  DENIED: 403,
  MANIFEST_UNKNOWN: 404,
  NAME_UNKNOWN: 404,
  BLOB_UNKNOWN: 404,
  TOO_MANY_REQUESTS: 429,
  ABORTED: 499,
  INTERNAL: 500,
  LOAD_FAILED: 500,
  NOT_LOADED: 500,
  OPTION_INVALID: 500,
  REGISTRY_UNAVAILABLE: 503,
  TIMEOUT: 504,
};

/** The one code that the distribution specification spells otherwise. */
const SPELLED = { TOO_MANY_REQUESTS: "TOOMANYREQUESTS" };

const GUARDS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  vary: "Origin",
};

/** What a page of another origin may read, where `origins` lets it in. */
const EXPOSED = "Content-Length, Date, Docker-Content-Digest, Link, RateLimit-Limit, RateLimit-Remaining, Retry-After";

/** @param {Record<string, string>} headers beside the guards, which they cannot replace */
export const answer = (status, headers, body) =>
  new Response(body, { status, headers: { ...headers, ...GUARDS } });

/** The answer to a HEAD: the same headers. */
export const withoutBody = ({ status, headers }) => new Response(null, { status, headers });

/** Opens an answer to a page of another origin. Credentials are not allowed: the proxy takes none. */
export function opened(response, origin) {
  const headers = new Headers(response.headers);
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", EXPOSED);
  headers.set("cross-origin-resource-policy", "cross-origin");
  return new Response(response.body, { status: response.status, headers });
}

/** The answer to a page's question whether it may ask: Accept, with which a registry client always comes. */
export const preflight = () =>
  answer(204, {
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "Accept",
    "access-control-max-age": "600",
  });

/**
 * A failure as a registry's error body. Nothing of an unknown error is shown: `unexpected` gets it instead.
 *
 * @param {unknown} error
 * @param {(error: unknown) => void} unexpected
 * @param {(error: any) => string} [words] what is said of an error of the client
 */
export function failed(error, unexpected, words = registrysWords) {
  if (isRefusal(error)) return errorBody(error.code, error.message, null, error.headers);
  if (isOurs(error) && error.code === "REGISTRY_REFUSED") {
    return errorBody("PROXY_TARGET", "this proxy does not speak for that registry", null);
  }
  if (!isOurs(error)) {
    try {
      unexpected(error);
    } catch {
      // The listener has failed too; the page gets its answer all the same.
    }
    return errorBody("INTERNAL", "the proxy failed", null);
  }
  const { code, hint, details } = error;
  const wait = details?.retryAfterMs;
  const headers = wait === undefined ? {} : { "retry-after": String(Math.ceil(wait / 1000)) };
  return errorBody(code, words(error), hint === undefined ? null : { hint: shown(hint) }, headers);
}

/** The client on the other side says itself what it asked for: it needs the registry's words, not ours around them. */
const registrysWords = ({ details, message }) => details?.registryMessage ?? message;

/** How much of a text an answer holds: whatever a document or a registry says, a page gets a sentence. */
const SHOWN = 4_096;

const shown = (text) => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`);

function errorBody(code, message, detail, headers = {}) {
  const body = JSON.stringify({ errors: [{ code: SPELLED[code] ?? code, message: shown(message), detail }] });
  return answer(
    STATUS[code] ?? 502,
    { ...headers, "content-type": "application/json", "cache-control": "no-store" },
    body,
  );
}
