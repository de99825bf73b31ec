/** Headless Chromium over the demo's server, with Debian's docker-registry behind its proxy. */

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

import { startDemoServer } from "../../xtask/demo/server.mjs";
import { startDockerRegistry } from "./docker-registry.mjs";
import { pushAll } from "./images.mjs";

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
 * A registry with images, the demo's server over it, and a browser.
 * @param {Record<string, import("./images.mjs").Image>} images by the path they are pushed to, each as `1.0`
 */
export async function startStage(images) {
  const registry = await startDockerRegistry();
  for (const [path, image] of Object.entries(images)) await pushAll(fetch, registry.url, path, "1.0", image);
  const reference = (path) => `${registry.domain}/${path}:1.0`;
  const examples = Object.keys(images).map((path) => ({
    reference: reference(path),
    text: `the sample ${path}`,
  }));
  const server = await startDemoServer({ registries: [registry.domain], examples });
  const browser = await startBrowser();
  return {
    domain: registry.domain,
    url: server.url,
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

export function startBrowser() {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}

/** The inspector of a server, at a hash, in a browser without a past; `watch.clean()` judges what it did. */
export async function openPage(
  browser,
  base,
  hash = "",
  { width = 1400, height = 900, colorScheme = "light" } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const watch = watchOver(page, new URL(base).origin);
  await page.goto(`${base}www/${hash}`);
  await page.waitForSelector("#ask button[type=submit]:enabled");
  return Object.assign(page, {
    watch,
    at: (text) => page.evaluate((next) => void (location.hash = next), text),
  });
}

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
    if (status && message.location().url.startsWith(`${origin}/registry/`)) statuses.push(Number(status[1]));
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
