/** Servers on loopback that write down what they are asked. */

import http from "node:http";
import https from "node:https";
import net from "node:net";

/**
 * A server with a handler of the test's own.
 *
 * @param {(request: http.IncomingMessage, response: http.ServerResponse) => void} handler
 * @param {{ cert?: string, key?: string }} [tls] as PEM, for https
 */
export async function startServer(handler, tls) {
  const requests = [];
  const listener = (request, response) => {
    requests.push(describe(request));
    handler(request, response);
  };
  return listening(tls ? https.createServer(tls, listener) : http.createServer(listener), { requests });
}

/**
 * A plain http server in front of `target` that passes everything on.
 *
 * @param {string} target URL of an http server
 * @param {(request: http.IncomingMessage) => { isHeld?: boolean, answered?: () => void } | void} [watch] sees a request before
 *   it is passed on; `isHeld`: it is not; `answered` is called before the answer is passed back
 * @returns the server, and `idle`, which resolves when nothing is under way in `target`
 */
export async function startRecorder(target, watch = () => undefined) {
  const { hostname, port } = new URL(target);
  const busy = new Set();
  const server = await startServer((request, response) => {
    const { isHeld, answered } = watch(request) ?? {};
    if (isHeld) return;
    const onward = passOn(request, response, { hostname, port, path: request.url, answered });
    busy.add(onward);
    // Not the response: the caller may be gone while the target still stores what it was given.
    onward.once("close", () => busy.delete(onward));
  });
  const idle = async () => {
    while (busy.size > 0) await Promise.all([...busy].map((onward) => new Promise((resolve) => onward.once("close", resolve))));
  };
  return { ...server, idle };
}

/**
 * An http proxy as companies have them: CONNECT for https, whole URLs for http. Every name leads to loopback, so a
 * test can use domains that exist nowhere.
 *
 * @param {{ authorization?: string, port?: number }} [options] the Proxy-Authorization it insists on, and the port that
 *   all tunnels lead to, in place of the one that is asked for
 */
export async function startForwardProxy({ authorization, port: fixed } = {}) {
  const requests = [];
  const refused = (request) => authorization !== undefined && request.headers["proxy-authorization"] !== authorization;
  const server = http.createServer((request, response) => {
    requests.push(describe(request));
    if (refused(request)) return response.writeHead(407).end();
    const { port, pathname, search } = new URL(request.url);
    passOn(request, response, { hostname: "127.0.0.1", port: port || 80, path: pathname + search });
  });
  server.on("connect", (request, socket) => {
    requests.push(describe(request));
    socket.on("error", () => {});
    if (refused(request)) return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const upstream = net.connect(fixed ?? Number(/:(\d+)$/.exec(request.url)[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
  });
  return listening(server, { requests });
}

function describe({ method, url, headers }) {
  return { method, url, headers };
}

function passOn(request, response, { answered, ...destination }) {
  const onward = http.request({ ...destination, method: request.method, headers: request.headers, agent: false });
  onward.once("response", (answer) => {
    answered?.();
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.once("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  // A caller that breaks off has not asked.
  request.once("close", () => request.complete || onward.destroy());
  request.pipe(onward);
  return onward;
}

/** Sockets are remembered so that closing does not wait for kept-alive and tunnelled ones. */
async function listening(server, extra) {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const scheme = server instanceof https.Server ? "https" : "http";
  return {
    ...extra,
    port,
    domain: `127.0.0.1:${port}`,
    url: `${scheme}://127.0.0.1:${port}`,
    sockets,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      for (const socket of sockets) socket.destroy();
    }),
  };
}
