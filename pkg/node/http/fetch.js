/**
 * A fetch function over `node:http` and `node:https`. The global one costs about 100 ms of CPU the first time (this one 18),
 * takes no further certificate authority, and cannot skip verification for one registry only.
 */

import { TIMEOUTS } from "../../core/facts.js";
import { after } from "../../core/timers.js";
import { fetchFailed, failure } from "./failure.js";
import { createResponse } from "./response.js";
import { createRoutes } from "./routes.js";

/**
 * @param {object} [options]
 * @param {string | Uint8Array | (string | Uint8Array)[]} [options.ca] further authorities to trust, as PEM
 * @param {string | Uint8Array} [options.cert] a client certificate for registries, as PEM; with `key`
 * @param {string | Uint8Array} [options.key] its key, as PEM
 * @param {string | false} [options.certificates] docker's folder of certificates for registries; false for none; default
 *   the folder that docker's command line reads, `/etc/docker/certs.d` mostly
 * @param {boolean | string[]} [options.insecure] skips verification of certificates, for all or for these registries
 * @param {string | URL | false} [options.proxy] an http proxy; false for none; default: HTTPS_PROXY, HTTP_PROXY and
 *   NO_PROXY by Go's rules
 * @param {number} [options.connectTimeoutMs] until the connection is open, 10 s
 * @param {number} [options.headersTimeoutMs] from there, and from the end of the request's body, until the answer begins, 30 s
 * @param {number} [options.idleTimeoutMs] between two parts of a body, 30 s
 * @param {Function} [options.lookup] in place of `dns.lookup`
 * @returns {(url: string | URL, init?: object) => Promise<object>} as `fetch`, but it never follows a redirect, and
 *   what it returns only resembles a Response: status, ok, url, headers, body (getReader), arrayBuffer, text, json
 */
export function nodeFetch(options = {}) {
  const { connectTimeoutMs = TIMEOUTS.connectMs, headersTimeoutMs = TIMEOUTS.headersMs } = options;
  const { idleTimeoutMs = TIMEOUTS.idleMs } = options;
  const limits = { connectMs: connectTimeoutMs, headersMs: headersTimeoutMs, idleMs: idleTimeoutMs };
  const route = createRoutes({ ...options, connectTimeoutMs });
  return async (url, init = {}) => {
    const target = new URL(url);
    if (target.protocol !== "https:" && target.protocol !== "http:") {
      throw fetchFailed(failure("ERR_INVALID_PROTOCOL", `only http and https, not ${target.protocol}`));
    }
    if (target.username || target.password) throw new TypeError("a URL with credentials is not requested");
    init.signal?.throwIfAborted();
    const path = await route(target, init).catch((error) => {
      throw fetchFailed(error);
    });
    // A client's own limits are part of the request.
    const times = { ...limits, ...init.timeouts };
    return sendOnce(path, target, init, times).catch((error) => {
      if (!isStale(error, init)) throw error;
      return sendOnce(path, target, init, times);
    });
  };
}

/** A kept-alive connection that the host was just closing: the request was not processed, so it is sent again. */
function isStale(error, { method = "GET", signal }) {
  return error?.cause?.reused === true && (method === "GET" || method === "HEAD") && !signal?.aborted;
}

function sendOnce({ request, options, meet, explain = (error) => error }, target, { method = "GET", headers, body, signal }, limits) {
  return new Promise((resolve, reject) => {
    // The signal may have fired while the route was found, and it fires once only.
    signal?.throwIfAborted();
    const sent = request({ ...options, method, headers: { ...plainHeaders(headers), ...options.headers } });
    // Node drops the headers after the 2,000th silently, a digest among them. Their size is limited anyway.
    sent.maxHeadersCount = 0;
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
      meet?.(message.socket.remoteAddress);
      stopWatch();
      const about = { url: target.href, method, idleTimeoutMs: limits.idleMs, onEnd: done };
      createResponse(message, about).then((response) => resolve((answer = response)), reject);
    });
    sent.on("error", (error) => {
      // After the answer its body reports failures; an answer without a body is complete.
      if (answered) return;
      stopWatch();
      done();
      const reused = sent.reusedSocket && error.code === "ECONNRESET";
      reject(fetchFailed(Object.assign(explain(error), { reused })));
    });
    sent.end(body ?? undefined);
  });
}

/** Headers for Node, from any form that `fetch` accepts. */
function plainHeaders(headers = {}) {
  const list = typeof headers[Symbol.iterator] === "function" ? [...headers] : Object.entries(headers);
  const plain = { "accept-encoding": "identity" };
  for (const [name, value] of list) plain[name.toLowerCase()] = String(value);
  return plain;
}

/** Ends a request whose connection or answer is late. Returns a function that stops the timers. */
function watchTimes(sent, target, { connectMs, headersMs, idleMs }) {
  let timer;
  const within = (ms, phase, message) => {
    clearTimeout(timer);
    const late = `${message} within ${Math.ceil(ms / 1000)} s`;
    timer = after(ms, () => sent.destroy(failure("ETIMEDOUT", late, phase)));
  };
  const awaitAnswer = () => within(headersMs, "headers", `no answer from ${target.host}`);
  within(connectMs, "connect", `no connection to ${target.host}`);
  sent.once("socket", (socket) => {
    const ready = () => {
      if (sent.writableFinished) return awaitAnswer();
      // A body may take long to send, as long as the host reads it.
      let taken = -1;
      const watch = () => {
        const progress = socket.bytesWritten - socket.writableLength;
        if (progress === taken) {
          return sent.destroy(failure("ETIMEDOUT", `${target.host} takes no more of what is sent`, "send"));
        }
        taken = progress;
        timer = after(idleMs, watch);
      };
      clearTimeout(timer);
      watch();
      sent.once("finish", awaitAnswer);
    };
    if (socket.secureConnecting) socket.once("secureConnect", ready);
    else if (socket.connecting) socket.once("connect", ready);
    else ready();
  });
  sent.once("close", () => clearTimeout(timer));
  return () => clearTimeout(timer);
}
