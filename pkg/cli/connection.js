/** A client as the command line wants it: docker's credentials, the flags about the network. */

import { createClient, createManifests, parsePlatform, parseReference, printable } from "./core.js";
import { dockerCredentials } from "../node/credentials.js";
import { nodeFetch } from "../node/fetch.js";
import { hostPlatform } from "../node/platform.js";
import { dockerStore } from "../node/store/docker.js";
import { readText } from "./files.js";

/**
 * @param {string[]} references what the command is about: `--insecure` holds for their domains only
 * @param {Record<string, any>} flags
 * @param {{ terminal: import("./terminal.js").Terminal, io: { env: object } }} context
 * @returns {Promise<import("multiarch").Client>}
 */
export async function connect(references, flags, { terminal, io }) {
  const insecure = flags.insecure ? domainsOf(references) : [];
  const warn = (message) => terminal.say(`warning: ${printable(message)}\n`);
  const time = flags.timeout;
  const send = nodeFetch({
    insecure,
    env: io.env,
    ca: flags.ca === undefined ? undefined : await readText(flags.ca),
    ...(time && { connectTimeoutMs: time, headersTimeoutMs: time, idleTimeoutMs: time }),
  });
  return createClient({
    insecure,
    fetch: flags.debug ? traced(send, terminal) : send,
    credentials: dockerCredentials({ config: flags.config, env: io.env, onWarning: warn }),
    trustedRealms: flags["trusted-realm"] ?? [],
  });
}

/**
 * What the verbs of `docker manifest` work with: a client, and the drafts in docker's folder.
 *
 * @param {string[]} references as for `connect`
 */
export async function connectManifests(references, flags, context) {
  const client = await connect(references, flags, context);
  return createManifests({ client, store: dockerStore({ config: flags.config, env: context.io.env }) });
}

/** What is no reference has no domain; the command itself will say so in its own words. */
function domainsOf(references) {
  const domains = new Set();
  for (const reference of references) {
    try {
      domains.add(parseReference(reference).domain);
    } catch (error) {
      if (error.code === "INTERNAL" || error.code === "LOAD_FAILED") throw error;
    }
  }
  return [...domains];
}

/**
 * What `--platform` asks for, as options of a call: the platform and the machine that asks. This host fills what
 * is left out, and is the whole of `local`.
 *
 * @param {string | undefined} specifier
 * @returns {{ platform?: import("multiarch").Platform, host?: import("multiarch").Platform }} empty without one
 */
export function wantedPlatform(specifier) {
  if (specifier === undefined) return {};
  const host = hostPlatform();
  const local = specifier === "local" || specifier === "host";
  return { platform: local ? host : parsePlatform(specifier, { host }), host };
}

/** Tells of every request. A query may hold a signature, so it is left out. */
function traced(send, terminal) {
  return async (url, init) => {
    const { origin, pathname, search } = new URL(url);
    const request = printable(`${init?.method ?? "GET"} ${origin}${pathname}${search && "?…"}`);
    try {
      const response = await send(url, init);
      await terminal.say(`${request} ${response.status}\n`);
      return response;
    } catch (error) {
      const why = String(error?.cause?.message ?? error?.message ?? error);
      await terminal.say(`${request} failed: ${printable(why)}\n`);
      throw error;
    }
  };
}
