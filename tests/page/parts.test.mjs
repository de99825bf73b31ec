/** What the first view does without: it comes once nothing is being read, and what does not come says so where it was asked for. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { shop } from "../support/shop.mjs";

let stage;

before(async () => {
  stage = await startStage({ shop: shop(), "shop:1.1": shop({ version: "1.1" }) });
});
after(() => stage.close());

const shopHash = () => `#ref=${stage.reference("shop")}`;

/** Lets no script through but the one that the page names. */
const withoutParts = (page) =>
  page.route("**/*.js", async (route) => {
    const isNamed = (await (await fetch(stage.url)).text()).includes(new URL(route.request().url()).pathname.slice(1));
    return isNamed ? route.continue() : route.abort();
  });

/** Waits until the page has fetched all that it fetches by itself. */
const withParts = (page) =>
  page.waitForFunction((names) => {
    const fetched = performance.getEntriesByType("resource").filter(({ responseEnd }) => responseEnd > 0);
    return names.every((name) => fetched.some((one) => one.name.includes(`/${name}-`)));
  }, [
    "archive", "attestations", "compare", "config", "explained", "forgotten", "hosts", "json", "machines", "open", "palette", "pulls", "reading",
    "repository", "start", "why",
  ]);

test("parts come by themselves, and work when the server has ended", async () => {
  const page = await stage.open(shopHash());
  await withParts(page);
  await page.waitForLoadState("networkidle");
  await page.route("**/*", (route) => route.abort());
  await page.keyboard.press("?");
  await page.waitForSelector("dialog.palette[open] li");
  await page.keyboard.press("Escape");
  await page.keyboard.press("2");
  await page.waitForSelector(".detail .config .fact");
  await page.keyboard.press("5");
  await page.waitForSelector(".detail .tree");
  await page.keyboard.press("o");
  await page.waitForSelector("dialog.open[open] textarea");
  await page.keyboard.press("Escape");
  await page.fill("#omnibox", "docker pull alpine");
  await page.waitForSelector("#understood:has-text('List the tags of alpine')");
  await page.keyboard.press("Escape");
  await page.click(".tool:nth-child(3) button");
  await page.waitForSelector(".why li");
  await page.click("#host");
  await page.waitForSelector("#hosts li:has-text('Raspberry Pi Zero')");
  await page.keyboard.press("Escape");
  await page.click(".brand");
  await page.waitForSelector("main[data-phase=start] .cards");
});

test("what is typed after the key for the field is no command, also while the table of commands is on its way", async () => {
  let arrive;
  const late = new Promise((resolve) => (arrive = resolve));
  const held = (page) =>
    page.route("**/commands-*.js", async (route) => {
      await late;
      await route.continue();
    });
  const page = await stage.open(shopHash(), { before: held });
  await page.waitForSelector(".layer .summary");
  await page.keyboard.press("/");
  await page.keyboard.type("25");
  arrive();
  await page.waitForSelector("#omnibox:focus");
  await page.keyboard.type("x");
  await page.waitForFunction(() => document.getElementById("omnibox").value.endsWith("x"));
  assert.equal(await page.getAttribute("#tab-layers", "aria-selected"), "true");
});

test("a part that cannot be loaded says so in its place, and is asked for again", async () => {
  const page = await stage.open(shopHash(), { before: withoutParts });
  await page.waitForSelector(".layers .layer:not(.ghost)");
  await page.click("#tab-config");
  await page.waitForSelector("[role=tabpanel] .trouble:has-text('A part of this page could not be loaded'):has-text('LOAD_FAILED')");
  await page.fill("#omnibox", "alpine");
  await page.press("#omnibox", "Enter");
  await page.waitForSelector("#understood[role=alert]:has-text('A part of this page could not be loaded')");
  await page.press("#omnibox", "Escape");
  await page.keyboard.press("Control+k");
  await page.waitForSelector(".lost .trouble:has-text('LOAD_FAILED')");
  await page.click(".lost button");
  assert.equal(await page.locator(".lost").count(), 0);

  await page.unroute("**/*.js");
  await page.click("#tab-layers");
  await page.click("#tab-config");
  await page.waitForSelector(".detail .config .fact");
  await page.keyboard.press("Control+k");
  await page.waitForSelector("dialog.palette[open] li");
});

test("a part whose style sheet cannot be loaded is not shown without it", async () => {
  const page = await stage.open(shopHash(), { before: (page) => page.route("**/later-*.css", (route) => route.abort()) });
  await page.waitForSelector(".layers .layer:not(.ghost)");
  await page.click("#tab-config");
  await page.waitForSelector("[role=tabpanel] .trouble:has-text('LOAD_FAILED')");
  assert.equal(await page.locator(".config").count(), 0);
  await page.unroute("**/later-*.css");
  await page.click("#tab-layers");
  await page.click("#tab-config");
  await page.waitForSelector(".detail .config .fact");
  assert.equal(await page.locator("link[rel=stylesheet]").count(), 2);
});

test("a view that cannot be loaded is an error with a name", async () => {
  const page = await stage.open("", { before: withoutParts });
  await page.waitForSelector("main[data-phase=failed] .trouble:has-text('LOAD_FAILED')");
  await page.at(`#a=${stage.reference("shop")}&b=${stage.reference("shop:1.1")}`);
  await page.waitForSelector("main[data-phase=failed] .trouble:has-text('LOAD_FAILED')");
  assert.equal(await page.locator("h1").count(), 1);
  await page.at(shopHash());
  await page.waitForSelector(".platforms .row .segment");
});

/** The cores that a page has fetched, by the beginnings of their files' names. */
const coresOf = (page) =>
  page.evaluate(() => performance.getEntriesByType("resource").flatMap(({ name }) => /[^/]+(?=_bg-\w+\.wasm$)/.exec(name) ?? []));

test("the core that has every call is fetched when one of them is made, and what cannot have it says so in its place", async () => {
  const page = await stage.open(shopHash());
  await withParts(page);
  await page.waitForLoadState("networkidle");
  assert.deepEqual(await coresOf(page), ["proxied"]);
  await page.route("**/reader_bg-*.wasm", (route) => route.abort());
  await page.click("#tab-attestations");
  await page.waitForSelector("[role=tabpanel] .trouble:has-text('LOAD_FAILED')");
  await page.unroute("**/reader_bg-*.wasm");
  await page.click("[role=tabpanel] .trouble button:has-text('Try again')");
  await page.waitForSelector("[role=tabpanel] .message:has-text('Nothing in the repository refers to it.')");
  assert.deepEqual([...new Set(await coresOf(page))].toSorted(), ["proxied", "reader"]);
  // A document that was read before answers for another host, and so does one that is read now.
  const isFor = (host) => page.waitForSelector(`.hero:has-text("${host}")`);
  await page.at(`${shopHash()}&platform=linux/arm64`);
  await isFor("linux/arm64");
  await page.at(`#ref=${stage.reference("shop:1.1")}&platform=linux/arm64`);
  await page.waitForSelector(".layers .layer:not(.ghost)");
  await isFor("linux/arm64");
});

test("what is written before the start page is there stays in the field, with the focus", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const page = await stage.open("", { before: (page) => page.route("**/start-*.js", (route) => held.then(() => route.continue())) });
  await page.click("#omnibox");
  await page.keyboard.type("docker pull al");
  release();
  await page.waitForSelector("main[data-phase=start] #omnibox");
  await page.keyboard.type("pine");
  assert.equal(await page.inputValue("#omnibox"), "docker pull alpine");
  await page.waitForSelector("#understood:has-text('List the tags of alpine')");
});
