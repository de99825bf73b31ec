/**
 * `multiarch/proxy`: what lets a page read registries that send no CORS headers. `(Request) =>
 * Promise<Response>`, web standards only: for Workers, Deno, Bun, and `serve` in Node.
 *
 * It is no relay. It reads a structured question, asks the registry with a client of its own, and answers
 * with bytes that were verified, under a type that it chose. No header of the request goes on; no header of
 * the registry comes back; no HTML ever does.
 *
 * ```js
 * import { createProxy } from "multiarch/proxy";
 * import { serve } from "multiarch/node";
 *
 * const { url } = await serve(createProxy({ registries: ["docker.io", "ghcr.io"], path: "/r/" }));
 * // in the page: createClient({ via: "/r/" })
 * ```
 */

import { createClient } from "multiarch";

import { registriesOf } from "../client/reading.js";
import { optionInvalid } from "../core/errors.js";
import { asIs, guarded, optionalFunction, optionalSize, optionalText, optionsOf, textsOf } from "../core/arguments.js";
import { proxyOf } from "./handler.js";

const TIMEOUT_MS = 30_000;
const PACE_MS = 1_000;

/**
 * @param {object} options
 * @param {string[] | ((domain: string) => boolean)} options.registries as in `createClient`: the registries that may be
 *   asked. Nothing else is, ever
 * @param {boolean | "listed"} [options.privateAddresses] as in `createClient`; default "listed"
 * @param {string} [options.path] where the proxy lives; default "/"
 * @param {string[]} [options.origins] beside loopback, the origins under which the proxy answers and those
 *   whose pages may use it, `https://inspector.example` for instance. Default: loopback only
 * @param {number} [options.layerBudget] the largest blob that is passed on, in bytes; default 4 MiB, which is enough for
 *   configs and statements. A larger one than that is streamed; it is verified as it passes, and breaks off before its end
 *   when it is not what its digest promises
 * @param {import("multiarch").CredentialProvider} [options.credentials] default: none. Each caller that reaches the
 *   proxy reads what they open
 * @param {import("./cache.js").Cache} [options.cache] a Cache (service worker standard, also `caches.default` at the edge)
 *   for what is asked for by digest
 * @param {typeof fetch} [options.fetch]
 * @param {boolean | string[]} [options.insecure] as in `createClient`
 * @param {string[]} [options.trustedRealms] as in `createClient`
 * @param {(error: unknown) => void} [options.onError] gets failures that are no MultiarchError; they are
 *   answered with 500
 * @returns {(request: Request) => Promise<Response>} never rejects. Throws OPTION_INVALID
 */
export function createProxy(options) {
  const { path, origins, layerBudget, cache, onError, privateAddresses = "listed", ...settings } =
    optionsOf(options, "createProxy", OPTIONS);
  if (settings.registries === undefined) throw optionInvalid("registries takes a list of texts: nothing else is ever asked");
  // The caller is asked to come back later, and waits by itself: nothing piles up here, at a pace that a registry takes.
  const retry = { attempts: 1, maxDelayMs: PACE_MS };
  const client = createClient({ ...settings, privateAddresses, timeoutMs: TIMEOUT_MS, retry });
  return proxyOf(client, { path, origins, layerBudget, cache, onError });
}

function namesOf(value, name) {
  const names = textsOf(value, name);
  if (names.includes("")) throw optionInvalid(`${name} takes a list of texts that are not empty`);
  return names;
}

/** A list without empty texts, or a function. */
const givenRegistries = (value, name) =>
  (guarded(name, () => Array.isArray(value)) ? namesOf(value, name) : registriesOf(value, name));

const OPTIONS = {
  registries: givenRegistries,
  privateAddresses: asIs,
  origins: (value, name) => (value === undefined ? undefined : namesOf(value, name)),
  path: optionalText,
  layerBudget: optionalSize,
  cache: asIs,
  onError: optionalFunction,
  credentials: asIs,
  fetch: asIs,
  insecure: asIs,
  trustedRealms: asIs,
};
