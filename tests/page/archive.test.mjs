/** Archives and layouts on the page: read in the tab by ranges, uploaded nowhere. */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { after, before, test } from "node:test";

import { dockerMembers, layoutMembers, tarOf } from "../support/archives.mjs";
import { dropArchive, startStage } from "../support/browser.mjs";
import { dockerImage, ociImage, ociIndex } from "../support/images.mjs";

const amd64 = ociImage();
const index = ociIndex(amd64, ociImage({ architecture: "arm64" }));
const LAYOUT = tarOf(layoutMembers({ "app:1.0": index }));
const SAVED = tarOf(dockerMembers([[["app:1.0"], dockerImage()], [["app:2.0"], dockerImage({ text: "newer" })]]));
let stage;

before(async () => {
  stage = await startStage({});
});
after(() => stage.close());

async function openOffline() {
  const page = await stage.open();
  page.on("request", (request) => assert.ok(!request.url().includes("/registry/"), `asked for ${request.url()}`));
  return page;
}

test("an OCI layout as a tar: its one image opens, with platforms, layers and config", async () => {
  const page = await openOffline();
  await dropArchive(page, LAYOUT, "layout.tar");
  await page.waitForFunction(() => document.querySelectorAll(".row .segment").length === 2);
  assert.equal(await page.textContent("h1"), "app:1.0");
  assert.equal(await page.getAttribute(".title .digest", "data-digest"), index.digest);
  assert.match(await page.textContent(".title"), /verified here.*layout\.tar/);
  await page.click(`.row[data-digest="${amd64.digest}"]`);
  await page.waitForSelector(".layer .summary");
  await page.click("#tab-config");
  await page.waitForSelector(".facts-list");
  assert.match(await page.textContent(".detail"), /\/bin\/true/);
  assert.equal(await page.locator("[data-copy=docker]").count(), 0, "nothing is pulled from a file");
  page.watch.clean();
});

for (const [what, bytes] of [["plain", SAVED], ["gzipped", gzipSync(SAVED)]]) {
  test(`what docker save writes, ${what}: its images are listed by name, and each opens`, async () => {
    const page = await openOffline();
    await dropArchive(page, bytes, "saved.tar");
    await page.waitForSelector(".tags li");
    assert.equal(await page.textContent("h1"), "saved.tar");
    assert.deepEqual((await page.locator(".tags li a").allTextContents()).sort(), ["app:1.0", "app:2.0"]);
    await page.click(".tags a:has-text('app:2.0')");
    await page.waitForSelector(".layer");
    assert.equal(await page.textContent("h1"), "app:2.0");
    await page.goBack();
    await page.waitForSelector(".tags li");
    page.watch.clean();
  });
}

test("a tar that is none, one that is cut, and one that holds no image say what they are, and the page stays usable", async () => {
  const page = await openOffline();
  for (const bytes of [gzipSync("not a tar"), LAYOUT.subarray(0, 700), tarOf([{ path: "a.txt", content: "b" }])]) {
    await dropArchive(page, Buffer.concat([bytes]), "bad.tar");
    await page.waitForSelector("dialog.open .trouble");
    assert.match(await page.textContent("dialog .trouble .code code"), /^ARCHIVE_/);
    await page.click("dialog button:has-text('Cancel')");
    await page.waitForSelector("dialog.open:not([open])", { state: "attached" });
  }
  await dropArchive(page, LAYOUT, "layout.tar");
  await page.waitForSelector(".row:not(.ghost)");
  page.watch.clean();
});

test("the dialog that was closed a moment ago opens for the next file", async () => {
  const page = await openOffline();
  for (let ms = 0; ms <= 40; ms += 5) {
    await dropArchive(page, Buffer.from("<!doctype html>"), "page.html");
    await page.waitForSelector("dialog.open[open] .trouble");
    await page.click("dialog button:has-text('Cancel')");
    await page.waitForTimeout(ms);
    await dropArchive(page, Buffer.from("<!doctype html>"), "page.html");
    await page.waitForSelector("dialog.open[open] .trouble");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog.open:not([open])", { state: "attached" });
  }
  page.watch.clean();
});

test("an address of an archive says in another tab what it was", async () => {
  const page = await openOffline();
  await page.at(`#ref=archive-7.invalid/image@${index.digest}`);
  await page.waitForSelector("main .trouble");
  assert.match(await page.textContent(".trouble"), /opened in another tab.*Open the file again/);
  page.watch.clean();
});
