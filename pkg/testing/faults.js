/**
 * Faults: failures between a client and a registry, on demand and counted.
 *
 * @typedef {object} Match which requests get a fault; a member that is left out matches all
 * @property {string} [method] GET, HEAD, PUT, …
 * @property {string | RegExp | ((path: string) => boolean)} [path] the URL's path: equal, matching, or by the
 *   function's result
 * @property {number} [skip] how many matching requests succeed first; default 0
 * @property {number} [times] how many requests get the fault; default: all
 *
 * @typedef {object} Change a change of the answer. With `status` the registry never gets the request;
 *   without it the request is executed and its answer is changed
 * @property {number} [delayMs] waits first, in milliseconds
 * @property {number} [status]
 * @property {Record<string, string | null>} [headers] set on the answer; null removes
 * @property {string | Uint8Array | object} [body] replaces the body; an object becomes JSON
 * @property {number} [corrupt] flips one bit in the body's byte at this position
 * @property {number} [truncate] the body ends after so many bytes, Content-Length stays as it was
 * @property {number} [resetAfter] the connection breaks after so many bytes of the body
 * @property {number} [stallAfter] the body stops after so many bytes and stays open
 *
 * @typedef {"reset" | "lost" | "stall" | string | Change} Outcome `reset`: the connection breaks before the request is
 *   executed. `lost`: the request is executed, then the connection breaks. `stall`: no answer ever comes. Another text
 *   names an attack, see {@link ATTACKS}; an unknown one throws a TypeError
 * @typedef {{ match?: Match, answer: Outcome }} Fault
 * @typedef {(request: { method: string, path: string, url: URL, headers: Headers }) => Outcome | undefined}
 *   FaultFunction
 */

import { ATTACKS, attacked, isAttack } from "./attacks.js";
import { bytesOf } from "./storage.js";
import { isBodiless } from "./answers.js";

/** Outcomes that are no answers. */
const BROKEN = ["reset", "lost", "stall"];

const unknownFault = (name) =>
  new TypeError(
    `${JSON.stringify(name)} is not a fault; known are ${[...BROKEN, ...Object.keys(ATTACKS)].join(", ")}`,
  );

/**
 * @param {Fault[] | FaultFunction} faults a live list: faults that are pushed later count too
 * @returns {(request: object) => Outcome | undefined} the outcome of the first fault that matches
 *   the request. Throws a TypeError for an unknown fault
 */
export function createFaults(faults) {
  if (typeof faults === "function") return faults;
  for (const { answer } of faults) {
    if (typeof answer === "string" && !isAttack(answer) && !BROKEN.includes(answer)) throw unknownFault(answer);
  }
  const met = new WeakMap();
  return (request) => {
    const fault = faults.find((candidate) => {
      if (!matches(candidate.match ?? {}, request)) return false;
      const { skip = 0, times = Infinity } = candidate.match ?? {};
      const seen = met.get(candidate) ?? 0;
      met.set(candidate, seen + 1);
      return seen >= skip && seen < skip + times;
    });
    return fault?.answer;
  };
}

function matches({ method, path }, request) {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (path === undefined) return true;
  if (typeof path === "function") return path(request.path);
  return typeof path === "string" ? path === request.path : path.test(request.path);
}

/**
 * Answers a request with an outcome.
 *
 * @param {Outcome} outcome
 * @param {{ method: string, signal: AbortSignal }} request
 * @param {() => Promise<Response>} proceed executes the request
 * @returns {Promise<Response>} rejects as a fetch does when the connection breaks
 */
export async function withFault(outcome, request, proceed) {
  if (outcome === "reset") throw connectionReset();
  if (outcome === "stall") return stalled(request.signal);
  if (outcome === "lost") {
    await proceed();
    throw connectionReset();
  }
  if (isAttack(outcome)) return attacked(outcome, await proceed(), request);
  if (typeof outcome === "string") throw unknownFault(outcome);
  if (outcome.delayMs !== undefined) await delay(outcome.delayMs, request.signal);
  const response =
    outcome.status === undefined ? await proceed() : new Response(null, { status: outcome.status });
  return changed(response, outcome, request);
}

/** The error of a broken connection, in the shape of Node's fetch; `serve` breaks the socket on it. */
function connectionReset() {
  const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  return new TypeError("fetch failed", { cause });
}

async function changed(response, change, { method, signal }) {
  const headers = new Headers(response.headers);
  let bytes = new Uint8Array(await response.arrayBuffer());
  if (change.body !== undefined) {
    bytes = bytesOf(change.body);
    headers.set("content-length", String(bytes.length));
    if (isRecord(change.body)) headers.set("content-type", "application/json");
  }
  if (change.corrupt !== undefined) bytes[change.corrupt] ^= 1;
  for (const [name, value] of Object.entries(change.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  if (isBodiless(response.status)) headers.delete("content-length");
  const bodiless = method === "HEAD" || isBodiless(response.status);
  return new Response(bodiless ? null : cutShort(bytes, change, signal), {
    status: response.status,
    headers,
  });
}

function cutShort(bytes, { truncate, resetAfter, stallAfter }, signal) {
  const end = truncate ?? resetAfter ?? stallAfter;
  if (end === undefined) return bytes;
  return new ReadableStream({
    start(controller) {
      if (end > 0) controller.enqueue(bytes.slice(0, end));
      if (truncate !== undefined) return controller.close();
      if (stallAfter !== undefined) signal.addEventListener("abort", () => controller.error(signal.reason));
    },
    pull(controller) {
      if (resetAfter !== undefined) controller.error(connectionReset());
    },
  });
}

/** Settles only when the signal aborts. */
const stalled = (signal) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

function delay(ms, signal) {
  let timer;
  const passed = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([passed, stalled(signal)]).finally(() => clearTimeout(timer));
}

const isRecord = (value) => typeof value === "object" && !(value instanceof Uint8Array);
