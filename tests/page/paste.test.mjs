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

/** The registry is not asked anything by a page that shows what was pasted. */
async function openOffline(hash) {
  const page = await stage.open(hash);
  page.on("request", (request) =>
    assert.ok(!request.url().includes("/registry/"), `asked for ${request.url()}`),
  );
  return page;
}

test("a manifest pasted into the form is shown with its digest", async () => {
  const page = await openOffline();
  await page.click("#open-paste");
  await page.fill("#paste-text", list.bytes.toString());
  await page.click("#paste button[type=submit]");
  await page.waitForSelector("#platforms table");
  assert.equal(await page.textContent("#summary .digest"), list.digest);
  assert.match(await page.textContent("#summary .badge"), /Computed in your browser/);
  assert.equal(await page.textContent("#summary .kind"), "Docker manifest list");
  assert.equal(await page.locator("#platforms tbody tr").count(), 8);
  assert.equal(
    await page.locator("#platforms a").count(),
    0,
    "a pasted document has no repository to open children from",
  );
  page.watch.clean();
});

test("an expected digest is checked, and a wrong one is an error that says what to do", async () => {
  const page = await openOffline();
  await page.click("#open-paste");
  await page.fill("#paste-text", list.bytes.toString());
  await page.fill("#paste-digest", list.digest);
  await page.click("#paste button[type=submit]");
  await page.waitForSelector("#platforms table");
  assert.match(
    await page.textContent("#summary .badge"),
    /Verified in your browser.*equal to the digest that was asked for/,
  );

  await page.click("#open-paste");
  await page.fill("#paste-text", `${list.bytes}\n`);
  await page.click("#paste button[type=submit]");
  await page.waitForSelector("#notice .panel.error");
  assert.equal(await page.textContent("#notice .panel-code code"), "DIGEST_MISMATCH");
  assert.equal(await page.locator("#summary *").count(), 0);
  page.watch.clean();
});

test("pasting JSON anywhere on the page inspects it, the picker answers, and back and forward work", async () => {
  const page = await openOffline();
  await page.waitForSelector(".about");
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document
      .getElementById("reference")
      .dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, windows.bytes.toString());
  await page.waitForSelector("#platforms table");
  assert.equal(await page.textContent("#summary .digest"), windows.digest);
  await page.fill("#platform", "windows(10.0.20348)/amd64");
  await page.press("#platform", "Enter");
  await page.waitForSelector("#verdict .verdict");
  assert.match(await page.textContent("#platforms tr.chosen"), /windows\(10\.0\.20348\.2762\)\/amd64/);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("#verdict").childElementCount === 0);
  await page.goBack();
  await page.waitForSelector(".about");
  await page.goForward();
  await page.waitForSelector("#platforms table");
  page.watch.clean();
});

test("a dropped file keeps its bytes", async () => {
  const page = await openOffline();
  await page.waitForSelector(".about");
  await page.evaluate((text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "index.json"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, `${list.bytes}\r\n`);
  await page.waitForSelector("#platforms table");
  assert.match(
    await page.textContent("#summary .facts"),
    new RegExp(`${(list.size + 2).toLocaleString("en-US")} bytes`),
  );
  page.watch.clean();
});

test("a reload forgets what was pasted, and says so", async () => {
  const page = await openOffline(
    "#paste=sha256:0000000000000000000000000000000000000000000000000000000000000000",
  );
  await page.waitForSelector("#notice .panel");
  assert.match(await page.textContent("#notice .panel"), /paste it again/);
  page.watch.clean();
});

for (const [text, code] of [
  ["{ not json", "JSON_INVALID"],
  ["{}", "MANIFEST_INVALID"],
  ['{"schemaVersion":2,"schemaVersion":2,"manifests":[]}', "JSON_DUPLICATE_KEY"],
  [
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"layers":[]}',
    "MANIFEST_AMBIGUOUS",
  ],
  ['{"schemaVersion":1,"name":"a","tag":"b","fsLayers":[],"history":[]}', "SCHEMA1_UNSUPPORTED"],
]) {
  test(`a pasted document that is refused says why: ${code}`, async () => {
    const page = await openOffline();
    await page.click("#open-paste");
    await page.fill("#paste-text", text);
    await page.click("#paste button[type=submit]");
    await page.waitForSelector("#notice .panel.error");
    assert.equal(await page.textContent("#notice .panel-code code"), code);
    assert.ok((await page.textContent("#notice .panel-hint")).length > 20);
    assert.equal(await page.inputValue("#paste-text"), text, "the text is still there to be mended");
    page.watch.clean();
  });
}
