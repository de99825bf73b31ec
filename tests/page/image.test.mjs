/** An image on the page: its name, its platforms as bars, the chosen one's layers, config, attestations and JSON. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PROVENANCE_02, SPDX, buildkitEntry } from "../support/attestations.mjs";
import { startStage } from "../support/browser.mjs";
import { baseEntries, filesImage } from "../support/file-images.mjs";
import { artifact, attestation, entry, ociImage, ociIndex, pushAll, samples, sha256 } from "../support/images.mjs";
import { layer, layeredImage } from "../support/layers.mjs";
import { shop, shopImage } from "../support/shop.mjs";
import { sizeText } from "../../www/words/sizes.js";

const HOSTILE = '<img src=x onerror="window.reached=1">\u202e';
const images = samples();
const app = shop();
/** What the second says, and the others do not. */
const run = {
  Entrypoint: ["/bin/init"], User: "app", WorkingDir: "/srv", ExposedPorts: { "80/tcp": {}, "81/tcp": {} }, Volumes: { "/data": {} },
  Env: ["PATH=/usr/bin:/bin", "TUNED=1"], Labels: { "org.opencontainers.image.title": "test", tuned: "yes" },
};
const differing = ociIndex(ociImage({ run: { ExposedPorts: { "80/tcp": {} } } }), ociImage({ architecture: "arm64", run }), ociImage({ architecture: "s390x" }));
/** As buildx pushes it, with provenance and a bill of materials. */
const built = ociIndex(images.single, buildkitEntry(images.single));
const twice = ociIndex(images.single, buildkitEntry(images.single), attestation(images.single));
const many = ociIndex(...Array.from({ length: 14 }, (_, at) => ociImage({ architecture: `a${at}` })));
let stage;

before(async () => {
  const { attested, nested, note, single } = images;
  const signature = artifact({ artifactType: "application/vnd.example.signature", subject: shopImage() });
  // Where a registry has no API for it, an index under this tag lists what refers to a manifest.
  const fallback = ociIndex(entry(signature, { platform: null }));
  stage = await startStage({
    shop: app, [`shop:${shopImage().digest.replace(":", "-")}.sig`]: signature, differing, many, built, twice, "shop:single": shopImage(), [`shop:${shopImage().digest.replace(":", "-")}`]: fallback, attested, nested, note, single,
  });
});
after(() => stage.close());

/** The image, answered for arm64, with all of its manifests read. */
async function openShop(hash = "&platform=linux/arm64", options) {
  const page = await stage.open(`#ref=${stage.reference("shop")}${hash}`, options);
  await page.waitForSelector(".row .segment");
  return page;
}

const sizeOf = ({ blobs: [, ...layers] }) => layers.reduce((sum, { size }) => sum + size, 0);

test("what was typed shows the image, its digest and its platforms with what is pulled", async () => {
  const page = await stage.open();
  await page.fill("#omnibox", stage.reference("shop"));
  await page.press("#omnibox", "Enter");
  await page.waitForFunction(() => document.querySelectorAll(".row .segment").length === 64);
  assert.equal(await page.textContent("h1"), "shop:1.0");
  assert.equal(await page.getAttribute(".title .digest", "data-digest"), app.digest);
  assert.match(await page.textContent(".title"), /verified here/);
  assert.match(await page.textContent(".head .facts"), /8 platforms · 8 attestations · OCI index, 6,\d{3} bytes/);
  const rows = await page.locator(".platforms .row").allTextContents();
  assert.equal(rows.length, 8, "attestations stand with their images");
  const arm64 = app.children[3];
  assert.match(rows[3], new RegExp(`linux/arm64/v8.*${(sizeOf(arm64) / 1e6).toFixed(2)}MB8 layers · ${arm64.digest.slice(7, 19)}.*attested`));
  assert.ok(rows.every((row) => !row.includes("KiB") && /MB/.test(row)), "sizes are sums of layers, in decimal units");
  assert.equal(await page.evaluate(() => location.hash), `#ref=${stage.reference("shop")}`);
  page.watch.clean();
});

test("layers that several platforms share are one hue in bars and list, and said in words", async () => {
  const page = await openShop();
  await page.waitForSelector(".layer.s1");
  const hues = await page.locator(".layers .layer").evaluateAll((rows) => rows.map((row) => /s\d/.exec(row.className)?.[0]));
  assert.deepEqual(hues, [undefined, undefined, undefined, undefined, "s1", "s2", undefined, "s3"]);
  assert.equal(await page.locator(".row:first-child .segment.s1, .row .segment.s1").count(), 8);
  assert.match(await page.locator(".layer").nth(4).textContent(), /in 8 platforms/);
  page.watch.clean();
});

test("a step is one line, unfolds to one command a line, and never shows an escape of a tab", async () => {
  const page = await openShop();
  await page.waitForSelector("[data-unfold]");
  assert.match(await page.locator(".layer").nth(1).textContent(), /RUN apt-get update; apt-get install -y --no-install-recommends ca-certificates/);
  assert.match(await page.locator(".settings").first().textContent(), /ENV PATH=.*ENV GPG_KEY=.*ENV PYTHON_VERSION=3\.13\.9/);
  await page.locator("[data-unfold]").nth(1).click();
  const lines = (await page.textContent(".lines")).split("\n");
  assert.ok(lines.length > 30 && lines.includes("make step-7;"), lines.join("|"));
  assert.ok(!(await page.textContent("main")).includes("\\u{9}"));
  page.watch.clean();
});

test("the config says how the image runs", async () => {
  const page = await openShop("&platform=linux/arm64&at=config");
  await page.waitForSelector(".facts-list");
  const text = await page.textContent(".detail");
  for (const fact of ["Runs/usr/local/bin/docker-entrypoint.sh gunicorn --bind 0.0.0.0:8080 app.wsgi:application", "As user10001:10001", "In/app", "Ports8080/tcp 9090/tcp", "PYTHON_VERSION=3.13.9", "org.opencontainers.image.title=shop", "Made forlinux/arm64/v8"])
    assert.ok(text.includes(fact), `${fact} in ${text}`);
  page.watch.clean();
});

test("what no other platform's config says is marked in words", async () => {
  const page = await stage.open(`#ref=${stage.reference("differing")}&platform=linux/arm64&at=config`);
  await page.waitForSelector(".config [role=status]");
  assert.match(await page.textContent(".config [role=status]"), /^Compared with 2 other configs/);
  const marked = await page.locator(".only").evaluateAll((all) => all.map((one) => [one.textContent, one.previousElementSibling.textContent]));
  assert.deepEqual(marked, ["/bin/init /bin/true", "app", "/srv", "81/tcp", "/data", "TUNED=1", "tuned=yes"].map((said) => ["only here", said]));
  await page.click(".row >> nth=2");
  await page.waitForSelector(".detail h2:has-text('s390x')");
  await page.waitForSelector(".config [role=status]");
  assert.equal(await page.locator(".only").count(), 0, "what all of them say is not marked");
  page.watch.clean();
});

test("more than a dozen other configs are read on request", async () => {
  const page = await stage.open(`#ref=${stage.reference("many")}&at=manifests/0/config`);
  const read = new Set();
  page.on("request", (request) => request.url().includes("/blobs/") && read.add(request.url()));
  await page.reload();
  await page.waitForSelector(".compared button");
  assert.deepEqual([await page.textContent(".compared"), read.size], ["Compare with 13 others", 1]);
  await page.click(".compared button");
  await page.waitForSelector(".config [role=status]");
  assert.deepEqual([await page.locator(".compared").count(), read.size], [0, 14]);
  page.watch.clean();
});

test("attestations are folded under their image, decoded, and not taken for more than they are", async () => {
  const page = await openShop("&platform=linux/arm64&at=attestations");
  await page.waitForSelector(".statement");
  assert.match(await page.textContent(".detail"), /Stated, signature not checked\..*Provenance \(SLSA 0\.2\)/);
  await page.click(".statement summary");
  await page.waitForSelector(".statement .tree");
  assert.match(await page.textContent(".statement .tree"), /slsa\.dev\/provenance/);
  // Opened alone it asks for no host.
  await page.click(".attestation a:has-text('open alone')");
  await page.waitForSelector(".title");
  assert.equal(await page.locator("#host").count(), 1, "an attestation is an image manifest");
  page.watch.clean();
});

test("a row says how many attestations its image has", async () => {
  const page = await stage.open(`#ref=${stage.reference("twice")}`);
  await page.waitForSelector(".row .segment");
  assert.deepEqual(await page.locator(".platforms .row-foot").allTextContents(), [`1 layer · ${images.single.digest.slice(7, 19)} 2 attestations`]);
  assert.match(await page.textContent(".head .facts"), /1 platform · 2 attestations/);
});

test("who built an image, from what, and what is in it", async () => {
  const page = await stage.open(`#ref=${stage.reference("built")}&platform=linux/amd64&at=attestations`);
  await page.waitForFunction(() => document.querySelectorAll(".statement").length === 2);
  const facts = await page.locator(".statement .fact").evaluateAll((rows) => Object.fromEntries(rows.map((row) => [...row.children].map((one) => one.textContent))));
  const { configSource } = PROVENANCE_02.invocation;
  assert.equal(facts["Built by"], PROVENANCE_02.builder.id);
  assert.equal(facts.Commit, configSource.digest.sha1);
  assert.equal(facts.Materials, "2");
  assert.equal(facts.Made, SPDX.creationInfo.created);
  await page.click("summary:has-text('3 packages')");
  assert.match(await page.locator(".statement .pairs li").first().textContent(), /musl 1\.2\.5-r0 MIT/);
  page.watch.clean();
});

test("what refers to an image in its registry stands beside its attestations", async () => {
  const page = await stage.open(`#ref=${stage.reference("shop:single")}&platform=linux/amd64&at=attestations`);
  await page.waitForSelector(".attestation h3:has-text('1 referrer')");
  await page.click(".attestation .pairs a");
  await page.waitForSelector(".facts:has-text('application/vnd.example.signature')");
  page.watch.clean();
});

test("cosign's tags are looked for on request, by HEADs alone", async () => {
  const page = await stage.open(`#ref=${stage.reference("shop:single")}&platform=linux/amd64&at=attestations`);
  await page.waitForSelector("button:has-text('look for cosign')");
  await page.waitForSelector("[role=tabpanel]:not(:has-text('Asking what refers to it'))");
  const asked = [];
  page.on("request", (request) => void (request.url().includes("/registry/") && asked.push(request.method())));
  await page.click("button:has-text('look for cosign')");
  await page.waitForSelector(".attestation h3:has-text('1 tag of cosign')");
  assert.ok(asked.length === 3 && asked.every((method) => method === "HEAD"), asked.join());
  assert.match(await page.textContent(".attestation:has(h3:has-text('cosign'))"), /Stated, signature not checked\..*signature sha256-[0-9a-f]{12}….sig/s);
  await page.click(".attestation:has(h3:has-text('cosign')) a");
  await page.waitForSelector(".facts:has-text('application/vnd.example.signature')");
  await page.at(`#ref=${stage.reference("single")}&platform=linux/amd64&at=attestations`);
  await page.click("button:has-text('look for cosign')");
  await page.waitForSelector("text=No tag of cosign is about this digest.");
  page.watch.clean([404]);
});

test("an image that states its base leads to it, and marks where its layers end on request", async () => {
  const base = layeredImage([layer(baseEntries())]);
  const name = `${stage.domain}/debian:12`;
  const url = `http://${stage.domain}`;
  const states = (base) => ({ annotations: { "org.opencontainers.image.base.name": base.name, ...(base.digest && { "org.opencontainers.image.base.digest": base.digest }) } });
  await pushAll(fetch, url, "debian", "12", ociIndex(base));
  await pushAll(fetch, url, "based", "1", ociIndex(entry(filesImage(), states({ name, digest: base.digest }))));
  await pushAll(fetch, url, "based", "2", ociIndex(entry(filesImage(), states({ name }))));
  await pushAll(fetch, url, "based", "3", ociIndex(entry(filesImage(), states({ name: "debian:12" }))));
  await pushAll(fetch, url, "based", "4", ociIndex(entry(shopImage(), states({ name }))));
  for (const tag of ["1", "2"]) {
    const page = await stage.open(`#ref=${stage.domain}/based:${tag}&platform=linux/amd64`);
    await page.click(".base button");
    await page.waitForSelector(".layer.base-end");
    assert.equal(await page.textContent(".layer.base-end .number"), "0");
    assert.match(await page.textContent(".base"), new RegExp(`Built on ${name}, as it states\\. Its one layer stands above the line\\.`));
    await page.click(".base a");
    await page.waitForSelector(`h1:has-text("debian")`);
    page.watch.clean();
  }
  const elsewhere = await stage.open(`#ref=${stage.domain}/based:3&platform=linux/amd64`);
  await elsewhere.waitForSelector(".base");
  assert.equal(await elsewhere.textContent(".base"), "Built on debian:12, as it states. ", "a registry that this page may not read is named alone");
  await pushAll(fetch, url, "based", "5", ociIndex(entry(filesImage(), states({ name: HOSTILE, digest: HOSTILE }))));
  const hostile = await stage.open(`#ref=${stage.domain}/based:5&platform=linux/amd64`);
  await hostile.waitForSelector(".base code");
  assert.deepEqual(await hostile.evaluate(() => [document.querySelectorAll("main img").length, window.reached, document.querySelector("main").textContent.includes("\u202e")]), [0, undefined, false]);
  const moved = await stage.open(`#ref=${stage.domain}/based:4&platform=linux/amd64`);
  await moved.click(".base button");
  await moved.waitForSelector(".base:has-text('not the lowest ones here')");
  assert.equal(await moved.locator(".base-end").count(), 0);
});

test("the document's JSON: digests are links, the exact bytes are shown, copied and saved", async () => {
  const page = await openShop("&at=json");
  await page.waitForSelector(".tree");
  await page.locator(".tree .children .children > details > summary").nth(3).click();
  const link = page.locator(`.tree a:has-text("${app.children[3].digest}")`);
  assert.equal(await link.getAttribute("href"), `#ref=${stage.domain}/shop@${app.children[3].digest}`);
  const size = page.locator(".tree .leaf:has-text('size') .number").first();
  assert.equal(await size.getAttribute("title"), sizeText(app.children[3].bytes.length), "the size of a manifest in words on hover");
  await page.click("button:has-text('Exact bytes')");
  assert.equal(await page.textContent("pre.bytes"), app.bytes.toString());
  await page.click(".toolbar button:has-text('copy')");
  await page.waitForFunction(() => document.getElementById("status").textContent === "Copied the exact text");
  assert.equal(sha256(await page.evaluate(() => navigator.clipboard.readText())), app.digest);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(".toolbar button:has-text('save')")]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  assert.equal(sha256(Buffer.concat(chunks)), app.digest);
  assert.equal(download.suggestedFilename(), `${app.digest.replace(":", "-")}.json`);
  page.watch.clean();
});

test("a platform opens beside the list, alone, and Back returns", async () => {
  const page = await openShop();
  const [amd64] = app.children;
  await page.click(`.row[data-digest="${amd64.digest}"]`);
  await page.waitForSelector(`.detail .digest[data-digest="${amd64.digest}"]`);
  assert.match(await page.evaluate(() => location.hash), /&at=manifests\/0$/);
  await page.click(".detail-head .alone");
  await page.waitForFunction((digest) => document.querySelector(".title .digest")?.dataset.digest === digest, amd64.digest);
  assert.equal(await page.textContent(".crumb a"), stage.reference("shop"));
  await page.goBack();
  await page.waitForSelector(`.row.chosen[data-digest="${amd64.digest}"]`);
  assert.equal(await page.getAttribute(".title .digest", "data-digest"), app.digest);
  await page.reload();
  await page.waitForSelector(`.row.chosen[data-digest="${amd64.digest}"]`);
  page.watch.clean();
});

test("a nested index stands open in the list, and the answer may be inside it", async () => {
  const page = await stage.open(`#ref=${stage.reference("nested")}&platform=linux/riscv64`);
  const wanted = images.nested.children[1].children[1].digest;
  await page.waitForSelector(`.row.inner.chosen[data-digest="${wanted}"]`);
  assert.match(await page.textContent(".because"), /by entry 1 of the index at entry 1/);
  assert.equal(await page.locator(".row").count(), 4);
  page.watch.clean();
});

test("a single image, and an artifact, as what they are", async () => {
  const page = await stage.open(`#ref=${stage.reference("single")}&platform=linux/amd64`);
  await page.waitForSelector(".because:has-text('made for this platform')");
  assert.match(await page.textContent(".head .facts"), /Docker image manifest/);
  assert.match(await page.textContent(".layer"), /COPY platform \/etc\/platform/);
  await page.at(`#ref=${stage.reference("note")}`);
  await page.waitForSelector(".facts:has-text('OCI artifact manifest')");
  assert.match(await page.textContent(".head .facts"), /application\/vnd\.example\.note/);
  assert.equal(await page.locator("#host").count(), 0, "no host pulls a note");
  assert.match(await page.textContent(".layer"), /text\/plain/);
  page.watch.clean();
});

test("a digest copies all of itself, and says so", async () => {
  const page = await openShop();
  await page.click(".detail .layer .digest");
  await page.waitForFunction(() => /^Copied sha256:[0-9a-f]{12}…$/.test(document.getElementById("status").textContent));
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^sha256:[0-9a-f]{64}$/);
  page.watch.clean();
});

test("all of a digest is shown where it has the focus, and while it is pressed", async () => {
  const page = await openShop();
  await page.waitForSelector(".layer .summary");
  const digest = page.locator(".detail .layer .digest >> nth=1");
  const whole = digest.locator(".all");
  assert.equal(await whole.isVisible(), false);
  await page.focus(".detail .layer .digest >> nth=0");
  await page.keyboard.press("ArrowDown");
  await whole.waitFor();
  assert.match(await whole.textContent(), /^sha256:[0-9a-f]{64}$/);
  await page.focus("#main");
  assert.equal(await whole.isVisible(), false);
  await digest.hover();
  await page.mouse.down();
  assert.equal(await whole.isVisible(), true);
  await page.mouse.up();
  page.watch.clean();
});

test("the steps are copied as a Dockerfile, which says that it is a reconstruction", async () => {
  const page = await openShop();
  await page.click("button:has-text('copy as Dockerfile')");
  await page.waitForFunction(() => document.getElementById("status").textContent === "Copied a Dockerfile, reconstructed");
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^# Reconstructed from the image's history; what was copied is not known\.\n# debian\.sh .*\nRUN set -eux; \\\n.*    tzdata; \\\n    rm -rf .*\nEXPOSE 8080\/tcp 9090\/tcp\nUSER 10001:10001\nENTRYPOINT \["\/usr\/local\/bin\/docker-entrypoint\.sh"\]\nCMD \["gunicorn", "--bind", "0\.0\.0\.0:8080", "app\.wsgi:application"\]\n$/s);
  page.watch.clean();
});

test("commands that say the same are there to copy", async () => {
  const page = await openShop();
  const taken = {};
  for (const name of ["docker", "podman", "crane", "multiarch", "pinned"]) {
    await page.click(`[data-copy=${name}]`);
    taken[name] = await page.evaluate(() => navigator.clipboard.readText());
  }
  const reference = stage.reference("shop");
  assert.deepEqual(taken, {
    docker: `docker pull --platform linux/arm64 ${reference}`,
    podman: `podman pull --platform linux/arm64 ${reference}`,
    crane: `crane pull --platform linux/arm64 ${reference} image.tar`,
    multiarch: `multiarch resolve --platform linux/arm64 --explain ${reference}`,
    pinned: `${stage.domain}/shop@${app.children[3].digest}`,
  });
  page.watch.clean();
});

test("a digest in the field is looked for in what is open", async () => {
  const page = await openShop();
  const s390x = app.children[7];
  await page.fill("#omnibox", s390x.digest);
  await page.waitForSelector("#understood bdi:text-is('Look for this digest in what is open')");
  await page.press("#omnibox", "Enter");
  await page.waitForSelector(`.row.chosen[data-digest="${s390x.digest}"]`);
  await page.fill("#omnibox", `sha256:${"0".repeat(64)}`);
  await page.press("#omnibox", "Enter");
  await page.waitForSelector("#understood[role=alert]:has-text('not in what is open')");
  page.watch.clean();
});

test("a link may carry a query instead of a hash", async () => {
  const page = await stage.open();
  await page.goto(`${stage.url}?ref=${encodeURIComponent(stage.reference("attested"))}&platform=linux/arm64`);
  await page.waitForSelector(".because");
  assert.equal(await page.evaluate(() => location.search + location.hash), `#ref=${stage.reference("attested")}&platform=linux/arm64`);
  page.watch.clean();
});
