/**
 * One visitor's work: a client that shares what it learns with all others, and counts and limits what this one costs. Hosts
 * allow so many requests for each visitor, 50 on some.
 */

import { sharing } from "../client/reading.js";
import { refusal } from "./question.js";

/**
 * @typedef {object} Visitor
 * @property {object} client for this visitor alone
 * @property {() => number} left how many requests may still be sent
 * @property {() => boolean} isPrivate whether the operator's credentials were used
 * @property {() => boolean} isSpent whether a request was refused for the budget's sake
 * @property {(error: unknown) => unknown} explain what an error means, where the budget is behind it
 */

/**
 * @param {object} service
 * @param {object} service.client
 * @param {Function} service.fetch
 * @param {Function} [service.credentials]
 * @param {{ subrequests: number, ms: number }} service.budget
 * @param {AbortSignal} [gone] fires when the visitor leaves
 * @returns {Visitor}
 */
export function visitorOf({ client, fetch, credentials, budget }, gone) {
  let [sent, isSpent, isPrivate] = [0, false, false];
  const endsAt = Date.now() + budget.ms;

  async function counted(url, init) {
    if (sent >= budget.subrequests) {
      isSpent = true;
      throw new DOMException("the budget of requests is spent", "AbortError");
    }
    sent += 1;
    return fetch(url, init);
  }
  async function noted(...asked) {
    const found = await credentials(...asked);
    if (found !== undefined && found !== null) isPrivate = true;
    return found;
  }

  const own = { fetch: counted, signal: gone, endsAt, ...(credentials && { credentials: noted }) };
  return {
    client: sharing(client, own),
    left: () => (gone?.aborted || Date.now() >= endsAt ? 0 : budget.subrequests - sent),
    isPrivate: () => isPrivate,
    isSpent: () => isSpent,
    explain: (error) => (isSpent ? spent(budget) : error),
  };
}

function spent({ subrequests }) {
  const message = `this takes more than the ${subrequests} requests that one visitor may cause`;
  return refusal("EDGE_BUDGET", message, "Ask for less at once: for one platform, for instance.");
}
