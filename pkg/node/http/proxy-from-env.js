/**
 * Finds the http proxy that the environment names for a URL, by the rules of Go's `http.ProxyFromEnvironment`, which
 * docker, skopeo and crane follow: HTTPS_PROXY and HTTP_PROXY by the URL's scheme, NO_PROXY as a list of
 * domains, addresses and networks, and never a proxy for localhost or a loopback address.
 */

import { BlockList, isIP } from "node:net";

/**
 * @param {URL} url of the request
 * @param {Record<string, string | undefined>} env
 * @returns {URL | undefined} undefined for a direct connection
 * @throws {TypeError} for a proxy that cannot be understood
 */
export function environmentProxy(url, env) {
  const https = url.protocol === "https:";
  const value = https ? pick(env, "HTTPS_PROXY") : httpProxy(env);
  if (!value || isLocal(address(url))) return undefined;
  return isExcepted(url, pick(env, "NO_PROXY")) ? undefined : proxyUrl(value);
}

/**
 * The URL of a proxy; `proxy.corp:3128` means http.
 *
 * @param {string | URL} value
 * @returns {URL}
 */
export function proxyUrl(value) {
  const text = String(value);
  const full = text.includes("://") ? text : `http://${text}`;
  // The value may hold a password, so no message repeats it.
  if (!URL.canParse(full)) throw new TypeError("the proxy's address is not a URL");
  const proxy = new URL(full);
  if (proxy.protocol !== "http:" && proxy.protocol !== "https:") {
    throw new TypeError(`a ${proxy.protocol.slice(0, -1)} proxy is not supported, only http and https are`);
  }
  return proxy;
}

/** The upper-case name wins, as in Go; an empty value counts as absent. */
function pick(env, name) {
  return env[name] || env[name.toLowerCase()];
}

/** In a CGI program HTTP_PROXY may be a header of the request ("httpoxy"), so it is ignored. */
function httpProxy(env) {
  return env.REQUEST_METHOD ? env.http_proxy : pick(env, "HTTP_PROXY");
}

/** The URL's domain or address, without the brackets of IPv6. */
function address(url) {
  return url.hostname.replace(/^\[|\]$/g, "");
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

function isLocal(host) {
  return host === "localhost" || within(loopback, host);
}

function within(list, host) {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 4 ? "ipv4" : "ipv6");
}

function isExcepted(url, exceptions) {
  if (!exceptions) return false;
  const host = address(url);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return exceptions.split(",").some((text) => excepts(text.trim().toLowerCase(), host, port));
}

/** One entry: `*`, a network, or a domain or address with or without a port. */
function excepts(entry, host, port) {
  if (entry === "") return false;
  if (entry === "*") return true;
  const network = /^(.+)\/(\d+)$/.exec(entry);
  if (network) return inNetwork(network[1], Number(network[2]), host);

  // A name may contain any character, a line end too: such an entry matches nothing.
  const [, name, onlyPort] = /^(.*?)(?::(\d+))?$/s.exec(isIP(entry) ? `[${entry}]` : entry);
  if (onlyPort && onlyPort !== port) return false;
  const plain = name.replace(/^\[|\]$/g, "");
  if (isIP(plain)) return plain === host;
  // `*.corp` and `.corp` cover subdomains; `corp` covers itself too.
  const below = plain.startsWith("*.") ? plain.slice(1) : plain;
  return below.startsWith(".") ? host.endsWith(below) : host === below || host.endsWith(`.${below}`);
}

function inNetwork(prefix, length, host) {
  const version = isIP(prefix);
  if (version === 0 || length > (version === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(prefix, length, version === 4 ? "ipv4" : "ipv6");
  return within(list, host);
}
