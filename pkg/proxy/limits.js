/** What registries say of how many more manifests they give: Docker Hub counts each that is read as a pull. */

import { sharing } from "../client/reading.js";
import { hostFetch } from "../core/fetch.js";
import { fact } from "../core/foreign.js";

/** Both are in the registry's words: a number and its window in seconds, `100;w=21600`. */
export const FIGURES = ["ratelimit-limit", "ratelimit-remaining"];

/**
 * A client for one question, which keeps what the registry says about limits.
 *
 * @param {object} client of `createClient`
 * @returns {{ client: object, figures(): Record<string, string> }} `figures` are headers for the answer: those of the last
 *   response that had any, as far as they are such figures
 */
export function hearing(client) {
  let heard = {};
  const own = sharing(client, ({ fetch: send = hostFetch }) => ({
    fetch: async (url, init) => {
      const response = await send(url, init);
      const found = figuresOf(fact(response, "headers"));
      if (found.length > 0) heard = Object.fromEntries(found);
      return response;
    },
  }));
  return { client: own, figures: () => heard };
}

function figuresOf(headers) {
  if (typeof fact(headers, "get") !== "function") return [];
  return FIGURES.map((name) => [name, figureOf(valueOf(headers, name))]).filter(([, value]) => value !== undefined);
}

function valueOf(headers, name) {
  try {
    return headers.get(name);
  } catch {
    return undefined;
  }
}

/** Of a list, the first; what else stands behind it is left out. */
function figureOf(value) {
  const [, number, seconds] = /^\s*(\d{1,9})(?:\s*;\s*w=(\d{1,9}))?\s*(?:[,;]|$)/.exec(typeof value === "string" ? value : "") ?? [];
  if (number === undefined) return undefined;
  return seconds === undefined ? number : `${number};w=${seconds}`;
}
