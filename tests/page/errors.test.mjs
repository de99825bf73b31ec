/** What goes wrong: each fault stands in its own place, says what can be done here, and blames no registry that was not asked. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { samples } from "../support/images.mjs";
import { shop } from "../support/shop.mjs";

const images = samples();
const app = shop();
let stage;

before(async () => {
  stage = await startStage({ list: images.list, shop: app, "list:1.1": images.attested });
});
after(() => stage.close());

async function errorAt(page) {
  await page.waitForSelector("main .trouble.panel");
  assert.equal(await page.locator("h1").count(), 1, "an error has a name too");
  return {
    code: await page.textContent(".trouble .code code"),
    message: await page.textContent(".trouble .message"),
    hint: await page.textContent(".trouble .hint"),
  };
}

test("a registry that this page may not read was not asked, and the page says how it could be", async () => {
  const page = await stage.open();
  page.on("request", (request) => assert.ok(!request.url().includes("/registry/")));
  await page.fill("#omnibox", "alpine:3.20");
  await page.press("#omnibox", "Enter");
  const { code, message, hint } = await errorAt(page);
  assert.equal(code, "NOT_SERVED");
  assert.match(message, /This page may not read docker\.io, which was not asked\. It may read 127\.0\.0\.1:\d+\./);
  assert.match(hint, /multiarch serve --registry docker\.io alpine:3\.20/);
  assert.ok(!/access|owner/.test(message + hint), "no access matters");
  await page.click(".trouble button:has-text('copy')");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "multiarch serve --registry docker.io alpine:3.20");
  page.watch.clean();
});

test("where the page's own server does not answer, no registry is blamed", async () => {
  const page = await stage.open();
  await page.route("**/registry/**", (route) => route.abort());
  await page.at(`#ref=${stage.domain}/list:1.0`);
  const { code, hint } = await errorAt(page);
  assert.equal(code, "NETWORK");
  assert.match(hint, /^What the page reads registries through does not answer: start multiarch serve/);
  assert.ok(!hint.includes("CORS"), hint);
});

test("a refusal of the page's own proxy has a code of its own", async () => {
  const page = await stage.open();
  // A page that does not know which registries its server reads.
  await page.route("**/config.json", (route) => route.fulfill({ json: { via: "registry" } }));
  await page.reload();
  await page.waitForSelector(".start");
  await page.at("#ref=registry.example/app:1.0");
  const { code, message, hint } = await errorAt(page);
  assert.equal(code, "PROXY_TARGET");
  assert.match(hint, /^Start it with that registry: multiarch serve --registry DOMAIN/);
  assert.match(message, /^the proxy answered 403/);
  assert.ok(!(await page.textContent(".trouble .code")).includes("registry.example"), "no registry stands as the one that refused");
  page.watch.clean([403]);
});

test("a tag that does not exist: the tags that do are there to choose", async () => {
  const page = await stage.open(`#ref=${stage.domain}/list:2.0`);
  const { code, hint } = await errorAt(page);
  assert.equal(code, "MANIFEST_UNKNOWN");
  assert.match(hint, /multiarch tags/);
  assert.match(await page.textContent(".trouble .code"), /HTTP 404/);
  assert.match(await page.textContent("#status"), /^Error: /);
  assert.deepEqual((await page.locator(".trouble .chip").allTextContents()).sort(), ["1.0", "1.1"]);
  await page.click(".trouble .chip:has-text('1.0')");
  await page.waitForSelector(".row:not(.ghost)");
  page.watch.clean([404]);
});

test("what was open before is one click away, and trying again asks again", async () => {
  const page = await stage.open(`#ref=${stage.reference("list")}`);
  await page.waitForSelector(".row:not(.ghost)");
  await page.route("**/manifests/3.0", (route) => route.fulfill({ status: 503, json: {} }));
  await page.at(`#ref=${stage.domain}/list:3.0`);
  await errorAt(page);
  assert.equal(await page.locator(`main a:has-text("Back to ${stage.reference("list")}")`).count(), 1);
  const asked = page.waitForRequest("**/manifests/3.0");
  await page.click("button:has-text('Try again')");
  await asked;
  await errorAt(page);
  await page.click("main a:has-text('Back to')");
  await page.waitForSelector(".row:not(.ghost)");
  page.watch.clean([503]);
});

test("a text that can be no reference is refused in the field before anything is asked", async () => {
  const page = await stage.open();
  page.on("request", (request) => assert.ok(!request.url().includes("/registry/")));
  await page.fill("#omnibox", "Not A Reference");
  await page.press("#omnibox", "Enter");
  await page.waitForSelector("#understood[role=alert]");
  assert.ok((await page.textContent("#understood")).length > 20);
  await page.at("#ref=Not%20A%20Reference");
  assert.equal((await errorAt(page)).code, "REFERENCE_INVALID");
  page.watch.clean();
});

test("a slow answer keeps its place, and a later question wins over it", async () => {
  const page = await stage.open();
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/registry/**/manifests/slow", async (route) => {
    await held;
    await route.abort();
  });
  await page.at(`#ref=${stage.domain}/list:slow`);
  await page.waitForSelector(".skeleton");
  assert.match(await page.textContent(".skeleton"), /list:slow.*Reading the registry/);
  await page.at(`#ref=${stage.reference("list")}`);
  await page.waitForSelector(".row .segment");
  release();
  await page.waitForTimeout(200);
  assert.equal(await page.getAttribute(".title .digest", "data-digest"), images.list.digest);
  assert.equal(await page.locator(".trouble").count(), 0);
  page.watch.clean();
});

test("one 404, one 429, one mismatch and one broken config: each stands in its own row, everything else is shown", async () => {
  const page = await stage.open();
  const [gone, limited, changed, unreadable] = app.children;
  const config = unreadable.blobs[0];
  await page.route(`**/manifests/${gone.digest}`, (route) => route.fulfill({ status: 404, json: { errors: [{ code: "MANIFEST_UNKNOWN", message: "gone" }] } }));
  await page.route(`**/manifests/${limited.digest}`, (route) => route.fulfill({ status: 429, headers: { "retry-after": "1" }, json: { errors: [{ code: "TOOMANYREQUESTS", message: "slow down" }] } }));
  await page.route(`**/manifests/${changed.digest}`, (route) => route.fulfill({ status: 200, contentType: changed.mediaType, body: `${changed.bytes} ` }));
  await page.route(`**/blobs/${config.digest}`, (route) => route.fulfill({ status: 200, contentType: "application/octet-stream", body: "{" }));
  await page.at(`#ref=${stage.reference("shop")}&platform=linux/arm64`);
  const state = (image) => page.locator(`.row[data-digest="${image.digest}"]`);
  for (const image of [gone, limited, changed]) await page.waitForSelector(`.row.failed[data-digest="${image.digest}"]`, { timeout: 60_000 });
  assert.match(await state(gone).textContent(), /not in this registry/);
  assert.match(await state(limited).textContent(), /not read.*429/);
  assert.match(await state(changed).textContent(), /not read/);
  for (const image of app.children.slice(4, 8)) assert.match(await state(image).textContent(), /MB8 layers/);
  // The broken config leaves the layers of its image.
  await page.waitForSelector(".part-trouble");
  assert.equal(await page.locator(".layers .layer").count(), 8);
  assert.match(await page.textContent(".part-trouble"), /The config could not be read/);
  // What failed can be tried again in its row.
  await page.unroute(`**/manifests/${gone.digest}`);
  await page.click(`li:has(> .row[data-digest="${gone.digest}"]) .retry`);
  await page.waitForSelector(`.row:not(.failed)[data-digest="${gone.digest}"] .segment`);
  await state(limited).click();
  await page.waitForSelector(".detail .trouble:has-text('It asks to be left alone for 1 second.'):has-text('429') button:has-text('Try again')");
  await state(changed).click();
  await page.waitForSelector(".detail .trouble");
  assert.equal(await page.textContent(".detail .trouble .code code"), "DIGEST_MISMATCH");
  page.watch.clean([404, 429]);
});

test("a web page in place of JSON is named as that", async () => {
  const page = await stage.open();
  await page.route("**/manifests/html", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<h1>Sign in</h1>" }));
  await page.at(`#ref=${stage.domain}/list:html`);
  const { message } = await errorAt(page);
  assert.match(message, /web page/);
  page.watch.clean();
});

test("a module that cannot be loaded is an error with its code, and the field still stands", async () => {
  const page = await stage.open("", {
    before: (one) => one.route("**/proxied_bg*.wasm", (route) => route.fulfill({ status: 200, contentType: "application/wasm", body: "no wasm" })),
  });
  assert.equal((await errorAt(page)).code, "LOAD_FAILED");
});
