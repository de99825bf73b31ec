/**
 * The inspector's server: the page as files, its settings, and the registry proxy. It listens on loopback, and nothing but
 * this machine reaches it. What may be served is a list made at the start; a path that is not on it does not exist.
 */

import { extname } from "node:path";
import { timingSafeEqual } from "node:crypto";

import { proxyOf } from "../proxy/handler.js";
import { describedOffers, offering } from "./offered.js";
import { writerOf } from "../proxy/write.js";
import { HASHED, pageFile, pageNames, TYPES } from "./page-files.js";
import { connecting, originsOf, securityHeaders } from "./page-headers.js";
import { serve } from "./serve.js";

/** Where the proxy stands on this server. */
const VIA = "/registry";
/** Where what the page writes is posted. */
const WRITE = "/write";
/** The port where the page is looked for first, so that bookmarks and what the browser keeps stay. */
const PORT = 4870;
/** How many ports behind it are tried. */
const FURTHER = 20;

const KEPT = "private, max-age=31536000, immutable";

/**
 * Starts the server.
 *
 * @param {object} options
 * @param {object} options.client of `createClient`, whose `registries` say what may be read
 * @param {string[]} options.registries the same, for the page to name
 * @param {string[]} [options.direct] registries that the page reads by itself, without the proxy: they allow requests of other origins
 * @param {string[]} [options.insecure] those of them that may speak plain http
 * @param {string} [options.host] the platform whose question the page answers first
 * @param {{ reference: string, text: string, platform?: string }[]} [options.examples] for the start page
 * @param {number} [options.layerBudget] the largest blob that the page gets, in bytes; default 4 MiB
 * @param {import("./offered.js").Offered[]} [options.offered] files and folders that the page opens; needs a token
 * @param {number} [options.port] 0 takes a free one; default: 4870, or the next that is free
 * @param {string} [options.token] without it every program of this machine may read; with it, only who opens `/open/TOKEN`
 *   once. Needed where the client has credentials
 * @param {{ client: object, repositories: string[], key: () => string }} [options.write] what the page may write to, by plans
 *   whose keys `key` makes; together with `token`
 * @returns {Promise<{ url: string, port: number, close(): Promise<void> }>} Rejects when no port can be opened
 */
export async function startInspector({ client, port, ...options }) {
  const { direct = [], insecure, layerBudget, offered = [], token, write } = options;
  const settings = settingsOf(options);
  const sources = originsOf(direct, insecure);
  const { answer, plain } = answering(securityHeaders(sources));
  const page = await listFiles(sources, answer);
  const proxy = proxyOf(client, { path: VIA, layerBudget });
  const offers = offering(offered);
  const writer = write && writerOf(write.client, { ...write, path: WRITE });
  const session = token === undefined ? undefined : createSession(token, plain);

  async function handle(request) {
    const url = new URL(request.url);
    // A name that leads here from elsewhere (DNS rebinding) is none of this server's.
    if (!isLoopback(url.hostname)) return plain(421, "This server answers on loopback only.");
    const refused = session?.(request, url);
    if (refused) return refused;
    if (url.pathname.startsWith(`${VIA}/`)) return proxy(request);
    if (writer && url.pathname.startsWith(`${WRITE}/`)) return writer(request);
    if (isForeign(request, url)) return plain(403, "Pages of other origins may not use this server.");
    if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "GET and HEAD only.", { allow: "GET, HEAD" });
    if (url.pathname === "/config.json") return answer(settings, { "content-type": "application/json", "cache-control": "no-store" });
    const file = await offers(request, url.pathname);
    if (file) return answer(file.body, file.headers, file.status);
    return (await page(url.pathname)) ?? plain(404, "Not found.");
  }

  return port === undefined ? onFreePort(handle) : serve(handle, { port });
}

/** What the page knows of its server, as JSON. */
function settingsOf({ registries, direct = [], insecure = [], host, examples = [], layerBudget, offered = [], write }) {
  // Without a registry to ask, there is no proxy.
  const via = registries.length > 0 || direct.length === 0 ? VIA.slice(1) : undefined;
  const own = direct.length > 0 && { direct, insecure };
  return JSON.stringify({ via, registries, ...own, examples, host, layerBudget, files: describedOffers(offered), write: write?.repositories });
}

async function onFreePort(handle) {
  for (let port = PORT; port <= PORT + FURTHER; port += 1) {
    try {
      return await serve(handle, { port });
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
    }
  }
  return serve(handle);
}

/** @returns {Promise<(path: string) => Promise<Response | undefined>>} the file at a path, if it is one of the page's */
async function listFiles(sources, answer) {
  const known = new Set(await pageNames());
  return async (path) => {
    const name = path === "/" ? "index.html" : path.slice(1);
    if (!known.has(name)) return undefined;
    const kept = HASHED.test(name) ? KEPT : "no-cache";
    const bytes = await pageFile(name);
    const body = name === "index.html" ? connecting(new TextDecoder().decode(bytes), sources) : bytes;
    return answer(body, { "content-type": TYPES[extname(name)], "cache-control": kept });
  };
}

const isLoopback = (hostname) => hostname === "127.0.0.1" || hostname === "localhost" || hostname === "[::1]";

/** Whether a page of another origin asks. A link that a person follows may lead to the page itself. */
function isForeign({ headers }, { origin, pathname }) {
  const asking = headers.get("origin");
  if (asking !== null && asking !== origin) return true;
  const site = headers.get("sec-fetch-site");
  const isOwn = site === null || site === "same-origin" || site === "none";
  return !isOwn && !(headers.get("sec-fetch-mode") === "navigate" && pathname === "/");
}

/**
 * Refuses requests of all but the browser that has opened the address with the token: other users of the machine reach the port
 * too. The token is exchanged once for a cookie that no script reads and no other site sends.
 *
 * @param {(status: number, text: string, headers?: object) => Response} plain
 * @returns {(request: Request, url: URL) => Response | undefined} the refusal, where there is one
 */
function createSession(token, plain) {
  let isOpen = true;
  return ({ headers }, { pathname, port }) => {
    // Browsers keep cookies by host alone: each of several servers on this machine has its own.
    const name = `multiarch-${port}`;
    const cookies = (headers.get("cookie") ?? "").split("; ");
    if (cookies.some((cookie) => cookie.startsWith(`${name}=`) && isEqual(cookie.slice(name.length + 1), token))) return undefined;
    if (isOpen && pathname.startsWith("/open/") && isEqual(pathname.slice("/open/".length), token)) {
      isOpen = false;
      return plain(303, "", { location: "/", "set-cookie": `${name}=${token}; HttpOnly; SameSite=Strict; Path=/` });
    }
    return plain(401, "Open the address that `multiarch serve` printed. It works once; start serve again for another.");
  };
}

function isEqual(one, other) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** How every answer of this server is made: under the page's policy. @param {Record<string, string>} guards */
function answering(guards) {
  const answer = (body, headers, status = 200) => new Response(body, { status, headers: { ...guards, ...headers } });
  const plain = (status, text, headers = {}) =>
    answer(status === 303 ? null : `${text}\n`, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers }, status);
  return { answer, plain };
}
