/**
 * Answers that are kept: those by digest for good, those by tag for a minute, and for ten more while they are asked for anew. In
 * a cache that the operator gives, in the host's where there is one, or not at all; one that fails counts as none.
 */

import { version } from "multiarch";

import { fact } from "../core/foreign.js";
import { lenient } from "../proxy/cache.js";
import { JSON_TYPE, SVG_TYPE } from "./answers.js";

/** How long an answer about a tag counts as new, and how long it is used after that, in seconds. */
export const FRESH_S = 60;
export const STALE_S = 600;

/** When an answer was kept, in milliseconds. */
const KEPT_AT = "x-multiarch-kept-at";
const IMMUTABLE = "public, max-age=31536000, immutable";
/** For how long an answer that is asked for anew is not asked for again by others. */
const RENEWING_MS = 10_000;
/** How many of these are remembered: a visitor may ask for anything. */
const RENEWING = 1_000;

/** @typedef {{ type: string, body: string, etag: string, ageS: number }} Kept */

/**
 * @param {import("../proxy/cache.js").Cache | false} [given] the operator's; false for none; default the host's
 * @param {string} base path of the service
 */
export function createStore(given, base) {
  const renewing = new Map();
  const cache = () => (given === undefined ? hostCache() : given || undefined);
  // Answers of another version may be of another form.
  const urlOf = ({ key }, origin) => `${origin}${base}${key}${key.includes("?") ? "&" : "?"}multiarch=${version}`;

  return {
    /** @returns {Promise<Kept | undefined>} */
    async find(question, origin) {
      const here = cache();
      if (!here) return undefined;
      const found = await lenient(here).match(urlOf(question, origin));
      const kept = found && (await contentOf(found));
      return kept && (question.isPinned || kept.ageS <= FRESH_S + STALE_S) ? kept : undefined;
    },

    async keep(question, origin, { type, body, etag }) {
      const here = cache();
      if (!here) return;
      const lasting = question.isPinned ? IMMUTABLE : `public, max-age=${FRESH_S + STALE_S}`;
      const headers = { "content-type": type, etag, "cache-control": lasting, [KEPT_AT]: String(Date.now()) };
      await lenient(here).put(urlOf(question, origin), new Response(body, { headers }));
    },

    /** Whether an answer is to be asked for anew, by this caller. */
    renews({ key, isPinned }, { ageS }) {
      if (isPinned || ageS <= FRESH_S) return false;
      const now = Date.now();
      if (now - (renewing.get(key) ?? 0) < RENEWING_MS) return false;
      if (renewing.size >= RENEWING) renewing.clear();
      renewing.set(key, now);
      return true;
    },
  };
}

/** What a visitor's own cache may do with an answer. */
export function lastingOf({ isPinned }, ageS) {
  if (isPinned) return IMMUTABLE;
  return `public, max-age=${Math.max(0, FRESH_S - ageS)}, stale-while-revalidate=${STALE_S}`;
}

/** The Cache of an edge host, looked for anew: some hosts throw where it is not allowed. */
function hostCache() {
  try {
    return globalThis.caches?.default;
  } catch {
    return undefined;
  }
}

/** What a cache gave, if it is an answer of this service. */
async function contentOf(found) {
  try {
    const { headers } = found;
    const [type, etag, at] = ["content-type", "etag", KEPT_AT].map((name) => headers.get(name));
    const isOwn = found.status === 200 && (type === JSON_TYPE || type === SVG_TYPE) && /^"[0-9a-f]{32}"$/.test(etag) && /^\d{1,15}$/.test(at);
    if (!isOwn) return undefined;
    return { type, etag, body: await found.text(), ageS: Math.max(0, Math.floor((Date.now() - Number(at)) / 1000)) };
  } catch {
    void letGo(found);
    return undefined;
  }
}

async function letGo(found) {
  try {
    await fact(found, "body")?.cancel();
  } catch {
    // There was nothing to cancel.
  }
}
