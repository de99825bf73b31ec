/**
 * A fetch function over `node:http` and `node:https`. The global one costs about 100 ms of CPU the first time (this one 18),
 * and can neither be told of another certificate authority nor skip verification for one registry only.
 */

import { fetchFailed, failure } from "./failure.js";
import { createResponse } from "./response.js";
import { createRoutes } from "./routes.js";

/**
 * @param {object} [options]
 * @param {string | Uint8Array | (string | Uint8Array)[]} [options.ca] further authorities to trust, as PEM
 * @param {boolean | string[]} [options.insecure] no verification of certificates, at all or for these registries
 * @param {string | URL | false} [options.proxy] an http proxy; false for none; default: HTTPS_PROXY, HTTP_PROXY and
 *   NO_PROXY by Go's rules
 * @param {number} [options.connectTimeoutMs] until a connection stands, 30 s
 * @param {number} [options.headersTimeoutMs] from there until the answer begins, 60 s
 * @param {number} [options.idleTimeoutMs] between two parts of a body, 60 s
 * @returns {(url: string | URL, init?: object) => Promise<object>} as `fetch`, but it never follows a redirect, and
 *   what it returns only resembles a Response: status, ok, url, headers, body (getReader), arrayBuffer, text, json
 */
export function nodeFetch(options = {}) {
  const { connectTimeoutMs = 30_000, headersTimeoutMs = 60_000, idleTimeoutMs = 60_000 } = options;
  const limits = { connectTimeoutMs, headersTimeoutMs, idleTimeoutMs };
  const route = createRoutes({ ...options, connectTimeoutMs });
  return async (url, init = {}) => {
    const target = new URL(url);
    if (target.protocol !== "https:" && target.protocol !== "http:") {
      throw fetchFailed(failure("ERR_INVALID_PROTOCOL", `only http and https, not ${target.protocol}`));
    }
    if (target.username || target.password) throw new TypeError("a URL with credentials is not requested");
    init.signal?.throwIfAborted();
    const way = await route(target).catch((error) => {
      throw fetchFailed(error);
    });
    return sendOnce(way, target, init, limits).catch((error) => {
      if (!isStale(error, init)) throw error;
      return sendOnce(way, target, init, limits);
    });
  };
}

/** A kept-alive connection that the other side was just closing: the request was not seen, so it is sent again. */
function isStale(error, { method = "GET", signal }) {
  return error?.cause?.reused === true && (method === "GET" || method === "HEAD") && !signal?.aborted;
}

function sendOnce({ request, options }, target, { method = "GET", headers, body, signal }, limits) {
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, method, headers: { ...plainHeaders(headers), ...options.headers } });
    let answer;
    const abort = () => {
      if (answer?.body) answer.body.fail(signal.reason);
      reject(signal.reason);
      sent.destroy();
    };
    const done = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort, { once: true });
    const stopWatch = watchTimes(sent, target, limits);

    let answered = false;
    sent.once("response", (message) => {
      answered = true;
      stopWatch();
      const about = { url: target.href, method, idleTimeoutMs: limits.idleTimeoutMs, onEnd: done };
      createResponse(message, about).then((response) => resolve((answer = response)), reject);
    });
    sent.on("error", (error) => {
      // Once there is an answer its body reports what breaks; one without a body is complete, whatever follows.
      if (answered) return;
      stopWatch();
      done();
      reject(fetchFailed(Object.assign(error, { reused: sent.reusedSocket && error.code === "ECONNRESET" })));
    });
    sent.end(body ?? undefined);
  });
}

/** Headers as Node wants them, from what `fetch` accepts. */
function plainHeaders(headers = {}) {
  const list = typeof headers[Symbol.iterator] === "function" ? [...headers] : Object.entries(headers);
  const plain = { "accept-encoding": "identity" };
  for (const [name, value] of list) plain[name.toLowerCase()] = String(value);
  return plain;
}

/** Ends a request that has no connection, then one that has no answer, in time. Returns how to stop that. */
function watchTimes(sent, target, { connectTimeoutMs, headersTimeoutMs }) {
  const end = (message) => () => sent.destroy(failure("ETIMEDOUT", message));
  let timer = setTimeout(end(`no connection to ${target.host}`), connectTimeoutMs);
  sent.once("socket", (socket) => {
    const ready = () => {
      clearTimeout(timer);
      timer = setTimeout(end(`no answer from ${target.host}`), headersTimeoutMs);
    };
    if (socket.secureConnecting) socket.once("secureConnect", ready);
    else if (socket.connecting) socket.once("connect", ready);
    else ready();
  });
  sent.once("close", () => clearTimeout(timer));
  return () => clearTimeout(timer);
}
