/** The page's server: static files, the page's settings, and the registry proxy, on loopback only. */

import { serve } from "../../pkg/node/serve.js";
import { createProxy } from "../../pkg/proxy/index.js";
import { createStatic, SECURITY_HEADERS } from "./static.mjs";

/** Where the proxy stands on this server. */
const VIA = "/registry";

/**
 * @param {object} options
 * @param {string[]} options.registries the domains that the page may read from
 * @param {{ reference: string, text: string, platform?: string }[]} [options.examples] for the start page
 * @param {number} [options.port] default: a free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startDemoServer({ registries, examples = [], port = 0 }) {
  const files = await createStatic();
  const proxy = createProxy({ registries, path: VIA });

  async function handle(request) {
    const url = new URL(request.url);
    // A name that leads here from elsewhere (DNS rebinding) is not ours to answer.
    if (!isLoopback(url.hostname)) return plain(421, "This server answers on loopback only.");
    if (url.pathname.startsWith(`${VIA}/`)) return proxy(request);
    if (request.method !== "GET" && request.method !== "HEAD")
      return plain(405, "GET and HEAD only.", { allow: "GET, HEAD" });
    if (url.pathname === "/" || url.pathname === "/www") return plain(302, "", { location: "/www/" });
    if (url.pathname === "/www/config.json")
      return Response.json({ via: VIA, examples }, { headers: SECURITY_HEADERS });
    return (await files(url.pathname)) ?? plain(404, "Not found.");
  }

  const server = await serve(handle, { port });
  return { url: `${server.url.replace(/\/$/, "")}/`, close: server.close };
}

function isLoopback(hostname) {
  return hostname === "127.0.0.1" || hostname === "localhost" || hostname === "[::1]";
}

function plain(status, text, headers = {}) {
  return new Response(status === 302 ? null : `${text}\n`, {
    status,
    headers: { ...SECURITY_HEADERS, "content-type": "text/plain; charset=utf-8", ...headers },
  });
}
