// What the address bar holds. The state lives in the hash: it never reaches a server, and static hosting keeps it.

/**
 * @typedef {object} Route
 * @property {string} [ref] the reference, as it was typed
 * @property {string} [paste] the digest of a pasted document; its bytes live in this tab only
 * @property {string} [platform] the picker's specifier
 * @property {string} [policy] the picker's policy, when it is not the default
 * @property {string} [at] the part of the page to show: "config", "layers/2"
 */

const FIELDS = ["ref", "paste", "platform", "policy", "at"];

/** @returns {Route} */
export function readRoute(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const route = {};
  for (const field of FIELDS) {
    const text = fields.get(field);
    if (text) route[field] = text;
  }
  return route;
}

/** The hash of a route: `#ref=alpine:3.20&platform=linux/arm64`. */
export function hashOf(route) {
  const fields = FIELDS.filter((field) => route[field]).map((field) => `${field}=${escape(route[field])}`);
  return `#${fields.join("&")}`;
}

/** A link written with a query (`?ref=…`) means the same as one with a hash. */
export function adoptQuery(location, history) {
  const route = readRoute(location.search.replace(/^\?/, ""));
  if (location.hash.length < 2 && (route.ref || route.platform)) {
    history.replaceState(null, "", location.pathname + hashOf(route));
  }
}

/** Escapes for a hash, leaving what references and platforms are made of readable. */
function escape(text) {
  return encodeURIComponent(text).replace(/%(2F|3A|40|2C)/g, decodeURIComponent);
}
