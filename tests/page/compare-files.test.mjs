/** Which files of two images differ: of the layers that differ, after what they cost is said, by content and not by time. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { baseEntries, changedImage, filesImage, noise } from "../support/file-images.mjs";
import { layer, layeredImage } from "../support/layers.mjs";
import { assertReadable } from "../support/looks.mjs";

const HOSTILE = '<img src=x onerror="window.reached=1">\u202e';
const file = (path, content, more = {}) => ({ path, content, mtime: 1_767_322_800, ...more });
const older = filesImage();
const newer = changedImage([file(`app/${HOSTILE}`, "hostile")]);
/** Nothing is shared, so that what one has alone is known to be nowhere in the other. */
const apart = layeredImage([layer([file("app/version", "2.0\n"), file("app/only", "x")])]);
const other = layeredImage([layer([file("app/version", "1.0\n"), { path: "app/link", type: "symlink", target: "version" }])]);
const large = layeredImage([layer(baseEntries()), layer([file("data", noise(3_000_000))])]);
let stage;

before(async () => {
  stage = await startStage({ "app:1": older, "app:2": newer, "app:apart": apart, "app:other": other, "app:large": large });
});
after(() => stage.close());

const address = (a, b) => `#a=${stage.reference(`app:${a}`)}&b=${stage.reference(`app:${b}`)}&by=files`;
const rows = (page) => page.locator(".file-row").evaluateAll((all) => all.map((one) => [one.querySelector(".file-text").textContent, one.querySelector(".change").textContent]));

/** The layers that the page asks for. */
function watchBlobs(page) {
  const asked = [];
  page.on("request", (request) => /\/blobs\//.test(request.url()) && asked.push(request.url().split("/").at(-1)));
  return asked;
}

test("the layers that differ are read on request, and say which files do", async () => {
  const page = await stage.open(`#a=${stage.reference("app:1")}&b=${stage.reference("app:2")}`);
  await page.waitForSelector(".differences");
  const asked = watchBlobs(page);
  await page.click(".differences button:has-text('Files…')");
  await page.waitForSelector(".differences [data-read]");
  assert.match(await page.evaluate(() => location.hash), /&by=files$/);
  const digests = (image) => JSON.parse(image.bytes).layers.map(({ digest, size }) => ({ digest, size }));
  const [one, two] = [digests(older), digests(newer)];
  const needed = [...new Map([one[1], one[2], two[1]].map((each) => [each.digest, each])).values()];
  const cost = needed.reduce((sum, { size }) => sum + size, 0);
  assert.equal(await page.getAttribute(".differences [data-read]", "title"), `${cost.toLocaleString("en-US")} bytes`);
  assert.match(await page.textContent(".offer"), /Compare the files \(downloads [\d.]+ [kM]?B\).*3 layers are downloaded.*The lowest layer is the same in both, and not read/s);
  assert.deepEqual(asked.filter((digest) => needed.some((each) => each.digest === digest)), [], "nothing is read before that");
  await page.click(".differences [data-read]");
  await page.waitForSelector(".differences .files-sum");
  assert.deepEqual(asked.filter((digest) => digest === one[0].digest), [], "the shared layer is not read");
  assert.deepEqual((await rows(page)).sort(), [
    ["app/main.py", "changed"], ["app/new.txt", "B alone"], ["etc/passwd", "changed"], ["usr/lib/libold.so", "added"], ["var/cache/", "added"],
    [`app/${HOSTILE.replace("\u202e", "\\u{202e}")}`, "B alone"],
  ].sort());
  assert.match(await page.textContent(".files-sum"), /^6 paths differ · 2 changed · 2 only in B · 2 written by B alone$/);
  assert.deepEqual(await page.evaluate(() => [document.querySelectorAll("main img").length, window.reached]), [0, undefined]);
  page.watch.clean();
});

test("a file says what differs, and leads to both images; the list can be filtered and walked by keys", async () => {
  const page = await stage.open(address("1", "2"));
  await page.click(".differences [data-read]");
  await page.waitForSelector(".file-row");
  await page.click(".file-row:has-text('app/main.py')");
  assert.match(await page.textContent(".differences .file-head"), /\/app\/main\.py\s*changed: content/);
  await page.keyboard.press("/");
  await page.waitForSelector("#find-files:focus");
  await page.keyboard.type("passwd");
  await page.waitForFunction(() => document.querySelectorAll(".file-row").length === 1);
  await page.click(".file-row");
  assert.match(await page.textContent(".differences .file"), /changed: mode.*-rw-r--r--.*-rw-------/s);
  await page.click(".differences .file a >> nth=1");
  await page.waitForSelector(".offer:has-text('/etc/passwd')");
  await page.goBack();
  await page.waitForSelector(".differences .files-sum");
  page.watch.clean();
});

test("without a shared layer, what one has alone is said to be in it alone", async () => {
  const page = await stage.open(address("apart", "other"));
  await page.click(".differences [data-read]");
  await page.waitForSelector(".differences .files-sum");
  assert.deepEqual(await rows(page), [["app/link → version", "added"], ["app/only", "removed"], ["app/version", "changed"]]);
  page.watch.clean();
});

test("reading is cancelled, and a layer that is not there is an error of its own", async () => {
  const page = await stage.open(address("1", "large"));
  let isHeld = true;
  await page.route(/\/blobs\//, async (route) => {
    const { digest } = JSON.parse(large.bytes).layers[1];
    if (!route.request().url().endsWith(digest)) return route.continue();
    return isHeld ? undefined : route.fulfill({ status: 404, contentType: "application/json", body: '{"errors":[{"code":"BLOB_UNKNOWN","message":"gone"}]}' });
  });
  await page.click(".differences [data-read]");
  await page.waitForSelector(".differences .reading button:has-text('Cancel')");
  await page.waitForFunction(() => document.querySelector(".reading progress")?.getAttribute("aria-label") === "Layer 1");
  await page.click(".reading button:has-text('Cancel')");
  await page.waitForSelector(".differences .offer:has-text('Cancelled')");
  isHeld = false;
  await page.click(".differences [data-read]");
  await page.waitForSelector(".differences .offer .bad");
  assert.match(await page.textContent(".differences .offer"), /Layer 1: .*cannot be compared.*Try again/s);
});

for (const width of [360, 820, 1400]) {
  test(`it can be read at ${width} px, light and dark`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await stage.open(address("1", "2"), { width, colorScheme });
      await page.waitForSelector(".differences [data-read]");
      await assertReadable(page, "before");
      await page.click(".differences [data-read]");
      await page.click(".file-row:has-text('main.py')");
      await page.waitForSelector(".differences .file");
      await assertReadable(page, "after");
      await page.context().close();
    }
  });
}
