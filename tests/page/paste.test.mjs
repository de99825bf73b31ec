/** Documents of the reader's own: pasted, dropped, opened. The registry is asked nothing. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { samples } from "../support/images.mjs";

const { windows, list } = samples();
let stage;

before(async () => {
  stage = await startStage({});
});
after(() => stage.close());

async function openOffline(hash) {
  const page = await stage.open(hash);
  page.on("request", (request) => assert.ok(!request.url().includes("/registry/"), `asked for ${request.url()}`));
  return page;
}

async function openForm(page, text, digest) {
  await page.click(".cards button >> nth=0");
  await page.fill("dialog textarea", text);
  if (digest) await page.fill("dialog input[name=digest]", digest);
  await page.click("dialog button[type=submit]");
}

test("a manifest from the form is shown with its digest, which was computed and compared with nothing", async () => {
  const page = await openOffline();
  await openForm(page, list.bytes.toString());
  await page.waitForSelector(".row:not(.ghost)");
  assert.equal(await page.getAttribute(".title .digest", "data-digest"), list.digest);
  assert.match(await page.textContent(".title"), /computed here/);
  assert.match(await page.textContent(".head .facts"), /8 platforms · Docker manifest list/);
  assert.equal(await page.locator(".row").count(), 8);
  assert.match(await page.textContent(".detail"), /this tab does not know its repository/);
  page.watch.clean();
});

test("an expected digest is checked, and another document is shown as what was not asked for", async () => {
  const page = await openOffline();
  await openForm(page, list.bytes.toString(), list.digest);
  await page.waitForSelector(".title .verified");
  assert.equal(await page.locator(".mismatch").count(), 0);
  await page.click(".brand");
  await openForm(page, `${list.bytes}\n`, list.digest);
  await page.waitForSelector(".mismatch");
  assert.match(await page.textContent(".mismatch"), /This is not what was asked for/);
  const [asked, found] = await page.locator(".mismatch dd").allTextContents();
  assert.equal(asked, list.digest);
  assert.match(found, /^sha256:[0-9a-f]{64}$/);
  assert.equal(await page.locator(".mismatch mark").count(), 2, "the part that differs is marked");
  assert.equal(await page.locator(".row").count(), 8, "the document is shown");
  assert.equal(await page.locator(".title .verified").count(), 0);
  page.watch.clean();
});

test("pasting JSON anywhere opens it; back and forward work", async () => {
  const page = await openOffline();
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.getElementById("omnibox").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, windows.bytes.toString());
  await page.waitForSelector(".row:not(.ghost)");
  assert.equal(await page.getAttribute(".title .digest", "data-digest"), windows.digest);
  await page.goBack();
  await page.waitForSelector(".start");
  await page.goForward();
  await page.waitForSelector(".row:not(.ghost)");
  page.watch.clean();
});

const drop = (page, { text, bytes, name }) =>
  page.evaluate(({ text, bytes, name }) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text ?? new Uint8Array(bytes)], name));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, { text, bytes, name });

test("a dropped file keeps its bytes", async () => {
  const page = await openOffline();
  await drop(page, { text: `${list.bytes}\r\n`, name: "index.json" });
  await page.waitForSelector(".row:not(.ghost)");
  assert.match(await page.textContent(".head .facts"), new RegExp(`${(list.size + 2).toLocaleString("en-US")} bytes`));
  page.watch.clean();
});

test("a dropped file that can be neither an archive nor a manifest is named as what it is", async () => {
  const page = await openOffline();
  await drop(page, { text: "<!doctype html><title>Sign in</title>", name: "index.json" });
  await page.waitForSelector("dialog .trouble");
  assert.match(await page.textContent("dialog .trouble"), /^index\.json: a web page, no manifest/);
  page.watch.clean();
});

test("a reload forgets what was pasted, and says so", async () => {
  const page = await openOffline(`#paste=sha256:${"0".repeat(64)}`);
  await page.waitForSelector("main .panel");
  assert.match(await page.textContent("main .panel"), /stay in the tab that they were opened in/);
  page.watch.clean();
});

for (const [text, code] of [
  ["{ not json", "JSON_INVALID"],
  ["{}", "MANIFEST_INVALID"],
  ['{"schemaVersion":2,"schemaVersion":2,"manifests":[]}', "JSON_DUPLICATE_KEY"],
  ['{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"layers":[]}', "MANIFEST_AMBIGUOUS"],
  ['{"schemaVersion":1,"name":"a","tag":"b","fsLayers":[],"history":[]}', "SCHEMA1_UNSUPPORTED"],
]) {
  test(`a text that is refused says why, and is still there to be mended: ${code}`, async () => {
    const page = await openOffline();
    await openForm(page, text);
    await page.waitForSelector("dialog .trouble");
    assert.equal(await page.textContent("dialog .trouble .code code"), code);
    assert.ok((await page.textContent("dialog .hint")).length > 20);
    assert.equal(await page.inputValue("dialog textarea"), text);
    page.watch.clean();
  });
}

test("JSON in the field that is none is an error with its code", async () => {
  const page = await openOffline();
  await page.fill("#omnibox", "{ not json");
  await page.press("#omnibox", "Enter");
  await page.waitForSelector("main .trouble");
  assert.equal(await page.textContent("main .trouble .code code"), "JSON_INVALID");
  page.watch.clean();
});
