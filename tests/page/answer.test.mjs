/** "What would this host pull, and why": the answer first, all tools side by side. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { entry, ociImage, ociIndex, samples } from "../support/images.mjs";
import { soon } from "../support/until.mjs";

const VECTORS = JSON.parse(readFileSync(new URL("../data/vectors/index-selection.json", import.meta.url)));
const images = samples();
/** Entries on which the tools disagree. */
const arms = ociIndex(
  ociImage({ architecture: "arm", variant: "v6" }),
  ociImage({ architecture: "arm", variant: "v7" }),
  ociImage({ architecture: "arm64", variant: "v8" }),
  ociImage({ architecture: "amd64" }),
);
/** Without arm64: only docker lets such a host run 32-bit images. */
const armOnly = ociIndex(ociImage({ architecture: "arm", variant: "v6" }), ociImage({ architecture: "arm", variant: "v7" }));
const bare = ociIndex(entry(ociImage({ architecture: "arm64" }), { platform: null }));
let stage;

before(async () => {
  stage = await startStage({ arms, "arm-only": armOnly, bare, single: images.single, windows: images.windows });
});
after(() => stage.close());

async function ask(page, host) {
  await page.fill("#host", host);
  await page.press("#host", "Enter");
}

const line = (page) => page.textContent(".hero .line-1");
const tools = async (page) =>
  Object.fromEntries(await page.locator(".tool").evaluateAll((all) => all.map((one) => [one.querySelector("dt").textContent, one.querySelector("dd").textContent.trim().replace(/\s+/g, " ")])));

test("the host of this machine is asked about before anything is typed", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}`);
  await page.waitForSelector(".because");
  assert.equal(await page.inputValue("#host"), stage.host);
  assert.match(await page.textContent(".question"), /this computer, as its server says/);
  const { bottom } = await page.locator(".because").boundingBox().then(({ y, height }) => ({ bottom: y + height }));
  assert.ok(bottom < 260, `the answer stands at the top: ${bottom}`);
  page.watch.clean();
});

test("the answer has its reason, its size, and what each tool would do", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}&platform=linux/arm64`);
  await page.waitForSelector(".pulled .size");
  assert.match(await line(page), /linux\/arm64\/v8.*sha256:[0-9a-f]{12}.*kB in 1 layer/);
  assert.match(await page.textContent(".because"), /^because .{10,}/);
  assert.deepEqual(await tools(page), { docker: "= same", podman: "= same", crane: "= same", exact: "= same" });
  assert.match(await page.textContent(".row.chosen"), /linux\/arm64\/v8pulled/);
  page.watch.clean();
});

test("yours is this computer's platform, whichever is asked about", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}`);
  await page.waitForSelector(".pulled .size");
  const own = await page.textContent(".row.chosen .platform");
  const badges = () => page.locator(".row .badge:is(.yours, .pulled)").evaluateAll((all) => all.map((one) => [one.closest(".row").querySelector(".platform").textContent, one.textContent]));
  assert.deepEqual(await badges(), [[own, "yours"]]);
  await ask(page, "linux/arm/v6");
  await page.waitForSelector(".badge.pulled");
  assert.deepEqual((await badges()).sort(), [["linux/arm/v6", "pulled"], [own, "yours"]].sort());
  const heights = await page.locator(".row .badge").evaluateAll((all) => all.map((one) => one.offsetHeight));
  assert.ok(heights.every((height) => height === heights[0] && height <= 20), `badges are as high as their row's text: ${heights}`);
  await ask(page, "linux/loong64");
  await page.waitForSelector(".hero.nothing");
  assert.deepEqual(await badges(), [[own, "yours"]]);
  await page.click(".question button:has-text('ask for this computer')");
  await page.waitForSelector(".pulled .size");
  assert.deepEqual(await badges(), [[own, "yours"]]);
  page.watch.clean();
});

test("where tools disagree it is marked, and each says why, entry by entry", async () => {
  const page = await stage.open(`#ref=${stage.reference("arm-only")}&platform=linux/arm64`);
  await page.waitForSelector(".tool.differs");
  assert.deepEqual(await tools(page), { docker: "= same", podman: "≠ nothing", crane: "≠ nothing", exact: "≠ nothing" });
  assert.equal(await page.textContent(".hero .because"), "because it runs on linux/arm64 as arm/v7");
  await page.click(".tool.differs:nth-child(3) button");
  assert.match(await page.textContent(".why h3"), /Why crane takes nothing/);
  assert.equal(await page.locator(".why li").count(), 2);
  assert.ok((await page.locator(".why li").allTextContents()).every((text) => text.length > 40), "no entry goes without a reason");
  // What was opened stays open, whatever is asked next.
  await ask(page, "linux/arm/v7");
  await page.waitForSelector(".question:has-text('ask for this computer')");
  assert.equal(await page.locator(".why li").count(), 2);
  page.watch.clean();
});

for (const [word, architecture] of [["aarch64", "arm64"], ["x86_64", "amd64"], ["armv7l", "arm"], ["arm64", "arm64"], ["amd64", "amd64"]]) {
  test(`${word} is answered, in the picker and in the field`, async () => {
    const page = await stage.open(`#ref=${stage.reference("arms")}`);
    await page.waitForSelector(".because");
    await ask(page, word);
    await page.waitForSelector(`.hero .line-1 .platform:has-text("linux/${architecture}")`);
    await page.fill("#omnibox", word === "amd64" ? "aarch64" : "x86_64");
    await page.press("#omnibox", "Enter");
    await page.waitForSelector(`.hero .line-1 .platform:has-text("linux/${word === "amd64" ? "arm64" : "amd64"}")`);
    page.watch.clean();
  });
}

/** Whose answer each tool gives, by the columns of the vectors. */
const COLUMNS = {
  containerd: "containerd_images_manifest_only",
  strict: "containerd_images_manifest_onlystrict",
  first: "crane",
  podman: "containers_image",
};

for (const [id, host] of [["armv6-novariant-first", "linux/arm/v7"], ["arm-v8-first", "linux/arm"], ["amd64-386-only", "linux/amd64"]]) {
  test(`every tool answers for itself: ${id}, ${host}`, async () => {
    const { index, picks } = scenario(id, host);
    const page = await stage.open();
    await page.fill("#omnibox", JSON.stringify(index));
    await page.press("#omnibox", "Enter");
    await page.waitForSelector("#host");
    for (const [policy, column] of Object.entries(COLUMNS)) {
      const { path } = picks[column];
      const hash = await page.evaluate(() => location.hash.split("&")[0]);
      await page.at(`${hash}&platform=${host}&policy=${policy}`);
      await page.waitForFunction((wanted) => {
        const hero = document.querySelector(".hero");
        const chosen = document.querySelector(".row.chosen")?.dataset.digest;
        return wanted === undefined ? hero.classList.contains("nothing") && !chosen : chosen === wanted;
      }, path === undefined ? undefined : index.manifests[path].digest);
    }
    page.watch.clean();
  });
}

function scenario(id, host) {
  const { index, hosts } = VECTORS.scenarios.find((one) => one.id === id);
  const [os, architecture, variant] = host.split("/");
  const { picks } = hosts.find((one) => one.host.os === os && one.host.architecture === architecture && one.host.variant === variant);
  return { index, picks };
}

test("nothing is an answer too: docker's own words, and the platforms that exist one click away", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}&platform=linux/s390x`);
  await page.waitForSelector(".hero.nothing");
  assert.match(await line(page), /Nothing: no entry runs on linux\/s390x/);
  assert.match(await page.textContent(".because"), /no matching manifest for linux\/s390x in the manifest list entries/);
  assert.deepEqual(await page.locator(".hero .chip").allTextContents(), ["linux/arm/v6", "linux/arm/v7", "linux/arm64/v8", "linux/amd64"]);
  assert.equal(await page.locator(".row").count(), 4, "the document stays");
  await page.click(".hero .chip:has-text('linux/amd64')");
  await page.waitForSelector(".hero:not(.nothing) .because");
  page.watch.clean();
});

test("a specifier that is none is an error in its place, and the next one is answered", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}`);
  await page.waitForSelector(".because");
  await ask(page, "linux/arm64/v8/x/y");
  await page.waitForSelector(".hero .trouble");
  assert.equal(await page.textContent(".hero .trouble .code code"), "PLATFORM_INVALID");
  await ask(page, "linux/x86_64");
  await page.waitForSelector(".hero .because");
  assert.match(await page.textContent(".row.chosen"), /linux\/amd64/);
  page.watch.clean();
});

test("an entry without a platform is decided by its config, and a Windows by its version", async () => {
  const page = await stage.open(`#ref=${stage.reference("bare")}&platform=linux/arm64`);
  await page.waitForSelector(".hero .because");
  await ask(page, "linux/s390x");
  await page.waitForSelector(".hero.nothing");
  await page.at(`#ref=${stage.reference("windows")}&platform=windows(10.0.20348)/amd64`);
  await page.waitForSelector(".row.chosen:has-text('10.0.20348.2762')");
  page.watch.clean();
});

test("a single image is pulled by every host, and the page says when it cannot run", async () => {
  const page = await stage.open(`#ref=${stage.reference("single")}&platform=linux/arm64`);
  await page.waitForSelector(".because .warn");
  assert.match(await page.textContent(".because"), /a single image for linux\/amd64.*linux\/arm64 cannot run it without emulation/);
  assert.deepEqual(await tools(page), { docker: "= same", podman: "= same", crane: "= same", exact: "≠ nothing" });
  page.watch.clean();
});

test("changing host, platform or tab closes nothing, moves no focus and adds no entry to the history", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}&platform=linux/arm64`);
  await page.waitForSelector(".row.chosen .segment");
  await page.click(".tool:nth-child(1) button");
  await page.click(".head .facts button");
  await page.click("button:has-text('Back to the platforms')");
  const before = await page.evaluate(() => history.length);
  await ask(page, "linux/arm/v7");
  await page.waitForSelector(".row.chosen:has-text('linux/arm/v7')");
  assert.equal(await page.evaluate(() => document.activeElement.id), "host");
  await page.click(".row >> nth=0");
  assert.equal(await page.evaluate(() => document.activeElement.className.includes("row")), true);
  await page.click("#tab-config");
  assert.equal(await page.evaluate(() => document.activeElement.id), "tab-config");
  await soon(async () => assert.equal(await page.locator(".why").count(), 1));
  assert.equal(await page.evaluate(() => history.length), before);
  page.watch.clean();
});

test("Back returns to where the reader was, with what was unfolded", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}&platform=linux/arm64`, { height: 420 });
  await page.waitForSelector(".row.chosen .segment");
  await page.click(".tool:nth-child(1) button");
  await page.evaluate(() => window.scrollTo(0, 240));
  await page.waitForTimeout(250);
  const before = await page.evaluate(() => window.scrollY);
  await page.evaluate(() => document.querySelector(".detail-head .alone").click());
  await page.waitForSelector(".crumb");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1", "a new document has the focus at its name");
  assert.equal(await page.evaluate(() => window.scrollY), 0);
  await page.goBack();
  await page.waitForSelector(".why");
  await page.waitForFunction((wanted) => Math.abs(window.scrollY - wanted) <= 2, before);
  page.watch.clean();
});

test("the list of machines is in people's words, and works by keyboard", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}`);
  await page.waitForSelector(".because");
  await page.focus("#host");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.type("pi zero");
  await soon(async () =>
    assert.deepEqual(await page.locator("#hosts li").allTextContents(), ["linux/arm/v6 Raspberry Pi Zero and 1"]));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".row.chosen:has-text('linux/arm/v6')");
  assert.equal(await page.inputValue("#host"), "linux/arm/v6");
  page.watch.clean();
});
