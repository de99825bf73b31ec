/** A client as the command line wants it: docker's credentials, the flags about the network. */

import { createClient, parsePlatform, parseReference, printable } from "multiarch";
import { dockerCredentials } from "../node/credentials.js";
import { nodeFetch } from "../node/fetch.js";
import { hostPlatform } from "../node/platform.js";
import { readText } from "./files.js";

/**
 * @param {string} reference what the command is about: `--insecure` holds for its domain only
 * @param {Record<string, any>} flags
 * @param {{ terminal: import("./terminal.js").Terminal, io: { env: object } }} context
 * @returns {Promise<import("multiarch").Client>}
 */
export async function connect(reference, flags, { terminal, io }) {
  const insecure = flags.insecure ? [parseReference(reference).domain] : [];
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
