/** The keys under which tools store the credentials of a registry. Domains match exactly, never as a part of a text. */

/** The domains under which tools store the credentials of Docker Hub, that of references among them. */
const HUB = ["index.docker.io", "docker.io", "registry-1.docker.io"];

/** The key of Docker Hub in docker's files and in credential helpers. */
const HUB_KEY = "https://index.docker.io/v1/";

/** The key that docker and its credential helpers use for a registry. */
export function keyOf(registry) {
  return HUB.includes(registry) ? HUB_KEY : registry;
}

/** Every key for a whole registry, the preferred one first. */
function spellings(registry) {
  return HUB.includes(registry) ? [HUB_KEY, ...HUB] : [registry];
}

/** Whether two domains name one registry. */
export function isSameRegistry(one, other) {
  return one === other || (HUB.includes(one) && HUB.includes(other));
}

/**
 * The domain and the path of a key. A URL, as old versions of docker wrote it (`https://domain/v1/`), names the whole
 * registry; without a scheme the path is a namespace, as podman writes it.
 *
 * @param {string} key
 * @returns {{ domain: string, path: string }}
 */
export function parseKey(key) {
  const [, scheme, domain, path = ""] = /^(https?:\/\/)?([^/]*)(?:\/(.*))?$/s.exec(key);
  return { domain, path: scheme ? "" : path.replace(/\/+$/, "") };
}

/**
 * The keys that apply to a repository, the preferred one first: the longest path by whole segments (`domain/team/app`,
 * `domain/team`, `domain`), and of equal paths the registry's own spelling.
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
 * The keys for another path of the registry, sorted. Docker ignores the path, so it applies them to the whole registry.
 * None for Docker Hub, for which docker reads one key alone.
 *
 * @param {string[]} keys those that exist
 * @param {string} registry its domain as in a reference
 * @returns {string[]}
 */
export function keysCutShort(keys, registry) {
  if (HUB.includes(registry)) return [];
  return keys.filter((key) => parseKey(key).domain === registry && parseKey(key).path !== "").sort();
}

/** The other name of the same registry: with or without https's port 443; undefined for another port. */
export function otherName(registry) {
  if (registry.endsWith(":443")) return registry.slice(0, -":443".length);
  return /:\d+$/.test(registry) ? undefined : `${registry}:443`;
}

function covers(path, repository) {
  return path === "" || repository === path || repository?.startsWith(`${path}/`) === true;
}

/** The registry's key in an object that is keyed by registries, as `credHelpers` is. */
export function ownKey(object, registry) {
  return spellings(registry).find((key) => Object.hasOwn(object, key));
}

/** The domain in a user's text: a domain, or a URL as docker shows it; Docker Hub for no text. */
export function registryNamed(text) {
  const { domain } = parseKey(text || HUB_KEY);
  return HUB.includes(domain) ? "docker.io" : domain;
}
