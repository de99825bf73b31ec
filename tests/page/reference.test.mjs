import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { samples, sha256 } from "../support/images.mjs";

const images = samples();
let stage;

before(async () => {
  stage = await startStage({
    attested: images.attested,
    nested: images.nested,
    single: images.single,
    note: images.note,
  });
});
after(() => stage.close());

test("a reference typed in shows the document, its digest and its entries", async () => {
  const page = await stage.open();
  await page.fill("#reference", stage.reference("attested"));
  await page.press("#reference", "Enter");
  await page.waitForSelector("#platforms table");
  assert.equal(await page.textContent("#summary .kind"), "OCI index");
  assert.equal(await page.textContent("#summary .digest"), images.attested.digest);
  assert.match(await page.textContent("#summary .badge"), /Verified in your browser/);
  const shown = await page.locator("#platforms tbody tr:visible td[data-column=Platform]").allTextContents();
  assert.deepEqual(shown, ["linux/amd64", "linux/arm64"]);
  assert.match(
    await page.textContent("#summary .facts"),
    new RegExp(`${images.attested.size.toLocaleString("en-US")} bytes`),
  );
  assert.match(await page.textContent("#summary .facts"), /2 images, 2 attestations/);
  assert.equal(await page.evaluate(() => location.hash), `#ref=${stage.reference("attested")}`);
  page.watch.clean();
});

test("attestations are folded away until they are asked for", async () => {
  const page = await stage.open(`#ref=${stage.reference("attested")}`);
  await page.waitForSelector("#platforms table");
  assert.equal(await page.locator("#attestations tr:visible").count(), 0);
  await page.click("button[aria-controls=attestations]");
  assert.equal(await page.locator("#attestations tr:visible").count(), 2);
  assert.match(await page.locator("#attestations tr").first().textContent(), /attestation.*attests sha256:/);
  page.watch.clean();
});

test("an entry's digest opens the child, back returns, and a reload shows the same", async () => {
  const page = await stage.open(`#ref=${stage.reference("attested")}`);
  const [child] = images.attested.children;
  await page.click(`#platforms a[title="${child.digest}"]`);
  await page.waitForSelector("#image table");
  assert.equal(await page.textContent("#summary .digest"), child.digest);
  assert.match(await page.textContent("#summary .badge"), /equal to the digest that was asked for/);
  assert.equal(await page.textContent("#summary .crumb a"), stage.reference("attested"));
  assert.match(await page.textContent("#image .facts"), /linux\/amd64/);

  await page.goBack();
  await page.waitForSelector("#platforms table");
  assert.equal(await page.textContent("#summary .digest"), images.attested.digest);
  await page.goForward();
  await page.waitForSelector("#image table");
  await page.reload();
  await page.waitForSelector("#image table");
  assert.equal(await page.textContent("#summary .digest"), child.digest);
  page.watch.clean();
});

test("an image shows its config and its layers, from blobs that were verified", async () => {
  const page = await stage.open(`#ref=${stage.reference("single")}`);
  await page.waitForSelector("#image .facts");
  const [config, layer] = images.single.blobs;
  assert.equal(await page.textContent("#at-config .digest"), config.digest);
  assert.match(await page.textContent("#at-config"), /linux\/amd64.*\/bin\/true/);
  assert.equal(await page.getAttribute("#at-layers\\/0 [title]", "title"), layer.digest);
  assert.match(await page.textContent("#at-layers\\/0"), /COPY platform \/etc\/platform/);
  assert.equal(await page.textContent("#summary .kind"), "Docker image manifest");
  page.watch.clean();
});

test("an artifact is shown as what it is", async () => {
  const page = await stage.open(`#ref=${stage.reference("note")}`);
  await page.waitForSelector("#image table");
  assert.equal(await page.textContent("#summary .kind"), "OCI artifact manifest");
  assert.match(await page.textContent("#summary .facts"), /application\/vnd\.example\.note/);
  assert.equal(await page.locator("#picker input").count(), 0);
  page.watch.clean();
});

test("the tree links digests, opens branches, and leads to a nested index", async () => {
  const page = await stage.open(`#ref=${stage.reference("nested")}`);
  const inner = images.nested.children[1];
  await page.waitForSelector(".tree");
  await page.locator(".tree .children .children > details > summary").nth(1).click();
  await page.click(`.tree a:has-text("${inner.digest}")`);
  await page.waitForFunction(
    (digest) => document.querySelector("#summary .digest")?.textContent === digest,
    inner.digest,
  );
  assert.equal(await page.textContent("#summary .kind"), "OCI index");
  page.watch.clean();
});

test("a config's digest in the tree leads to its part of the page", async () => {
  const page = await stage.open(`#ref=${stage.reference("single")}`);
  const [config, layer] = images.single.blobs;
  await page.waitForSelector("#image .facts");
  await page.click(`.tree a:has-text("${config.digest}")`);
  await page.waitForFunction(() => document.activeElement?.id === "at-config");
  await page.goto(`${stage.url}www/#ref=${stage.reference("single")}&at=layers/0`);
  await page.waitForFunction(() => document.activeElement?.id === "at-layers/0");
  assert.equal(await page.getAttribute("#at-layers\\/0 [title]", "title"), layer.digest);
  page.watch.clean();
});

test("the exact bytes are shown, copied and saved as they came", async () => {
  const page = await stage.open(`#ref=${stage.reference("attested")}`);
  await page.click("button[data-pane=bytes]");
  assert.equal(await page.textContent("pre.bytes"), images.attested.bytes.toString());
  await page.click(".toolbar button[aria-label='Copy the exact text']");
  await page.waitForFunction(() => document.getElementById("status").textContent === "Copied the exact text");
  assert.equal(sha256(await page.evaluate(() => navigator.clipboard.readText())), images.attested.digest);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.click(".toolbar button:has-text('Save')"),
  ]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  assert.equal(sha256(Buffer.concat(chunks)), images.attested.digest);
  assert.equal(download.suggestedFilename(), `${images.attested.digest.replace(":", "-")}.json`);
  page.watch.clean();
});

test("the start page offers examples, and a link may carry a query instead of a hash", async () => {
  const page = await stage.open();
  await page.click(`.example:has-text("${stage.reference("single")}")`);
  await page.waitForSelector("#image .facts");
  await page.goto(
    `${stage.url}www/?ref=${encodeURIComponent(stage.reference("attested"))}&platform=linux/arm64`,
  );
  await page.waitForSelector("#verdict .verdict");
  assert.equal(
    await page.evaluate(() => location.search + location.hash),
    `#ref=${stage.reference("attested")}&platform=linux/arm64`,
  );
  await page.click(".wordmark");
  await page.waitForSelector(".examples");
  assert.equal(await page.inputValue("#reference"), "");
  page.watch.clean();
});

test("the command line that says the same is there to copy", async () => {
  const page = await stage.open(`#ref=${stage.reference("attested")}&platform=linux/arm64&policy=strict`);
  await page.waitForSelector("#verdict .verdict");
  const lines = await page.locator("#summary .command .line").allTextContents();
  assert.deepEqual(lines, [
    `$ multiarch inspect ${stage.reference("attested")}`,
    `$ multiarch resolve ${stage.reference("attested")} --platform linux/arm64 --policy strict --explain`,
  ]);
  await page.click("#summary .command:last-child .copy");
  await page.waitForFunction(() => document.getElementById("status").textContent === "Copied the command");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), lines[1].slice(2));
  page.watch.clean();
});
