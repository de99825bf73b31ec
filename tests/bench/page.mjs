// What the inspector's first view of an image asks of its server, when it answers, and how still it stands: in a browser that was
// never there before, on loopback and over slower lines and processors, which Chromium imitates. Files are compressed, as the server
// of a page does.

import http from "node:http";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";

import { openPage, startStage } from "../support/browser.mjs";
import { shop } from "../support/shop.mjs";
import { amount, duration } from "./measure.mjs";

const [MOST_REQUESTS, MOST_KB, MOST_SHIFT, MOST_TASK_MS] = [10, 160, 0.05, 150];
const ROUNDS = 5;
const FILES = new URL("../../pkg/inspector/", import.meta.url);
/** The registry's own answers are under this path. */
const PROXY = "/registry/";
const LINES = [
  { name: "on loopback", mostSeconds: 1 },
  { name: "with 40 ms and 10 Mbit/s", latency: 40, megabits: 10 },
  { name: "with 150 ms, 1.6 Mbit/s and a quarter of the processor", latency: 150, megabits: 1.6, slowdown: 4, mostSeconds: 2 },
];

/**
 * Runs in the page before all else: notes when the answer stands, when the first platform is shown with its layers, and when the
 * layers of the answer; what kept the page from answering a click, and how far things moved.
 */
function watchAnswer() {
  window.seen = { longTasks: [], shift: 0 };
  const observe = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  observe("longtask", ({ duration: ms }) => window.seen.longTasks.push(ms));
  observe("layout-shift", ({ value }) => (window.seen.shift += value));
  const places = { answer: ".hero .line-1 .platform", platform: ".platforms .row .segment", layers: ".layers .layer:not(.ghost)" };
  const observer = new MutationObserver(() => {
    for (const [name, place] of Object.entries(places)) {
      if (window.seen[name] === undefined && document.querySelector(place)) window.seen[name] = performance.now();
    }
    if (window.seen.layers !== undefined) observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** What the page had fetched when the first platform was shown. */
function costOfAnswer() {
  const entries = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
  const fetched = entries.filter(({ responseStart }) => responseStart > 0 && responseStart <= window.seen.platform);
  return { ...window.seen, fetched: fetched.map(({ name, transferSize }) => ({ name, bytes: transferSize })) };
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

async function visit(stage, url, { latency, megabits, slowdown }) {
  const page = await openPage(stage.browser, url, `#ref=${stage.reference("shop")}`, {
    async before(opened) {
      await opened.addInitScript(watchAnswer);
      if (!latency) return;
      const session = await opened.context().newCDPSession(opened);
      if (slowdown) await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
      const throughput = (megabits * 1e6) / 8;
      await session.send("Network.enable");
      await session.send("Network.emulateNetworkConditions", {
        offline: false, latency, downloadThroughput: throughput, uploadThroughput: throughput,
      });
    },
  });
  await page.waitForFunction(() => window.seen.layers !== undefined);
  await page.waitForLoadState("networkidle");
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
      const [best] = visits.toSorted((a, b) => a.answer - b.answer);
      if (lines.length === 0) lines.push(fetchedBy(best));
      lines.push(`  ${line.name}: ${timesOf(best, line)}; ${stillnessOf(best)}`);
    }
    return lines;
  } finally {
    await server.close();
    await stage.close();
  }
}

function timesOf({ answer, platform, layers }, { mostSeconds }) {
  const answered = mostSeconds ? amount(answer / 1000, mostSeconds, "s") : duration(answer);
  return `the answer after ${answered}, the first platform after ${duration(platform)}, its layers after ${duration(layers)}`;
}

function stillnessOf({ longTasks, shift }) {
  const longest = amount(Math.max(0, ...longTasks), MOST_TASK_MS, "ms");
  return `${longTasks.length} long tasks, the longest ${longest}; what was there moved by ${shift.toFixed(3)} (at most ${MOST_SHIFT}: ${shift <= MOST_SHIFT ? "met" : "missed"})`;
}

function fetchedBy({ fetched }) {
  const [own, asked] = [false, true].map((isAsked) => fetched.filter(({ name }) => name.includes(PROXY) === isAsked));
  const bytes = own.reduce((sum, one) => sum + one.bytes, 0) / 1000;
  return `the page's first view of an image: ${amount(own.length + asked.length, MOST_REQUESTS, "requests")}, ${asked.length} of them of the registry; ` +
    `of its own files ${amount(bytes, MOST_KB, "KB")}, compressed with brotli`;
}
