/** The host of one call, as the core sees it: a fetch function, credentials, and a signal that ends everything. */

import { optionInvalid } from "./errors.js";
import { hostFetch } from "./fetch.js";
import { host } from "./load.js";
import { LONGEST_MS, after } from "./timer.js";
import { optionsOf } from "./values.js";

/** Until a connection stands, from there until the answer begins, and between two parts of its body. */
const TIMEOUTS = { connectMs: 10_000, headersMs: 30_000, idleMs: 30_000 };

/** What a slow line carries of a request's body in a millisecond: time that sending takes is no silence. */
const SLOW_LINE = 32;

/**
 * `work`, called in the async context of who asks here (Node's AsyncLocalStorage): the core goes on wherever it is woken,
 * which may be in another user's call. An async function keeps the context in which it began.
 */
function inThisContext(work) {
  const waiting = [];
  let wake;
  const calls = async () => {
    for (;;) {
      await new Promise((resolve) => (wake = resolve));
      for (const run of waiting.splice(0)) run();
    }
  };
  void calls();
  return (...values) =>
    new Promise((resolve) => {
      waiting.push(() => resolve(work(...values)));
      wake();
    });
}

/** How long a request is given whose answer nobody waits for. */
const FORGET_MS = 5_000;

/** Checks the options that stay on this side. */
export function checkHostOptions({ fetch, credentials, onEvent, timeoutMs, concurrency, timeouts, retry }) {
  for (const [name, value] of Object.entries({ fetch, credentials, onEvent })) {
    if (value !== undefined && typeof value !== "function") throw optionInvalid(`${name} takes a function`);
  }
  const { connectMs, headersMs, idleMs } = optionsOf(timeouts, "timeouts");
  const { attempts, maxDelayMs } = optionsOf(retry, "retry");
  const numbers = { timeoutMs, concurrency, connectMs, headersMs, idleMs, attempts, maxDelayMs };
  for (const [name, value] of Object.entries(numbers)) {
    if (value === undefined || (typeof value === "number" && value > 0)) continue;
    throw optionInvalid(`${name} takes a number above 0`);
  }
  for (const [name, value] of Object.entries({ timeoutMs, connectMs, headersMs, idleMs, maxDelayMs })) {
    if (value === undefined || value <= LONGEST_MS || (value === Infinity && name !== "maxDelayMs")) continue;
    throw optionInvalid(`${name} takes at most ${LONGEST_MS} milliseconds`);
  }
}

/**
 * @param options of the client
 * @param {AbortSignal} [given] the caller's signal
 * @returns the object that the core takes, the signal of the whole call, what a caller's own function threw, and
 *   `finish`, to be called when the call is over
 */
export function createHost({ fetch = hostFetch, credentials, onEvent, timeoutMs, timeouts }, given) {
  const signal = signalOf(given, timeoutMs);
  const { connectMs, headersMs, idleMs } = { ...TIMEOUTS, ...timeouts };
  const idle = { phase: "body", ms: idleMs, message: "the answer stopped half-way" };
  const call = { failure: undefined, signal, idle, finish() {} };

  /** A caller's own function: what it throws is for the caller, and ends the call: it is no failure to try again after. */
  const own = (work) => async (...values) => {
    try {
      return await work(...values);
    } catch (error) {
      call.failure ??= { error };
      throw Object.assign(new Error("a function of the caller failed"), { name: "AbortError" });
    }
  };

  const emit = onEvent ? own((event) => onEvent(event)) : undefined;

  async function observed(url, init, attempt) {
    if (!emit) return fetch(url, init);
    const event = { method: init.method, url: redacted(url), attempt };
    await emit({ type: "request", ...event });
    const start = performance.now();
    const response = await fetch(url, init);
    const heard = emit({ type: "response", ...event, status: response?.status, ms: performance.now() - start });
    await heard.catch((error) => {
      letGo(response);
      throw error;
    });
    return response;
  }

  /** A request with a time limit of its own: it ends, where the fetch function is deaf at least for us. */
  async function send(url, init, attempt) {
    if (signal?.aborted) throw signal.reason;
    const own = new AbortController();
    const sending = (init.body?.length ?? 0) / SLOW_LINE;
    const ms = connectMs + headersMs + sending;
    const limit = { phase: "headers", ms, message: `no answer from ${new URL(url).host}` };
    const heard = signal ? AbortSignal.any([signal, own.signal]) : own.signal;
    const answer = observed(url, { ...init, ...(timeouts && { timeouts }), signal: heard }, attempt);
    // One that comes too late is let go of.
    answer.then((late) => heard.aborted && letGo(late), () => {});
    return until(answer, signal, limit).catch((error) => {
      if (error?.phase) own.abort(error);
      throw error;
    });
  }

  let ended;
  call.core = {
    fetch: send,
    credentials: credentials && inThisContext(own(async (...values) => plainCredentials(await credentials(...values)))),
    until: (promise) => until(promise, signal),
    arriving: (promise) => until(promise, signal, idle),
    signal,
    requestInit: host().requestInit,
    sleep: (ms) => sleep(ms, signal),
    ended: () => (ended ??= until(new Promise((finish) => (call.finish = finish)), signal)),
    retried: emit && ((event) => emit({ type: "retry", ...event, url: redacted(event.url) })),
    progress: emit && ((digest, done, total) => void emit({ type: "progress", digest, done, total }).catch(() => {})),
    // Deaf to the signal: it lets go of what a registry keeps for a call that has ended.
    async forget(url, init) {
      const { body } = await fetch(url, { ...init, signal: AbortSignal.timeout(FORGET_MS) });
      await body?.cancel?.();
    },
  };
  return call;
}

/** Nobody reads this answer's body. */
function letGo(response) {
  Promise.resolve(response)
    .then((unread) => unread?.body?.cancel?.())
    .catch(() => {});
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
  if (timeoutMs === undefined || timeoutMs === Infinity) return given;
  const timeout = AbortSignal.timeout(timeoutMs);
  return given ? AbortSignal.any([given, timeout]) : timeout;
}

/**
 * The promise, or the signal's reason if that comes first, or a TimeoutError when it takes longer than `limit`: not
 * every fetch function listens to its signal.
 * @param {{ phase: string, ms: number, message: string }} [limit]
 */
export function until(promise, signal, limit) {
  if (!signal && !limit) return promise;
  let timer, stop;
  const first = new Promise((resolve, reject) => {
    timer = limit && after(limit.ms, () => reject(timedOut(limit)));
    stop = signal && onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject);
  });
  // Whichever it was: a timer that nobody waits for would keep the process alive.
  return first.finally(() => {
    clearTimeout(timer);
    stop?.();
  });
}

/** Who waits for which signal. One signal may end hundreds of calls, and hosts warn of more than ten listeners. */
const hearers = new WeakMap();

/** Calls `hear` when the signal fires, or at once when it has; returns how to stop that. */
function onAbort(signal, hear) {
  if (signal.aborted) {
    hear();
    return () => {};
  }
  let all = hearers.get(signal);
  if (!all) {
    hearers.set(signal, (all = new Set()));
    signal.addEventListener("abort", () => all.forEach((one) => one()), { once: true });
  }
  all.add(hear);
  return () => all.delete(hear);
}

function timedOut({ phase, ms, message }) {
  const error = new Error(`${message} within ${Math.ceil(ms / 1000)} s`);
  return Object.assign(error, { name: "TimeoutError", code: "ETIMEDOUT", phase });
}

function sleep(ms, signal) {
  let timer;
  const slept = new Promise((wake) => (timer = setTimeout(wake, ms)));
  return until(slept, signal).finally(() => clearTimeout(timer));
}

/** A URL without the values of its query, which may hold signatures; a part without a name is all value. */
function redacted(url) {
  const [path, query] = url.split("?", 2);
  if (query === undefined) return path;
  return `${path}?${query.split("&").map((part) => (part.includes("=") ? part.replace(/=.*/s, "=…") : "…")).join("&")}`;
}
