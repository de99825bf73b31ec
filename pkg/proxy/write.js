/**
 * What a page may write: an index, under a tag of a repository that the server was started for. First a plan, which says what
 * would be written where and writes nothing; then exactly that, once, by the key of the plan. No question of the page is a
 * request to a registry: the index is read, and the client of the server copies and pushes under its own rules.
 */

import { runnerOf, sharing } from "../client/reading.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { parseManifest } from "../nouns/document.js";
import { parseReference } from "../nouns/reference.js";
import { answer, failed, Refusal } from "./answers.js";
import { jsonOf } from "./body.js";
import { createGuard } from "./guard.js";
import { isReported, reported } from "./reports.js";

/** How many plans wait to be followed, and for how long. */
const PLANS = 16;
const MINUTES = 15;
/** How many entries are looked for at once. */
const AT_ONCE = 4;

/**
 * @typedef {object} Plan
 * @property {object} document @property {string} target repository:tag
 * @property {string | null} replaces the digest that the tag points at
 * @property {{ from: string, to: string }[]} copies by digest
 */

/**
 * The handler of `<path>/plan` and `<path>/push`. A push that asks for lines (`reports.js`) gets its progress.
 *
 * @param {object} client of `createClient`, which may read the sources and write to the targets
 * @param {{ path: string, repositories: string[], key: () => string, onError?: (error: unknown) => void }} options `repositories`
 *   that may be written to, in full; `key` makes a text that cannot be guessed
 * @returns {(request: Request) => Promise<Response>} never rejects
 */
export function writerOf(client, { path, repositories, key, onError = () => {} }) {
  const guard = createGuard([]);
  const allowed = new Set(repositories);
  /** @type {Map<string, Plan & { until: number }>} */
  const plans = new Map();

  const actions = {
    async plan(given, call) {
      const plan = await planOf(client, wantedOf(given, allowed), call);
      for (const [old, { until }] of plans) if (until < Date.now() || plans.size >= PLANS) plans.delete(old);
      const name = key();
      plans.set(name, { ...plan, until: Date.now() + MINUTES * 60_000 });
      return { plan: name, ...said(plan) };
    },
    async push({ plan: name }, call, report) {
      const plan = plans.get(name);
      plans.delete(name);
      if (!plan || plan.until < Date.now()) throw new Refusal("PROXY_PLAN", "this plan was followed already, or is too old: make another");
      return follow(client, plan, call, report);
    },
  };
  const refusal = (error) => failed(error, onError, ({ message }) => message);

  return async function writer(request) {
    try {
      const url = new URL(request.url);
      guard(request, url);
      // Browsers send it with every POST. What sends none is no page.
      if (request.headers.get("origin") === null) throw new Refusal("PROXY_ORIGIN", "only the page of this server may write");
      const action = Object.entries(actions).find(([name]) => url.pathname === `${path}/${name}`)?.[1];
      if (!action) throw new Refusal("PROXY_PATH", "there is nothing at this path");
      if (request.method !== "POST") throw new Refusal("PROXY_METHOD", "what is written is posted", { allow: "POST" });
      await init();
      const given = await jsonOf(request);
      if (typeof given !== "object" || given === null) throw new Refusal("PROXY_BODY", "the body is no object");
      const call = { signal: request.signal };
      if (isReported(request)) return reported((report) => action(given, call, report), refusal);
      const made = await action(given, call, () => {});
      return answer(200, { "content-type": "application/json", "cache-control": "no-store" }, JSON.stringify(made));
    } catch (error) {
      return refusal(error);
    }
  };
}

/** What is wanted, checked: an index, a tag that may be written, and where each entry is. */
function wantedOf({ target, document: text, from }, allowed) {
  if (typeof target !== "string" || typeof text !== "string") throw new Refusal("PROXY_BODY", "target and document are texts");
  const { name, tag, digest } = parseReference(target);
  if (!allowed.has(name)) throw new Refusal("PROXY_WRITE", `this server does not write to ${name}`);
  if (tag === undefined || digest !== undefined) throw new Refusal("PROXY_WRITE", "a list is written under a tag");
  const document = parseManifest(new TextEncoder().encode(text));
  if (document.kind !== "index") throw new Refusal("PROXY_BODY", "the document is no index");
  if (document.manifests.some(({ problem }) => problem !== undefined)) throw new Refusal("PROXY_BODY", "the index has an entry that cannot be used");
  const places = typeof from === "object" && from !== null ? from : {};
  return { name, target: `${name}:${tag}`, document, fromOf: (one) => (Object.hasOwn(places, one) ? repositoryOf(places[one]) : name) };
}

function repositoryOf(text) {
  if (typeof text !== "string") throw new Refusal("PROXY_BODY", "a repository is a text");
  return parseReference(text).name;
}

/** @returns {Promise<Plan>} Rejects as `resolve` does, with MANIFEST_UNKNOWN for an entry that is nowhere */
async function planOf(client, { name, target, document, fromOf }, call) {
  const digests = [...new Set(document.manifests.map((entry) => entry.digest))];
  const registries = new Set([name, ...digests.map(fromOf)].map((repository) => parseReference(repository).domain));
  for (const registry of registries) await runnerOf(client)(call, ({ ask }) => ask("mayAsk", { registry }));
  const needed = new Map();
  await inParallel(digests, AT_ONCE, async (digest) => {
    const [from, to] = [fromOf(digest), name].map((repository) => `${repository}@${digest}`);
    if (from !== to && (await digestAt(client, to, call)) !== null) return;
    await client.resolve(from, call);
    if (from !== to) needed.set(digest, { from, to });
  });
  const copies = digests.filter((digest) => needed.has(digest)).map((digest) => needed.get(digest));
  return { document, target, copies, replaces: await digestAt(client, target, call) };
}

/** What a reference points at; null where it is not there. */
async function digestAt(client, reference, call) {
  try {
    return (await client.resolve(reference, call)).digest;
  } catch (error) {
    if (error.code === "MANIFEST_UNKNOWN" || error.code === "NAME_UNKNOWN") return null;
    throw error;
  }
}

/** A plan in words that a person decides by. */
function said({ document: { digest, size }, target, replaces, copies }) {
  const put = replaces === digest ? [] : [`put ${digest} as ${target}`];
  return { target, digest, size, replaces, steps: [...copies.map(({ from, to }) => `copy ${from} to ${to.split("@")[0]}`), ...put] };
}

/**
 * Writes what the plan says; PRECONDITION_FAILED where the tag has moved since.
 * @param {(event: object) => void} report gets `{ step }`, the position of the step that begins, and of each blob that is copied
 *   `{ digest, done, total }` in bytes
 */
async function follow(client, plan, call, report) {
  const onEvent = ({ type, digest, done, total }) => type === "progress" && report({ digest, done, total });
  const observed = sharing(client, { onEvent });
  for (const [step, { from, to }] of plan.copies.entries()) {
    report({ step });
    await observed.copy(from, to, call);
  }
  report({ step: plan.copies.length });
  const { digest } = await client.push(plan.document, plan.target, { ...call, expect: plan.replaces });
  return { ...said(plan), digest };
}
