/** How the page looks and is reached: widths, light and dark, contrast, names, targets, the keyboard; axe-core on every state. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openPage, startServe, startStage } from "../support/browser.mjs";
import { ociImage, ociIndex, samples } from "../support/images.mjs";
import { assertReadable, violations } from "../support/looks.mjs";
import { shop, shopImage } from "../support/shop.mjs";
import { EMPTY, packed } from "../../www/compose/recipe.js";

const images = samples();
let stage;
/** A list with two images of one platform, and an annotation; and one that may be pushed. */
let composed;
let sound;

before(async () => {
  stage = await startStage({ shop: shop(), "shop:2.4.0": shop({ version: "3.13.8", platforms: 6 }), "shop:single": shopImage(), nested: images.nested, windows: images.windows, note: images.note, rivals: ociIndex(ociImage(), ociImage({ text: "two" })) });
  const [one, two] = shop().children;
  const sources = ["shop", "shop:2.4.0"].map((name) => stage.reference(name));
  composed = await packed({ ...EMPTY, sources, entries: [{ source: 0, digest: one.digest }, { source: 0, digest: two.digest }, { source: 1, digest: shop({ version: "3.13.8" }).children[0].digest }], annotations: [["org.example.version", "2.0"]], target: stage.reference("shop:all") });
  sound = await packed({ ...EMPTY, sources, entries: [one, two].map(({ digest }) => ({ source: 0, digest })), target: stage.reference("shop:all") });
});
after(() => stage.close());

/** Every state that a reader can see: its address, what shows that it is there, and what is done then. */
const states = () => {
  const of = (name) => `#ref=${stage.reference(name)}`;
  const shopped = `${of("shop")}&platform=linux/arm64`;
  return [
    ["", ".start"],
    [shopped, ".layer .summary"],
    [`${shopped}&at=config`, ".only"],
    [`${shopped}&at=attestations`, ".statement"],
    [`${shopped}&at=json`, ".tree"],
    [`${shopped}&at=manifests/0/json`, ".tree"],
    [`${of("shop")}&platform=linux/loong64`, ".hero.nothing"],
    [`${of("shop")}&platform=linux/arm/v6`, ".because", ".tool:nth-child(3) button"],
    [`${of("shop")}&platform=%3F%3F`, ".hero .trouble"],
    [of("shop:single"), ".because .warn, .because"],
    [of("rivals"), ".head .findings"],
    [of("nested"), ".row.inner .segment"],
    [`${of("windows")}&platform=windows(10.0.20348)/amd64`, ".row.chosen .segment"],
    [of("note"), ".layer"],
    [`#ref=${stage.domain}/shop`, ".tags .digest"],
    [`#a=${stage.reference("shop:2.4.0")}&b=${stage.reference("shop")}`, ".differences .new"],
    ["#compose=new", ".compose"],
    [`#compose=${composed}`, ".found .error", ".steps button:nth-child(2)"],
    [`#compose=${composed}`, ".outcome .digest, .found", ".steps button:nth-child(3)"],
    ["#ref=Not%20A%20Reference", ".trouble"],
    ["#ref=alpine:3.20", ".trouble"],
    [`#paste=sha256:${"0".repeat(64)}`, "main .panel"],
  ];
};

for (const width of [360, 820, 1400]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing, nothing overflows and every text can be read at ${width} px, ${colorScheme}`, async () => {
      const page = await stage.open("", { width, colorScheme });
      for (const [hash, ready, opened] of states()) {
        await page.at("#");
        await page.waitForSelector(".start");
        await page.at(hash);
        await page.waitForSelector(ready);
        if (opened && (await page.isVisible(opened))) await page.click(opened);
        await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
        await assertReadable(page, hash);
      }
      page.watch.clean();
    });
  }
}

for (const width of [360, 820, 1400]) {
  test(`axe finds nothing in what opens over the page, and all of it is in the window at ${width} px`, async () => {
    const page = await stage.open(`#ref=${stage.reference("shop")}&platform=linux/arm64`, { width });
    await page.waitForSelector(".row.chosen .segment");
    const opened = async (selector) => {
      assert.deepEqual(await violations(page), [], selector);
      const [left, right] = await page.locator(selector).evaluate((one) => [one.getBoundingClientRect().left, one.getBoundingClientRect().right]);
      assert.ok(left >= 0 && right <= width, `${selector} from ${left} to ${right}`);
    };
    await page.click("nav .key");
    await page.waitForSelector(".palette li");
    await opened("dialog.palette");
    await page.keyboard.press("Escape");
    await page.click("#host");
    await page.waitForSelector("#hosts li");
    await opened("#hosts");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    await page.keyboard.press("o");
    await page.waitForSelector("dialog.open textarea");
    await opened("dialog.open");
    page.watch.clean();
  });
}

test("axe finds nothing in the plan of a push", async () => {
  const server = await startServe(["--write", `${stage.domain}/shop`]);
  try {
    const page = await openPage(stage.browser, server.url, `#compose=${sound}`);
    await page.click(".push button");
    await page.waitForSelector(".plan #confirm");
    for (const width of [1400, 820, 360]) {
      await page.setViewportSize({ width, height: 900 });
      if (width === 360) await page.click(".steps button:nth-child(3)");
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        assert.ok(await page.isVisible(".plan"));
        await assertReadable(page, `the plan at ${width} px, ${colorScheme}`);
      }
    }
    page.watch.clean();
  } finally {
    await server.close();
  }
});

test("eight platforms on one screen: name, digest, answer, tools, all rows and six layers", async () => {
  const page = await stage.open(`#ref=${stage.reference("shop")}&platform=linux/arm64`);
  await page.waitForSelector(".layer .summary");
  const bottoms = (selector) => page.locator(selector).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().bottom));
  assert.ok(Math.max(...(await bottoms(".title, .because, .tools"))) < 300);
  const rows = await bottoms(".row");
  assert.deepEqual([rows.length, rows.every((bottom) => bottom <= 900)], [8, true]);
  assert.ok((await bottoms(".layer")).filter((bottom) => bottom <= 900).length >= 6);
  page.watch.clean();
});

test("a phone: the answer in the first screen, short rows, targets that a thumb meets, the detail a view of its own", async () => {
  const page = await stage.open(`#ref=${stage.reference("shop")}&platform=linux/arm64`, { width: 360, height: 740 });
  await page.waitForSelector(".row.chosen .segment");
  const box = async (selector) => page.locator(selector).first().boundingBox();
  const because = await box(".because");
  assert.ok(because.y + because.height < 740);
  assert.ok((await box(".row")).height <= 60);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, a, input, summary")]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen, .skip"))
      .map((one) => [one.className || one.id || one.textContent, one.getBoundingClientRect()])
      .filter(([, { width, height }]) => width > 0 && height < 24)
      .map(([name, { height }]) => `${name} ${height}`));
  assert.deepEqual(small, []);
  assert.ok((await page.locator(".digest").evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height))).every((height) => height >= 32));
  await page.click(".row >> nth=0");
  await page.waitForSelector(".image.deep .detail");
  assert.equal(await page.locator(".platforms").isVisible(), false);
  await page.click(".back");
  await page.waitForSelector(".platforms .row");
  assert.equal(await page.locator(".platforms").isVisible(), true);
  page.watch.clean();
});

test("dark and light differ, without a switch", async () => {
  const ground = async (colorScheme) => (await stage.open("", { colorScheme })).evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.notEqual(await ground("light"), await ground("dark"));
});

test("the borders of controls can be seen: three to one", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await stage.open(`#ref=${stage.reference("shop")}&platform=linux/arm64`, { colorScheme });
    await page.waitForSelector(".because");
    const ratios = await page.evaluate(borderRatios, ["#omnibox", "#host"]);
    assert.ok(ratios.every((ratio) => ratio >= 3), `${colorScheme}: ${ratios}`);
  }
});

test("the keyboard reaches everything in order, and the list is one stop", async () => {
  const page = await stage.open(`#ref=${stage.reference("shop")}&platform=linux/arm64`);
  await page.waitForSelector(".layer .summary");
  const reached = [];
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.textContent.trim());
    reached.push(name);
    if (name.startsWith("row")) break;
  }
  assert.deepEqual(reached.slice(0, 3), ["skip", "brand", "omnibox"]);
  assert.ok(reached.length <= 24, `${reached.length} stops to the list: ${reached}`);
  await page.focus(".skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  assert.match(await page.evaluate(() => location.hash), /^#ref=/, "skipping is not a route");
  page.watch.clean();
});

test("from the start to the digest of the third layer of linux/arm/v7 in twelve keys", async () => {
  const page = await stage.open(`#ref=${stage.reference("shop")}&platform=linux/amd64`);
  await page.waitForSelector(".layer .summary");
  let keys = 0;
  const press = async (key) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  await press("j");
  await press("j");
  await page.waitForSelector(".row.chosen:has-text('linux/arm/v7')");
  await page.waitForFunction(() => document.querySelector(".detail h2").textContent === "linux/arm/v7" && document.querySelectorAll(".layer .digest").length === 8);
  await press("l");
  for (const _ of [1, 2]) await press("ArrowDown");
  await press("Enter");
  await page.waitForFunction(() => /^Copied sha256/.test(document.getElementById("status").textContent));
  const third = await page.locator(".layer .digest").nth(2).getAttribute("data-digest");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), third);
  assert.ok(keys <= 12, `${keys} keys`);
  page.watch.clean();
});

test("Enter on the chosen row leads into its detail, and Escape back", async () => {
  const page = await stage.open(`#ref=${stage.reference("shop")}&platform=linux/arm64`);
  await page.waitForSelector(".layer .summary");
  await page.focus(".row.chosen");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.activeElement.matches(".row.chosen") && /386/.test(document.activeElement.textContent));
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "panel");
  await page.waitForSelector("#panel .layer .summary");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  assert.ok(await page.evaluate(() => document.activeElement.matches(".row.chosen")));
  page.watch.clean();
});

test("single keys: off in fields, off where the reader says so, all of them in the palette", async () => {
  const page = await stage.open(`#ref=${stage.reference("shop")}&platform=linux/arm64`);
  await page.waitForSelector(".layer .summary");
  await page.keyboard.press("2");
  await page.waitForSelector("#tab-config[aria-selected=true]");
  await page.keyboard.press("/");
  await page.keyboard.type("2j");
  assert.match(await page.inputValue("#omnibox"), /2j$/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("]");
  await page.waitForSelector(".row.chosen:has-text('linux/386')");
  assert.equal(await page.getAttribute("#tab-config", "aria-selected"), "true", "the next platform, with the same tab");
  await page.keyboard.press("[");
  await page.waitForSelector(".row.chosen:has-text('linux/arm64')");
  await page.keyboard.press("}");
  await page.waitForSelector("#tab-files[aria-selected=true]");
  await page.keyboard.press("{");
  await page.waitForSelector("#tab-config[aria-selected=true]");
  await page.keyboard.press("}");
  await page.waitForSelector("#tab-files[aria-selected=true]");
  await page.keyboard.press("Control+k");
  await page.fill(".palette input", "switch single");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".palette:not([open])", { state: "attached" });
  await page.keyboard.press("1");
  assert.equal(await page.getAttribute("#tab-files", "aria-selected"), "true", "switched off");
  page.watch.clean();
});

test("what happens is announced in one live region", async () => {
  const page = await stage.open(`#ref=${stage.reference("shop")}`);
  await page.waitForFunction((said) => document.querySelector("#status[role=status]")?.textContent === said, `Loaded ${stage.reference("shop")}.`);
  page.watch.clean();
});

/** In the page: the contrast between the borders of elements and what they stand on. */
function borderRatios(selectors) {
  const parts = (color) => color.match(/[\d.]+/g).slice(0, 3).map(Number);
  const luminance = (color) => {
    const [r, g, b] = parts(color).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return selectors.map((selector) => {
    const style = getComputedStyle(document.querySelector(selector));
    const [light, dark] = [luminance(style.borderTopColor), luminance(style.backgroundColor)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  });
}
