/**
 * Credentials as `docker login` keeps them: the `auths` of docker's config.json. Programs that keep secrets
 * elsewhere (`credsStore`, `credHelpers`) are not run; where one would be asked, a warning says so.
 */

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { MultiarchError } from "../api.js";

/** Docker Hub has one domain, and three more names under which tools file its credentials. */
const HUB = ["index.docker.io", "docker.io", "registry-1.docker.io"];
const HUB_KEY = "https://index.docker.io/v1/";

/**
 * A credential provider for `createClient`. The file is read when a registry first asks for credentials, once.
 *
 * @param {object} [options]
 * @param {string} [options.config] docker's folder; default: DOCKER_CONFIG, else `~/.docker`
 * @param {Record<string, string | undefined>} [options.env] default: that of the process
 * @param {(message: string) => void} [options.onWarning] told once when a credential helper would be needed
 * @returns {(registry: string) => Promise<import("multiarch").Credentials | undefined>}
 */
export function dockerCredentials({ config, env = process.env, onWarning = () => {} } = {}) {
  const file = join(config || env.DOCKER_CONFIG || join(homedir(), ".docker"), "config.json");
  let reading;
  let warned = false;
  return async (registry) => {
    reading ??= readConfig(file);
    const content = await reading;
    const found = readEntry(findEntry(content.auths, registry), registry, file);
    const helper = found ? undefined : helperFor(content, registry);
    if (helper && !warned) {
      warned = true;
      onWarning(`${file} keeps credentials in docker-credential-${helper}, which is not asked yet`);
    }
    return found;
  };
}

/** No file: no credentials. A message never repeats what stands in the file, not even a part of it. */
async function readConfig(file) {
  let text;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return {};
    throw invalid(`${file} cannot be read (${error.code})`);
  }
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    throw invalid(`${file} is not JSON`);
  }
  if (!isObject(content)) throw invalid(`${file} is not a JSON object`);
  for (const name of ["auths", "credHelpers"]) {
    if (content[name] != null && !isObject(content[name])) {
      throw invalid(`"${name}" in ${file} is not an object`);
    }
  }
  return content;
}

/** Docker's rule: the key itself, else one whose domain is exactly this (`https://domain/v1/` of old days). */
function findEntry(auths, registry) {
  if (!auths) return undefined;
  const domains = HUB.includes(registry) ? HUB : [registry];
  const exact = HUB.includes(registry) ? [HUB_KEY, ...HUB] : [registry];
  const key = exact.find((name) => Object.hasOwn(auths, name))
    ?? Object.keys(auths).find((name) => domains.includes(domainOf(name)));
  return key === undefined ? undefined : auths[key];
}

function domainOf(key) {
  return key.replace(/^https?:\/\//, "").split("/", 1)[0];
}

/** One entry of `auths`; undefined for an empty one, which a credential helper leaves behind. */
function readEntry(entry, registry, file) {
  if (entry == null) return undefined;
  if (!isObject(entry)) throw invalid(`the entry for ${registry} in ${file} is not an object`);
  const credentials = entry.auth ? decodeAuth(entry.auth, registry, file) : {};
  const named = [
    ["username", "username"], ["password", "password"],
    ["identitytoken", "identityToken"], ["registrytoken", "registryToken"],
  ];
  for (const [from, to] of named) {
    const value = entry[from];
    if (value === undefined || value === "" || Object.hasOwn(credentials, to)) continue;
    if (typeof value !== "string") throw invalid(`"${from}" of ${registry} in ${file} is not a text`);
    credentials[to] = value;
  }
  return Object.keys(credentials).length > 0 ? credentials : undefined;
}

/** base64 of `username:password`; a password may hold colons, and old clients padded it with NULs. */
function decodeAuth(auth, registry, file) {
  const wellFormed = typeof auth === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(auth);
  const text = wellFormed ? Buffer.from(auth, "base64").toString("utf8") : "";
  const colon = text.indexOf(":");
  if (colon < 1) throw invalid(`"auth" of ${registry} in ${file} is not base64 of username:password`);
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") };
}

function helperFor({ credHelpers, credsStore }, registry) {
  const own = HUB.includes(registry) ? [HUB_KEY, ...HUB] : [registry];
  const key = own.find((name) => credHelpers && Object.hasOwn(credHelpers, name));
  const helper = key === undefined ? credsStore : credHelpers[key];
  return typeof helper === "string" && helper !== "" ? helper : undefined;
}

function invalid(message) {
  return new MultiarchError({
    code: "CREDENTIALS_INVALID",
    message,
    hint: "Repair docker's config.json, or log in again with `docker login`.",
  });
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
