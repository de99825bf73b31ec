/**
 * Where a row takes place: a server on loopback that behaves as the row says, over a registry in memory, and a home folder
 * with the configuration of the row. Each program gets a place of its own.
 *
 * A registry with a name (`at`) is reached through an http proxy that leads every name to the same server, so that no name
 * is ever looked up.
 */

import http from "node:http";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import net from "node:net";
import tls from "node:tls";

import { createMemoryRegistry } from "multiarch/testing";

import { selfSigned } from "../../support/certificate.mjs";
import { installHelper } from "../../support/credential-helper.mjs";
import { ociImage } from "../../support/images.mjs";
import { scratch } from "../../support/scratch.mjs";

/** The domains that rows use; the certificate is for them. */
const NAMES = [
  "*.example.com", "*.example.org", "registry.lan", "gitlab.lan", "registry.internal", "auth.internal", "registry.local",
  "gitlab.local", "*.corp.lan", "*.company.corp", "registry", "gitlab", "*.k8s.home.arpa", "*.git.example.com",
].map((name) => `DNS:${name}`).join(",");

let identity;

/** One certificate for all rows, which is its own authority. */
async function certificate() {
  const folder = await scratch("public-certificate-");
  try {
    const files = await selfSigned(folder, NAMES);
    const cert = await readFile(files.certificate, "utf8");
    return { cert, key: await readFile(files.key, "utf8") };
  } finally {
    await folder.remove();
  }
}

/**
 * @typedef {object} Registry how the server of a row behaves
 * @property {Record<string, import("../../support/images.mjs").Image>} [seed] what it holds, by `path:tag`; default `x/app:1`,
 *   an image for linux/amd64
 * @property {object} [auth] as createMemoryRegistry takes it
 * @property {string[]} [quirks]
 * @property {string} [at] its domain; default a port of 127.0.0.1
 * @property {string} [address] of loopback; default 127.0.0.1
 * @property {boolean} [tls] whether a port of loopback speaks TLS; domains always do
 * @property {boolean} [trusted] false where no program gets the certificate
 * @property {object} [clientCertificate] the server wants one
 * @property {string | null} [plain] what a TLS port answers to plain http; null: it closes the connection
 * @property {(host: string) => boolean} [connects] whether the proxy makes a connection; default always
 * @property {(request: Asked, place: Place) => Response | string | null | undefined} [answer] answers before the registry
 *   does: a response; the very bytes; null breaks the connection; undefined leaves it to the registry
 *
 * @typedef {{ method: string, url: URL, path: string, headers: Headers, body: Buffer }} Asked
 */

/** @returns {Promise<Place>} */
export async function openPlace({ registry: behaviour = {}, config, helpers = {}, files = {} }) {
  identity ??= certificate();
  const { cert, key } = await identity;
  const home = await scratch("public-");
  const registry = createMemoryRegistry({ auth: behaviour.auth, quirks: behaviour.quirks });
  for (const [name, image] of Object.entries(behaviour.seed ?? { "x/app:1": ociImage() })) await seed(registry, name, image);
  const place = { registry, requests: [], home, memo: {} };
  const server = await listen(behaviour, place, { cert, key });
  place.port = server.port;
  const address = behaviour.address ?? "127.0.0.1";
  place.proxy = server.proxy ?? "";
  place.domain = behaviour.at ?? `${net.isIPv6(address) ? `[${address}]` : address}:${server.port}`;
  place.fill = (text) => filled(text, place);
  place.canonical = (text) => canonical(text, place);
  await furnish(place, { config, helpers, files, cert, key });
  const isTrusted = behaviour.trusted !== false;
  place.env = {
    ...CLEAN,
    HOME: home.path,
    XDG_CONFIG_HOME: home.join(".config"),
    XDG_RUNTIME_DIR: home.join("run"),
    DOCKER_CONFIG: home.join(".docker"),
    PATH: `${home.join("bin")}:${process.env.PATH}`,
    ...(isTrusted && { SSL_CERT_FILE: home.join("authority.pem") }),
    ...(behaviour.at && { HTTPS_PROXY: `http://${server.proxy}`, HTTP_PROXY: `http://${server.proxy}` }),
  };
  place.close = async () => {
    await server.close();
    await home.remove();
  };
  return place;
}

/** What this machine's own environment must not add. */
const CLEAN = {
  DOCKER_AUTH_CONFIG: undefined, REGISTRY_AUTH_FILE: undefined, NODE_EXTRA_CA_CERTS: undefined, SSL_CERT_FILE: undefined,
  SSL_CERT_DIR: "/nowhere", HTTPS_PROXY: undefined, HTTP_PROXY: undefined, ALL_PROXY: undefined, NO_PROXY: undefined,
  https_proxy: undefined, http_proxy: undefined, all_proxy: undefined, no_proxy: undefined, LANG: "C.UTF-8",
};

async function seed(registry, name, image) {
  const [path, tag] = name.split(":");
  for (const blob of image.blobs) await registry.putBlob(path, new Uint8Array(blob.bytes));
  for (const child of image.children) await seed(registry, path, child);
  await registry.putManifest(path, tag, new Uint8Array(image.bytes), { mediaType: image.mediaType });
}

async function furnish({ home, fill }, { config, helpers, files, cert, key }) {
  await mkdir(home.join(".docker"), { recursive: true });
  await mkdir(home.join("run"), { recursive: true });
  await writeFile(home.join("authority.pem"), cert);
  const written = { ...files, ...(config !== undefined && { ".docker/config.json": config }) };
  for (const [name, content] of Object.entries(written)) {
    const path = home.join(fill(name));
    await mkdir(dirname(path), { recursive: true });
    if (typeof content.link === "string") {
      await symlink(content.link, path);
      continue;
    }
    const known = { CERTIFICATE: cert, KEY: key }[content] ?? content;
    const isText = typeof known === "string" || known instanceof Uint8Array;
    await writeFile(path, typeof known === "string" ? fill(known) : isText ? known : fill(JSON.stringify(known)));
  }
  for (const [name, { script, answers, kept = {} }] of Object.entries(helpers)) {
    if (script === undefined) {
      const filledKept = JSON.parse(fill(JSON.stringify(kept)));
      await installHelper(home.join("bin"), name, answers, filledKept);
      continue;
    }
    await mkdir(home.join("bin"), { recursive: true });
    await writeFile(home.join("bin", `docker-credential-${name}`), `#!/bin/sh\n${fill(script)}\n`);
    await chmod(home.join("bin", `docker-credential-${name}`), 0o755);
  }
}

/**
 * HOST: the registry's domain; OTHER: the same port under another name; FILE: the domain as
 * docker has it in names of files; PORT, HOME, PROXY: what they say.
 */
const filled = (text, { domain, port, home, proxy }) => text
  .replaceAll("PROXY", proxy)
  .replaceAll("FILE", domain.replaceAll(":", "-").replaceAll("/", "_"))
  .replaceAll("HOST", domain)
  .replaceAll("OTHER", `localhost:${port}`)
  .replaceAll("PORT", String(port))
  .replaceAll("HOME", home.path);

/** What differs between two runs by nature, in one spelling. */
const canonical = (text, { domain, port, home }) => text
  .replaceAll(domain, "HOST")
  .replaceAll(`localhost:${port}`, "OTHER")
  .replaceAll(home.path, "HOME")
  .replaceAll(domain.replaceAll(":", "-"), "FILE")
  .replaceAll(String(port), "PORT")
  .replaceAll(/127\.0\.0\.1:\d{4,5}/g, "127.0.0.1:PORT")
  .replaceAll(/time="[^"]*" /g, "");

/** The server itself: http, TLS, or both on one port, and the proxy. */
async function listen(behaviour, place, { cert, key }) {
  const inner = http.createServer((incoming, outgoing) => answer(behaviour, place, incoming, outgoing));
  inner.keepAliveTimeout = 60_000;
  // What Node would say: docker and skopeo tell from the words that a server speaks plain http.
  inner.on("clientError", (_, socket) => (socket.writable ? socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n") : socket.destroy()));
  const wanting = behaviour.clientCertificate && { requestCert: true, ca: cert };
  const options = { cert, key, ...wanting };
  const secure = (socket, scheme, host) => {
    const wrapped = new tls.TLSSocket(socket, { isServer: true, rejectUnauthorized: Boolean(wanting), secureContext: tls.createSecureContext(options), ...wanting });
    wrapped.on("error", () => {});
    Object.assign(wrapped, { scheme, host });
    inner.emit("connection", wrapped);
  };
  const speaksTls = behaviour.tls || behaviour.at !== undefined;

  const port = await listening(net.createServer((socket) => {
    socket.on("error", () => {});
    if (!speaksTls || behaviour.at) return inner.emit("connection", Object.assign(socket, { scheme: "http" }));
    socket.once("readable", () => {
      const first = socket.read(1);
      if (first === null) return;
      socket.unshift(first);
      if (first[0] === 0x16) return secure(socket, "https");
      if (behaviour.plain) socket.end(place.fill(behaviour.plain));
      else socket.destroy();
    });
  }), behaviour.address);
  if (!behaviour.at) return { port: port.number, close: () => closed(port, inner) };

  const outer = http.createServer((incoming, outgoing) => {
    Object.assign(incoming.socket, { scheme: "http" });
    const url = new URL(incoming.url, `http://${incoming.headers.host}`);
    incoming.socket.host = url.host;
    incoming.url = url.pathname + url.search;
    answer(behaviour, place, incoming, outgoing);
  });
  outer.on("connect", (incoming, socket) => {
    socket.on("error", () => {});
    place.requests.push({ method: "CONNECT", url: incoming.url });
    const said = behaviour.connects?.(incoming.url) ?? true;
    if (said === null) return socket.destroy();
    if (said !== true) return socket.end(`HTTP/1.1 ${said}\r\n\r\n`);
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    secure(socket, "https", incoming.url.replace(/:443$/, ""));
  });
  const proxy = await listening(outer);
  return {
    port: port.number,
    proxy: `127.0.0.1:${proxy.number}`,
    close: async () => {
      await closed(proxy, inner);
      await closed(port, inner);
    },
  };
}

async function listening(server, address = "127.0.0.1") {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, address, resolve));
  return { server, sockets, number: server.address().port };
}

async function closed({ server, sockets }) {
  const over = new Promise((resolve) => server.close(resolve));
  for (const socket of sockets) socket.destroy();
  await over;
}

async function answer(behaviour, place, incoming, outgoing) {
  const pieces = [];
  for await (const piece of incoming) pieces.push(piece);
  const { scheme, host = incoming.headers.host } = incoming.socket;
  const url = new URL(incoming.url, `${scheme}://${host}`);
  const body = Buffer.concat(pieces);
  const headers = new Headers(Object.entries(incoming.headersDistinct).flatMap(([name, all]) => all.map((text) => [name, text])));
  const asked = { method: incoming.method, url, path: url.pathname, headers, body };
  place.requests.push({ method: asked.method, url: url.href, headers });
  const hasBody = !["GET", "HEAD"].includes(asked.method);
  const request = () => new Request(url, { method: asked.method, headers, body: hasBody ? body : null, redirect: "manual" });
  place.proceed = () => place.registry.fetch(request(), { redirect: "manual" });
  const said = await behaviour.answer?.(asked, place);
  const response = said === undefined ? await place.proceed() : said;
  if (response === null) return outgoing.destroy();
  if (typeof response === "string") return outgoing.socket.end(response);
  const shown = {};
  for (const [name, text] of response.headers) shown[name] = name in shown ? [shown[name], text].flat() : text;
  const bytes = Buffer.from(await response.arrayBuffer());
  if (shown["content-length"] === undefined && asked.method !== "HEAD" && response.status !== 204) shown["content-length"] = bytes.length;
  outgoing.writeHead(response.status, shown);
  outgoing.end(asked.method === "HEAD" ? undefined : bytes);
}
