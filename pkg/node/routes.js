/** The way to each origin: directly or through a proxy, with which trust, over kept-alive connections. */

import { environmentProxy, proxyUrl } from "./environment-proxy.js";

/**
 * @param {object} options as `nodeFetch` takes them
 * @returns {(url: URL) => Promise<{ request: Function, options: object }>} what to call, and with which options
 *   beside method, headers and signal
 */
export function createRoutes({ ca, insecure = false, proxy, connectTimeoutMs, env = process.env }) {
  const agents = new Map();
  const once = (key, make) => {
    if (!agents.has(key)) agents.set(key, make());
    return agents.get(key);
  };
  const via = proxyChoice(proxy, env);
  const unverified = (url) => insecure === true || (insecure || []).some((registry) => names(registry, url));
  const trust = () => once("trust", () => secureContext(ca, env));

  async function plain(url, through) {
    const { default: http } = await import("node:http");
    const agent = once("http", () => new http.Agent({ keepAlive: true }));
    if (!through) return { request: http.request, options: { ...endpoint(url), agent } };
    const { proxyAuthorization, proxyEndpoint } = await import("./tunnel.js");
    const toProxy = through.protocol === "https:" ? await import("node:https") : http;
    return {
      request: toProxy.request,
      options: {
        ...proxyEndpoint(through),
        path: url.href,
        headers: { host: url.host, ...proxyAuthorization(through) },
        agent: through.protocol === "https:" ? undefined : agent,
      },
    };
  }

  async function secure(url, through) {
    const { default: https } = await import("node:https");
    const rejectUnauthorized = !unverified(url);
    const context = rejectUnauthorized ? await trust() : undefined;
    const options = { keepAlive: true, rejectUnauthorized, ...(context && { secureContext: context }) };
    const key = `https ${rejectUnauthorized} ${through?.href ?? ""}`;
    const { TunnelAgent } = through ? await import("./tunnel.js") : {};
    const agent = once(key, () =>
      through ? new TunnelAgent(through, { ...options, connectTimeoutMs }) : new https.Agent(options));
    return { request: https.request, options: { ...endpoint(url), agent } };
  }

  return async (url) => (url.protocol === "https:" ? secure : plain)(url, via(url));
}

/** undefined: the environment decides; false: none; a URL: that one, for everything. */
function proxyChoice(proxy, env) {
  if (proxy === false) return () => undefined;
  if (proxy === undefined) return (url) => environmentProxy(url, env);
  const fixed = proxyUrl(proxy);
  return () => fixed;
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

/** The usual authorities and those of `ca` and SSL_CERT_FILE; undefined when there is nothing to add. */
async function secureContext(ca, env) {
  const added = [ca ?? []].flat();
  const { readFile } = await import("node:fs/promises");
  if (env.SSL_CERT_FILE) added.push(await readFile(env.SSL_CERT_FILE));
  if (added.length === 0) return undefined;
  const { default: tls } = await import("node:tls");
  return tls.createSecureContext({ ca: [...(await usualAuthorities(tls, env, readFile)), ...added] });
}

/** Naming authorities replaces Node's own list, so it has to be named too, with NODE_EXTRA_CA_CERTS. */
async function usualAuthorities(tls, env, readFile) {
  if (tls.getCACertificates) return tls.getCACertificates("default");
  const extra = env.NODE_EXTRA_CA_CERTS ? [await readFile(env.NODE_EXTRA_CA_CERTS)] : [];
  return [...tls.rootCertificates, ...extra];
}
