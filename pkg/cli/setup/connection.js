/** Makes the client of a command, with docker's credentials and the flags about the network. */

import { createClient, createManifests, parseReference } from "../../entry/command.js";
import { nodeFetch } from "../../node/http/fetch.js";
import { dockerStore } from "../../node/store/docker.js";

/**
 * @param {string[]} references of the command: `--insecure` applies to their domains only
 * @param {Record<string, any>} flags
 * @param {{ terminal: import("../terminal/terminal.js").Terminal, io: { env: object }, withoutLogin: Map<string, Function>,
 *   onEvent?: Function, tagsOf?: Function }} context gets `tagsOf`
 * @param {{ recording?: import("./recording.js").Recording }} [settings] what keeps the answers of registries and credentials; and
 *   further options of the client
 * @returns {Promise<import("multiarch").Client>}
 */
export async function connect(references, flags, context, { recording, ...settings } = {}) {
  const github = flags["github-token"];
  const found = noted(dockersOwn({ config: flags.config, env: context.io.env, github }), context);
  const credentials = recording ? recording.finding(found) : found;
  const client = await clientOf(domainsOf(references), credentials, flags, { ...context, recording }, settings);
  // A message may ask for what there is in place of what was asked for.
  context.tagsOf = (repository, options) => client.tags(repository, options);
  return client;
}

/** docker's credentials. Their modules, a fifth of all, are loaded when a registry first asks for credentials. */
export function dockersOwn(options) {
  let provider;
  return async (...asked) => {
    provider ??= import("../../node/credentials/docker.js").then((found) => found.dockerCredentials(options));
    return (await provider)(...asked);
  };
}

/** Notes registries without a login in the context, with a function that finds one under another name. */
function noted(find, context) {
  return async (registry, asked) => {
    const found = await find(registry, asked);
    if (!found) context.withoutLogin.set(registry, () => loginElsewhere(find, registry));
    return found;
  };
}

/** The other name of the registry, when there is a login for it. */
async function loginElsewhere(find, registry) {
  const { otherName } = await import("../../node/credentials/registries.js");
  const other = otherName(registry);
  // It serves a hint only: a failure here would hide the error that is reported.
  const login = other && (await find(other).catch(() => undefined));
  return login && other;
}

/** A client with this provider of credentials; `--insecure` applies to the domains. `settings` are further options of it. */
export async function clientOf(domains, credentials, flags, { terminal, io, onEvent, places, recording }, settings) {
  const insecure = flags.insecure ? domains : [];
  const time = flags.timeout;
  const pem = async (name) => flags[name] === undefined ? undefined : (await import("./files.js")).readText(flags[name]);
  const [ca, cert, key] = await Promise.all(["ca", "cert", "key"].map(pem));
  const send = nodeFetch({ insecure, env: io.env, ca, cert, key });
  const trace = flags.debug ? (await import("../terminal/trace.js")).traced(send, terminal) : { send };
  return createClient({
    insecure,
    fetch: (places ?? recording)?.answering(trace.send) ?? trace.send,
    onEvent: bothOf(trace.onEvent, onEvent),
    credentials,
    concurrency: flags.concurrency,
    retry: { attempts: flags.retries === undefined ? undefined : flags.retries + 1 },
    trustedRealms: flags["trusted-realm"] ?? [],
    uploadOrigins: flags["upload-origin"] ?? [],
    signal: deadlineOf(flags.deadline),
    timeouts: time && { connectMs: time, headersMs: time, idleMs: time },
    ...settings,
  });
}

/** A signal that fires after so many milliseconds. Its timer does not keep the process alive. */
export function deadlineOf(ms) {
  if (ms === undefined) return undefined;
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DOMException("the deadline has passed", "TimeoutError")), ms).unref();
  return controller.signal;
}

/**
 * The verbs of `docker manifest`, over a client and the drafts in docker's folder.
 *
 * @param {string[]} references as for `connect`, and so is `settings`
 */
export async function connectManifests(references, flags, context, settings) {
  const client = await connect(references, flags, context, settings);
  return createManifests({ client, store: dockerStore({ config: flags.config, env: context.io.env }) });
}

/** The domains of the valid references; the command itself reports the others. */
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

/** Two listeners as one, of which either may be absent. */
function bothOf(one, other) {
  if (!one || !other) return one ?? other;
  return async (event) => {
    await one(event);
    await other(event);
  };
}
