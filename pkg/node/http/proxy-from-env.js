/** Which URLs go through the proxy that the environment names for them, by the rules of NO_PROXY. */

import { BlockList, isIP } from "node:net";

import { namedProxy, pick, proxyUrl } from "./proxy.js";

/**
 * @param {URL} url of the request
 * @param {Record<string, string | undefined>} env
 * @returns {URL | undefined} undefined for a direct connection
 * @throws {TypeError} for a proxy that cannot be understood
 */
export function environmentProxy(url, env) {
  const value = namedProxy(url, env);
  if (!value || isLocal(address(url))) return undefined;
  return isExcepted(url, pick(env, "NO_PROXY")) ? undefined : proxyUrl(value);
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
