/** Registries that count each manifest that is read as a pull, and what they say of how many more there may be. */

import { signal } from "@preact/signals";

/** Docker Hub counts, whether it says so or not. */
const COUNTING = new Set(["docker.io"]);

/**
 * @typedef {object} Pulls
 * @property {number} remaining
 * @property {number} [limit] so many in all
 * @property {number} [windowSeconds] in this time
 */

/** @type {import("@preact/signals").Signal<Record<string, Pulls>>} by the domain of the registry */
export const pulls = signal({});

/** Whether a registry counts what is read. */
export const isCounted = (domain) => COUNTING.has(domain) || pulls.value[domain] !== undefined;

/** What is asked for by its digest never changes: the browser's own copy of it costs no pull. */
const LASTING = /\/(?:manifests|blobs)\/\w+:[^/]+$/;

/**
 * The browser's fetch, which hears what the registries behind a proxy say.
 * @param {string} via the address of the proxy
 */
export const listening = (via) => async (url, init) => {
  const kept = init.method === "GET" && LASTING.test(url);
  const response = await fetch(url, kept ? { ...init, cache: "default" } : init);
  const [domain] = url.slice(via.replace(/\/+$/, "").length + 1).split("/");
  note(domain, response.headers);
  return response;
};

function note(domain, headers) {
  const [remaining, window] = figureOf(headers.get("ratelimit-remaining"));
  if (remaining === undefined) return;
  const [limit, other] = figureOf(headers.get("ratelimit-limit"));
  // The browser's own copy of an answer has the date and the figures of when it was sent.
  const said = { remaining, limit, windowSeconds: window ?? other, date: Date.parse(headers.get("date")) || 0 };
  const known = pulls.value[domain];
  const isNewer = !known || said.date > known.date || (said.date === known.date && remaining < known.remaining);
  if (isNewer) pulls.value = { ...pulls.value, [domain]: said };
}

/** `100;w=21600` -> both numbers. */
function figureOf(value) {
  const [, number, window] = /^(\d{1,9})(?:;w=(\d{1,9}))?$/.exec(value ?? "") ?? [];
  return [number, window].map((text) => (text === undefined ? undefined : Number(text)));
}
