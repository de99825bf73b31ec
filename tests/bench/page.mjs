// What the inspector's first view of an image asks of its server, and when it answers: in a browser that was never there
// before, on loopback and over slower lines, which Chromium imitates. Files are compressed, as the server of a page does.

import http from "node:http";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";

import { openPage, startStage } from "../support/browser.mjs";
import { shop } from "../support/shop.mjs";
import { amount, duration } from "./measure.mjs";

const [MOST_REQUESTS, MOST_KB] = [10, 160];
const ROUNDS = 3;
const FILES = new URL("../../pkg/inspector/", import.meta.url);
/** The registry's own answers are under this path. */
const PROXY = "/registry/";
const LINES = [
  { name: "on loopback" },
  { name: "with 40 ms and 10 Mbit/s", latency: 40, megabits: 10 },
  { name: "with 150 ms and 1.6 Mbit/s", latency: 150, megabits: 1.6 },
];

/** Runs in the page before all else: notes when the first platform is shown with its layers, and what kept the page from answering a click. */
function watchAnswer() {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration: ms }) => ms)))
    .observe({ type: "longtask", buffered: true });
  const observer = new MutationObserver(() => {
    if (!document.querySelector(".platforms .row .segment")) return;
    window.answeredAt = performance.now();
    observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** What the page had fetched when it answered. */
function costOfAnswer() {
  const { answeredAt: ms, longTasks } = window;
  const entries = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
  const fetched = entries.filter(({ responseStart }) => responseStart > 0 && responseStart <= ms);
  return { ms, longTasks, fetched: fetched.map(({ name, transferSize }) => ({ name, bytes: transferSize })) };
}

/** Passes requests on to `target`; what is no answer of the registry is compressed, before the first of them. */
async function startCompressing(target) {
  const kept = new Map();
  async function answer({ method, url, headers: { host, ...headers } }, response) {
    const known = kept.get(url);
    if (known) return void response.writeHead(200, known.headers).end(known.bytes);
    const answered = await fetch(new URL(url, target), { method, headers });
    const own = Object.fromEntries([...answered.headers].filter(([name]) => !/^(content-length|connection|keep-alive|transfer-encoding)$/.test(name)));
    let bytes = Buffer.from(await answered.arrayBuffer());
    if (!url.startsWith(PROXY) && answered.status === 200) {
      bytes = await promisify(brotliCompress)(bytes);
      own["content-encoding"] = "br";
      kept.set(url, { bytes, headers: own });
    }
    response.writeHead(answered.status, own).end(bytes);
  }
  const server = http.createServer((request, response) => answer(request, response).catch(() => response.destroy()));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  for (const name of await readdir(FILES)) await fetch(new URL(name, url));
  const close = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return { url, close };
}

async function visit(stage, url, { latency, megabits }) {
  const page = await openPage(stage.browser, url, `#ref=${stage.reference("shop")}`, {
    async before(opened) {
      await opened.addInitScript(watchAnswer);
      if (!latency) return;
      const session = await opened.context().newCDPSession(opened);
      const throughput = (megabits * 1e6) / 8;
      await session.send("Network.enable");
      await session.send("Network.emulateNetworkConditions", {
        offline: false, latency, downloadThroughput: throughput, uploadThroughput: throughput,
      });
    },
  });
  await page.waitForFunction(() => window.answeredAt !== undefined);
  const cost = await page.evaluate(costOfAnswer);
  await page.context().close();
  return cost;
}

export async function page() {
  const stage = await startStage({ shop: shop() });
  const server = await startCompressing(stage.url);
  try {
    const lines = [];
    for (const line of LINES) {
      const visits = [];
      for (let round = 0; round < ROUNDS; round++) visits.push(await visit(stage, server.url, line));
      const [best] = visits.toSorted((a, b) => a.ms - b.ms);
      if (lines.length === 0) lines.push(fetchedBy(best));
      const longest = Math.max(0, ...best.longTasks);
      lines.push(`  ${line.name}: the first platform after ${duration(best.ms)}; ${best.longTasks.length} long tasks, the longest ${duration(longest)}`);
    }
    return lines;
  } finally {
    await server.close();
    await stage.close();
  }
}

function fetchedBy({ fetched }) {
  const [own, asked] = [false, true].map((isAsked) => fetched.filter(({ name }) => name.includes(PROXY) === isAsked));
  const bytes = own.reduce((sum, one) => sum + one.bytes, 0) / 1000;
  return `the page's first view of an image: ${amount(own.length + asked.length, MOST_REQUESTS, "requests")}, ${asked.length} of them of the registry; ` +
    `of its own files ${amount(bytes, MOST_KB, "KB")}, compressed with brotli`;
}
