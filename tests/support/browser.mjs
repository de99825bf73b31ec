/** Headless Chromium over `multiarch serve`, with Debian's docker-registry behind its proxy. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chromium } from "playwright-core";

import { startDockerRegistry } from "./docker-registry.mjs";
import { pushAll } from "./images.mjs";
import { BIN } from "./run.mjs";

const EXECUTABLE = process.env.CHROMIUM || "/usr/bin/chromium";
/** What a browser does of its own accord would be refused by a machine without a network, and shown as errors. */
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A registry with images, `multiarch serve` over it, and a browser.
 * @param {Record<string, import("./images.mjs").Image>} images by the path they are pushed to, each as `1.0`; `path:tag` names
 *   another tag
 * @param {string[]} [args] more for `multiarch serve`
 */
export async function startStage(images, args = []) {
  const registry = await startDockerRegistry();
  for (const [name, image] of Object.entries(images)) {
    const [path, tag = "1.0"] = name.split(":");
    await pushAll(fetch, registry.url, path, tag, image);
  }
  const reference = (name) => `${registry.domain}/${name.includes(":") ? name : `${name}:1.0`}`;
  const server = await startServe(["--registry", registry.domain, ...args]);
  const browser = await startBrowser();
  return {
    domain: registry.domain,
    url: server.url,
    host: server.host,
    browser,
    reference,
    /** A page of its own at a hash, and what it complained about. */
    open: (hash, options) => openPage(browser, server.url, hash, options),
    async close() {
      await browser.close();
      await server.close();
      await registry.close();
    },
  };
}

/**
 * `multiarch serve` as a process of its own.
 * @returns {Promise<{ url: string, host: string, registries: string[], close(): Promise<number> }>} what it printed; the exit code
 */
export async function startServe(args = [], { env } = {}) {
  const child = spawn(process.execPath, [BIN, "serve", "--no-open", "--json", "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env },
  });
  let out = "";
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (part) => (err += part));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const said = await new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (part) => {
      out += part;
      if (out.endsWith("}\n")) resolve(JSON.parse(out));
    });
    ended.then((code) => reject(new Error(`serve ended with ${code}: ${err}`)));
  });
  const close = async () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { ...said, close };
}

export function startBrowser() {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}

/** With `SLOW=line` each request takes so long: that finds the tests that read what they have not waited for. */
const LATENCY_MS = 300;

const slowed = async (page) => {
  const session = await page.context().newCDPSession(page);
  const line = { offline: false, latency: LATENCY_MS, downloadThroughput: -1, uploadThroughput: -1 };
  await session.send("Network.emulateNetworkConditions", line);
};

/** The inspector of a server, at a hash, in a browser without a past; `watch.clean()` judges what it did, `before` prepares it. */
export async function openPage(
  browser,
  base,
  hash = "",
  { width = 1400, height = 900, colorScheme = "light", before = () => {} } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.policyReports = [];
    addEventListener("securitypolicyviolation", ({ violatedDirective, sourceFile, lineNumber }) =>
      window.policyReports.push(`${violatedDirective} ${sourceFile}:${lineNumber}`));
  });
  page.setDefaultTimeout(15_000);
  const watch = watchOver(page, new URL(base).origin);
  if (process.env.SLOW === "line") await slowed(page);
  await before(page);
  await page.goto(`${base}${hash}`);
  await page.waitForSelector("main:not([data-phase=starting])");
  return Object.assign(page, {
    watch,
    at: (text) => page.evaluate((next) => void (location.hash = next), text),
  });
}

/** Drops a file onto a page, as a person does. */
export const dropArchive = (page, bytes, name) =>
  page.evaluate(([base64, name]) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, [Buffer.from(bytes).toString("base64"), name]);

/**
 * Collects what a page must not do. Chromium reports every 4xx answer to a fetch as a console error, whatever the page
 * makes of it: `clean` takes the statuses that a test provoked, and nothing beyond them.
 */
function watchOver(page, origin) {
  const errors = [];
  const statuses = [];
  const strangers = [];
  page.on("pageerror", (error) => errors.push(`page error: ${error.stack ?? error}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.protocol !== "blob:" && url.origin !== origin)
      strangers.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(message.text());
    if (status && ["registry", "write"].some((path) => message.location().url.startsWith(`${origin}/${path}/`))) statuses.push(Number(status[1]));
    else errors.push(`console: ${message.text()} (${message.location().url})`);
  });
  return {
    clean(provoked = []) {
      assert.deepEqual(errors, [], "nothing on the console");
      assert.deepEqual(strangers, [], "no request to another origin");
      assert.deepEqual(
        [...new Set(statuses)].sort(),
        [...provoked].sort(),
        "no answer of the proxy but the expected ones",
      );
    },
  };
}
