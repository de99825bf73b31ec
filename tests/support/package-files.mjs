/** The modules of the package as plain files of a web server, beside a page without anything on it. */

import { readFile } from "node:fs/promises";

import { serve } from "../../pkg/node/serve.js";

const TYPES = { js: "text/javascript", wasm: "application/wasm" };
const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>a page</title><main data-phase="ready">A page</main>';

/** @returns {Promise<{ url: string, close(): Promise<void> }>} the page is at `page/`, the package at `pkg/` */
export async function startPackageFiles() {
  const server = await serve(async ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === "/page/") return new Response(PAGE, { headers: { "content-type": "text/html" } });
    const type = TYPES[pathname.split(".").pop()];
    if (!/^\/pkg\/[\w./-]+$/.test(pathname) || !type) return new Response(null, { status: 404 });
    const body = await readFile(new URL(`../..${pathname}`, import.meta.url)).catch(() => undefined);
    return new Response(body ?? null, { status: body ? 200 : 404, headers: { "content-type": type } });
  });
  return { url: `${server.url}/`, close: server.close };
}
