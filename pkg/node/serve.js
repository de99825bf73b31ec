/**
 * `serve`: runs a web-standard handler, `(Request) => Response`, on a port of this machine. Bodies stream in both
 * directions.
 */

import { createServer } from "node:http";

/**
 * Starts listening.
 *
 * A request whose target the URL parser would rewrite (dot segments, backslashes, absolute forms) is refused with 400: the
 * handler must check what the client sent. When the handler throws, the client gets 500 without detail; when it throws as
 * fetch does on a broken connection (`cause.code` is ECONNRESET), the connection is broken.
 *
 * @param {(request: Request) => Response | Promise<Response>} handler its request's `signal` aborts when the
 *   client disconnects before the answer is complete
 * @param {{ port?: number, hostname?: string, onError?: (error: unknown) => void }} [options] port 0, the
 *   default, takes a free one; the default hostname is 127.0.0.1; `onError` gets what a handler threw
 * @returns {Promise<{ url: string, port: number, close(): Promise<void> }>} `url` has no slash at its end;
 *   `close` ends open connections too. Rejects when the port cannot be opened
 */
export function serve(handler, { port = 0, hostname = "127.0.0.1", onError = () => {} } = {}) {
  const server = createServer((incoming, outgoing) => {
    exchange(handler, incoming, outgoing, onError).catch((error) => {
      onError(error);
      outgoing.destroy();
    });
  });
  const { promise, resolve, reject } = deferred();
  server.once("error", reject);
  server.listen(port, hostname, () => {
    const { address, port, family } = server.address();
    resolve({
      url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
      port,
      close: () => close(server),
    });
  });
  return promise;
}

async function exchange(handler, incoming, outgoing, onError) {
  const controller = new AbortController();
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) controller.abort(new DOMException("The client went away.", "AbortError"));
  });
  const request = webRequest(incoming, controller.signal);
  const response = request
    ? await answerOf(handler, request, onError)
    : failure(400, "BAD_REQUEST", "the request cannot be served as it is written");
  if (response === undefined) return outgoing.destroy();
  await send(response, incoming, outgoing);
}

/** The handler's answer; 500 when it throws, undefined when the connection is to be broken. */
async function answerOf(handler, request, onError) {
  try {
    const response = await handler(request);
    if (typeof response?.status !== "number") throw new TypeError("the handler's answer is not a Response");
    return response;
  } catch (error) {
    if (error?.cause?.code === "ECONNRESET") return undefined;
    if (!request.signal.aborted) onError(error);
    return failure(500, "INTERNAL", "the server failed");
  }
}

const failure = (status, code, message) =>
  new Response(JSON.stringify({ errors: [{ code, message, detail: null }] }), {
    status,
    headers: { "content-type": "application/json" },
  });

/** The web form of a request; undefined when the URL parser would rewrite its target. */
function webRequest(incoming, signal) {
  const { method, url: target, headers, rawHeaders } = incoming;
  try {
    const url = new URL(`http://${headers.host}${target}`);
    if (url.host !== headers.host.toLowerCase() || url.pathname !== target.split("?")[0]) return undefined;
    const bodiless = method === "GET" || method === "HEAD";
    const body = bodiless ? null : bodyOf(incoming);
    return new Request(url, {
      method,
      headers: pairs(rawHeaders),
      body,
      duplex: "half",
      redirect: "manual",
      signal,
    });
  } catch {
    return undefined;
  }
}

const pairs = (raw) =>
  Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index], raw[2 * index + 1]]);

/**
 * The request's body. Cancelling it, or leaving it unread, does not break the connection, which the answer needs;
 * with Readable.toWeb it does.
 */
function bodyOf(incoming) {
  return new ReadableStream({
    start(controller) {
      incoming.on("data", (chunk) => {
        controller.enqueue(chunk);
        if (controller.desiredSize <= 0) incoming.pause();
      });
      incoming.on("end", () => controller.close());
      incoming.on("error", (error) => controller.error(error));
      incoming.pause();
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      discard(incoming);
    },
  });
}

/** How much is read of a request's body that the handler left, in bytes. */
const UNWANTED = 1 << 20;

/** Reads the rest of a request, so that the connection can serve the next one; breaks it when the rest is too long. */
function discard(incoming) {
  let left = UNWANTED;
  incoming.removeAllListeners("data");
  incoming.removeAllListeners("end");
  incoming.on("data", ({ length }) => {
    left -= length;
    if (left < 0) incoming.destroy();
  });
  incoming.resume();
}

async function send(response, incoming, outgoing) {
  const fields = [...response.headers].filter(([name]) => name !== "set-cookie");
  for (const cookie of response.headers.getSetCookie()) fields.push(["set-cookie", cookie]);
  outgoing.writeHead(response.status, fields.flat());
  outgoing.flushHeaders();
  if (incoming.method === "HEAD" || response.body === null) {
    await response.body?.cancel();
    outgoing.end();
  } else {
    await pump(response, outgoing);
  }
  if (!incoming.complete) discard(incoming);
}

/**
 * Streams the body out at the client's pace. A body that fails or ends early breaks the connection, so that the client
 * notices.
 */
async function pump(response, outgoing) {
  const reader = response.body.getReader();
  const stop = () => reader.cancel().catch(() => {});
  outgoing.once("close", stop);
  const promised = response.headers.get("content-length");
  let sent = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      sent += part.value.length;
      if (!outgoing.write(part.value)) await writable(outgoing);
    }
  } catch {
    return outgoing.socket?.destroySoon();
  }
  if (promised !== null && sent !== Number(promised)) return outgoing.socket?.destroySoon();
  outgoing.end();
}

/** Settles when the stream takes more, or is closed. */
const writable = (outgoing) =>
  new Promise((resolve) => {
    const settle = () => {
      outgoing.off("drain", settle).off("close", settle);
      resolve();
    };
    outgoing.on("drain", settle).on("close", settle);
  });

function close(server) {
  const { promise, resolve } = deferred();
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
}

/** Promise.withResolvers, which Node 20 lacks. */
function deferred() {
  let resolve, reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}
