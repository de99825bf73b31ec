/** Chooses the route to each origin: direct or through a proxy, with its TLS trust, over kept-alive connections. */

import { Recent } from "../../core/recent.js";
import { limited, retire } from "./pool.js";
import { namedProxy, proxyUrl } from "./proxy.js";
import { createTrust } from "./trust.js";

/**
 * @param {object} options as `nodeFetch` takes them
 * @returns {(url: URL, asked: { namedBy?: string, onBehalfOf?: string, publicOnly?: boolean }) =>
 *   Promise<{ request: Function, options: object, meet?: Function, explain?: Function }>} the function to call, its options
 *   beside method, headers and signal, `meet` for the address that answered, and `explain`, which translates an error;
 *   `namedBy` is the registry that chose the URL, `onBehalfOf` the one whose token service it is; `publicOnly` keeps to
 *   addresses of public networks
 */
export function createRoutes({ insecure = false, proxy, connectTimeoutMs, lookup, env = process.env, ...trusted }) {
  const agents = new Recent(AGENTS, retire);
  const lookups = new Recent();
  const met = new Recent();
  const meet = (url) => (address) => void noteMeeting(met, url.hostname, address);
  const agentFor = (key, make) => agents.once(key, () => limited(make()));
  const via = proxyChoice(proxy, env);
  /** A token service that gets the registry's credentials counts as the registry: docker does not verify it either. */
  const unverified = (url, onBehalfOf) =>
    insecure === true || (insecure || []).some((registry) => names(registry, url) || registry === onBehalfOf);
  const trust = createTrust({ ...trusted, env });

  /** Separate connections for names that a registry chose: an open connection is not looked up again. */
  async function resolver(namedBy, publicOnly) {
    if (namedBy === undefined && !publicOnly) return lookup;
    const { guardedLookup } = await import("./addresses.js");
    // Where a caller keeps to public networks, that the registry is in a private one is no excuse.
    const known = publicOnly ? () => [] : () => met.get(namedBy) ?? [];
    return lookups.once(`${publicOnly} ${namedBy}`, () => guardedLookup(namedBy, known, lookup));
  }

  async function plain(url, through, { namedBy, publicOnly }) {
    const { default: http } = await import("node:http");
    const agent = agentFor(`http ${publicOnly} ${namedBy ?? ""}`, () => new http.Agent({ keepAlive: true }));
    if (!through) {
      const options = { ...endpoint(url), agent, lookup: await resolver(namedBy, publicOnly) };
      return { request: http.request, options, meet: meet(url) };
    }
    const { proxyAuthorization, proxyEndpoint, proxyFailure } = await import("./tunnel.js");
    const toProxy = through.protocol === "https:" ? await import("node:https") : http;
    return {
      request: toProxy.request,
      options: {
        ...proxyEndpoint(through),
        path: url.href,
        headers: { host: url.host, ...proxyAuthorization(through) },
        agent: through.protocol === "https:" ? undefined : agent,
      },
      explain: (error) => proxyFailure(through, error),
    };
  }

  async function secure(url, through, { namedBy, onBehalfOf, publicOnly }) {
    const { default: https } = await import("node:https");
    const rejectUnauthorized = !unverified(url, onBehalfOf);
    const { context, of } = await trust(url, { isVerified: rejectUnauthorized, namedBy });
    const kept = { keepAlive: true, rejectUnauthorized, ...(context && { secureContext: context }) };
    // An agent does not distinguish connections of different contexts.
    const key = `https ${rejectUnauthorized} ${publicOnly} ${through?.href ?? ""} ${namedBy ?? ""} ${of}`;
    const { TunnelAgent } = through ? await import("./tunnel.js") : {};
    const agent = agentFor(key, () =>
      through ? new TunnelAgent(through, { ...kept, connectTimeoutMs }) : new https.Agent(kept));
    // A proxy resolves names by itself, and decides what it may reach.
    const own = through ? undefined : await resolver(namedBy, publicOnly);
    const options = { ...endpoint(url), agent, lookup: own };
    return { request: https.request, options, meet: through ? undefined : meet(url) };
  }

  return async (url, { namedBy, onBehalfOf, publicOnly = false }) =>
    (url.protocol === "https:" ? secure : plain)(url, await via(url), { namedBy, onBehalfOf, publicOnly });
}

/** How many agents are kept, each with connections of its own. */
const AGENTS = 64;

/** How many addresses of one host are remembered. */
const ADDRESSES = 32;

/** Remembers every address: a registry that was public once does not become private by a new address. */
function noteMeeting(met, machine, address) {
  if (address === undefined) return; // the connection is closed already
  const known = met.get(machine) ?? new Set();
  met.set(machine, known);
  known.add(known.has(address) || known.size < ADDRESSES ? address : undefined);
}

/** undefined: the environment decides; false: none; a URL: that one, for everything. */
function proxyChoice(proxy, env) {
  if (proxy === false) return () => undefined;
  if (proxy === undefined) return (url) => (namedProxy(url, env) ? fromEnvironment(url, env) : undefined);
  const fixed = proxyUrl(proxy);
  return () => fixed;
}

async function fromEnvironment(url, env) {
  const { environmentProxy } = await import("./proxy-from-env.js");
  return environmentProxy(url, env);
}

function endpoint(url) {
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port || (url.protocol === "https:" ? 443 : 80),
    path: url.pathname + url.search,
  };
}

/** Whether `registry` (`domain` or `domain:port`) is the origin of an https URL. */
function names(registry, url) {
  return registry === url.host || registry === `${url.hostname}:${url.port || 443}`;
}
