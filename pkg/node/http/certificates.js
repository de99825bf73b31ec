/**
 * Reads the certificates that docker keeps for a registry: `HOST[:PORT]/*.crt` are authorities, `*.cert` with `*.key` of the
 * same name are client certificates (docker's documentation, "Verify repository client with certificates").
 */

import { createPrivateKey } from "node:crypto";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join, win32 } from "node:path";

import { LONGEST, readRegular } from "../bounded-file.js";
import { failure } from "./failure.js";

const ABSENT = ["ENOENT", "ENOTDIR"];

/**
 * The folder that docker's command line reads: `/etc/docker/certs.d`, with rootless docker the user's own, on Windows the
 * machine's.
 *
 * @param {Record<string, string | undefined>} env
 * @param {string} [platform] as `process.platform`
 * @returns {string}
 */
export function certificatesFolder(env, platform = process.platform) {
  if (platform === "win32") {
    return win32.join(env.ProgramData ?? env.PROGRAMDATA ?? env.programdata ?? "", "docker", "certs.d");
  }
  // docker recognises rootless docker by this variable.
  if (!env.ROOTLESSKIT_STATE_DIR) return "/etc/docker/certs.d";
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config"), "docker", "certs.d");
}

/**
 * The certificates in the folder of one registry.
 *
 * @param {string} folder of all registries
 * @param {string} registry `domain` or `domain:port`, as in a URL
 * @param {string} [platform] as `process.platform`
 * @returns {Promise<{ ca: Buffer[], cert: Buffer[], key: Buffer[], names: string[] } | undefined>} undefined without a
 *   folder; `names` are the files of `cert`. Fails with ERR_CERTIFICATE_FILE for a certificate without its key, a key without
 *   its certificate, and a file that cannot be read or is too long
 */
export async function registryCertificates(folder, registry, platform = process.platform) {
  if (/^\.+$/.test(registry)) return undefined; // a folder's name, not a registry's
  // Windows allows no colons in file names; docker leaves them out there.
  const own = join(folder, platform === "win32" ? registry.replaceAll(":", "") : registry);
  const files = await readdir(own).catch((error) => {
    if (ABSENT.includes(error.code)) return [];
    throw unreadable(own, error);
  });
  if (files.length === 0) return undefined;
  const read = (name) => readPem(join(own, name));
  const named = (extension) => files.filter((name) => name.endsWith(extension)).sort();
  const stem = (name) => name.slice(0, name.lastIndexOf("."));
  const certificates = named(".cert");
  for (const [one, other, extension] of [["certificate", "key", ".key"], ["key", "certificate", ".cert"]]) {
    for (const name of one === "key" ? named(".key") : certificates) {
      const wanted = `${stem(name)}${extension}`;
      if (files.includes(wanted)) continue;
      const hint = one === "certificate" ? "; an authority's certificate is called *.crt" : "";
      throw invalid(`the client ${one} ${join(own, name)} has no ${other} ${wanted} beside it${hint}`);
    }
  }
  return {
    ca: await Promise.all(named(".crt").map(read)),
    cert: await Promise.all(certificates.map(read)),
    key: await Promise.all(certificates.map((name) => read(`${stem(name)}.key`))),
    names: certificates.map((name) => join(own, name)),
  };
}

/**
 * The client certificates for TLS, at most one for each kind of key. Fails with ERR_CERTIFICATE_FILE for the first pair
 * whose certificate or key is invalid, or whose key belongs to another certificate.
 *
 * @param {typeof import("node:tls")} tls
 * @param {{ cert: (Buffer | string)[], key: (Buffer | string)[], names: string[] }} pairs
 * @returns {{ cert: (Buffer | string)[], key: (Buffer | string)[] }}
 */
export function identity(tls, { cert, key, names }) {
  for (const [at, name] of names.entries()) {
    try {
      tls.createSecureContext({ cert: cert[at], key: key[at] });
    } catch ({ code = "" }) {
      const what = code.includes("MISMATCH") ? "and its key do not belong together" : "or its key is no PEM that can be read";
      throw invalid(`the client certificate ${name} ${what} (${code})`);
    }
  }
  // OpenSSL keeps one certificate for each kind of key; docker offers the first that the server accepts.
  const kinds = key.map((one) => createPrivateKey(one).asymmetricKeyType);
  const isFirst = (_, at) => kinds.indexOf(kinds[at]) === at;
  return { cert: cert.filter(isFirst), key: key.filter(isFirst) };
}

/** @returns {Promise<Buffer>} a file with certificates or a key; fails with ERR_CERTIFICATE_FILE */
async function readPem(path) {
  const found = await readRegular(path).catch((error) => { throw unreadable(path, error); });
  return found ?? tooLong(path);
}

/** Fails with ERR_CERTIFICATE_FILE for a file that no certificates can be in. */
export function tooLong(path) {
  throw invalid(`${path} has more than ${LONGEST} bytes`);
}

function unreadable(path, { code }) {
  return invalid(`${path} cannot be read (${code})`);
}

function invalid(message) {
  return failure("ERR_CERTIFICATE_FILE", message);
}
