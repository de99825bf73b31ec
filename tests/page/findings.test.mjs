/** What is wrong with an index stands in its head: by itself without a request, and with the registry when it is asked for. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { ociImage, ociIndex } from "../support/images.mjs";

const one = ociImage({ text: "one" });
const two = ociImage({ text: "two" });
let stage;

before(async () => {
  stage = await startStage({ rivals: ociIndex(one, two), sound: ociIndex(one, ociImage({ architecture: "arm64" })) });
});
after(() => stage.close());

test("two images for one platform are a finding of the head, without another request", async () => {
  const page = await stage.open(`#ref=${stage.reference("rivals")}`);
  const heads = [];
  page.on("request", (request) => request.method() === "HEAD" && heads.push(request.url()));
  await page.waitForSelector(".head .findings");
  assert.equal(await page.textContent(".head .findings summary"), "1 finding");
  const text = await page.textContent(".head .findings li");
  assert.ok(text.startsWith("error: ") && text.includes(one.digest) && text.includes(two.digest), text);
  const digests = page.locator(".head .findings .digest");
  const copied = await digests.evaluateAll((buttons) => buttons.map((button) => button.dataset.digest));
  assert.deepEqual(copied.toSorted(), [one.digest, two.digest].toSorted(), "each digest of a message copies itself");
  assert.equal(await page.locator(".head .findings li.bad").count(), 1, "an error has another look than a warning");
  assert.deepEqual(heads, []);
  await page.click(".facts button:has-text('check what it lists')");
  await page.waitForSelector(".facts [role=status]");
  assert.equal(await page.textContent(".facts [role=status]"), "checked: 1 found");
  assert.equal(heads.length, 2, "one for each manifest");
  page.watch.clean();
});

test("an index that is sound says nothing until it is checked; another document has findings of its own", async () => {
  const page = await stage.open(`#ref=${stage.reference("sound")}`);
  await page.click(".facts button:has-text('check what it lists')");
  await page.waitForSelector(".facts [role=status]");
  assert.equal(await page.textContent(".facts [role=status]"), "checked: all that it lists is there");
  assert.equal(await page.locator(".head .findings").count(), 0);
  await page.at(`#ref=${stage.reference("rivals")}`);
  await page.waitForSelector(".head .findings");
  await page.at(`#ref=${stage.reference("sound")}`);
  await page.waitForSelector(".facts [role=status]");
  assert.equal(await page.locator(".head .findings").count(), 0);
  page.watch.clean();
});
