// A proxy in front of a registry that counts, and makes every request wait as a far registry would.

import http from "node:http";

/**
 * @param {string} target URL of an http registry
 * @param {number} latencyMs how long a request waits before it is passed on
 * @returns {Promise<{ domain: string, measure: (work: () => Promise<unknown>) => Promise<Cost>, close: () => Promise<void> }>}
 *
 * @typedef {object} Cost of a piece of work
 * @property {number} requests
 * @property {number} serial requests of the longest chain in which each begins after the answer to the one before
 * @property {number} connections
 * @property {number} bytes sent and received, headers included
 * @property {number} ms
 */
export async function startSlowProxy(target, latencyMs) {
  const { hostname, port } = new URL(target);
  // To the registry over kept-alive connections, so that the proxy itself costs next to nothing.
  const agent = new http.Agent({ keepAlive: true });
  const spans = [];
  const sockets = new Set();
  const server = http.createServer((request, response) => {
    const span = { start: performance.now(), end: Infinity };
    spans.push(span);
    response.once("finish", () => (span.end = performance.now()));
    setTimeout(() => passOn(request, response), latencyMs);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });

  function passOn(request, response) {
    const { method, url: path } = request;
    const headers = onwardHeaders(request.rawHeaders);
    const onward = http.request({ hostname, port, path, method, headers, agent });
    onward.once("response", (answer) => {
      response.writeHead(answer.statusCode, onwardHeaders(answer.rawHeaders));
      answer.pipe(response);
    });
    onward.once("error", () => response.writeHead(502).end());
    request.pipe(onward);
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    domain: `127.0.0.1:${server.address().port}`,
    async measure(work) {
      spans.length = 0;
      sockets.clear();
      const start = performance.now();
      await work();
      const ms = performance.now() - start;
      const bytes = [...sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0);
      return { requests: spans.length, serial: longestChain(spans), connections: sockets.size, bytes, ms };
    },
    close: () => new Promise((resolve) => {
      agent.destroy();
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

/** Without those about a connection: it ends here. */
function onwardHeaders(raw) {
  const kept = [];
  for (let at = 0; at < raw.length; at += 2) {
    if (!/^(connection|keep-alive)$/i.test(raw[at])) kept.push(raw[at], raw[at + 1]);
  }
  return kept;
}

/** The first to end leads to the longest chain. */
function longestChain(spans) {
  let length = 0;
  let free = -Infinity;
  for (const { start, end } of spans.toSorted((a, b) => a.end - b.end)) {
    if (start < free) continue;
    length += 1;
    free = end;
  }
  return length;
}
