/** `cargo xtask shots`: draws every state of the page into target/shots, for a person to look at; with names, those that begin so. */

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { createClient } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { startInspector } from "../../pkg/node/inspector.js";
import { buildkitEntry } from "../support/attestations.mjs";
import { openPage, startServe, startStage } from "../support/browser.mjs";
import { baseEntries, changedImage, filesImage, oddImage } from "../support/file-images.mjs";
import { entry, ociImage, ociIndex, pushAll, samples } from "../support/images.mjs";
import { layer, layeredImage } from "../support/layers.mjs";
import { shop, shopImage } from "../support/shop.mjs";
import { EMPTY, packed } from "../../www/compose/recipe.js";

const FOLDER = fileURLToPath(new URL("../../target/shots/", import.meta.url));
const images = samples();
const WIDTHS = { wide: { width: 1400, height: 900 }, middle: { width: 820, height: 1100 }, phone: { width: 360, height: 740 } };

/** Name, address behind `#`, what shows that it is there, what is done then, and a repository that the page may write to. */
function states({ domain, reference }, { composed, sound }) {
  const filed = `ref=${reference("files")}&platform=linux/amd64`;
  const shopped = `ref=${reference("shop:2.4.1")}&platform=linux/arm64`;
  return [
    ["start", "", ".start"],
    ["image", shopped, ".layer .summary"],
    ["config", `${shopped}&at=manifests/3/config`, ".config [role=status]"],
    ["attestations", `ref=${reference("built")}&platform=linux/amd64&at=attestations`, ".statement", ["summary:has-text('packages')"]],
    ["json", `${shopped}&at=json`, ".tree"],
    ["files-cost", `${filed}&at=files/etc/passwd`, "[data-read]"],
    ["files", `${filed}&at=files/etc/passwd`, "[data-read]", ["[data-read]", "[data-view]"]],
    ["files-layer", `${filed}&at=layers/1/files`, "[data-read]", ["[data-read]", ".files-sum [data-read]", ".file-row.removed"]],
    ["files-size", `${filed}&at=files&by=size`, "[data-read]", ["[data-read]"]],
    ["files-wasted", `${filed}&at=files&by=wasted`, "[data-read]", ["[data-read]"]],
    ["files-odd", `ref=${reference("odd")}&at=files`, "[data-read]", ["[data-read]", ".left-out", ".file-layer >> nth=7"]],
    ["platform", `${shopped}&at=manifests/0`, ".layer .summary"],
    ["unfolded", shopped, ".layer .summary", ["[data-unfold] >> nth=1"]],
    ["nothing", `ref=${reference("shop:2.4.1")}&platform=linux/loong64`, ".hero.nothing"],
    ["why", `ref=${reference("shop:2.4.1")}&platform=linux/arm/v6`, ".because", [".tool:nth-child(3) button"]],
    ["hosts", shopped, ".layer .summary", ["#host"]],
    ["palette", shopped, ".layer .summary", ["nav .key"]],
    ["base", `ref=${reference("based")}&platform=linux/amd64`, ".base button", [".base button"]],
    ["single", `ref=${reference("shop:single")}&platform=linux/arm64`, ".because .warn"],
    ["findings", `ref=${reference("rivals")}`, ".head .findings", [".head .findings summary"]],
    ["nested", `ref=${reference("nested")}`, ".row.inner .segment"],
    ["windows", `ref=${reference("windows")}&platform=windows(10.0.20348)/amd64`, ".row.chosen .segment"],
    ["artifact", `ref=${reference("note")}`, ".layer"],
    ["repository", `ref=${domain}/shop`, ".tags .digest"],
    ["compare", `a=${reference("shop:2.4.0")}&b=${reference("shop:2.4.1")}&platform=linux/arm64`, ".differences .new"],
    ["compare-files", `a=${reference("files:one")}&b=${reference("files:two")}&by=files`, "[data-read]", [".differences [data-read]", ".file-row >> nth=0"]],
    ["compose", `compose=${composed}`, ".found .error, .outcome"],
    ["compose-list", `compose=${composed}`, ".compose", [".steps button:nth-child(2)"]],
    ["compose-result", `compose=${composed}`, ".compose", [".steps button:nth-child(3)"]],
    ["push-plan", `compose=${sound}`, ".compose", [".steps button:nth-child(3)", ".push button", ".plan #confirm"], `${domain}/shop`],
    ["compose-empty", "compose=new", ".compose"],
    ["no-tag", `ref=${domain}/shop:2.4.9`, ".trouble"],
    ["not-served", "ref=alpine:3.20", ".trouble"],
    ["forgotten", `paste=sha256:${"0".repeat(64)}`, "main .panel"],
  ];
}

/** The pictures of the README: at an address that is the same on every machine, and small. */
async function drawReadme(browser) {
  const domain = "registry.example";
  const registry = createMemoryRegistry();
  await pushAll(registry.fetch, `https://${domain}`, "shop", "2.4.1", shop());
  const client = createClient({ fetch: registry.fetch, registries: [domain] });
  const server = await startInspector({ client, registries: [domain], host: "linux/arm64", port: 0 });
  for (const colorScheme of ["light", "dark"]) {
    const page = await openPage(browser, server.url, `#ref=${domain}/shop:2.4.1`, { width: 1080, height: 602, colorScheme });
    await page.waitForFunction(() => document.querySelectorAll(".segment").length === 64 && document.querySelector(".layer .summary"));
    await page.waitForTimeout(250);
    await page.screenshot({ path: `${FOLDER}readme-${colorScheme}.png`, animations: "disabled" });
    await page.context().close();
  }
  await server.close();
}

const names = process.argv.slice(2);
const isWanted = (name) => names.length === 0 || names.some((one) => name.startsWith(one));
const stage = await startStage({
  "shop:2.4.1": shop(), "shop:2.4.0": shop({ version: "3.13.8", platforms: 6 }), "shop:single": shopImage(),
  nested: images.nested, windows: images.windows, note: images.note,
  rivals: ociIndex(ociImage(), ociImage({ text: "two" })), built: ociIndex(shopImage(), buildkitEntry(shopImage())),
  files: ociIndex(filesImage(), filesImage({ architecture: "arm64" })), "files:one": filesImage(), "files:two": changedImage(), odd: oddImage().image,
});
await pushAll(fetch, `http://${stage.domain}`, "debian", "12", layeredImage([layer(baseEntries())]));
await pushAll(fetch, `http://${stage.domain}`, "based", "1.0", ociIndex(entry(filesImage(), { annotations: { "org.opencontainers.image.base.name": `${stage.domain}/debian:12` } })));
const [first, second] = shop().children;
const sources = [stage.reference("shop:2.4.1"), stage.reference("shop:2.4.0")];
const composed = await packed({
  ...EMPTY,
  sources,
  entries: [{ source: 0, digest: first.digest }, { source: 0, digest: second.digest }, { source: 1, digest: shop({ version: "3.13.8" }).children[0].digest }],
  annotations: [["org.opencontainers.image.version", "2.4.1"]], target: stage.reference("shop:mixed"),
});
const sound = await packed({ ...EMPTY, sources, entries: [first, second].map(({ digest }) => ({ source: 0, digest })), target: stage.reference("shop:mixed") });
await mkdir(FOLDER, { recursive: true });
for (const [width, size] of Object.entries(WIDTHS)) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [name, hash, ready, clicks = [], write] of states(stage, { composed, sound }).filter(([name]) => isWanted(name))) {
      const server = write && (await startServe(["--write", write]));
      const page = await openPage(stage.browser, server?.url ?? stage.url, `#${hash}`, { ...size, colorScheme });
      await page.waitForSelector(ready);
      for (const one of clicks) {
        await page.locator(one).first().waitFor({ timeout: 2_000 }).catch(() => {});
        if (await page.isVisible(one)) await page.click(one);
      }
      await page.waitForTimeout(250);
      await page.screenshot({ path: `${FOLDER}${name}-${width}-${colorScheme}.png` });
      await page.context().close();
      await server?.close();
    }
  }
}
if (isWanted("readme")) await drawReadme(stage.browser);
await stage.close();
console.log(`drawn into ${FOLDER}`);
