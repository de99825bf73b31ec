/** A registry that speaks TLS on loopback, behind a front server that has its own words for plain http. */

import net from "node:net";
import tls from "node:tls";

/** The first byte of a TLS handshake. */
const HANDSHAKE = 0x16;

const answer = (status, type, body) =>
  `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;

/** What servers answer to http where they expect TLS; a function gets the port. */
export const FRONTS = {
  "closes the connection (Envoy, stunnel, Node)": undefined,
  "sends a TLS alert": Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]),
  Go: "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
  nginx: answer("400 Bad Request", "text/html", "<html><center>The plain HTTP request was sent to HTTPS port</center></html>"),
  "Apache httpd": answer("400 Bad Request", "text/html; charset=iso-8859-1",
    "<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br /></p>"),
  Tomcat: answer("400 ", "text/plain;charset=UTF-8", "Bad Request\nThis combination of host and port requires TLS.\n"),
  Jetty: answer("400 Illegal character", "text/html;charset=iso-8859-1", "<h1>Bad Message 400</h1><pre>reason: Illegal character</pre>"),
  HAProxy: answer("400 Bad request", "text/html", "<html><body><h1>400 Bad request</h1>Your browser sent an invalid request.</body></html>"),
  "a redirect to TLS": (port) => `HTTP/1.1 301 Moved\r\nLocation: https://localhost:${port}/v2/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  "a redirect to TLS, elsewhere": (port) => `HTTP/1.1 308 Moved\r\nLocation: https://127.0.0.1:${port}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  "404 without a word": "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
  "404 as a page": answer("404 Not Found", "text/html", "<html>nothing here</html>"),
};

/**
 * @param {string} registry URL of the registry in plain http, to which TLS leads
 * @param {{ cert: Buffer, key: Buffer }} identity
 * @param {string | Buffer | ((port: number) => string)} [says] to http; nothing at all where it is left out
 * @returns {Promise<{ domain: string, plain: number, close: () => Promise<void> }>} `plain` counts what came in http
 */
export async function startTlsFront(registry, identity, says) {
  const sockets = new Set();
  const front = { plain: 0 };
  const inner = tls.createServer(identity, (socket) => {
    const upstream = net.connect(Number(new URL(registry).port), "127.0.0.1");
    for (const one of [socket, upstream]) one.on("error", () => {});
    socket.pipe(upstream).pipe(socket);
    keep(upstream);
  });
  inner.on("tlsClientError", () => {});
  const keep = (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  const server = net.createServer((socket) => {
    keep(socket);
    socket.on("error", () => {});
    socket.once("data", (first) => {
      if (first[0] === HANDSHAKE) {
        socket.pause();
        socket.unshift(first);
        return inner.emit("connection", socket);
      }
      front.plain += 1;
      if (says === undefined) return socket.destroy();
      socket.end(typeof says === "function" ? says(server.address().port) : says);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  front.domain = `localhost:${server.address().port}`;
  front.close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  return front;
}
