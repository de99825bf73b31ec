/** The host of one call, as the core sees it: a fetch function, credentials, and a signal that ends everything. */

import { isFinal, optionInvalid } from "../core/errors.js";
import { TIMEOUTS } from "../core/facts.js";
import { hostFetch } from "../core/fetch.js";
import { Answer } from "../core/answer.js";
import { fact, failureOf, plainSignal, quietly } from "../core/foreign.js";
import { environment } from "../core/load.js";
import { LONGEST_MS, onAbort, overdue, sleep, until } from "../core/timers.js";
import { Watch } from "../core/watch.js";
import { withoutValues } from "../core/urls.js";
import { fieldsOf, guarded, optionalNumber, optionalText } from "../core/arguments.js";

/** How many bytes of a request's body a slow line sends in a millisecond: that time does not count as silence. */
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

/** What a call has, for the core, as one number. */
const HAS_CREDENTIALS = 1;
const HAS_ALLOWS = 2;
const HAS_LISTENER = 4;
const WAITS_ALONE = 8;
const HAS_HASH = 16;

/** The host of one call. What the core calls returns at once or gives a promise, and fails with plain values only. */
export class CallHost {
  /** What a caller's own function threw, which is the error of the call. @type {{ error: unknown } | undefined} */
  failure;
  /** Whether content is read on when the call has its answer: then `release` is for the one who reads. */
  isReadOn = false;
  /** The instance of the core that the call is made on. */
  core;
  /** Where contents that are read to their end are kept for the call itself; absent where it has no use for them. @type {Uint8Array[] | undefined} */
  contents;
  /** What ends a wait for an answer and for its content. */
  pace;
  watch;
  idle;
  #options;
  #credentials;
  #allows;
  #emit;
  #release;
  #whole;
  #ended;
  #finish;

  /**
   * @param options of the client
   * @param {AbortSignal} [given] the caller's signal
   * @param pace of the client: calls that are made one after the other are one loop
   */
  constructor(options, given, pace) {
    const { credentials, registries, onEvent, timeoutMs, endsAt, timeouts, signal: always } = options;
    this.#options = options;
    const { signal, release } = signalOf(given, always);
    this.#release = release;
    this.pace = pace;
    this.idle = { phase: "body", ms: timeouts?.idleMs ?? TIMEOUTS.idleMs, message: stoppedHalfWay };
    const ms = endsAt === undefined ? timeoutMs : endsAt - Date.now();
    this.watch = new Watch(signal, this.idle.ms, ms);
    this.#whole = ms === undefined || ms === Infinity ? { signal } : new LazySignal(this.watch);
    if (credentials) this.#credentials = inThisContext(this.#own(async (...values) => plainCredentials(await credentials(...values))));
    if (typeof registries === "function") this.#allows = inThisContext(this.#own(async (domain) => isAllowed(await registries(domain))));
    if (onEvent) this.#emit = this.#own((event) => onEvent(event));
  }

  /** A sum of the numbers above, for the core. */
  get flags() {
    const { waitsAlone, hash } = environment();
    return (this.#credentials ? HAS_CREDENTIALS : 0) | (this.#allows ? HAS_ALLOWS : 0) | (this.#emit ? HAS_LISTENER : 0)
      | (waitsAlone ? WAITS_ALONE : 0) | (hash ? HAS_HASH : 0);
  }

  /** The signal of the whole call, which fires also when the call has taken its time. @type {AbortSignal | undefined} */
  get signal() {
    return this.#whole.signal;
  }

  /** The signal of the call as the core looks at it. */
  get plainSignal() {
    return plainSignal(this.signal);
  }

  /** Sends a request, JSON of `{ url, attempt, init }`, under a time limit of its own. An `Answer` ends the wait of that number. */
  send(number, request, body) {
    const { core } = this;
    this.#sent(JSON.parse(request), body).then(
      (answer) => core.resume("answered", number, answer, answer.status, answer.head),
      (error) => core.resume("failed", number, failureOf(error)),
    );
  }

  /** Reads the next bytes of some content. They end the wait of that number. */
  part(number, content, most) {
    this.#arriving(number, content.next(most));
  }

  /** Reads some content to its end, as far as `most` goes. The bytes end the wait of that number. */
  all(number, content, most) {
    this.#arriving(number, content.all(most), this.contents);
  }

  /** Sends a request whose answer no call waits for. It ignores the signal: it cancels what a registry keeps for a call that has ended. */
  forget(request, body) {
    const { url, init } = JSON.parse(request);
    const given = { ...this.#initOf(init, body), signal: AbortSignal.timeout(FORGET_MS) };
    void quietly(async () => void (await this.#asked(url, given)).cancel());
  }

  /** Waits. */
  sleep(ms) {
    return plain(sleep(ms, this.signal));
  }

  /** Rejects when the signal fires, and resolves when the call is over. */
  ended() {
    this.#ended ??= until(new Promise((finish) => (this.#finish = finish)), this.signal);
    return plain(this.#ended);
  }

  /** The credentials for a registry. */
  credentials(registry, context) {
    return plain(until(this.#credentials(registry, context), this.signal));
  }

  /** Whether a registry may be asked. */
  allows(registry) {
    return plain(until(this.#allows(registry), this.signal));
  }

  /** A request will be sent again. */
  retried(event) {
    return plain(until(this.#emit({ type: "retry", ...event, url: withoutValues(event.url) }), this.signal));
  }

  /** The SHA-256 of bytes of the core's, which are read at once, in hexadecimal; undefined where the core is to compute it. */
  sha256(bytes) {
    return environment().hash("sha256", bytes);
  }

  /** A part of a blob is where it belongs. */
  progress(digest, done, total) {
    this.#emit({ type: "progress", digest, done, total }).catch(() => {});
  }

  /** The call is over. */
  finish() {
    this.#finish?.();
    if (!this.isReadOn) this.release();
  }

  /** Removes the listeners of the caller's signals and the timers of the limits. */
  release() {
    this.#release();
    this.watch.release();
  }

  /** A caller's own function: what it throws is for the caller, and ends the call: it is no failure to try again after. */
  #own(work) {
    return async (...values) => {
      try {
        return await work(...values);
      } catch (error) {
        this.failure ??= { error };
        throw Object.assign(new Error("a function of the caller failed"), { name: "AbortError" });
      }
    };
  }

  #arriving(number, bytes, kept) {
    const { core } = this;
    bytes.then(
      (arrived) => {
        kept?.push(arrived);
        core.resume("arrived", number, arrived);
      },
      (error) => core.resume("failed", number, failureOf(error)),
    );
  }

  async #sent({ url, attempt, init }, body) {
    const pause = this.pace();
    if (pause) await pause;
    this.watch.check();
    const { timeouts } = this.#options;
    const own = new LazySignal(this.watch);
    const given = { ...this.#initOf(init, body), ...(timeouts && { timeouts }), get signal() { return own.signal; } };
    const sending = (body?.length ?? 0) / SLOW_LINE;
    const ms = (timeouts?.connectMs ?? TIMEOUTS.connectMs) + (timeouts?.headersMs ?? TIMEOUTS.headersMs) + sending;
    const answer = this.#emit ? this.#observed(url, given, attempt) : this.#asked(url, given);
    try {
      // The call ends, also where the fetch function ignores its signal.
      return await this.watch.until(() => answer, { phase: "headers", ms, message: () => `no answer from ${new URL(url).host}` });
    } catch (error) {
      // An answer that comes too late is cancelled.
      answer.then((late) => late.cancel(), () => {});
      if (error?.phase) own.abort(error);
      throw error;
    }
  }

  #initOf(init, body) {
    return { ...environment().requestInit, ...init, ...(body && { body }) };
  }

  async #asked(url, init) {
    const { fetch: ask = hostFetch } = this.#options;
    try {
      return new Answer(await ask(url, init), this);
    } catch (error) {
      if (!isFinal(error)) throw error;
      this.failure ??= { error };
      throw Object.assign(new Error("the fetch function has ended the call"), { name: "AbortError" });
    }
  }

  async #observed(url, init, attempt) {
    const event = { method: init.method, url: withoutValues(url), attempt };
    await this.#emit({ type: "request", ...event });
    const start = performance.now();
    const answer = await this.#asked(url, init);
    const heard = this.#emit({ type: "response", ...event, status: answer.stated, ms: performance.now() - start });
    await heard.catch((error) => {
      void answer.cancel();
      throw error;
    });
    return answer;
  }
}

const stoppedHalfWay = () => "the answer stopped half-way";

/** The promise, whose failure is plain. */
async function plain(promise) {
  try {
    return await promise;
  } catch (error) {
    throw failureOf(error);
  }
}

/**
 * The signal of a call or of one request, made when it is asked for: a host takes longer to make one than all else here, and
 * longer still to make one of two by `AbortSignal.any`.
 */
class LazySignal {
  #watch;
  #controller;
  #reason;

  /** @param {Watch} watch of the call: when its signal fires, so does this one */
  constructor(watch) {
    this.#watch = watch;
  }

  get signal() {
    if (!this.#controller) {
      const controller = (this.#controller = new AbortController());
      this.#watch.hear((reason) => controller.abort(reason));
      if (this.#reason) controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason) {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
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
 * The callers' signals and the time that a call may take, as one; and how to remove the listeners and the timer.
 *
 * Hosts hold the parts of `AbortSignal.any` weakly: a limit that nothing else points at would be collected and never fire.
 */
export function signalOf(given, always, timeoutMs) {
  const hasLimit = timeoutMs !== undefined && timeoutMs !== Infinity;
  if (!given && !always && !hasLimit) return NO_SIGNAL;
  const signals = [given, always].filter((signal) => signal !== undefined).map(native);
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

const NO_SIGNAL = { signal: undefined, release() {} };

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
