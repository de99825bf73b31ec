import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { entry, ociImage, ociIndex, samples } from "../support/images.mjs";

const VECTORS = JSON.parse(readFileSync(new URL("../data/vectors/index-selection.json", import.meta.url)));
const images = samples();
/** Four entries on which the policies disagree for a linux/arm64 host, or a linux/arm/v7 one. */
const arms = ociIndex(
  ociImage({ architecture: "arm", variant: "v6" }),
  ociImage({ architecture: "arm", variant: "v7" }),
  ociImage({ architecture: "arm64", variant: "v8" }),
  ociImage({ architecture: "amd64" }),
);
/** Without arm64: only the containerd policy lets such a host run 32-bit images. */
const armOnly = ociIndex(
  ociImage({ architecture: "arm", variant: "v6" }),
  ociImage({ architecture: "arm", variant: "v7" }),
);
const bare = ociIndex(entry(ociImage({ architecture: "arm64" }), { platform: null }));
let stage;

before(async () => {
  stage = await startStage({ arms, "arm-only": armOnly, bare, nested: images.nested, single: images.single });
});
after(() => stage.close());

async function ask(page, platform, policy) {
  await page.fill("#platform", platform);
  if (policy) await page.selectOption("#policy", policy);
  await page.click("#picker button[type=submit]");
}

const chosen = (page) => page.locator("#platforms tr.chosen td[data-column=Platform]").allTextContents();
const reasons = (page) => page.locator("#platforms tbody tr td[data-column=Why]").allTextContents();

test("the chosen entry is marked, and every other one has its reason", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}`);
  await ask(page, "linux/arm64");
  await page.waitForSelector("#verdict .verdict");
  assert.deepEqual(await chosen(page), ["linux/arm64/v8"]);
  assert.match(
    await page.textContent("#verdict .verdict-line"),
    /^A linux\/arm64 host pulls sha256:[0-9a-f]{12}… for linux\/arm64\/v8: entry 2 of this index\.$/,
  );
  const why = await reasons(page);
  assert.equal(why.length, 4);
  assert.match(why[2], /^pulled /);
  assert.match(why[1], /^choice \d /);
  assert.match(why[3], /^no .*amd64/);
  assert.ok(
    why.every((text) => text.length > 8),
    "no entry goes without a reason",
  );
  page.watch.clean();
});

/** Whose answer each policy gives, by the columns of the vectors. */
const COLUMNS = {
  containerd: "containerd_images_manifest_only",
  strict: "containerd_images_manifest_onlystrict",
  first: "crane",
  podman: "containers_image",
};

for (const [id, host] of [
  ["armv6-novariant-first", "linux/arm/v7"],
  ["arm-v8-first", "linux/arm"],
  ["amd64-386-only", "linux/amd64"],
]) {
  test(`every policy answers for itself: ${id}, ${host}`, async () => {
    const { index, picks } = scenario(id, host);
    const page = await stage.open();
    await page.click("#open-paste");
    await page.fill("#paste-text", JSON.stringify(index));
    await page.click("#paste button[type=submit]");
    await page.waitForSelector("#picker select");
    await ask(page, host);
    for (const [policy, column] of Object.entries(COLUMNS)) {
      await page.selectOption("#policy", policy);
      const { path } = picks[column];
      await page.waitForSelector(
        `#verdict .${path === undefined ? "panel.error" : "verdict"}[data-policy=${policy}]`,
      );
      assert.deepEqual(
        await page.locator("#platforms tr.chosen").evaluateAll((rows) => rows.map((one) => one.id)),
        path === undefined ? [] : [`at-manifests/${path}`],
        policy,
      );
    }
    page.watch.clean();
  });
}

function scenario(id, host) {
  const { index, hosts } = VECTORS.scenarios.find((one) => one.id === id);
  const [os, architecture, variant] = host.split("/");
  const { picks } = hosts.find(
    (one) => one.host.os === os && one.host.architecture === architecture && one.host.variant === variant,
  );
  return { index, picks };
}

test("the policies disagree where they should", async () => {
  const page = await stage.open(`#ref=${stage.reference("arm-only")}&platform=linux/arm64`);
  await page.waitForSelector("#verdict .verdict");
  assert.deepEqual(await chosen(page), ["linux/arm/v7"]);
  await page.selectOption("#policy", "strict");
  await page.waitForSelector("#verdict .panel.error");
  assert.deepEqual(await chosen(page), []);
  await page.goBack();
  await page.waitForSelector("#verdict .verdict");
  assert.equal(await page.inputValue("#policy"), "containerd");
  page.watch.clean();
});

test("a deep link asks at once, and survives a reload, back and forward", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}&platform=linux/arm/v7&policy=strict`);
  await page.waitForSelector("#verdict .verdict");
  assert.equal(await page.inputValue("#platform"), "linux/arm/v7");
  await page.reload();
  await page.waitForSelector("#verdict .verdict");
  assert.deepEqual(await chosen(page), ["linux/arm/v7"]);
  await page.click("#picker .chip:has-text('linux/amd64')");
  await page.waitForFunction(() =>
    document.querySelector("#verdict .verdict-line")?.textContent.startsWith("A linux/amd64"),
  );
  await page.goBack();
  await page.waitForFunction(() =>
    document.querySelector("#verdict .verdict-line")?.textContent.startsWith("A linux/arm/v7"),
  );
  page.watch.clean();
});

test("an absent platform lists those that exist, and one of them is a click away", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}&platform=linux/s390x`);
  await page.waitForSelector("#verdict .panel.error");
  assert.equal(await page.textContent("#verdict .panel-code code"), "PLATFORM_NOT_FOUND");
  const chips = await page.locator("#verdict .chip").allTextContents();
  assert.ok(chips.includes("linux/amd64") && chips.includes("linux/arm/v7"), chips.join(", "));
  assert.match(await page.textContent("#summary"), /OCI index/, "the document stays");
  await page.click("#verdict .chip:has-text('linux/amd64')");
  await page.waitForSelector("#verdict .verdict");
  page.watch.clean();
});

test("a specifier that is none is an error beside the picker", async () => {
  const page = await stage.open(`#ref=${stage.reference("arms")}`);
  await ask(page, "linux/arm64/v8/x/y");
  await page.waitForSelector("#verdict .panel.error");
  assert.equal(await page.textContent("#verdict .panel-code code"), "PLATFORM_INVALID");
  await ask(page, "linux/x86_64");
  await page.waitForSelector("#verdict .verdict");
  assert.deepEqual(await chosen(page), ["linux/amd64"]);
  page.watch.clean();
});

test("a nested index is followed through the registry", async () => {
  const page = await stage.open(`#ref=${stage.reference("nested")}&platform=linux/riscv64`);
  await page.waitForSelector("#verdict .verdict");
  const wanted = images.nested.children[1].children[1].digest;
  assert.equal(await page.getAttribute("#verdict a", "title"), wanted);
  assert.match(await page.textContent("#verdict .verdict-line"), /entry 1, an index, and entry 1 inside it/);
  await page.click("#verdict a");
  await page.waitForSelector("#image .facts");
  assert.equal(await page.textContent("#summary .digest"), wanted);
  page.watch.clean();
});

test("an entry without a platform is judged by its config", async () => {
  const page = await stage.open(`#ref=${stage.reference("bare")}&platform=linux/arm64`);
  await page.waitForSelector("#verdict .verdict");
  await ask(page, "linux/s390x");
  await page.waitForSelector("#verdict .panel.error");
  assert.equal(await page.textContent("#verdict .panel-code code"), "PLATFORM_NOT_FOUND");
  page.watch.clean();
});

test("a single image is judged by its config", async () => {
  const page = await stage.open(`#ref=${stage.reference("single")}&platform=linux/amd64`);
  await page.waitForSelector("#verdict .verdict");
  assert.match(await page.textContent("#verdict .verdict-line"), /pulls this image/);
  await ask(page, "linux/arm64");
  await page.waitForSelector("#verdict .panel.error");
  assert.equal(await page.textContent("#verdict .panel-code code"), "PLATFORM_NOT_FOUND");
  page.watch.clean();
});
