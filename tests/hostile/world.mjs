/**
 * A small internet on loopback: any name and any address, over real sockets, with every byte that arrives written down
 * under the origin that it was sent to.
 *
 * The way in is an http proxy, so that names and addresses that exist nowhere (or must never be reached) lead here.
 * Behind CONNECT it speaks TLS. Origins without an actor are traps: they answer every request, and a client that has
 * asked one is wrong.
 */

import { readFile } from "node:fs/promises";
import http from "node:http";
import tls from "node:tls";

import { selfSigned } from "../support/certificate.mjs";
import { scratch } from "../support/scratch.mjs";

/** What the certificate is for. */
const NAMES = ["*.good.example", "*.registry.good.example", "*.evil.example"];

/**
 * @returns {Promise<object>} `play(actors)` sets who answers at which origin and gives the record of what arrives from
 *   then on: `[{ origin, bytes }]`
 */
export async function openWorld() {
  const folder = await scratch();
  const { certificate, key } = await selfSigned(folder, NAMES.map((name) => `DNS:${name}`).join(","));
  const ca = await readFile(certificate, "utf8");
  const secureContext = tls.createSecureContext({ cert: ca, key: await readFile(key) });
  let stage = { actors: {}, record: [], broken: [] };

  const write = (origin, bytes) => stage.record.push({ origin, bytes: Buffer.from(bytes) });

  async function answer(origin, incoming, outgoing) {
    const { actors, broken } = stage;
    const actor = actors[origin] ?? trap;
    const body = await bytesOf(incoming);
    const gone = new AbortController();
    outgoing.on("close", () => outgoing.writableFinished || gone.abort(new DOMException("gone", "AbortError")));
    const url = new URL(incoming.url, origin);
    const bodiless = ["GET", "HEAD"].includes(incoming.method);
    const request = new Request(url, {
      method: incoming.method,
      headers: Object.entries(incoming.headersDistinct).flatMap(([name, values]) => values.map((value) => [name, value])),
      body: bodiless ? null : body,
      redirect: "manual",
      signal: gone.signal,
    });
    try {
      const response = await actor(request);
      await (typeof response === "string" ? raw(response, outgoing) : send(response, incoming, outgoing));
    } catch (error) {
      if (error?.cause?.code !== "ECONNRESET" && !gone.signal.aborted) broken.push(error);
      outgoing.destroy();
    }
  }

  const inner = http.createServer((incoming, outgoing) => answer(incoming.socket.origin, incoming, outgoing));
  inner.on("connection", (socket) => socket.on("data", (bytes) => write(socket.origin, bytes)));
  inner.on("clientError", (_, socket) => socket.destroy());

  const outer = http.createServer(async (incoming, outgoing) => {
    const direct = incoming.url.startsWith("/");
    const url = new URL(incoming.url, `http://${incoming.headers.host}`);
    write(url.origin, headOf(incoming));
    incoming.on("data", (bytes) => write(url.origin, bytes));
    if (!direct) incoming.url = url.pathname + url.search;
    await answer(url.origin, incoming, outgoing);
  });
  outer.on("connect", (incoming, socket) => {
    const origin = new URL(`https://${incoming.url}`).origin;
    write(origin, headOf(incoming));
    socket.on("error", () => {});
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const secure = new tls.TLSSocket(socket, { isServer: true, secureContext });
    secure.on("error", () => {});
    secure.origin = origin;
    inner.emit("connection", secure);
  });
  const sockets = new Set();
  outer.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => outer.listen(0, "127.0.0.1", resolve));
  const { port } = outer.address();

  return {
    ca,
    certificate,
    port,
    proxy: `http://127.0.0.1:${port}`,
    play(actors) {
      stage = { actors, record: [], broken: [] };
      return stage;
    },
    async close() {
      const closed = new Promise((resolve) => outer.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await folder.remove();
    },
  };
}

/** What a metadata service, or a stranger with patience, would say. */
const trap = () => Response.json({ token: "from-a-trap", access_token: "from-a-trap", tags: ["trap"] });

const headOf = ({ method, url, rawHeaders }) =>
  Buffer.from([`${method} ${url}`, ...pairs(rawHeaders).map(([name, value]) => `${name}: ${value}`), ""].join("\r\n"));

const pairs = (raw) => Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at], raw[2 * at + 1]]);

async function bytesOf(incoming) {
  const pieces = [];
  for await (const piece of incoming) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Bytes as they are, then the end of the connection. */
async function raw(text, outgoing) {
  outgoing.socket.end(Buffer.from(text, "latin1"));
}

/** Settles when there is room again, or no reader. */
const room = (outgoing) =>
  new Promise((resolve) => {
    if (outgoing.destroyed || outgoing.closed) return resolve();
    const settle = () => {
      outgoing.off("drain", settle).off("close", settle);
      resolve();
    };
    outgoing.on("drain", settle).on("close", settle);
  });

async function send(response, incoming, outgoing) {
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.flushHeaders();
  if (incoming.method === "HEAD" || response.body === null) return outgoing.end();
  const promised = response.headers.get("content-length");
  let sent = 0;
  for await (const part of response.body) {
    if (outgoing.destroyed) return undefined;
    sent += part.length;
    if (!outgoing.write(part)) await room(outgoing);
  }
  if (promised !== null && sent !== Number(promised)) return outgoing.socket?.destroySoon();
  return outgoing.end();
}
