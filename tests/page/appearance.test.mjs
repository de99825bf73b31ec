import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { samples } from "../support/images.mjs";

const images = samples();
let stage;

before(async () => {
  stage = await startStage({ attested: images.attested, windows: images.windows, single: images.single });
});
after(() => stage.close());

/** Every state a visitor can see, and what tells that it is there. */
const states = () => [
  ["", ".examples"],
  [`#ref=${stage.reference("attested")}&platform=linux/arm64`, "#verdict .verdict"],
  [`#ref=${stage.reference("windows")}&platform=windows(10.0.20348)/amd64&policy=strict`, "#verdict > *"],
  [`#ref=${stage.reference("attested")}&platform=linux/s390x`, "#verdict .panel.error"],
  [`#ref=${stage.reference("single")}`, "#image .facts"],
  ["#ref=Not%20A%20Reference", "#notice .panel.error"],
];

for (const width of [360, 768, 1400]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`nothing overflows and every text can be read at ${width} px, ${colorScheme}`, async () => {
      const page = await stage.open("", { width, colorScheme });
      for (const [hash, ready] of states()) {
        await page.at("#");
        await page.waitForSelector(".examples");
        await page.at(hash);
        await page.waitForSelector(ready);
        await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
        assert.deepEqual(await page.evaluate(beyondTheEdge), [], `horizontal overflow at ${hash}`);
        assert.deepEqual(await page.evaluate(hardToRead), [], `contrast at ${hash}`);
      }
      page.watch.clean();
    });
  }
}

test("dark and light differ, without a switch", async () => {
  const ground = async (colorScheme) => {
    const page = await stage.open("", { colorScheme });
    return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  };
  assert.notEqual(await ground("light"), await ground("dark"));
});

test("every control has a name, and the keyboard reaches them in order", async () => {
  const page = await stage.open(`#ref=${stage.reference("attested")}&platform=linux/arm64`);
  await page.waitForSelector("#verdict .verdict");
  assert.deepEqual(
    await page.evaluate(() =>
      [...document.querySelectorAll("input, select, textarea, button, a")]
        .filter((one) => !(one.labels?.length || one.getAttribute("aria-label") || one.textContent.trim()))
        .map((one) => one.outerHTML),
    ),
    [],
  );
  const reached = [];
  for (let step = 0; step < 5; step++) {
    await page.keyboard.press("Tab");
    reached.push(
      await page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim()),
    );
  }
  assert.deepEqual(reached, ["Skip to the document", "multiarch", "reference", "Inspect", "open-paste"]);
  await page.focus(".skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  assert.match(await page.evaluate(() => location.hash), /^#ref=/, "skipping is not a route");
  page.watch.clean();
});

test("what happens is announced", async () => {
  const page = await stage.open(`#ref=${stage.reference("attested")}`);
  await page.waitForSelector("#platforms table");
  assert.equal(await page.getAttribute("#status", "aria-live"), "polite");
  assert.equal(await page.textContent("#status"), "Loaded: OCI index, 4 entries.");
  await page.fill("#platform", "linux/arm64");
  await page.press("#platform", "Enter");
  await page.waitForFunction(() =>
    document.getElementById("status").textContent.startsWith("A linux/arm64 host pulls"),
  );
  assert.equal(
    await page.evaluate(() => document.activeElement.id),
    "platform",
    "the focus stays in the picker",
  );
  page.watch.clean();
});

/** In the page: elements that stick out to the right, when the page can be scrolled sideways. */
function beyondTheEdge() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
    .slice(0, 5)
    .map((one) => `${one.tagName} ${one.className}`);
}

/** In the page: visible texts below the contrast of WCAG 2.2, 1.4.3 (4.5 to 1). */
function hardToRead() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = rgba(getComputedStyle(one).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const written = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.data.trim(),
    );
    if (!written || !element.checkVisibility() || element.closest(".unseen, option, .drop")) continue;
    const [light, dark] = [luminance(rgba(getComputedStyle(element).color)), luminance(ground(element))].sort(
      (a, b) => b - a,
    );
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5)
      poor.push(
        `${element.tagName}.${element.className} ${ratio.toFixed(2)}: ${element.textContent.slice(0, 30)}`,
      );
  }
  return poor;
}
