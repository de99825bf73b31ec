/** What the page costs where manifests that are read count as pulls: the registry is Docker Hub's profile behind the real proxy. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { createClient } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { startInspector } from "../../pkg/node/inspector.js";
import { openPage, startBrowser } from "../support/browser.mjs";
import { shop } from "../support/shop.mjs";
import { soon } from "../support/until.mjs";

const LIMIT = 100;
const [newer, older] = [shop(), shop({ version: "3.13.8", platforms: 6 })];

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser.close());

/** The inspector over a Docker Hub that has so many pulls left, and counts them. */
async function hub(left, work) {
  const registry = createMemoryRegistry({ quirks: ["dockerHub"] });
  const put = async ({ blobs, children, bytes }, tag) => {
    for (const blob of blobs) await registry.putBlob("library/shop", blob.bytes);
    for (const child of children) await put(child);
    await registry.putManifest("library/shop", tag, bytes);
  };
  await put(newer, "1.0");
  await put(older, "0.9");
  const read = [];
  const fetch = async (url, init = {}) => {
    const response = await registry.fetch(url, init);
    if (!String(url).includes("/manifests/") || response.status !== 200) return response;
    if (init.method !== "HEAD") read.push(String(url).split("/").at(-1));
    response.headers.set("ratelimit-remaining", `${Math.max(0, left - read.length)};w=21600`);
    return response;
  };
  const client = createClient({ fetch, registries: ["docker.io"] });
  const server = await startInspector({ client, registries: ["docker.io"], host: "linux/arm64", port: 0 });
  try {
    await work({ read, open: (hash) => openPage(browser, server.url, hash) });
  } finally {
    await server.close();
  }
}

/** What is said about measuring, which comes after what was measured. */
const measures = (page, wanted) =>
  soon(async () => assert.match((await page.textContent(".measure")).replace(/\s+/g, " ").trim(), wanted));
const segments = (page, many) => page.waitForFunction((wanted) => document.querySelectorAll(".segment").length === wanted, many);

test("an eight-platform tag costs two pulls, and the page says what the others would take and what is left", () =>
  hub(65, async ({ open, read }) => {
    const page = await open("#ref=shop:1.0");
    await page.waitForSelector(".row.chosen .segment");
    await page.waitForSelector(".layer .summary");
    assert.deepEqual(read, ["1.0", newer.children[3].digest]);
    await measures(page, /^Measure 7 more takes 7 of the 63 pulls that you have left; Docker Hub allows 100 in 6 hours\.$/);
    await page.click(".measure button");
    await segments(page, 64);
    await measures(page, /^56 pulls left; Docker Hub allows 100 in 6 hours\.$/);
    assert.equal(read.length, 9);
    page.watch.clean();
  }));

test("another machine costs one more, and coming back none", () =>
  hub(LIMIT, async ({ open, read }) => {
    const page = await open("#ref=shop:1.0");
    await page.waitForSelector(".row.chosen .segment");
    await page.click(".row >> nth=0");
    await segments(page, 16);
    assert.equal(read.length, 3);
    await page.reload();
    await page.waitForSelector(".row.chosen .segment");
    assert.equal(new Set(read).size, 3, "the browser has what is asked for by its digest");
    assert.ok(read.slice(3).every((name) => name === "1.0"), "and asks for the tag alone");
    page.watch.clean();
  }));

test("configs are compared where the reader asks for it, beside what that takes", () =>
  hub(65, async ({ open, read }) => {
    const page = await open("#ref=shop:1.0&at=config");
    await page.waitForSelector(".compared button");
    assert.match(await page.textContent(".compared"), /^Compare with 7 others takes 7 of the 63 pulls that you have left/);
    assert.deepEqual([read.length, await page.locator(".only").count()], [2, 0]);
    await page.click(".compared button");
    await page.waitForSelector(".only");
    assert.match(await page.textContent(".pairs li:has(.only)"), /^OPENBLAS_CORETYPE=ARMV8 only here$/);
    assert.match(await page.textContent(".config [role=status]"), /^Compared with 7 other configs/);
    assert.deepEqual([read.length, await page.locator(".compared").count()], [9, 0]);
    page.watch.clean();
  }));

test("no more is offered than is left", () =>
  hub(5, async ({ open }) => {
    const page = await open("#ref=shop:1.0");
    await page.waitForSelector(".row.chosen .segment");
    await measures(page, /^Measure 3 more takes 3 of the 3 pulls that you have left; Docker Hub allows 100 in 6 hours\.$/);
    await page.click(".measure button");
    await segments(page, 32);
    await measures(page, /^0 /);
    assert.equal(await page.locator(".measure button").count(), 0);
    page.watch.clean();
  }));

test("two tags compared cost the two indexes and the pair that is looked at", () =>
  hub(LIMIT, async ({ open, read }) => {
    const page = await open("#a=shop:0.9&b=shop:1.0");
    await page.waitForSelector(".because .size");
    await page.waitForSelector(".differences .new");
    const [a, b] = [older.children[3].digest, newer.children[3].digest];
    assert.deepEqual([...read].sort(), ["0.9", "1.0", a, b].sort());
    assert.match(await page.textContent(".pair >> nth=7"), /not in A.*\+ added.*not read yet/);
    await measures(page, /^Measure 12 more takes 12 of the 96 pulls/);
    await page.click(".measure button");
    await page.waitForFunction(() => !document.querySelector(".pairs").textContent.includes("not read yet"));
    await soon(async () => assert.match(await page.textContent(".pair >> nth=7"), /8 layers/));
    page.watch.clean();
  }));

test("a composed list is measured on request there, and its entries cost nothing by being listed", () =>
  hub(65, async ({ open, read }) => {
    const page = await open("#compose=new");
    await page.fill("#source", "shop:1.0");
    await page.press("#source", "Enter");
    await page.click(".source button:has-text('add all 8')");
    await page.waitForFunction(() => document.querySelectorAll(".entry").length === 8);
    await page.waitForSelector(".list .measure");
    assert.deepEqual(read, ["1.0"]);
    await measures(page, /^Measure 8 more takes 8 of the 64 pulls that you have left; Docker Hub allows 100 in 6 hours\.$/);
    await page.click(".list .measure button");
    await page.waitForFunction(() => [...document.querySelectorAll(".entry .size")].every((one) => one.textContent !== ""));
    assert.match(await page.textContent(".entry >> nth=3 >> .size"), /^8\.85\s*MB$/);
    assert.equal(read.length, 9);
  }));
