/** One entry of `auths`, as docker and podman write it. */

import { invalid } from "./failure.js";
import { isObject } from "./json.js";

const FIELDS = [
  ["username", "username"], ["password", "password"],
  ["identitytoken", "identityToken"], ["registrytoken", "registryToken"],
];

/**
 * @param {unknown} entry
 * @param {string} key its key in `auths`
 * @param {string} name of the file or variable, for messages
 * @returns {import("multiarch").Credentials | undefined} undefined for an empty one, which a credential helper leaves behind
 */
export function readEntry(entry, key, name) {
  if (entry == null) return undefined;
  if (!isObject(entry)) throw invalid(`the entry for ${key} in ${name} is not an object`, { path: name });
  const credentials = entry.auth ? decodeAuth(entry.auth, key, name) : {};
  for (const [from, to] of FIELDS) {
    const value = entry[from];
    if (value === undefined || value === "" || Object.hasOwn(credentials, to)) continue;
    if (typeof value !== "string") throw invalid(`"${from}" of ${key} in ${name} is not a text`, { path: name });
    credentials[to] = value;
  }
  return Object.keys(credentials).length > 0 ? credentials : undefined;
}

/** The entry that docker and podman read again. */
export function writeEntry({ username = "", password = "", identityToken }) {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return { ...((username || password) && { auth }), ...(identityToken && { identitytoken: identityToken }) };
}

/** base64 of `username:password`; a password may hold colons, and old clients padded it with NULs. */
function decodeAuth(auth, key, name) {
  const wellFormed = typeof auth === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(auth);
  const text = wellFormed ? Buffer.from(auth, "base64").toString("utf8") : "";
  const colon = text.indexOf(":");
  if (colon < 1) throw invalid(`"auth" of ${key} in ${name} is not base64 of username:password`, { path: name });
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") };
}
