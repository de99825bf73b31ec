/**
 * `multiarch/edge`: a service that answers strangers about images, `(Request) => Promise<Response>` on web standards only, for
 * Workers, Deno, Lambda, and `serve` in Node: `resolve`, `inspect`, `platforms`, `diff`, `badge`, and the registry proxy.
 *
 * ```js
 * import { createEdge } from "multiarch/edge";
 *
 * export default { fetch: createEdge({ registries: ["docker.io", "ghcr.io"] }) };
 * ```
 *
 * Visitors share what the client learns and the cache, and wait for none of each other.
 */

import { createClient, init } from "multiarch";

import { optionalMs } from "../client/call-host.js";
import { registriesOf, runnerOf, sharing } from "../client/reading.js";
import { optionInvalid } from "../core/errors.js";
import { hostFetch } from "../core/fetch.js";
import { fact } from "../core/foreign.js";
import { Recent } from "../core/recent.js";
import { proxyOf } from "../proxy/handler.js";
import { asIs, optionalFunction, optionalNumber, optionalText, optionalTexts, optionsOf } from "../core/arguments.js";
import * as answers from "./answers.js";
import { badge } from "./badge.js";
import * as documents from "./documents.js";
import { checkLength, isBadge, readQuestion, refusal } from "./question.js";
import { createStore, lastingOf } from "./store.js";
import { visitorOf } from "./visitor.js";

/** Ten below the fifty that the smallest hosts allow: a cache costs some, too. */
const SUBREQUESTS = 40;
const MS = 20_000;
/** A visitor waits for one more try, not for a registry's minute. */
const RETRY = { attempts: 2, maxDelayMs: 1_000 };
const PROXY = "registry/";
/** The longest URL whose question is kept, in characters: what people ask is far below. */
const KEPT_LENGTH = 512;

/**
 * @param {import("./../edge.d.ts").EdgeOptions} options
 * @returns {(request: Request, ...context: unknown[]) => Promise<Response>} never rejects. What a host passes beside the
 *   request is searched for `waitUntil`. Throws OPTION_INVALID
 */
export function createEdge(options) {
  const given = optionsOf(options, "createEdge", OPTIONS);
  if (given.registries === undefined) throw optionInvalid("registries takes a list of domains, or a function: nothing else is ever asked");
  const service = serviceOf(given);

  return async function edge(request, ...context) {
    let answer;
    let isPicture = false;
    try {
      const asked = askedBy(service, request.url);
      isPicture = asked.isPicture;
      if (asked.isProxied) return await service.proxy(request);
      answer = await answerTo(service, request, asked, context);
    } catch (error) {
      answer = answers.failed(error, isPicture, service.onError);
    }
    return answers.responseOf(answer, { method: fact(request, "method"), origin: originOf(request) }, service.origins);
  };
}

/** All that outlives a visitor. */
function serviceOf({ registries, privateAddresses = "listed", policy, cache, credentials, budget, origins = [], path = "/", ...given }) {
  const { fetch = hostFetch, insecure, trustedRealms, onError = () => {} } = given;
  const base = `/${path}/`.replace(/\/+/g, "/");
  const client = createClient({ registries, privateAddresses, credentials, fetch, insecure, trustedRealms, retry: RETRY });
  const { subrequests = SUBREQUESTS, ms = MS } = budget ?? {};
  const listed = new Set(origins);
  // An answer that needed credentials is for its visitor alone, and no cache keeps it.
  const kept = credentials || cache === false ? undefined : cache;
  const proxy = proxyOf(sharing(client, { timeoutMs: ms }), {
    path: `${base}${PROXY}`, origins: origins.filter((one) => one !== "*"), requests: subrequests, cache: kept, onError,
  });
  return {
    base, client, fetch, credentials, policy, onError, proxy,
    origins: listed,
    // A list says of a domain the same each time; a function is asked anew.
    allowed: typeof registries === "function" ? undefined : new Recent(),
    asked: new Recent(),
    store: createStore(cache, base),
    budget: { subrequests, ms },
  };
}

async function answerTo(service, request, asked, context) {
  const { method } = request;
  if (method === "OPTIONS") return optionsAnswer(request, service.origins);
  if (method !== "GET" && method !== "HEAD") throw refusal("EDGE_METHOD", "this service only reads", "Ask with GET or HEAD.");
  const question = await questionOf(service, asked);
  const { signal } = request;
  const { origin } = asked;
  await mayAsk(service, question, signal);
  const kept = await service.store.find(question, origin);
  if (kept) {
    if (service.store.renews(question, kept)) later(context, () => renew(service, question, origin));
    return conditional(request, kept, lastingOf(question, kept.ageS), { age: String(kept.ageS) });
  }
  const { isPublic, ...content } = await answerOf(service, question, signal);
  if (isPublic) await keptBy(context, service.store.keep(question, origin, content));
  return conditional(request, content, isPublic ? lastingOf(question, 0) : "private, no-store");
}

/**
 * @typedef {object} Asked what a URL asks for: many visitors ask the same, and reading it takes as long as a tenth of the answer
 * @property {URL} [url] and `href`, until the question is known
 * @property {string} origin of the service, as this visitor names it
 * @property {boolean} isPicture whether the answer is one, errors too
 * @property {boolean} isProxied whether it is for the registry proxy
 * @property {import("./question.js").Question} [question] once it was read
 */

/** @returns {Asked} Throws for what is no URL */
function askedBy({ asked, base }, href) {
  const known = asked.get(href);
  if (known) return known;
  const url = new URL(href);
  const { pathname, origin } = url;
  return { url, href, origin, isPicture: isBadge(pathname, base), isProxied: pathname.startsWith(`${base}${PROXY}`) };
}

/** The question of a URL. */
async function questionOf({ asked, base }, { url, href, question: known, ...facts }) {
  if (known) return known;
  checkLength(url);
  await init();
  const question = Object.freeze(readQuestion(url, base));
  if (href.length <= KEPT_LENGTH) asked.set(href, { ...facts, question });
  return question;
}

/** Refuses a question about a registry that is not to be asked before anything is looked for. */
async function mayAsk({ client, allowed }, { references }, signal) {
  for (const { domain } of references) {
    if (allowed?.get(domain)) continue;
    await runnerOf(client)({ signal }, ({ ask }) => ask("mayAsk", { registry: domain }));
    allowed?.set(domain, true);
  }
}

/** What answers each kind of question. */
const KINDS = {
  resolve: documents.resolve,
  inspect: documents.inspect,
  platforms: documents.platforms,
  diff: documents.diff,
  async badge(question, visitor, policy) {
    const { value, full } = await documents.shown(question, visitor, policy);
    const [{ text }] = question.references;
    return badge({ label: question.show, value, title: `${question.show} of ${text}: ${value}`, description: full });
  },
};

/** @returns {Promise<{ type: string, body: string, etag: string, isPublic: boolean }>} an answer that no cache had */
async function answerOf(service, question, signal) {
  const visitor = visitorOf(service, signal);
  try {
    const found = await KINDS[question.kind](question, visitor, service.policy);
    const isPicture = question.kind === "badge";
    const body = isPicture ? found : `${JSON.stringify(found)}\n`;
    const type = isPicture ? answers.SVG_TYPE : answers.JSON_TYPE;
    return { type, body, etag: answers.etagOf(body), isPublic: !visitor.isPrivate() && found.partial !== true };
  } catch (error) {
    throw visitor.explain(error);
  }
}

/** Asks anew for an answer that is given once more meanwhile. What fails leaves it as it is. */
async function renew(service, question, origin) {
  const { isPublic, ...content } = await answerOf(service, question);
  if (isPublic) await service.store.keep(question, origin, content);
}

function conditional(request, content, lasting, headers) {
  const answer = answers.contentAnswer(content, lasting, headers);
  return answers.isKnown(request, content.etag) ? answers.unchanged(answer) : answer;
}

function optionsAnswer(request, origins) {
  const origin = originOf(request);
  if (origin === null || !request.headers.has("access-control-request-method")) return answers.methods();
  if (origins.has("*") || origins.has(origin)) return answers.preflight();
  throw refusal("EDGE_ORIGIN", "pages of that origin may not read this service", "The operator names origins that may.");
}

/** The origin of the page that asks. A host's request is read as what it may be: anything. */
function originOf(request) {
  try {
    return request.headers.get("origin");
  } catch {
    return null;
  }
}

/** Hands work to a host that lets it outlive the answer: whether there is one, and it takes it. */
function isHandedOver(context, work) {
  const host = context.find((one) => typeof fact(one, "waitUntil") === "function");
  try {
    // What a host gives back may be a promise that rejects.
    Promise.resolve(host?.waitUntil(work)).catch(() => {});
    return host !== undefined;
  } catch {
    return false;
  }
}

/** Work that no visitor waits for. Where it fails, the answer that was kept stays as it is. */
function later(context, work) {
  isHandedOver(context, work().catch(() => {}));
}

/** Waits for what the cache takes, unless the host lets it outlive the answer. */
async function keptBy(context, keeping) {
  if (!isHandedOver(context, keeping)) await keeping;
}

const BUDGET = { subrequests: optionalNumber, ms: optionalMs };

const OPTIONS = {
  registries: registriesOf,
  privateAddresses: asIs,
  policy: optionalText,
  cache: asIs,
  credentials: optionalFunction,
  budget: (value, name) => value && optionsOf(value, name, BUDGET),
  origins: optionalTexts,
  path: optionalText,
  fetch: optionalFunction,
  insecure: asIs,
  trustedRealms: optionalTexts,
  onError: optionalFunction,
};
