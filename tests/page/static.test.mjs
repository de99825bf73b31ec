/** The page as plain files of any web server, without a proxy. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { serve } from "../../pkg/node/serve.js";
import { layoutMembers, tarOf } from "../support/archives.mjs";
import { dropArchive, openPage, startBrowser } from "../support/browser.mjs";
import { filesImage } from "../support/file-images.mjs";
import { samples } from "../support/images.mjs";

const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", wasm: "application/wasm" };
const { list } = samples();
let browser;
let server;

before(async () => {
  // In a folder of a site, with types and no header beyond them.
  server = await serve(async ({ url }) => {
    const name = new URL(url).pathname.replace(/^\/tools\/inspector\//, "") || "index.html";
    const body = await readFile(new URL(`../../pkg/inspector/${name}`, import.meta.url)).catch(() => undefined);
    return new Response(body ?? null, { status: body ? 200 : 404, headers: { "content-type": TYPES[name.split(".").pop()] ?? "text/plain" } });
  });
  browser = await startBrowser();
});
after(async () => {
  await browser.close();
  await server.close();
});

const open = (hash) => openPage(browser, `${server.url}/tools/inspector/`, hash);

test("what is pasted works", async () => {
  const page = await open();
  await page.fill("#omnibox", list.bytes.toString("utf8").replace(/\s+/g, " "));
  await page.press("#omnibox", "Enter");
  await page.waitForSelector(".row:not(.ghost)");
  assert.equal(await page.locator(".row").count(), 8);
});

test("a reference is answered with what to do instead", async () => {
  const page = await open("#ref=alpine:3.20");
  await page.waitForSelector("main .trouble");
  assert.match(await page.textContent(".trouble"), /cannot reach registries.*npx multiarch serve alpine:3\.20/);
});

test("a dropped archive has its files, by code that lies beside the page", async () => {
  const page = await open();
  await dropArchive(page, tarOf(layoutMembers({ "app:1.0": filesImage() })), "layout.tar");
  await page.waitForSelector("#tab-files");
  await page.click("#tab-files");
  await page.waitForSelector(".files-sum:has-text('48 files')");
});

test("the policy of the page itself stops script from elsewhere", async () => {
  const page = await open();
  const stopped = await page.evaluate(async () => {
    const attempts = {};
    try {
      document.body.innerHTML = "<p>replaced</p>";
    } catch (error) {
      attempts.markup = error.name;
    }
    try {
      document.createElement("script").textContent = "window.reached = 1";
    } catch (error) {
      attempts.script = error.name;
    }
    const styled = document.createElement("p");
    styled.setAttribute("style", "color: red");
    attempts.style = styled.style.color;
    attempts.elsewhere = await fetch("http://127.0.0.1:9/").catch((error) => error.name);
    return attempts;
  });
  assert.deepEqual(stopped, { markup: "TypeError", script: "TypeError", style: "", elsewhere: "TypeError" });
});
