/** Chooses the authorities and the client certificate of a TLS connection: the system's, and docker's for a registry. */

import { statSync } from "node:fs";

import { Recent } from "../../core/recent.js";

/**
 * @param {object} options as `nodeFetch` takes them
 * @returns {(url: URL, asked: { isVerified: boolean, namedBy?: string }) => Promise<{ context?: object, of: string }>}
 *   the SecureContext for this origin, undefined for Node's own; `of` is the origin that it belongs to, empty where many
 *   share it
 */
export function createTrust({ ca, cert, key, certificates, env }) {
  const given = pairGiven(cert, key);
  const contexts = new Recent();
  /** Contexts that origins share: one with all authorities costs time and memory. */
  const shared = new Map();
  /** By domain: the origins of registries that were asked, with ports. */
  const registries = new Recent();
  let usual;

  /** Node's default authorities with those of `ca` and SSL_CERT_FILE; undefined when there is nothing to add. */
  const added = () => (usual ??= addedAuthorities(ca, env));
  const folder = onceFound(certificates, env);
  const kept = (origin) => contexts.once(`kept ${origin}`, () => certificatesOf(folder, origin));

  async function contextFor(url, { isVerified, namedBy }) {
    const own = await kept(url.host);
    const namers = await Promise.all([...(registries.get(namedBy) ?? [])].map(kept));
    const authorities = [own, ...namers].flatMap((one) => one?.ca ?? []);
    // Only the registry itself sees the client certificate.
    const pair = namedBy === undefined ? given ?? own : undefined;
    if ((isVerified && authorities.length > 0) || (pair !== given && pair?.cert.length)) {
      return { context: await build(isVerified, authorities, pair), of: url.host };
    }
    const kind = `${isVerified} ${pair !== undefined}`;
    if (!shared.has(kind)) shared.set(kind, build(isVerified, [], pair));
    return { context: await shared.get(kind), of: "" };
  }

  async function build(isVerified, authorities, pair) {
    const trusted = isVerified ? await added() : undefined;
    const isUsual = trusted === undefined && (!isVerified || authorities.length === 0);
    const shows = pair?.cert.length > 0;
    if (isUsual && !shows) return undefined;
    const { default: tls } = await import("node:tls");
    return tls.createSecureContext({
      ...(!isUsual && { ca: [...(trusted ?? (await usualAuthorities(tls, env))), ...authorities] }),
      ...(shows && (await import("./certificates.js")).identity(tls, pair)),
    });
  }

  return (url, asked) => {
    if (asked.namedBy === undefined) registries.once(url.hostname, () => new Set()).add(url.host);
    const key = `${asked.isVerified} ${asked.namedBy ?? ""} ${url.host}`;
    const context = contexts.once(key, () => contextFor(url, asked));
    // After a failure the files are read again: the user may have repaired them.
    context.catch(() => {
      contexts.clear();
      shared.clear();
      usual = undefined;
    });
    return context;
  };
}

/** A function that returns the folder of certificates where it exists: most machines have none, and load no module. */
function onceFound(certificates, env) {
  let found;
  return () => (found ??= (async () => {
    if (certificates === false) return undefined;
    const folder = certificates ?? (await import("./certificates.js")).certificatesFolder(env);
    return isFolder(folder) ? folder : undefined;
  })());
}

/** At once: on most machines there is none, and to ask a thread would load `node:fs/promises`. */
function isFolder(path) {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

async function read(file) {
  const { readShort } = await import("../bounded-file.js");
  return (await readShort(file)) ?? (await import("./certificates.js")).tooLong(file);
}

async function certificatesOf(folder, origin) {
  const all = await folder();
  return all && (await import("./certificates.js")).registryCertificates(all, origin);
}

function pairGiven(cert, key) {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new TypeError("a client certificate needs both cert and key");
  return { cert: [cert], key: [key], names: ["that was given"] };
}

async function addedAuthorities(ca, env) {
  const added = [ca ?? []].flat();
  if (env.SSL_CERT_FILE) added.push(await read(env.SSL_CERT_FILE));
  if (added.length === 0) return undefined;
  const { default: tls } = await import("node:tls");
  return [...(await usualAuthorities(tls, env)), ...added];
}

/** Node's default authorities, NODE_EXTRA_CA_CERTS among them: naming authorities replaces that list. */
async function usualAuthorities(tls, env) {
  if (tls.getCACertificates) return tls.getCACertificates("default");
  const extra = env.NODE_EXTRA_CA_CERTS ? [await read(env.NODE_EXTRA_CA_CERTS)] : [];
  return [...tls.rootCertificates, ...extra];
}
