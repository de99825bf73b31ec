/** Two images beside each other, and the tags of a repository. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { shop, shopImage } from "../support/shop.mjs";

let stage;
const newer = shop();
const older = shop({ version: "3.13.8", platforms: 6 });

before(async () => {
  stage = await startStage({ "shop:2.4.1": newer, "shop:latest": newer, "shop:2.4.0": older, "shop:single": shopImage() });
});
after(() => stage.close());

test("a sentence first, the platforms second, the details of one third", async () => {
  const page = await stage.open();
  await page.fill("#omnibox", `${stage.reference("shop:2.4.0")} .. ${stage.reference("shop:2.4.1")}`);
  await page.waitForSelector("#understood:has-text('Compare ')");
  await page.press("#omnibox", "Enter");
  await page.waitForSelector(".differences .new");
  assert.equal(await page.textContent(".sentence .line-1"), "B adds linux/riscv64 and linux/s390x; of the others 6 changed.");
  const rows = await page.locator(".pair").allTextContents();
  assert.equal(rows.length, 8);
  assert.match(rows[3], /linux\/arm64\/v8.*8\.85MB8\.85MB±07 layers same, 1 changed/);
  assert.match(rows[7], /linux\/s390x.*not in A.*\+ added8 layers/);
  assert.equal(await page.locator(".pair >> nth=3").locator(".segment.s2").count(), 2, "what only one has is marked");
  assert.match(await page.textContent(".differences"), /PYTHON_VERSION.*3\.13\.8.*3\.13\.9/);
  page.watch.clean();
});

test("what this machine fetches to go from one to the other", async () => {
  const page = await stage.open(`#a=${stage.reference("shop:2.4.0")}&b=${stage.reference("shop:2.4.1")}&platform=linux/arm64`);
  await page.waitForSelector(".because .size");
  await page.waitForSelector(".changed-step");
  assert.equal(await page.textContent(".sentence .because"), "Same: 7 layers. Changed: RUN pip install --no-cache-dir -r requirements.txt. A linux/arm64/v8 host fetches 2.52MB to go from A to B.");
  await page.click("button:has-text('swap')");
  await page.waitForFunction(() => document.querySelector(".sentence")?.textContent.startsWith("B lacks"));
  await page.goBack();
  await page.waitForFunction(() => document.querySelector(".sentence")?.textContent.startsWith("B adds"));
  page.watch.clean();
});

test("what changed in one platform, part by part: layers, config, environment, labels, files", async () => {
  const page = await stage.open(`#a=${stage.reference("shop:2.4.0")}&b=${stage.reference("shop:2.4.1")}&platform=linux/arm64`);
  await page.waitForSelector(".differences .new");
  const parts = () => page.locator(".differences .switches button").allTextContents();
  assert.deepEqual(await parts(), ["Layers", "Config 0", "Environment 1", "Labels 0", "Files…"]);
  const pressed = () => page.textContent(".differences [aria-pressed=true]");
  assert.equal(await pressed(), "Environment 1", "the first that says something");
  await page.click(".switches button:has-text('Layers')");
  await page.waitForSelector(".changed-layer .changed-step >> nth=1");
  const rows = await page.locator(".changed-layer").allTextContents();
  assert.equal(rows.length, 2);
  assert.match(rows[0], /^− layer 6RUN pip install .*2\.52MB$/);
  assert.match(rows[1], /^\+ layer 6RUN pip install .*2\.52MB$/);
  assert.equal(await page.textContent(".differences > .message"), "7 layers of B are in A, too.");
  assert.match(await page.evaluate(() => location.hash), /&by=layers$/);
  await page.click(".switches button:has-text('Labels')");
  await page.waitForSelector(".differences .message:has-text('Labels and annotations are the same.')");
  await page.click(".switches button:has-text('Config')");
  await page.waitForSelector(".differences .message:has-text('The config says the same.')");
  page.watch.clean();
});

test("equal digests are identical, and nothing more is read", async () => {
  const page = await stage.open(`#a=${stage.reference("shop:latest")}&b=${stage.reference("shop:2.4.1")}`);
  await page.waitForSelector(".sentence");
  assert.match(await page.textContent(".sentence .line-1"), /identical/);
  page.watch.clean();
});

test("single images compare too; a side that is none is an error with its name", async () => {
  const page = await stage.open(`#a=${stage.reference("shop:single")}&b=${stage.reference("shop:2.4.1")}`);
  await page.waitForSelector(".pair:has-text('identical')");
  await page.at(`#a=${stage.reference("shop:2.4.1")}&b=${stage.domain}/shop:none`);
  await page.waitForSelector("main .trouble");
  assert.equal(await page.textContent(".trouble .code code"), "MANIFEST_UNKNOWN");
  page.watch.clean([404]);
});

test("a repository shows its tags, which of them are the same image, and leads to each", async () => {
  const page = await stage.open(`#ref=${stage.domain}/shop`);
  const methods = [];
  page.on("request", (request) => request.url().includes("/manifests/") && methods.push(request.method()));
  await page.waitForFunction(() => document.querySelectorAll(".tags .digest").length === 4);
  assert.ok(methods.every((method) => method === "HEAD"), "a HEAD counts as no pull");
  assert.match(await page.textContent(".head"), /shop.*4 tags/);
  assert.match(await page.textContent(".tags li:has-text('latest')"), /2 tags are this image/);
  await page.fill("input[aria-label='Filter the tags']", "2.4");
  assert.equal(await page.locator(".tags li").count(), 2);
  await page.click(".tags a:has-text('2.4.0')");
  await page.waitForSelector(".row:not(.ghost)");
  assert.equal(await page.locator(".row").count(), 6);
  await page.click(".title .registry");
  await page.waitForSelector(".tags");
  page.watch.clean();
});
