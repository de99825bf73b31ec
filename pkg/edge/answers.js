/** Answers as the service writes them: bodies, conditions, who may read them, and failures without anything internal. */

import { digest } from "multiarch";

import { isOurs } from "../core/errors.js";
import { STATUS } from "../proxy/answers.js";
import { errorBadge } from "./badge.js";

/** What stands on every answer. A picture may be shown by any page, other answers are read by those that `origins` names. */
const GUARDS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
  "referrer-policy": "no-referrer",
};
const EXPOSED = "Age, Content-Length, ETag, Retry-After";
export const JSON_TYPE = "application/json";
export const SVG_TYPE = "image/svg+xml";

/** Codes of the service itself, and where its statuses are others than the proxy's. */
const STATUSES = {
  ...STATUS,
  EDGE_PATH: 404,
  EDGE_PARAMETER: 400,
  EDGE_LIMIT: 414,
  EDGE_METHOD: 405,
  EDGE_ORIGIN: 403,
  EDGE_BUDGET: 503,
  PLATFORM_INVALID: 400,
  PLATFORM_NOT_FOUND: 404,
  REGISTRY_REFUSED: 403,
  // 401 would ask the visitor for credentials, which the service does not take.
  UNAUTHORIZED: 403,
  NOT_AN_INDEX: 422,
  MEDIA_TYPE_UNSUPPORTED: 422,
  SCHEMA1_UNSUPPORTED: 422,
};

/** Faults of the operator's: what they say of files, options and helpers is nothing for visitors. */
const INTERNAL = new Set([
  "OPTION_INVALID", "CREDENTIALS_INVALID", "CREDENTIALS_UNAVAILABLE", "HELPER_INVALID", "HELPER_MISSING", "HELPER_FAILED",
  "HELPER_TIMEOUT", "CERTIFICATE_INVALID", "PROXY_REFUSED", "LOAD_FAILED", "NOT_LOADED", "INTERNAL",
]);

/** Hints that speak to the author of a program are replaced by those for its visitors. */
const HINTS = {
  REGISTRY_REFUSED: "This service asks certain registries only.",
  MANIFEST_UNKNOWN: "Check the name and the tag or digest.",
  UNAUTHORIZED: "The repository does not exist or is private: check the name.",
  TOO_MANY_REQUESTS: "The registry limits requests: wait, and ask again.",
  NETWORK: "The registry could not be reached: ask again later.",
  TIMEOUT: "The registry did not answer in time: ask again later.",
  REALM_REFUSED: "The registry sends its clients where this service does not go.",
  ADDRESS_REFUSED: "The registry sends its clients where this service does not go.",
  TLS_FAILED: "The registry's certificate is not trusted here.",
  PLAIN_HTTP: "The registry speaks no TLS.",
};

/** How long a visitor is asked to wait where a registry does not say. */
const WAIT_S = 30;
const SHOWN = 2_000;

/** @typedef {{ status: number, headers: Record<string, string>, body: string | null }} Answer what becomes a Response by `responseOf` */

/**
 * @param {{ type: string, body: string, etag: string }} content
 * @param {string} lasting the value of Cache-Control
 * @returns {Answer}
 */
export const contentAnswer = ({ type, body, etag }, lasting, headers) =>
  answer(200, { ...headers, "content-type": type, etag, "cache-control": lasting }, body);

/** A validator of a body's bytes. */
export const etagOf = (body) => `"${digest(body).slice("sha256:".length, "sha256:".length + 32)}"`;

/** Whether the visitor has this body already (RFC 9110 section 13.1.2). */
export function isKnown(request, etag) {
  const given = request.headers.get("if-none-match");
  if (given === null) return false;
  return given.trim() === "*" || given.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** The answer to what the visitor has already: the same headers without a body. */
export function unchanged({ headers: { "content-type": _, ...headers } }) {
  return { status: 304, headers, body: null };
}

/** A failure, as JSON or as a badge. What is no error of this package is heard by `unexpected`, and not shown. */
export function failed(error, badge, unexpected) {
  const isShown = isOurs(error) && !INTERNAL.has(error.code);
  if (!isShown) quietly(() => unexpected(error));
  const facts = isShown ? factsOf(error) : { code: "INTERNAL", message: "the service failed", hint: "Ask again later." };
  const status = STATUSES[facts.code] ?? 502;
  const headers = { "cache-control": "no-store" };
  if (status === 405) headers.allow = "GET, HEAD, OPTIONS";
  if (status === 429 || status === 503) headers["retry-after"] = String(waitOf(error));
  if (badge) return answer(status, { ...headers, "content-type": SVG_TYPE }, errorBadge(facts));
  return answer(status, { ...headers, "content-type": JSON_TYPE }, `${JSON.stringify(facts)}\n`);
}

function factsOf({ code, message, hint }) {
  return { code, message: message.slice(0, SHOWN), hint: (HINTS[code] ?? hint ?? "").slice(0, SHOWN) };
}

function waitOf(error) {
  const ms = isOurs(error) ? error.details?.retryAfterMs : undefined;
  return typeof ms === "number" ? Math.max(1, Math.ceil(ms / 1000)) : WAIT_S;
}

/** The answer to a page's question whether it may ask. */
export const preflight = () =>
  answer(204, {
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "Accept, If-None-Match",
    "access-control-max-age": "600",
  });

/** What the service answers to OPTIONS that no page sends. */
export const methods = () => answer(204, { allow: "GET, HEAD, OPTIONS" });

/**
 * An answer of this file as a page of `origin` may read it; with null, as others may.
 *
 * @param {Answer} answer
 * @param {{ method: unknown, origin: string | null }} visitor a HEAD gets the same headers without the body
 * @param {Set<string>} origins `*` among them for all
 */
export function responseOf({ status, headers, body }, { method, origin }, origins) {
  const isForAll = origins.has("*");
  const isOpen = isForAll || (origin !== null && origins.has(origin));
  if (!isForAll) headers.vary = "Origin";
  if (isOpen) {
    headers["access-control-allow-origin"] = isForAll ? "*" : origin;
    headers["access-control-expose-headers"] = EXPOSED;
  }
  const isPicture = headers["content-type"] === SVG_TYPE;
  headers["cross-origin-resource-policy"] = isOpen || isPicture ? "cross-origin" : "same-origin";
  return new Response(method === "HEAD" ? null : body, { status, headers });
}

const answer = (status, headers, body = null) => ({ status, headers: { ...headers, ...GUARDS }, body });

function quietly(work) {
  try {
    work();
  } catch {
    // The listener has failed too; the visitor gets an answer all the same.
  }
}
