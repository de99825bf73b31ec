/** A registry on loopback with one image for two platforms, and a browser that visits pages which ask it. */

import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before } from "node:test";
import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { startBrowser } from "../support/browser.mjs";
import { pushAll, samples } from "../support/images.mjs";
import { installPackage } from "../support/package.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
/** Pages come from another origin. */
const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "access-control-expose-headers": "*" };
/** What a development server compiles takes its time on a machine that has other work. */
const PATIENCE_MS = 180_000;

/**
 * What the tests of a file share, from the first of them to the last: the registry, the packed package as it is installed, and a
 * browser, as far as they are asked for.
 *
 * @param {{ installs?: boolean, visits?: boolean }} wanted
 * @returns {{ registry: object, installed?: object, visitor?: object }} filled before the first test
 */
export function staged({ installs = false, visits = false }) {
  const stage = {};
  before(async () => {
    if (installs) stage.installed = await installPackage(fileURLToPath(new URL(".tmp/", import.meta.url)));
    stage.registry = await startRegistry();
    if (visits) stage.visitor = await startVisitor(stage.registry);
  });
  after(async () => {
    await stage.visitor?.close();
    await stage.registry?.close();
    await stage.installed?.remove();
  });
  return stage;
}

/** @returns {Promise<{ domain: string, expected: string, close: () => Promise<void> }>} expected is what the app answers */
async function startRegistry() {
  const registry = createMemoryRegistry();
  const { attested } = samples();
  await pushAll(registry.fetch, "http://registry", "demo/app", "1.0", attested);
  const { url, close } = await serve(async (request) => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: CORS });
    const response = await registry.fetch(request);
    for (const [name, value] of Object.entries(CORS)) response.headers.set(name, value);
    return response;
  });
  const arm64 = attested.children.find(({ platform }) => platform.architecture === "arm64");
  return { domain: new URL(url).host, expected: `${attested.digest} ${arm64.digest}`, close };
}

/** Serves the files of a folder. @returns {Promise<{ url: string, close: () => Promise<void> }>} */
export function serveFolder(folder) {
  return serve(async (request) => {
    const { pathname } = new URL(request.url);
    const path = pathname.endsWith("/") ? `${pathname}index.html` : decodeURIComponent(pathname);
    const body = await readFile(join(folder, path)).catch(() => undefined);
    if (!body) return new Response("not found", { status: 404 });
    return new Response(body, { headers: { "content-type": TYPES[extname(path)] ?? "application/octet-stream" } });
  });
}

/** Chromium, and `visit`: what a page shows, and what it asked its own origin for. */
async function startVisitor(registry) {
  const browser = await startBrowser();
  return {
    version: browser.version(),
    close: () => browser.close(),
    /** @param {string} url of a page, which is asked to ask the registry */
    async visit(url) {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      const requests = [];
      const complaints = [];
      page.on("response", (response) => requests.push({ path: new URL(response.url()).pathname, status: response.status() }));
      page.on("pageerror", (error) => complaints.push(String(error)));
      try {
        await page.goto(`${url}?registry=${registry.domain}`);
        // A development server may reload the page, so this is asked of whichever document there is.
        await page.waitForFunction(() => document.querySelector("output")?.textContent);
        return { answer: await page.textContent("output"), requests, complaints };
      } catch (error) {
        throw new Error(`${url} shows nothing. ${[...complaints, ...requests.map(({ path, status }) => `${status} ${path}`)].join("\n")}`, { cause: error });
      } finally {
        await page.close();
      }
    },
  };
}
