import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { entry, ociImage, ociIndex } from "../support/images.mjs";

const SCRIPT = "<script>window.reached = 1</script>";
const IMAGE = "<img src=x onerror='window.reached = 2'>";
const BIDI = "safe\u202egpj.exe\u2066";
const ESCAPE = "\u001b[2Jcleared\u0007";
const hostile = {
  [SCRIPT]: IMAGE,
  [BIDI]: ESCAPE,
  __proto__x: "x",
  "javascript:": "javascript:window.reached=3",
};
const image = ociImage({ annotations: hostile });
const index = ociIndex(
  entry(image, { annotations: hostile }),
  entry(ociImage({ os: SCRIPT, architecture: BIDI })),
);
let stage;

before(async () => {
  stage = await startStage({ hostile: index });
});
after(() => stage.close());

/** Opens everything that can be opened, so that nothing stays unrendered. */
async function openAll(page) {
  await page.evaluate(() => {
    for (let round = 0; round < 6; round++)
      for (const one of document.querySelectorAll("details")) one.open = true;
  });
}

async function assertInert(page) {
  assert.equal(await page.evaluate(() => window.reached), undefined, "nothing ran");
  const made = await page.evaluate(() => ({
    scripts: document.querySelectorAll("script").length,
    images: document.querySelectorAll("main img").length,
    links: [...document.querySelectorAll("a")]
      .map((link) => link.getAttribute("href"))
      .filter((href) => !href.startsWith("#")),
    styled: document.querySelectorAll("[style]").length,
    raw: /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(
      document.body.innerText + document.body.textContent,
    ),
    titles: [...document.querySelectorAll("[title]")].some((one) =>
      /[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/.test(one.title),
    ),
  }));
  assert.deepEqual(made, { scripts: 1, images: 0, links: [], styled: 0, raw: false, titles: false });
}

test("an index's annotations and platforms are shown and stay text", async () => {
  const page = await stage.open(`#ref=${stage.reference("hostile")}`);
  await page.waitForSelector("#platforms table");
  await openAll(page);
  await page.waitForTimeout(100);
  await openAll(page);
  const text = await page.textContent("#platforms");
  assert.ok(text.includes(SCRIPT) && text.includes(IMAGE), "shown as they are written");
  assert.ok(
    text.includes("safe\\u{202e}gpj.exe\\u{2066}") && text.includes("\\u{1b}[2Jcleared\\u{7}"),
    "controls are visible",
  );
  assert.ok((await page.textContent(".tree")).includes("\\u{1b}[2Jcleared\\u{7}"));
  await page.click("button[data-pane=bytes]");
  await assertInert(page);
  page.watch.clean();
});

test("the picker shows a hostile platform as text too", async () => {
  const page = await stage.open(`#ref=${stage.reference("hostile")}&platform=linux/s390x`);
  await page.waitForSelector("#verdict .panel.error");
  await assertInert(page);
  page.watch.clean();
});

test("an image's annotations are shown and stay text", async () => {
  const page = await stage.open(`#ref=${stage.domain}/hostile@${image.digest}`);
  await page.waitForSelector("#image .facts");
  await openAll(page);
  assert.ok((await page.textContent("#summary .pairs")).includes(IMAGE));
  await assertInert(page);
  page.watch.clean();
});

test("what a link carries is as untrusted as what a registry sends", async () => {
  for (const hash of [
    `#ref=${encodeURIComponent(SCRIPT)}`,
    `#ref=${encodeURIComponent(`a/${BIDI}`)}`,
    `#paste=${encodeURIComponent(IMAGE)}`,
    `#ref=${stage.reference("hostile")}&platform=${encodeURIComponent(`${SCRIPT}/${ESCAPE}`)}&policy=${encodeURIComponent(IMAGE)}&at=${encodeURIComponent('"]*{')}`,
  ]) {
    const page = await stage.open(hash);
    await page.waitForSelector("main .panel");
    await assertInert(page);
    page.watch.clean();
    await page.close();
  }
});

test("keys that mean something to JavaScript are only keys", async () => {
  const page = await stage.open();
  await page.click("#open-paste");
  await page.fill(
    "#paste-text",
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"annotations":{"__proto__":"p","constructor":"c","toString":"t"}}',
  );
  await page.click("#paste button[type=submit]");
  await page.waitForSelector("#summary .pairs", { state: "attached" });
  assert.deepEqual(await page.locator("#summary .pairs dt").allTextContents(), [
    "__proto__",
    "constructor",
    "toString",
  ]);
  assert.match(await page.textContent(".tree"), /__proto__: "p"/);
  await assertInert(page);
  page.watch.clean();
});
