/** The host of one call, as the core sees it: a fetch function, credentials, and a signal that ends everything. */

import { optionInvalid } from "./errors.js";
import { hostFetch } from "./fetch.js";
import { host } from "./load.js";

/** How many requests of one client wait for an answer at the same time. */
const CONCURRENCY = 16;

/** Checks the options that stay on this side. */
export function checkHostOptions({ fetch, credentials, onEvent, timeoutMs, concurrency }) {
  for (const [name, value] of Object.entries({ fetch, credentials, onEvent })) {
    if (value !== undefined && typeof value !== "function") throw optionInvalid(`${name} takes a function`);
  }
  for (const [name, value] of Object.entries({ timeoutMs, concurrency })) {
    if (value !== undefined && !(value > 0)) throw optionInvalid(`${name} takes a number above 0`);
  }
}

/** A gate that lets `size` pieces of work run at once; the rest wait in line. */
export function createGate(size = CONCURRENCY) {
  let free = size;
  const line = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise((enter) => line.push(enter));
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/**
 * @param options of the client
 * @param gate shared by the calls of one client
 * @param {AbortSignal} [given] the caller's signal
 * @returns the object that the core takes, the signal of the whole call, and what a caller's own function threw
 */
export function createHost({ fetch = hostFetch, credentials, onEvent, timeoutMs }, gate, given) {
  const signal = signalOf(given, timeoutMs);
  const call = { failure: undefined, signal };

  /** A caller's own function: what it throws is for the caller, not for the network table. */
  const own = (work) => async (...values) => {
    try {
      return await work(...values);
    } catch (error) {
      call.failure ??= { error };
      throw error;
    }
  };

  const emit = onEvent ? own((event) => onEvent(event)) : undefined;

  async function observed(url, init) {
    if (!emit) return fetch(url, init);
    const event = { method: init.method, url: redacted(url), attempt: 1 };
    await emit({ type: "request", ...event });
    const start = performance.now();
    const response = await fetch(url, init);
    await emit({ type: "response", ...event, status: response?.status, ms: performance.now() - start });
    return response;
  }

  call.core = {
    // Inside of the gate: a fetch function that is deaf to its signal must not keep the place of an ended call.
    fetch: (url, init) => gate(() => (signal?.aborted ? Promise.reject(signal.reason) : heard(observed(url, init), signal))),
    credentials: credentials && own(async (...values) => plainCredentials(await credentials(...values))),
    until: (promise) => until(promise, signal),
    signal,
    requestInit: host().requestInit,
  };
  return call;
}

/** Getters run on this side, where their errors are the provider's. */
function plainCredentials(answer) {
  if (typeof answer !== "object" || answer === null) return answer;
  const { username, password, identityToken, registryToken } = answer;
  return { username, password, identityToken, registryToken };
}

/** The caller's signal and the time that a call may take, as one. */
function signalOf(given, timeoutMs) {
  if (given !== undefined && typeof given?.addEventListener !== "function") {
    throw optionInvalid("signal takes an AbortSignal");
  }
  if (timeoutMs === undefined) return given;
  const timeout = AbortSignal.timeout(timeoutMs);
  return given ? AbortSignal.any([given, timeout]) : timeout;
}

/** The promise, or the signal's reason if that comes first: not every fetch function listens to its signal. */
export function until(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** The answer, or the signal's reason if that comes first; an answer that comes after it is let go of. */
function heard(answer, signal) {
  if (signal) answer.then((late) => signal.aborted && late.body.cancel()).catch(() => {});
  return until(answer, signal);
}

/** A URL without the values of its query, which may hold signatures. */
function redacted(url) {
  const [path, query] = url.split("?", 2);
  return query === undefined ? path : `${path}?${query.replace(/=[^&]*/g, "=…")}`;
}
