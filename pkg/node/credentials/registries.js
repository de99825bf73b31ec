/** Under which keys tools file the credentials of a registry. Domains match exactly, never as a part of a text. */

/** Docker Hub has one domain in references, and three more names under which tools file its credentials. */
const HUB = ["index.docker.io", "docker.io", "registry-1.docker.io"];

/** The key of Docker Hub in docker's files, and the address by which credential helpers know it. */
const HUB_KEY = "https://index.docker.io/v1/";

/** The key that docker and its credential helpers use for a registry. */
export function keyOf(registry) {
  return HUB.includes(registry) ? HUB_KEY : registry;
}

/** Every key that stands for a registry as a whole, the one that counts first. */
function spellings(registry) {
  return HUB.includes(registry) ? [HUB_KEY, ...HUB] : [registry];
}

/** Whether two domains are names of one registry. */
export function isSameRegistry(one, other) {
  return one === other || (HUB.includes(one) && HUB.includes(other));
}

/**
 * The domain and the path that a key is about. A URL, as old versions of docker wrote it (`https://domain/v1/`), is about
 * the whole registry; without a scheme the path is a namespace, as podman writes it.
 *
 * @param {string} key
 * @returns {{ domain: string, path: string }}
 */
export function parseKey(key) {
  const [, scheme, domain, path = ""] = /^(https?:\/\/)?([^/]*)(?:\/(.*))?$/s.exec(key);
  return { domain, path: scheme ? "" : path.replace(/\/+$/, "") };
}

/**
 * The keys under which credentials for a repository may stand, the one that counts first: the longest path by whole
 * segments (`domain/team/app`, `domain/team`, `domain`), in each the registry's own spelling before others.
 *
 * @param {string[]} keys those that exist
 * @param {string} registry its domain as in a reference
 * @param {string} [repository] none for the registry as a whole
 * @returns {string[]}
 */
export function keysFor(keys, registry, repository) {
  const first = spellings(registry);
  const rank = (key) => (first.includes(key) ? first.indexOf(key) : first.length);
  return keys
    .map((key) => ({ key, ...parseKey(key) }))
    .filter(({ domain, path }) => isSameRegistry(domain, registry) && covers(path, repository))
    .sort((a, b) => b.path.length - a.path.length || rank(a.key) - rank(b.key))
    .map(({ key }) => key);
}

/**
 * The keys that are about another path of the registry, in their order. Docker cuts the path off, so to it they are about
 * the registry as a whole. Not for Docker Hub, which it knows by one key alone.
 *
 * @param {string[]} keys those that exist
 * @param {string} registry its domain as in a reference
 * @returns {string[]}
 */
export function keysCutShort(keys, registry) {
  if (HUB.includes(registry)) return [];
  return keys.filter((key) => parseKey(key).domain === registry && parseKey(key).path !== "").sort();
}

/** Another name for the same place: https is spoken at port 443 whether a name says so or not. */
export function otherName(registry) {
  if (registry.endsWith(":443")) return registry.slice(0, -":443".length);
  return /:\d+$/.test(registry) ? undefined : `${registry}:443`;
}

function covers(path, repository) {
  return path === "" || repository === path || repository?.startsWith(`${path}/`) === true;
}

/** The key of an object keyed by whole registries, as `credHelpers` is. */
export function ownKey(object, registry) {
  return spellings(registry).find((key) => Object.hasOwn(object, key));
}

/** The domain that a person means who writes a domain, or a URL as docker shows it; none is Docker Hub. */
export function registryNamed(text) {
  const { domain } = parseKey(text || HUB_KEY);
  return HUB.includes(domain) ? "docker.io" : domain;
}
