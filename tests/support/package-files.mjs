/** The modules of the package as plain files of a web server, beside a page without anything on it. */

import { readFile } from "node:fs/promises";

import { serve } from "../../pkg/node/serve.js";

const TYPES = { js: "text/javascript", wasm: "application/wasm" };
const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>a page</title><main data-phase="ready">A page</main>';

/** By which names the page imports the package. */
const IMPORTS = { multiarch: "/pkg/entry/browser.js", "multiarch/archive": "/pkg/archive/index.js" };
const IMPORT_MAP = `<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;

/**
 * @param {Map<string, Uint8Array>} [files] further files by their paths
 * @returns {Promise<{ url: string, close(): Promise<void> }>} the page is at `page/`, the package at `pkg/`
 */
export async function startPackageFiles(files = new Map()) {
  const server = await serve(async ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === "/page/") return new Response(PAGE + IMPORT_MAP, { headers: { "content-type": "text/html" } });
    if (files.has(pathname)) return new Response(files.get(pathname));
    const type = TYPES[pathname.split(".").pop()];
    if (!/^\/pkg\/[\w./-]+$/.test(pathname) || !type) return new Response(null, { status: 404 });
    const body = await readFile(new URL(`../..${pathname}`, import.meta.url)).catch(() => undefined);
    return new Response(body ?? null, { status: body ? 200 : 404, headers: { "content-type": type } });
  });
  return { url: `${server.url}/`, close: server.close };
}
