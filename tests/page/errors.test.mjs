import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { samples } from "../support/images.mjs";

const images = samples();
let stage;

before(async () => {
  stage = await startStage({ list: images.list });
});
after(() => stage.close());

async function errorAt(page) {
  await page.waitForSelector("#notice .panel.error");
  return {
    code: await page.textContent("#notice .panel-code code"),
    message: await page.textContent("#notice .panel-message"),
    hint: await page.textContent("#notice .panel-hint"),
  };
}

test("a tag that does not exist", async () => {
  const page = await stage.open(`#ref=${stage.domain}/list:2.0`);
  const { code, message, hint } = await errorAt(page);
  assert.equal(code, "MANIFEST_UNKNOWN");
  assert.match(message, /list:2\.0|2\.0/);
  assert.match(hint, /multiarch tags/);
  assert.match(await page.textContent("#notice .panel-code"), /HTTP 404/);
  assert.match(await page.textContent("#status"), /^Error: /);
  page.watch.clean([404]);
});

test("a reference that cannot be one is refused before anything is asked", async () => {
  const page = await stage.open();
  page.on("request", (request) => assert.ok(!request.url().includes("/registry/")));
  await page.fill("#reference", "Not A Reference");
  await page.click("#ask button[type=submit]");
  const { code, hint } = await errorAt(page);
  assert.equal(code, "REFERENCE_INVALID");
  assert.match(hint, /domain/);
  page.watch.clean();
});

test("a registry that the proxy does not serve", async () => {
  const page = await stage.open("#ref=registry.example/app:1.0");
  const { code, hint } = await errorAt(page);
  assert.equal(code, "DENIED");
  assert.ok(hint.length > 20);
  page.watch.clean([403]);
});

test("the next reference makes an error go away", async () => {
  const page = await stage.open("#ref=%2F%2F");
  await errorAt(page);
  await page.fill("#reference", stage.reference("list"));
  await page.press("#reference", "Enter");
  await page.waitForSelector("#platforms table");
  assert.equal(await page.locator("#notice .panel").count(), 0);
  page.watch.clean();
});

test("a slow answer shows that the page waits, and a later question wins over it", async () => {
  const page = await stage.open();
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/registry/**/manifests/slow", async (route) => {
    await held;
    await route.abort();
  });
  await page.at(`#ref=${stage.domain}/list:slow`);
  await page.waitForSelector("#notice .loading");
  assert.match(await page.textContent("#notice .loading"), /Asking for .*list:slow/);
  await page.at(`#ref=${stage.reference("list")}`);
  await page.waitForSelector("#platforms table");
  release();
  await page.waitForTimeout(200);
  assert.equal(await page.textContent("#summary .digest"), images.list.digest);
  assert.equal(await page.locator("#notice .panel").count(), 0);
  page.watch.clean();
});

test("a page whose package is missing says how to get it", async () => {
  const page = await stage.open();
  await page.route("**/pkg/index.js", (route) =>
    route.fulfill({ status: 200, contentType: "text/javascript", body: "export {" }),
  );
  await page.reload();
  await page.waitForSelector("#notice .panel");
  assert.match(await page.textContent("#notice .panel"), /cargo xtask build/);
});

test("a module that cannot be loaded is an error with its code", async () => {
  const page = await stage.open();
  await page.route("**/multiarch_bg*.wasm", (route) =>
    route.fulfill({ status: 200, contentType: "application/wasm", body: "no wasm" }),
  );
  await page.route("**/multiarch_bg.inline.js", (route) =>
    route.fulfill({
      status: 200,
      contentType: "text/javascript",
      body: "export default () => new Uint8Array(4)",
    }),
  );
  await page.reload();
  assert.equal((await errorAt(page)).code, "LOAD_FAILED");
  page.watch.clean();
});
