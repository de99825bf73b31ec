/** The host of one call, as the core sees it: a fetch function, credentials, and a signal that ends everything. */

import { optionInvalid } from "../core/errors.js";
import { TIMEOUTS } from "../core/facts.js";
import { hostFetch } from "../core/fetch.js";
import { answerOf, fact, plainSignal, plainly } from "../core/foreign.js";
import { environment } from "../core/load.js";
import { LONGEST_MS, after } from "../core/timers.js";
import { withoutValues } from "../core/urls.js";
import { fieldsOf, guarded, optionalNumber, optionalText } from "../core/arguments.js";

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

/** How long a request is given whose answer no call waits for. */
const FORGET_MS = 5_000;

/** A number of milliseconds that a timer can count, or nothing. */
export function optionalMs(value, name) {
  const ms = optionalNumber(value, name);
  if (ms === undefined || ms <= LONGEST_MS) return ms;
  throw optionInvalid(`${name} takes at most ${LONGEST_MS} milliseconds`);
}

/** As above, or no limit. */
export const optionalLimit = (value, name) => (value === Infinity ? value : optionalMs(value, name));

/** A caller's AbortSignal, or nothing. */
export function optionalSignal(value, name) {
  if (value === undefined || typeof guarded(name, () => value?.addEventListener) === "function") return value;
  throw optionInvalid(`${name} takes an AbortSignal`);
}

/**
 * @param options of the client
 * @param {AbortSignal} [given] the caller's signal
 * @param pace of the client: calls that are made one after the other are one loop
 * @returns the object that the core takes, the signal of the whole call, what a caller's own function threw, and
 *   `finish`, to be called when the call is over
 */
export function createHost({ fetch: ask = hostFetch, credentials, registries, onEvent, timeoutMs, timeouts, signal: always }, given, pace) {
  const { signal, release } = signalOf([given, always], timeoutMs);
  const { connectMs, headersMs, idleMs } = { ...TIMEOUTS, ...timeouts };
  const idle = { phase: "body", ms: idleMs, message: "the answer stopped half-way" };
  const call = { failure: undefined, signal, idle, pace, release, finish() {} };

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
    if (!emit) return answerOf(await ask(url, init), pace);
    const event = { method: init.method, url: withoutValues(url), attempt };
    await emit({ type: "request", ...event });
    const start = performance.now();
    const response = answerOf(await ask(url, init), pace);
    const heard = emit({ type: "response", ...event, status: response.status, ms: performance.now() - start });
    await heard.catch((error) => {
      letGo(response);
      throw error;
    });
    return response;
  }

  /** A request with a time limit of its own: it ends, where the fetch function is deaf at least for us. */
  async function send(url, init, attempt) {
    const turn = pace();
    if (turn) await turn;
    if (signal?.aborted) throw signal.reason;
    const own = new AbortController();
    const sending = (init.body?.length ?? 0) / SLOW_LINE;
    const ms = connectMs + headersMs + sending;
    // Read where it is over: a parse for each request is much.
    const limit = { phase: "headers", ms, get message() { return `no answer from ${new URL(url).host}`; } };
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
    fetch: plainly(send),
    credentials: credentials && inThisContext(plainly(own(async (...values) => plainCredentials(await credentials(...values))))),
    allows: typeof registries === "function" ? inThisContext(plainly(own(async (domain) => isAllowed(await registries(domain))))) : undefined,
    until: plainly((promise) => until(promise, signal)),
    arriving: plainly((promise) => until(promise, signal, idle)),
    signal: plainSignal(signal),
    requestInit: environment().requestInit,
    waitsAlone: environment().waitsAlone,
    sleep: plainly((ms) => sleep(ms, signal)),
    ended: plainly(() => (ended ??= until(new Promise((finish) => (call.finish = finish)), signal))),
    retried: emit && plainly((event) => emit({ type: "retry", ...event, url: withoutValues(event.url) })),
    progress: emit && ((digest, done, total) => void emit({ type: "progress", digest, done, total }).catch(() => {})),
    // Deaf to the signal: it lets go of what a registry keeps for a call that has ended.
    async forget(url, init) {
      letGo(answerOf(await ask(url, { ...init, signal: AbortSignal.timeout(FORGET_MS) }), pace));
    },
  };
  return call;
}

/** This answer's body is not read. */
function letGo({ body }) {
  void body?.cancel();
}

/** What the function of a caller says of a registry. Anything but a clear answer may be a mistake that lets all of them in. */
function isAllowed(answer) {
  if (typeof answer === "boolean") return answer;
  throw optionInvalid("registries returned neither true nor false");
}

const CREDENTIALS = {
  username: optionalText, password: optionalText, identityToken: optionalText, registryToken: optionalText,
};

/** What a provider answered. What is no object is for the core to judge. */
function plainCredentials(answer) {
  if (typeof answer === "string") throw optionInvalid("credentials returned a text, not an object");
  if (typeof answer !== "object" || answer === null) return answer;
  return fieldsOf(answer, "what `credentials` returned", CREDENTIALS);
}

/**
 * The callers' signals and the time that a call may take, as one; and how to let go of them.
 *
 * Hosts hold the parts of `AbortSignal.any` weakly: a limit that nothing else points at would be collected and never fire.
 */
function signalOf(given, timeoutMs) {
  const signals = given.filter((signal) => signal !== undefined).map(native);
  const hasLimit = timeoutMs !== undefined && timeoutMs !== Infinity;
  if (signals.length < 2 && !hasLimit) return { signal: signals[0], release() {} };
  const controller = new AbortController();
  const stops = signals.map((signal) => onAbort(signal, () => controller.abort(signal.reason)));
  const timer = hasLimit ? setTimeout(() => controller.abort(overdue()), timeoutMs) : undefined;
  // As with AbortSignal.timeout, a limit alone keeps no process alive.
  timer?.unref?.();
  const release = () => {
    clearTimeout(timer);
    stops.forEach((stop) => stop());
  };
  return { signal: controller.signal, release };
}

const overdue = () => new DOMException("The call took longer than it was given", "TimeoutError");

/** Whether a signal has fired; throws for what is no signal of this host. */
const isFired = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted").get;

/** A signal of this host, for one that may be of another realm or library. */
function native(signal) {
  try {
    isFired.call(signal);
    return signal;
  } catch {
    const controller = new AbortController();
    const abort = () => controller.abort(fact(signal, "reason"));
    guarded("signal", () => {
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    });
    return controller.signal;
  }
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
  // Whichever it was: a timer that no call waits for would keep the process alive.
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

/** Waits, or rejects with the reason of the signal. */
export function sleep(ms, signal) {
  let timer;
  const slept = new Promise((wake) => (timer = setTimeout(wake, ms)));
  return until(slept, signal).finally(() => clearTimeout(timer));
}
