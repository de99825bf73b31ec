/** Reads and writes one entry of `auths` as docker and podman do. */

import { invalid } from "./failure.js";
import { fieldsOf, isObject } from "./json.js";

const FIELDS = [
  ["username", "username"], ["password", "password"],
  ["identitytoken", "identityToken"], ["registrytoken", "registryToken"],
];
const NAMES = ["auth", ...FIELDS.map(([name]) => name)];

/**
 * @param {unknown} entry its names in any letter case, as Go reads them
 * @param {string} key its key in `auths`
 * @param {string} name of the file or variable, for messages
 * @returns {import("multiarch").Credentials | undefined} undefined for an empty entry, which stands for a credential
 *   helper. Throws CREDENTIALS_INVALID
 */
export function readEntry(entry, key, name) {
  if (entry == null) return undefined;
  if (!isObject(entry)) throw invalid(`the entry for ${key} in ${name} is not an object`, { path: name });
  const fields = fieldsOf(Object.entries(entry), NAMES);
  const credentials = fields.auth ? decodeAuth(fields.auth, key, name) : {};
  for (const [from, to] of FIELDS) {
    const value = fields[from];
    if (value === undefined || value === "" || Object.hasOwn(credentials, to)) continue;
    if (typeof value !== "string") throw invalid(`"${from}" of ${key} in ${name} is not a text`, { path: name });
    credentials[to] = value;
  }
  return Object.keys(credentials).length > 0 ? credentials : undefined;
}

/** The entry for credentials, as docker and podman read it. */
export function writeEntry({ username = "", password = "", identityToken }) {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return { ...((username || password) && { auth }), ...(identityToken && { identitytoken: identityToken }) };
}

/** Groups of four, the last one padded: Go's `base64.StdEncoding`, which skips line ends and nothing else. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Decodes base64 of `username:password`; a password may contain colons, and NULs around it are docker's own padding. */
function decodeAuth(auth, key, name) {
  const text = typeof auth === "string" ? decodeBase64(auth) : undefined;
  const colon = text?.indexOf(":") ?? -1;
  if (colon < 1) throw invalid(`"auth" of ${key} in ${name} is not base64 of username:password`, { path: name });
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/^\0+|\0+$/g, "") };
}

/** Undefined for what is not base64. GNU's `base64` breaks lines after 76 characters, many scripts add one at the end. */
function decodeBase64(text) {
  const joined = text.replace(/[\r\n]/g, "");
  return BASE64.test(joined) ? Buffer.from(joined, "base64").toString("utf8") : undefined;
}
