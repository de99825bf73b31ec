/** The files of images on the page: layer by layer and merged, streamed, looked at and saved. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { layoutMembers, tarOf } from "../support/archives.mjs";
import { dropArchive, startStage } from "../support/browser.mjs";
import { appEntries, crowdedImage, filesImage, namedImage, noise, oddImage } from "../support/file-images.mjs";
import { assertInert, strings } from "../support/hostile-text.mjs";
import { ociIndex } from "../support/images.mjs";
import { layer, layeredImage } from "../support/layers.mjs";
import { assertReadable } from "../support/looks.mjs";

const app = filesImage();
const LIMIT = 1_000_000;
let stage;

before(async () => {
  const large = layeredImage([layer([{ path: "large", content: noise(LIMIT + 200_000) }]), layer([{ path: "small", content: "s" }])]);
  stage = await startStage({ app, index: ociIndex(filesImage({ architecture: "arm64" }), app), large }, ["--layer-budget", String(LIMIT)]);
});
after(() => stage.close());

/** The files of an image, opened from their address; `asked` lists the layers that the page has asked for. */
async function openFiles(hash = "&at=files", { name = "app", ready = ".file-layers", prepare = () => {}, ...options } = {}) {
  const layers = new Map(app.blobs.slice(1).map(({ digest }, at) => [digest, at]));
  const asked = [];
  const before = async (page) => {
    page.on("request", (request) => asked.push(layers.get(request.url().split("/blobs/")[1])));
    await prepare(page);
  };
  const page = await stage.open(`#ref=${stage.reference(name)}&platform=linux/amd64${hash}`, { ...options, before });
  await page.waitForSelector(ready);
  return Object.assign(page, { asked: () => asked.filter((one) => one !== undefined) });
}

async function listAll(page) {
  await page.click("[data-read]");
  await page.waitForSelector(".file-row");
}

const rows = (page) => page.locator(".file-row").evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.innerText.trim().replace(/\s+/g, " ")).join(" | ").replace(/\s+/g, " ").trim()));
const layerRows = (page) => page.locator(".file-layer").evaluateAll((all) => all.map((row) => row.textContent.replace(/\s+/g, " ")));

async function drop(page, image, { without } = {}) {
  const members = layoutMembers({ "app:1.0": image }).filter(({ path }) => !without || !path.endsWith(without.digest.slice(7)));
  await dropArchive(page, tarOf(members), "layout.tar");
  await page.waitForSelector("#tab-files");
  await page.click("#tab-files");
}

const SIZE = app.blobs.slice(1).reduce((sum, { size }) => sum + size, 0);

test("what it costs is said before anything is fetched; then each file has its layer, and what is wasted is counted", async () => {
  const page = await openFiles();
  assert.match(await page.textContent("[data-read]"), new RegExp(`^List files \\(downloads ${Math.round(SIZE / 1000)} kB\\)$`));
  assert.deepEqual(page.asked(), []);
  await listAll(page);
  assert.deepEqual(page.asked(), [0, 1, 2]);
  assert.deepEqual((await rows(page)).slice(0, 9), [
    "app/ | layer 1 | 387 kB", "main.py | layer 1 | 31 B", "notes.txt | layer 1 | 387 kB", "version | layer 2 | 4 B", "bin/ | layer 0 |",
    "sh → ../usr/bin/tool | layer 0 |", "etc/ | layer 1 | 11.4 kB", "os-release | layer 0 | 36 B", "passwd | layer 1 | 121 B",
  ]);
  assert.match(await page.textContent(".files-sum"), /^48 files, 705 kB unpacked · 70\.1 kB wasted/);
  await page.click(".switches button:has-text('Wasted 3')");
  await page.waitForSelector(".file-list.wasted");
  assert.deepEqual(await rows(page), ["usr/lib/libold.so | removed | hides 40.0 kB", "var/cache/ emptied | | hides 30.0 kB", "etc/passwd | replaced | hides 89 B"]);
  await page.click(".switches button:has-text('By size')");
  await page.waitForSelector(".file-list:not(.wasted) .file-row:has-text('app/notes.txt')");
  assert.deepEqual((await rows(page)).slice(0, 2), ["app/notes.txt | layer 1 | 387 kB", "usr/bin/tool | layer 0 | 90.0 kB"]);
  page.watch.clean();
});

test("a layer opens from its row, costs itself alone, and says in words what it changes once those below are read", async () => {
  const page = await openFiles("", { ready: ".layer .summary" });
  await page.click(".layer a:has-text('files') >> nth=1");
  await page.waitForSelector("[data-read]");
  assert.match(await page.evaluate(() => location.hash), /&at=layers\/1\/files$/);
  await listAll(page);
  assert.deepEqual(page.asked(), [1]);
  assert.match(await page.textContent(".files-sum"), /8 entries · what it adds and replaces is known with the layers below: list them \(downloads 22\d kB\)/);
  assert.ok((await rows(page)).includes("libold.so | removed |"), "what is taken away is known");
  await page.click(".files-sum [data-read]");
  await page.waitForSelector(".files-sum .added");
  assert.deepEqual(page.asked(), [1, 0]);
  assert.equal(await page.textContent(".files-sum"), "3 added1 replaced2 removed · hides 70.1 kB of lower layers");
  assert.deepEqual(await rows(page), [
    "app/ | added | 387 kB", "main.py | added | 31 B", "notes.txt | added | 387 kB", "etc/ | | 121 B", "passwd | replaced | 121 B", "usr/ | |", "lib/ | |",
    "libold.so | removed |", "var/ | |", "cache/ emptied | |",
  ]);
  await page.goBack();
  await page.waitForSelector(".layers .layer");
  page.watch.clean();
});

test("a text is shown, also where a link leads; what is no text as bytes; and any file is saved, without another download", async () => {
  const page = await openFiles();
  await listAll(page);
  const asked = page.asked().length;
  await page.click(".file-row:has-text('passwd')");
  await page.waitForSelector(".file-content");
  assert.equal(await page.textContent(".file-content"), appEntries().find(({ path }) => path === "etc/passwd").content);
  assert.match(await page.textContent(".file .facts"), /File · -rw-r--r-- 0:0 · 2026-01-02 03:00 UTC · 121 bytes · from layer 1/);
  await page.click(".file-row:has-text('sh →')");
  await page.click(".file button:has-text('/usr/bin/tool')");
  await page.waitForSelector(".file-head:has-text('/usr/bin/tool')");
  await page.click("[data-view]");
  await page.waitForSelector(".file-content:has-text('00000000  7f 45 4c 46 00')");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("[data-save]")]);
  const parts = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  assert.equal(download.suggestedFilename(), "tool");
  assert.deepEqual(Buffer.concat(parts), Buffer.concat([Buffer.from("\x7fELF\0"), noise(90_000)]));
  await page.click(".file-row:has-text('notes.txt')");
  await page.click("[data-view]:has-text('View the beginning')");
  await page.waitForSelector(".file:has-text('The first 256 KiB of 387 kB')");
  assert.equal((await page.textContent(".file-content")).length, 256 << 10);
  assert.equal(page.asked().length, asked, "the layers are here");
  page.watch.clean();
});

test("every view opens from its address in a browser without a past: image, layer, file, order and filter", async () => {
  for (const [hash, chosen] of [
    ["&at=files/etc/passwd", "/etc/passwd"], ["&at=layers/1/files/app/main.py", "/app/main.py"], ["&at=manifests/1/files/etc/ssl", "/etc/ssl"],
    ["&at=layers/0/files/usr/lib/libold.so&by=size&find=lib", "/usr/lib/libold.so"],
  ]) {
    const page = await openFiles(hash, { name: hash.includes("manifests") ? "index" : "app" });
    if (chosen) assert.match(await page.textContent(".offer"), new RegExp(`To show ${chosen}`));
    await listAll(page);
    await page.waitForSelector(`.file-head:has-text("${chosen}")`);
    assert.equal(await page.locator('.file-row[aria-selected="true"]').count(), 1);
    assert.equal(await page.evaluate(() => location.hash.replace(/^[^&]*&platform=linux\/amd64/, "")), hash);
    if (hash.includes("find")) {
      assert.equal(await page.inputValue("#find-files"), "lib");
      assert.ok((await rows(page)).every((row) => row.includes("lib")));
      assert.match((await rows(page))[0], /libc\.so/);
    }
    page.watch.clean();
    await page.context().close();
  }
  const page = await openFiles("&at=files/no/such");
  await listAll(page);
  await page.waitForSelector(".message:has-text('/no/such is not in the image')");
});

test("layers that another platform has, too, are read once", async () => {
  const page = await openFiles("&at=manifests/0/files", { name: "index" });
  await listAll(page);
  assert.deepEqual(page.asked(), [0, 1, 2]);
  await page.click(".row >> nth=1");
  await page.waitForSelector(".detail h2:has-text('amd64')");
  await page.waitForSelector(".files-sum:has-text('48 files')");
  assert.deepEqual(page.asked(), [0, 1, 2]);
  page.watch.clean();
});

test("the keyboard filters, goes through the list, folds and opens", async () => {
  const page = await openFiles();
  await listAll(page);
  await page.keyboard.press("/");
  await page.waitForSelector("#find-files:focus");
  await page.keyboard.type("MODULE01");
  await page.waitForFunction(() => document.querySelectorAll(".file-row").length === 1);
  assert.deepEqual(await rows(page), ["usr/lib/python3/module01.py | layer 0 | 211 B"]);
  await page.waitForFunction(() => location.hash.endsWith("&find=MODULE01"));
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".file-content:has-text('# module 1')");
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".file-row:has-text('etc/')");
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.id), "file-list");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await page.waitForSelector('.file-row[aria-expanded="false"]:has-text("app/")');
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector(".file-head:has-text('/app/main.py')");
  await page.click("button:has-text('fold all')");
  await page.waitForFunction(() => document.querySelectorAll(".file-row").length === 5);
  await page.click("#tab-files");
  await page.keyboard.press("e");
  await page.waitForSelector(".file-row:has-text('module00.py')");
  await page.keyboard.press("l");
  assert.equal(await page.evaluate(() => document.activeElement.id), "file-list");
  await page.keyboard.press("3");
  await page.keyboard.press("2");
  await page.waitForSelector("#tab-config[aria-selected=true]");
  page.watch.clean();
});

test("Cancel ends it, says so, and it can be listed again", async () => {
  const page = await openFiles();
  const [, , second] = app.blobs;
  const held = [];
  await page.route(`**/blobs/${second.digest}`, (route) => held.push(route));
  await page.click("[data-read]");
  await page.waitForSelector(".reading:has-text('Layer 1: 0 B of 1.96 kB')");
  await page.click(".reading button");
  await page.waitForSelector(".offer:has-text('Cancelled')");
  assert.match((await layerRows(page))[1], /57 entries.*\+57 added/, "the layer that was read stays");
  assert.match((await layerRows(page))[2], /cancelled$/);
  await page.unroute(`**/blobs/${second.digest}`);
  assert.match(await page.textContent("[data-read]"), /downloads 2\.06 kB/);
  await listAll(page);
  await page.waitForSelector(".files-sum:has-text('48 files')");
  page.watch.clean();
});

test("entries are there while the layer streams", async () => {
  const [, first] = app.blobs;
  // A layer whose second half comes when the test says so.
  const page = await openFiles("&at=files", {
    prepare: (page) => page.addInitScript((digest) => {
      const { fetch } = window;
      const released = new Promise((resolve) => (window.release = resolve));
      window.fetch = async (url, ...rest) => {
        const response = await fetch(url, ...rest);
        if (!String(url).endsWith(digest)) return response;
        const bytes = new Uint8Array(await response.arrayBuffer());
        const half = bytes.length >> 1;
        const body = new ReadableStream({
          async start(controller) {
            controller.enqueue(bytes.subarray(0, half));
            await released;
            controller.enqueue(bytes.subarray(half));
            controller.close();
          },
        });
        return new Response(body, { status: response.status, headers: response.headers });
      };
    }, first.digest),
  });
  await page.click("[data-read]");
  await page.waitForSelector(".file-row:has-text('etc/passwd')");
  assert.match(await page.textContent(".reading"), /Layer 0: 112 kB of 223 kB · .*\/s · \d+ entries so far/);
  assert.equal(await page.locator(".file-row:has-text('var/cache/list')").count(), 0);
  await page.evaluate(() => window.release());
  await page.waitForSelector(".files-sum:has-text('48 files')");
  page.watch.clean();
});

test("what the page's server does not pass on is said as its own refusal, with what works here", async () => {
  const page = await openFiles("&at=files", { name: "large" });
  await page.click("[data-read]");
  await page.waitForSelector(".left-out");
  assert.match(await page.textContent(".left-out"), /Left out: layer 0: .*larger than the 1 ?MB/);
  await page.waitForSelector(".file-row:has-text('small')");
  await page.click(".file-layer >> nth=1");
  await page.waitForSelector(".offer .trouble");
  assert.match(await page.textContent(".offer"), /docker save --output image\.tar/);
  await page.click(".offer button:has-text('Open a file')");
  await page.waitForSelector("dialog.open textarea");
  page.watch.clean([413]);
});

test("an archive is read at once, without a request, and each layer that cannot be read says in its row what it is", async () => {
  const { image, foreign } = oddImage();
  const page = await stage.open();
  page.on("request", (request) => assert.ok(!request.url().includes("/registry/"), `asked for ${request.url()}`));
  await drop(page, image, { without: foreign });
  await page.waitForSelector(".left-out");
  const found = await layerRows(page);
  for (const [at, words] of [[1, /57 entries/], [2, /foreign/], [3, /encrypted/], [4, /cut off after 13 bytes/], [5, /cut off/], [6, /1 entry/], [7, /diff_id of the config/]])
    assert.match(found[at], words);
  assert.match(await page.textContent(".files-sum"), /^48 files/);
  await page.click(".file-layer >> nth=7");
  await page.waitForSelector(".offer .digests");
  assert.match(await page.textContent(".offer"), /DIGEST_MISMATCH/);
  assert.equal(await page.locator(".files-of .file-row").count(), 0, "nothing of a layer that is not what it should be");
  page.watch.clean();
});

test("the code of the tab comes when it is opened; where it does not come, that is said, and the rest of the page stays", async () => {
  const page = await openFiles("", { ready: ".layer .summary", prepare: (page) => page.route("**/files-*.js", (route) => route.abort()) });
  await page.click("#tab-files");
  await page.waitForSelector(".trouble:has-text('A part of this page could not be loaded')");
  await page.click("#tab-config");
  await page.waitForSelector(".facts-list");
});

test("500 hostile names, targets and contents stay text", async () => {
  const names = strings().filter((name) => !name.includes("\0"));
  const page = await stage.open();
  await drop(page, namedImage(names));
  await page.waitForSelector(".file-row");
  await page.click(".file-layer >> nth=1");
  await page.click(".file-row:has-text('first.txt')");
  await page.waitForSelector(".file-content");
  await assertInert(page);
  for (const hash of ["at=layers/1/files", "at=layers/1/files&by=size", "at=layers/1/files&find=script"]) {
    await page.evaluate((next) => void (location.hash = location.hash.replace(/&at=.*$/, "") + next), `&${hash}`);
    await page.waitForSelector(".file-row");
    for (const top of [0, 4000, 1e6]) {
      await page.evaluate((to) => (document.getElementById("file-list").scrollTop = to), top);
      await page.waitForSelector(".file-row");
      await page.locator(".file-row").nth(9).click();
      await page.waitForSelector(".file");
      await assertInert(page);
    }
  }
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), true, "endless names do not push");
  page.watch.clean();
});

test("100,000 files: as many rows as can be seen, wherever the list stands", async () => {
  const page = await stage.open();
  await drop(page, crowdedImage(100_000));
  await page.waitForSelector(".files-sum:has-text('100,000 files')");
  await page.click(".switches button:has-text('By size')");
  await page.waitForSelector('.file-row[aria-setsize="100000"]');
  for (const part of [0, 0.25, 0.5, 1]) {
    await page.evaluate((to) => {
      const list = document.getElementById("file-list");
      list.scrollTop = list.scrollHeight * to;
    }, part);
    const first = Math.floor(part * 100_000);
    await page.waitForFunction((wanted) => [...document.querySelectorAll(".file-row")].some((row) => Math.abs(Number(row.ariaPosInSet) - wanted) < 40), first);
    assert.ok((await page.locator(".file-row").count()) < 60);
  }
  assert.match((await rows(page)).at(-1), /^folder-99\/file-099999/);
  await page.fill("#find-files", "file-0777");
  await page.waitForSelector('.file-row[aria-setsize="100"]');
  page.watch.clean();
});

for (const width of [360, 820, 1400]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing, nothing overflows and every text can be read at ${width} px, ${colorScheme}`, async () => {
      const page = await openFiles("&at=files/etc/passwd", { width, colorScheme });
      // What stands under the page's head, which stays on top, is covered by it.
      const check = async (what) => {
        await page.evaluate(() => window.scrollTo(0, 0));
        await assertReadable(page, what);
      };
      if (colorScheme === "light") await check("the offer");
      await listAll(page);
      await page.click("[data-view]");
      await page.waitForSelector(".file-content");
      await check("a file");
      await page.click(".file-layer >> nth=2");
      await page.click(".switches button:has-text('Wasted')");
      await page.waitForSelector(".file-list.wasted");
      await check("what a layer wastes");
      page.watch.clean();
    });
  }
}
