/**
 * What is asked for: `<base>/<registry>/v2/<repository>/{manifests/<reference>,blobs/<digest>,referrers/<digest>,tags/list}`
 * and nothing else.
 *
 * Only what the reference grammar takes, unchanged, gets through, so a path has one reading here and at the
 * registry. That grammar needs no escapes: a percent sign is refused before the question arises how often to
 * decode it.
 */

import { parseReference } from "../nouns/reference.js";
import { Refusal } from "./answers.js";

const LENGTH = 1024;
const DEPTH = 32;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
/** A page of the registry's as the core names it: its number, from 2 to 1,000, and the query that asks for it. */
const PAGE = /^(?:[2-9]|[1-9]\d{1,2}|1000);[!$-;=?-[\]_a-z~]{1,4096}$/;
const TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

/** The parameters that each listing takes, and what may stand there. */
const PARAMETERS = {
  tags: { n: /^\d{1,6}$/, last: TAG, page: PAGE },
  referrers: { artifactType: TYPE, page: PAGE },
};

/**
 * @typedef {object} Question
 * @property {"manifests" | "blobs" | "referrers" | "tags"} kind
 * @property {string} registry its domain
 * @property {string} name registry/repository
 * @property {string} reference as the client of the registry takes it
 * @property {string} [digest] where the answer to it can never change
 * @property {import("./pages.js").Place} page of a listing
 */

/**
 * @param {URL} url
 * @param {string} base path that ends with a slash
 * @returns {Question} Throws PROXY_PATH, REFERENCE_INVALID
 */
export function readQuestion({ pathname, searchParams }, base) {
  const segments = segmentsOf(pathname, base);
  const [registry, version] = segments;
  const [kind, last] = segments.slice(-2);
  const repository = segments.slice(2, -2).join("/");
  const known = ["manifests", "blobs", "referrers"].includes(kind) || (kind === "tags" && last === "list");
  if (version !== "v2" || repository === "" || !known)
    throw new Refusal("PROXY_PATH", "there is nothing at this path");

  const name = `${registry}/${repository}`;
  const page = pageOf(searchParams, kind);
  if (kind === "tags") return { kind, registry, name, reference: exactly(name, registry, repository), page };
  // What refers to a manifest may grow.
  if (kind === "referrers") return { kind, registry, name, reference: exactly(`${name}@${last}`, registry, repository), page };
  const digest = last.includes(":") || kind === "blobs" ? last : undefined;
  const reference = exactly(
    digest === undefined ? `${name}:${last}` : `${name}@${last}`,
    registry,
    repository,
  );
  return { kind, registry, name, reference, digest, page };
}

function segmentsOf(pathname, base) {
  if (!pathname.startsWith(base)) throw new Refusal("PROXY_PATH", "there is nothing at this path");
  if (pathname.length > LENGTH) throw new Refusal("PROXY_PATH", "the path is too long");
  if (/[%\\]/.test(pathname)) throw new Refusal("PROXY_PATH", "the path may not hold escapes or backslashes");
  const segments = pathname.slice(base.length).split("/");
  if (segments.length > DEPTH) throw new Refusal("PROXY_PATH", "the path is too deep");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    throw new Refusal("PROXY_PATH", "the path may not hold empty or dot segments");
  }
  return segments;
}

/** The text, if the reference grammar reads the very registry and repository out of it: one spelling each, for caches. */
function exactly(text, registry, repository) {
  const { domain, path } = parseReference(text);
  if (domain === registry && path === repository && domain === domain.toLowerCase()) return text;
  throw new Refusal("PROXY_PATH", "write the registry and repository in full, as docker.io/library/alpine");
}

function pageOf(searchParams, kind) {
  const known = PARAMETERS[kind] ?? {};
  const page = {};
  for (const [name, value] of searchParams) {
    if (!Object.hasOwn(known, name) || !known[name].test(value) || name in page) {
      throw new Refusal("PROXY_PATH", "only listings take parameters: tags n, last and page, referrers artifactType and page");
    }
    page[name] = name === "n" ? Number(value) : value;
  }
  return page;
}
