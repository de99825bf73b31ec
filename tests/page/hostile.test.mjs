/** Text from outside stays text, wherever a registry, a document or a link puts it. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { assertInert, BIDI, ESCAPE, IMAGE, SCRIPT, strings } from "../support/hostile-text.mjs";
import { attestation, entry, ociImage, ociIndex, sha256 } from "../support/images.mjs";

const hostile = { [SCRIPT]: IMAGE, [BIDI]: ESCAPE, __proto__x: "x", "javascript:": "javascript:window.reached=3" };
const image = ociImage({ annotations: hostile });
const index = ociIndex(entry(image, { annotations: hostile }), entry(ociImage({ os: SCRIPT, architecture: BIDI })), attestation(image));
const TYPES = { manifest: "application/vnd.oci.image.manifest.v1+json", config: "application/vnd.oci.image.config.v1+json", layer: "application/vnd.oci.image.layer.v1.tar+gzip" };

/** An image whose config and history are made of such strings. */
function crowded() {
  const all = strings();
  const text = (at) => all[at % all.length];
  const layers = all.slice(0, 40).map((one) => blob(TYPES.layer, Buffer.from(one || "empty")));
  const config = blob(TYPES.config, Buffer.from(JSON.stringify({
    os: "linux", architecture: "arm64", created: text(3),
    config: { Env: all.slice(0, 120), Labels: Object.fromEntries(all.slice(120, 240).map((one, at) => [one, text(at)])), Cmd: all.slice(240, 260), User: text(1), WorkingDir: text(2), ExposedPorts: Object.fromEntries(all.slice(260, 270).map((one) => [one, {}])) },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map((_, at) => ({ created_by: `RUN ${text(at * 5)}\n\t${text(at * 5 + 1)}` })).concat(all.slice(300, 340).map((one) => ({ created_by: one, empty_layer: true }))),
  })));
  const plain = ({ mediaType, digest, size }) => ({ mediaType, digest, size });
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: TYPES.manifest, config: plain(config), layers: layers.map(plain), annotations: Object.fromEntries(all.slice(340, 500).map((one, at) => [one, text(at)])) }));
  return { bytes, digest: sha256(bytes), mediaType: TYPES.manifest, size: bytes.length, platform: { os: "linux", architecture: "arm64" }, blobs: [config, ...layers], children: [] };
}

const blob = (mediaType, bytes) => ({ mediaType, digest: sha256(bytes), size: bytes.length, bytes });
const full = crowded();
let stage;

before(async () => {
  stage = await startStage({ hostile: index, crowded: full });
});
after(() => stage.close());

/** Opens everything that can be opened, so that nothing stays unrendered. */
async function openAll(page) {
  for (let round = 0; round < 4; round += 1) {
    await page.evaluate(() => {
      for (const one of document.querySelectorAll("details")) one.open = true;
      for (const one of document.querySelectorAll("[data-unfold][aria-expanded=false], .tool button[aria-expanded=false]")) one.click();
    });
    await page.waitForTimeout(60);
  }
}

test("an index's annotations and platforms are shown and stay text", async () => {
  const page = await stage.open(`#ref=${stage.reference("hostile")}&platform=linux/amd64&at=json`);
  await page.waitForSelector(".tree");
  await openAll(page);
  assert.ok((await page.textContent(".platforms")).includes(SCRIPT), "shown as it is written");
  assert.ok((await page.textContent(".tree")).includes("safe\\u{202e}gpj.exe\\u{2066}"), "controls are visible");
  assert.ok((await page.textContent(".tree")).includes("\\u{1b}[2Jcleared\\u{7}"));
  await page.click("button:has-text('Exact bytes')");
  await assertInert(page);
  for (const tab of ["config", "attestations", "json"]) {
    await page.at(`#ref=${stage.reference("hostile")}&platform=linux/amd64&at=manifests/0/${tab}`);
    await page.waitForSelector(`#tab-${tab}[aria-selected=true]`);
    await openAll(page);
    await assertInert(page);
  }
  page.watch.clean();
});

test("500 strings in every text that an image has", async () => {
  const page = await stage.open(`#ref=${stage.reference("crowded")}&platform=linux/arm64`);
  await page.waitForSelector(".layer .summary");
  for (const tab of ["layers", "config", "json"]) {
    await page.click(`#tab-${tab}`);
    await openAll(page);
    await assertInert(page);
  }
  await page.click("button:has-text('Exact bytes')");
  await assertInert(page);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), true, "endless words wrap");
  page.watch.clean();
});

test("the same image compared with another", async () => {
  const page = await stage.open(`#a=${stage.reference("crowded")}&b=${stage.reference("hostile")}`);
  await page.waitForSelector(".pair");
  await assertInert(page);
  page.watch.clean();
});

test("a hostile platform that nothing fits is text too", async () => {
  const page = await stage.open(`#ref=${stage.reference("hostile")}&platform=linux/s390x`);
  await page.waitForSelector(".hero.nothing");
  await openAll(page);
  await assertInert(page);
  page.watch.clean();
});

test("what a link carries is as untrusted as what a registry sends", async () => {
  for (const hash of [
    `#ref=${encodeURIComponent(SCRIPT)}`,
    `#ref=${encodeURIComponent(`a/${BIDI}`)}`,
    `#paste=${encodeURIComponent(IMAGE)}`,
    `#a=${encodeURIComponent(SCRIPT)}&b=${encodeURIComponent(IMAGE)}`,
    `#ref=${stage.reference("hostile")}&platform=${encodeURIComponent(`${SCRIPT}/${ESCAPE}`)}&policy=${encodeURIComponent(IMAGE)}&at=${encodeURIComponent('"]*{')}`,
  ]) {
    const page = await stage.open(hash);
    await page.waitForSelector("main .panel, main .trouble");
    await assertInert(page);
    page.watch.clean();
    await page.close();
  }
});

test("keys that mean something to JavaScript are only keys", async () => {
  const page = await stage.open();
  await page.fill("#omnibox", '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"annotations":{"__proto__":"p","constructor":"c","toString":"t"}}');
  await page.press("#omnibox", "Enter");
  await page.waitForSelector(".annotations");
  assert.deepEqual(await page.locator(".annotations dt").allTextContents(), ["__proto__", "constructor", "toString"]);
  await page.click(".head .facts button");
  await page.waitForSelector(".tree");
  assert.match(await page.textContent(".tree"), /__proto__: "p"/);
  await assertInert(page);
  page.watch.clean();
});

test("what the browser keeps of earlier visits is as untrusted", async () => {
  const page = await stage.open();
  await page.evaluate((bad) => localStorage.setItem("multiarch-lately", JSON.stringify([{ name: bad, ref: bad, at: 1 }, { name: 4 }, null])), SCRIPT);
  await page.reload();
  await page.waitForSelector(".start");
  await assertInert(page);
  await page.evaluate(() => localStorage.setItem("multiarch-lately", "{"));
  await page.reload();
  await page.waitForSelector(".start");
  page.watch.clean();
});
