/** A list composed of several images: its sources, its order, what is wrong with it, its bytes, its address, the commands for it. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { after, before, test } from "node:test";

import { startStage } from "../support/browser.mjs";
import { dockerImage, dockerList, entry, indexWithAttestations, ociImage, ociIndex, sha256 } from "../support/images.mjs";
import { BIN } from "../support/run.mjs";
import { soon } from "../support/until.mjs";
import { EMPTY, LONGEST, packed, unpacked } from "../../www/compose/recipe.js";

const amd64 = ociImage({ text: "one" });
const rival = ociImage({ text: "two" });
const arm64 = ociImage({ architecture: "arm64", variant: "v8" });
const bare = ociImage({ text: "without a platform" });
const HOSTILE = '<img src=x onerror="window.reached=1">\u202e';
let stage;

before(async () => {
  stage = await startStage({
    "app:amd64": indexWithAttestations(amd64), "app:arm64": arm64, "app:rival": rival,
    "app:docker": dockerList(dockerImage({ architecture: "s390x" }), dockerImage({ architecture: "ppc64le" })),
    "other:bare": ociIndex(entry(bare, { platform: null }), entry(arm64)),
    "other:hostile": ociIndex(entry(amd64, { annotations: { [HOSTILE]: HOSTILE } })),
  });
});
after(() => stage.close());

async function add(page, name) {
  await page.fill("#source", stage.reference(name));
  await page.press("#source", "Enter");
  await page.waitForSelector(`.source:has-text("${name}") li`);
}

const start = async (...names) => {
  const page = await stage.open("#compose=new");
  for (const name of names) await add(page, name);
  return page;
};

/** Waits for the list of so many bytes' digest to be the one of what is shown. */
async function made(page) {
  await page.waitForSelector(".outcome .digest.whole");
  return page.evaluate(() => ({ digest: document.querySelector(".outcome .digest.whole").dataset.digest, text: document.querySelector(".outcome .bytes").textContent }));
}

const until = (page, text) => page.waitForFunction((wanted) => document.querySelector(".outcome .bytes")?.textContent.includes(wanted), text);

test("one tag of several images, attestations with them: the digest is that of the command beside it", async () => {
  const page = await start("app:amd64", "app:arm64");
  await until(page, "arm64");
  await page.fill("#target", stage.reference("app:all"));
  await page.waitForSelector(`.makers code:has-text("app:all")`);
  const { digest, text } = await made(page);
  assert.equal(sha256(Buffer.from(text)), digest);
  assert.deepEqual(JSON.parse(text).manifests.map(({ platform }) => platform.architecture), ["amd64", "unknown", "arm64"]);
  const [line, buildx] = await page.locator(".makers code").allTextContents();
  assert.match(buildx, /^docker buildx imagetools create -t \S+\/app:all \S+@sha256:\S+ \S+@sha256:\S+$/);
  const [program, ...args] = line.split(" ");
  assert.equal(program, "multiarch");
  const { stdout } = await promisify(execFile)(process.execPath, [BIN, ...args, "--dry-run", "--json"]);
  assert.ok(stdout.includes(digest), "the command makes the same bytes");
  assert.equal(await page.locator(".found").count(), 0);
  page.watch.clean();
});

test("order by buttons with the keyboard alone, the focus stays on the button", async () => {
  const page = await start("app:amd64", "app:arm64");
  await until(page, "arm64");
  const before = await made(page);
  await page.focus(".entry >> nth=1 >> button:has-text('up')");
  await page.keyboard.press("Enter");
  await page.waitForFunction((digest) => document.querySelector(".outcome .digest.whole").dataset.digest !== digest, before.digest);
  assert.match(await page.textContent(".entry >> nth=0"), /arm64/);
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Move linux\/arm64.* up/);
  assert.deepEqual(JSON.parse((await made(page)).text).manifests.map(({ platform }) => platform.architecture), ["arm64", "amd64", "unknown"]);
  await page.click(".entry >> nth=1 >> button:has-text('Remove')");
  await page.waitForFunction(() => !document.querySelector(".outcome .bytes").textContent.includes("unknown"));
  page.watch.clean();
});

test("two images for one platform are a finding with both digests, and the list can be saved all the same", async () => {
  const page = await start("app:amd64", "app:rival");
  const finding = await page.textContent(".found .error[data-code=PLATFORM_DUPLICATE]");
  assert.ok(finding.includes(amd64.digest) && finding.includes(rival.digest), finding);
  const { digest, text } = await made(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(".outcome button:has-text('Download')")]);
  assert.equal(await readFile(await download.path(), "utf8"), text);
  assert.equal(download.suggestedFilename(), `${digest.replace(":", "-")}.json`);
  page.watch.clean();
});

test("a platform is written where none is stated, and only there", async () => {
  const page = await start("other:bare");
  await page.click(".source button:has-text('add all 2')");
  await page.waitForSelector(".found [data-code=PLATFORM_UNSTATED]");
  assert.equal(await page.locator(".entry input").count(), 1);
  await page.fill(".entry input", "no platform");
  await page.press(".entry input", "Enter");
  assert.notEqual(await page.evaluate(() => document.querySelector(".entry input").validationMessage), "");
  await page.fill(".entry input", "linux/riscv64");
  await page.press(".entry input", "Enter");
  await until(page, "riscv64");
  await page.waitForFunction(() => !document.querySelector(".found"));
  assert.match(await page.textContent(".makers .note"), /do not say the platforms/);
  page.watch.clean();
});

test("annotations, and a Docker list that has no place for them", async () => {
  const page = await start("app:docker");
  await page.click(".source button:has-text('add all 2')");
  await until(page, "manifest.list.v2");
  await page.fill("input[aria-label='Key of an annotation']", "org.example.version");
  await page.fill("input[aria-label='Its value']", "2.0 and more");
  await page.press("input[aria-label='Its value']", "Enter");
  await page.waitForSelector(".found .error[data-code=MEDIA_TYPE_UNSUPPORTED]");
  assert.match(await page.textContent(".found"), /the result is without yours/);
  await page.selectOption("select", "oci");
  await until(page, "2.0 and more");
  assert.equal(await page.locator(".found").count(), 0);
  assert.match(await page.textContent(".makers code >> nth=0"), /--type oci --annotation 'index:org\.example\.version=2\.0 and more'/);
  page.watch.clean();
});

test("the address holds the list, for a profile without a past too, and the way back leads to it", async () => {
  const page = await start("app:amd64", "app:arm64");
  await until(page, "arm64");
  await page.fill("#target", stage.reference("app:all"));
  await page.waitForFunction(() => document.querySelector(".makers")?.textContent.includes("app:all") && location.hash.length > 60);
  const { digest } = await made(page);
  const hash = await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(location.hash), 50))));
  assert.ok(hash.length < LONGEST);
  const other = await stage.open(hash);
  await until(other, "arm64");
  assert.deepEqual([(await made(other)).digest, await other.inputValue("#target")], [digest, stage.reference("app:all")]);
  await other.at("#");
  await other.waitForSelector(".start");
  await other.goBack();
  await until(other, "arm64");
  other.watch.clean();
  page.watch.clean();
});

test("what is open is offered as a source; a pasted document is one, and says what it cannot", async () => {
  const page = await stage.open(`#ref=${stage.reference("app:amd64")}`);
  await page.waitForSelector(".row:not(.ghost)");
  await page.keyboard.press("n");
  await page.waitForSelector(".compose");
  await page.click(`.add button:has-text('app:amd64')`);
  await page.waitForSelector(".entry");
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, arm64.bytes.toString());
  await page.waitForSelector(".entry input");
  await page.fill(".entry input", "linux/arm64");
  await page.press(".entry input", "Enter");
  await until(page, "arm64");
  assert.match(await page.textContent(".makers .note"), /of this tab alone/);
  page.watch.clean();
});

test("each image of the list has the size that is pulled for it", async () => {
  const page = await start("app:amd64", "app:arm64");
  await page.waitForFunction(() => [...document.querySelectorAll(".entry .size")].filter((one) => one.textContent !== "").length === 2);
  const wanted = [amd64, arm64].map(({ bytes }) => JSON.parse(bytes).layers.reduce((sum, { size }) => sum + size, 0));
  assert.deepEqual(await page.locator(".entry .size").evaluateAll((all) => all.map((one) => one.title)), wanted.map((bytes) => `${bytes.toLocaleString("en-US")} bytes`));
  assert.equal(await page.locator(".list .measure").count(), 0);
  page.watch.clean();
});

test("on a phone it is three steps, one at a time", async () => {
  const page = await stage.open(`#compose=${await packed({ ...EMPTY, sources: [stage.reference("app:arm64")], entries: [{ source: 0, digest: arm64.digest }] })}`, { width: 360, height: 740 });
  await page.waitForSelector(".entry");
  const seen = async () => (await Promise.all([".sources", ".list", ".outcome"].map(async (pane) => ((await page.isVisible(pane)) ? pane : "")))).join("");
  assert.equal(await seen(), ".list", "a list that has entries begins with them");
  await soon(async () => {
    const [what, size, moves] = await Promise.all([".what", ".size", ".moves"].map((part) => page.locator(`.entry ${part}`).boundingBox()));
    assert.ok(what.width > 150 && what.x < size.x && size.y < moves.y, "what it is stands beside its size, above the buttons");
  });
  for (const [name, pane] of [["1 Sources", ".sources"], ["3 Result", ".outcome"], ["2 List", ".list"]]) {
    await page.click(`.steps button:has-text("${name}")`);
    assert.equal(await seen(), pane);
    assert.equal(await page.getAttribute(".steps [aria-pressed=true]", "aria-pressed"), "true");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} fits`);
  }
  page.watch.clean();
});

test("an address that holds no list, and a source that is not there", async () => {
  const page = await stage.open("#compose=AAAA");
  await page.waitForSelector("main .trouble");
  assert.equal(await page.textContent(".trouble .code code"), "COMPOSE_INVALID");
  await page.at("#compose=tab");
  await page.waitForSelector("main .panel");
  await page.at(`#compose=${await packed({ ...EMPTY, sources: [stage.reference("app:none"), stage.reference("app:arm64")], entries: [{ source: 0, digest: amd64.digest }, { source: 1, digest: amd64.digest }] })}`);
  await page.waitForSelector(".found [data-code=UNREAD]");
  await page.waitForSelector(".found [data-code=GONE]");
  assert.equal(await page.textContent(".source .code code"), "MANIFEST_UNKNOWN");
  page.watch.clean([404]);
});

test("what a registry and an address write is text", async () => {
  const page = await start("other:hostile");
  await until(page, "onerror");
  await page.fill("input[aria-label='Key of an annotation']", HOSTILE);
  await page.press("input[aria-label='Key of an annotation']", "Enter");
  await page.waitForSelector(".annotate .fact");
  await page.at(`#compose=${await packed({ ...EMPTY, sources: [HOSTILE, stage.reference("app:arm64")], entries: [{ source: 1, digest: HOSTILE }, { source: 1, digest: arm64.digest, platform: HOSTILE }], target: HOSTILE, annotations: [["__proto__", HOSTILE]] })}`);
  await page.waitForSelector(".source .trouble");
  await page.waitForSelector(".found");
  assert.deepEqual(await page.evaluate(() => [document.querySelectorAll("main img").length, window.reached, document.querySelector("main").textContent.includes("\u202e")]), [0, undefined, false]);
  page.watch.clean();
});

test("recipes: a round trip, what is too long, what is none, and what unfolds to more than an address should", async () => {
  const recipe = { sources: ["a/b:1", "paste:sha256:00"], entries: [{ source: 1, digest: "sha256:11", platform: "linux/arm64" }, { source: 0, digest: "sha256:22" }], type: "oci", annotations: [["k", "v"]], target: "a/b:2" };
  assert.deepEqual(await unpacked(await packed(recipe)), recipe);
  const random = Array.from({ length: 200 }, (_, at) => sha256(Buffer.from(String(at))));
  assert.equal(await packed({ ...EMPTY, sources: ["a"], entries: random.map((digest) => ({ source: 0, digest })) }), undefined);
  const deflated = async (text) => Buffer.from(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer()).toString("base64url");
  for (const text of ["", "!", "AAAA", await deflated("{}"), await deflated("null"), await deflated('[2,[],[],"",[],""]'), await deflated('[1,[],[[0,"sha256:1"]],"",[],""]'), await deflated('[1,["a"],[[-1,"b"]],"",[],""]'), await deflated(`[1,["${"a".repeat(1 << 20)}"],[],"",[],""]`)]) {
    assert.equal(await unpacked(text), undefined, text.slice(0, 40));
  }
});
