import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { serve } from "../../pkg/node/serve.js";
import { createStatic } from "../../xtask/demo/static.mjs";
import { openPage, startBrowser } from "../support/browser.mjs";
import { samples } from "../support/images.mjs";

const { list } = samples();
let browser;
let server;

before(async () => {
  const files = await createStatic();
  // Any static hosting: types, and no header beyond them.
  server = await serve(async ({ url }) => {
    const found = await files(new URL(url).pathname);
    return found
      ? new Response(found.body, { headers: { "content-type": found.headers.get("content-type") } })
      : new Response(null, { status: 404 });
  });
  browser = await startBrowser();
});
after(async () => {
  await browser.close();
  await server.close();
});

test("the page works as plain files, for what is pasted", async () => {
  const page = await openPage(browser, `${server.url}/`);
  await page.click("#open-paste");
  await page.fill("#paste-text", list.bytes.toString());
  await page.click("#paste button[type=submit]");
  await page.waitForSelector("#platforms table");
  assert.equal(await page.textContent("#summary .digest"), list.digest);
  page.watch.clean();
});

test("without a proxy a reference is answered with what to do instead", async () => {
  const page = await openPage(browser, `${server.url}/`, "#ref=alpine:3.20");
  await page.waitForSelector("#notice .panel.error");
  assert.match(await page.textContent("#notice .panel-hint"), /Paste or drop.*cargo xtask demo/);
  page.watch.clean();
});

test("the policy of the page itself stops script from elsewhere", async () => {
  const page = await openPage(browser, `${server.url}/`);
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
    attempts.elsewhere = await fetch("http://127.0.0.1:9/").catch((error) => error.name);
    return attempts;
  });
  assert.deepEqual(stopped, { markup: "TypeError", script: "TypeError", elsewhere: "TypeError" });
});
