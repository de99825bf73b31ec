/**
 * Pages of listings as the proxy gives them: each of as many of the registry's pages as one answer may ask for, with where the
 * next one begins. A Worker may send so many requests for each visitor, 50 on some hosts.
 */

import { Refusal } from "./answers.js";

/** How many tags one page holds at most: 5,000 of 128 characters stay below the 1 MiB that clients read. */
const TAGS = 5_000;

/** From how many referrers on a page ends: an index of so many, and one page of the registry's, stays below what clients read. */
const REFERRERS = 1_000;

/**
 * @typedef {object} Place where a page begins
 * @property {number} [n] how many tags at most
 * @property {string} [last] the tag in front
 * @property {string} [artifactType] of the referrers
 * @property {string} [page] the registry's page, as the core names it; default the first
 */

/**
 * @param {(page: string | undefined) => Promise<{ tags: string[], next?: string }>} ask for a page of the registry's
 * @param {Place} place
 * @param {number} requests how many of the registry's pages may be asked for
 * @returns {Promise<{ tags: string[], next?: Place }>} in the registry's own order. Rejects with PROXY_PAGE where there is no tag
 *   `last`, and with PROXY_LIMIT where it is further on than one answer may look
 */
export async function pageOfTags(ask, { n = TAGS, last, page: first }, requests) {
  const most = Math.min(n, TAGS);
  const tags = [];
  let isReached = last === undefined;
  let page = first;
  for (let asked = 0; asked < requests; asked++) {
    const found = await ask(page);
    if (most === 0) return { tags };
    for (const [at, tag] of found.tags.entries()) {
      // Of a page that has not given any yet, all comes next.
      if (isReached && tags.length === most) return { tags, next: { n: most, last: at > 0 ? tags.at(-1) : undefined, page } };
      if (isReached) tags.push(tag);
      else isReached = tag === last;
    }
    page = found.next;
    if (page === undefined) break;
  }
  if (page !== undefined && isReached) return { tags, next: { n: most, page } };
  if (page !== undefined) throw new Refusal("PROXY_LIMIT", "the tag is further on than one answer may look: follow the links of the listing");
  if (!isReached) throw new Refusal("PROXY_PAGE", "the listing does not hold that tag any more; begin again");
  return { tags };
}

/**
 * @param {(page: string | undefined) => Promise<{ referrers: object[], next?: string }>} ask for a page of the registry's
 * @param {Place} place
 * @param {number} requests how many of the registry's pages may be asked for
 * @returns {Promise<{ referrers: object[], next?: Place }>}
 */
export async function pageOfReferrers(ask, { artifactType, page: first }, requests) {
  const referrers = [];
  let page = first;
  for (let asked = 0; asked < requests; asked++) {
    const found = await ask(page);
    referrers.push(...found.referrers);
    page = found.next;
    if (page === undefined || referrers.length >= REFERRERS) break;
  }
  return { referrers, ...(page !== undefined && { next: { artifactType, page } }) };
}

/** Says where a listing goes on, as a header; nothing at its end. Relative to the listing itself: the proxy may be mounted anywhere. */
export function linkTo(place) {
  if (place === undefined) return {};
  const stated = Object.entries(place).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(stated.map(([name, value]) => [name, String(value)]));
  return { link: `<?${query}>; rel="next"` };
}
