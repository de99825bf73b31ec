/** What the address bar holds. The state lives in the hash: it never reaches a server, and static hosting keeps it. */

/**
 * @typedef {object} Route
 * @property {string} [ref] the reference, as it was typed
 * @property {string} [paste] the digest of a document from this tab
 * @property {string} [a] @property {string} [b] the two that are compared
 * @property {string} [compose] what a list is composed of, or "new", or "tab" for one that is too long for an address
 * @property {string} [platform] the host that is asked about
 * @property {string} [policy] the tool whose choice is shown, when it is not docker
 * @property {string} [at] what is open: "manifests/3/config", "layers/2/files/etc/passwd", "json", in a comparison a platform
 * @property {string} [by] how files are looked at: "size", "wasted"; without it as a tree; in a comparison the part that is shown
 * @property {string} [find] what files are filtered by
 */

const FIELDS = ["ref", "paste", "a", "b", "compose", "platform", "policy", "at", "by", "find"];

/** @returns {Route} */
export function readRoute(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B"));
  const route = {};
  for (const field of FIELDS) {
    const text = fields.get(field);
    if (text) route[field] = text;
  }
  return route;
}

/** The hash of a route: `#ref=alpine:3.20&platform=linux/arm64`. */
export function hashOf(route) {
  const fields = FIELDS.filter((field) => route[field]).map((field) => `${field}=${escaped(route[field])}`);
  return `#${fields.join("&")}`;
}

/** A link written with a query (`?ref=…`) means the same as one with a hash. */
export function adoptQuery(location, history) {
  const route = readRoute(location.search.replace(/^\?/, ""));
  if (location.hash.length < 2 && Object.keys(route).length > 0) {
    history.replaceState(null, "", location.pathname + hashOf(route));
  }
}

/** What names the document of a route: two routes with the same subject show the same one. */
export const subjectOf = ({ ref, paste, a, b, compose }) => JSON.stringify([ref, paste, a, b, compose]);

export const TABS = ["layers", "config", "files", "attestations", "json"];

/**
 * Which part is open: an entry of the index, by its position, with those inside of nested indexes behind it; a tab of it; of
 * the files a layer, and a file.
 * @returns {{ path?: number[], tab?: string, item?: number, file?: string }} without `path`, the document itself or the answer's
 */
export function readAt(at = "") {
  const [, path, rest] = /^(?:manifests\/(\d{1,5}(?:\.\d{1,5}){0,4})(?:\/|$))?(.*)$/s.exec(at);
  const files = /^(?:layers\/(\d{1,5})\/)?files(?:\/(.*))?$/s.exec(rest);
  const [, tab, item] = files ? [rest, "files", files[1]] : (/^([a-z]+)(?:\/(\d{1,5}))?$/.exec(rest) ?? []);
  return {
    ...(path !== undefined && { path: path.split(".").map(Number) }),
    ...(TABS.includes(tab) && { tab }),
    ...(item !== undefined && { item: Number(item) }),
    ...(files?.[2] && { file: files[2] }),
  };
}

/** The text of a part. The first tab needs no name. */
export function atOf({ path, tab, item, file }) {
  const files = tab === "files" ? [item !== undefined && `layers/${item}`, tab, file] : [tab !== "layers" && tab];
  return [path && `manifests/${path.join(".")}`, ...files].filter(Boolean).join("/") || undefined;
}

/** Escapes for a hash, leaving what references and platforms are made of readable. */
const escaped = (text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(/%(2F|3A|40|2C)/g, decodeURIComponent);
