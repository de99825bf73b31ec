/** `multiarch serve FILE|DIR|-`: what the page is offered of this machine, by ranges, to whom, and how it is opened. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import http from "node:http";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { after, before, test } from "node:test";

import { dockerMembers, layoutMembers, tarOf } from "../support/archives.mjs";
import { openPage, startBrowser, startServe } from "../support/browser.mjs";
import { dockerImage, ociImage, ociIndex } from "../support/images.mjs";
import { BIN, run } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";
import { soon } from "../support/until.mjs";

const index = ociIndex(ociImage(), ociImage({ architecture: "arm64" }));
const members = layoutMembers({ "app:1.0": index });
const LAYOUT = tarOf(members);
const SAVED = tarOf(dockerMembers([[["app:1.0"], dockerImage()], [["app:2.0"], dockerImage({ text: "newer" })]]));

const made = [];
let folder;
let browser;

/** A folder that goes with this file's tests. */
async function newFolder() {
  const one = await scratch();
  made.push(one);
  return one.path;
}

before(async () => {
  folder = await newFolder();
  browser = await startBrowser();
  await writeFile(join(folder, "layout.tar"), LAYOUT);
  await writeFile(join(folder, "saved.tar.gz"), gzipSync(SAVED));
  await writeFile(join(folder, "index.json"), index.bytes);
  await writeFile(join(folder, "secret"), "of the same folder");
  for (const { path, content } of members) {
    const file = join(folder, "layout", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content ?? "");
  }
});
after(async () => {
  await browser.close();
  for (const one of made) await one.remove();
});

/** A request with the cookie of who opened the printed address. */
async function visitor({ url }) {
  const { port, pathname } = new URL(url);
  const send = (path, headers = {}, method = "GET") =>
    new Promise((resolve, reject) => {
      const request = http.request({ host: "127.0.0.1", port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } }, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(parts) }));
      });
      request.on("error", reject).end();
    });
  const opened = await send(pathname);
  const cookie = opened.headers["set-cookie"][0].split(";")[0];
  return { send, ask: (path, headers, method) => send(path, { cookie, ...headers }, method) };
}

const isOpen = (page) => page.waitForFunction(() => document.querySelectorAll(".row .segment").length === 2);

/** The page of a server that is started for this, and what is left afterwards. */
async function shown(args, work) {
  const server = await startServe(args);
  const page = await openPage(browser, server.url);
  try {
    await work(page);
    assert.deepEqual(await page.evaluate(() => window.policyReports), []);
    page.watch.clean();
  } finally {
    await page.context().close();
    await server.close();
  }
}

test("a file is given by ranges, exactly that one, and to who opened the address alone", async () => {
  const server = await startServe([join(folder, "layout.tar")]);
  try {
    assert.deepEqual(server.files, ["layout.tar"]);
    const { send, ask } = await visitor(server);
    for (const headers of [{}, { cookie: `multiarch-${new URL(server.url).port}=0` }]) assert.equal((await send("/files/0", headers)).status, 401, "another user of the machine");
    const settings = JSON.parse((await ask("/config.json")).bytes);
    assert.deepEqual(settings.files, [{ name: "layout.tar", path: "files/0", size: LAYOUT.length }]);
    const size = LAYOUT.length;
    const ranges = {
      "bytes=0-511": [206, LAYOUT.subarray(0, 512), `bytes 0-511/${size}`],
      "bytes=512-": [206, LAYOUT.subarray(512), `bytes 512-${size - 1}/${size}`],
      "bytes=-10": [206, LAYOUT.subarray(size - 10), `bytes ${size - 10}-${size - 1}/${size}`],
      [`bytes=${size - 1}-${size + 100}`]: [206, LAYOUT.subarray(size - 1), `bytes ${size - 1}-${size - 1}/${size}`],
      "bytes=0-0,5-6": [200, LAYOUT, undefined],
      "lines=1-2": [200, LAYOUT, undefined],
    };
    for (const [range, [status, bytes, stated]] of Object.entries(ranges)) {
      const got = await ask("/files/0", { range });
      assert.deepEqual([got.status, got.headers["content-range"], got.bytes.equals(bytes)], [status, stated, true], range);
    }
    for (const range of [`bytes=${size}-`, "bytes=-0", "bytes=9-3"]) assert.equal((await ask("/files/0", { range })).status, 416, range);
    const head = await ask("/files/0", {}, "HEAD");
    assert.deepEqual([head.status, head.headers["content-length"], head.bytes.length], [200, String(size), 0]);
    assert.equal(head.headers["cache-control"], "no-store");
    for (const path of ["/files/1", "/files/0/", "/files/0/oci-layout", "/files/0/../secret", "/files/..%2fsecret", "/files/secret", "/files/", "/files/00"]) {
      assert.ok([400, 404].includes((await ask(path)).status), path);
    }
    assert.equal((await ask("/files/0", { host: "attacker.example" })).status, 421);
    for (const headers of [{ origin: "https://attacker.example" }, { "sec-fetch-site": "cross-site" }]) assert.equal((await ask("/files/0", headers)).status, 403);
    assert.equal((await ask("/files/0", {}, "PUT")).status, 405);
  } finally {
    assert.equal(await server.close(), 0);
  }
});

test("of a folder only the parts of its layout are given, and no link leads out of it", async () => {
  const whole = join(folder, "linked");
  await mkdir(join(whole, "blobs/sha256"), { recursive: true });
  await writeFile(join(whole, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(whole, "notes.txt"), "of the user");
  const [link, inside] = ["a".repeat(64), "b".repeat(64)];
  await symlink(join(folder, "secret"), join(whole, "blobs/sha256", link));
  await writeFile(join(whole, "blobs/sha256", inside), "a blob");
  const server = await startServe([whole]);
  try {
    const { ask } = await visitor(server);
    assert.equal(String((await ask(`/files/0/blobs/sha256/${inside}`)).bytes), "a blob");
    assert.equal((await ask(`/files/0/blobs/sha256/${inside}`, { range: "bytes=2-5" })).status, 206);
    for (const path of [`blobs/sha256/${link}`, "manifest.json", `blobs/sha256/${"c".repeat(64)}`]) {
      const { status, bytes } = await ask(`/files/0/${path}`);
      assert.deepEqual([status, bytes.length], [204, 0], path);
    }
    for (const path of ["notes.txt", "../secret", "blobs", "blobs/sha256", "blobs/../notes.txt", "blobs/sha256/..%2f..%2fnotes.txt", `blobs//sha256/${inside}`, "", "index.json/"]) {
      assert.ok([400, 404].includes((await ask(`/files/0/${path}`)).status), path);
    }
  } finally {
    await server.close();
  }
});

test("the page opens a file, a folder and what is piped in as if it had been dropped, again after a reload", async () => {
  const cases = [[[join(folder, "layout.tar")], "app:1.0"], [[join(folder, "layout")], "app:1.0"], [[`oci:${join(folder, "layout")}:app:1.0`], "app:1.0"], [[join(folder, "index.json")], "Document of this tab"]];
  for (const [args, title] of cases) {
    await shown(args, async (page) => {
      await (title.startsWith("app") ? isOpen(page) : page.waitForSelector(".row:not(.ghost)"));
      assert.equal(await page.textContent("h1"), title, args[0]);
      assert.equal(await page.getAttribute(".title .digest", "data-digest"), index.digest);
      await page.reload();
      await page.waitForSelector(".row:not(.ghost)");
      assert.equal(await page.getAttribute(".title .digest", "data-digest"), index.digest);
    });
  }
});

test("a compressed archive of several images opens with their list", () =>
  shown([join(folder, "saved.tar.gz")], async (page) => {
    await page.waitForSelector(".tags li");
    assert.deepEqual(await page.locator(".tags a").allTextContents(), ["app:1.0", "app:2.0"]);
  }));

test("two are compared, also two images of archives", () =>
  shown(["app:1.0", "app:2.0"].map((name) => `docker-archive:${join(folder, "saved.tar.gz")}:${name}`), async (page) => {
    await page.waitForSelector(".differences .new, .differences .message");
    assert.deepEqual(await page.locator(".versus h1").allTextContents(), ["A: app:1.0", "B: app:2.0"]);
  }));

test("what is piped in is kept in a temporary file that only its user reads, and is removed at the end", async () => {
  const temporary = await newFolder();
  const child = spawn(process.execPath, [BIN, "serve", "--no-open", "--json", "--port", "0", "-"], { env: { ...process.env, TMPDIR: temporary } });
  let out = "";
  child.stdin.end(LAYOUT);
  await new Promise((resolve) => child.stdout.on("data", (part) => (out += part).endsWith("}\n") && resolve()));
  const said = JSON.parse(out);
  assert.deepEqual(said.files, ["standard input"]);
  assert.equal((await readdir(temporary)).length, 1);
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    const page = await openPage(browser, said.url);
    await isOpen(page);
    page.watch.clean();
    await page.context().close();
  } finally {
    child.kill("SIGINT");
  }
  assert.equal(await ended, 0);
  assert.deepEqual(await readdir(temporary), []);
});

test("^C ends the wait for what is piped in, and leaves nothing", async () => {
  const temporary = await newFolder();
  const child = spawn(process.execPath, [BIN, "serve", "--no-open", "-"], { env: { ...process.env, TMPDIR: temporary } });
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.stdin.on("error", () => {}).write(LAYOUT.subarray(0, 512));
  while ((await readdir(temporary)).length === 0) await new Promise((resolve) => setImmediate(resolve));
  child.kill("SIGINT");
  assert.equal(await ended, 130);
  assert.deepEqual(await readdir(temporary), []);
});

test("what cannot be opened is an error that says so; a name that is no file is a reference", async () => {
  const failed = async (...args) => (await run(process.execPath, [BIN, "serve", "--no-open", ...args], { cwd: folder })).stderr;
  assert.match(await failed("./missing.tar"), /cannot read \.\/missing\.tar: there is no such file/);
  assert.match(await failed("oci:missing"), /cannot read missing: there is no such file/);
  assert.match(await failed("-", "-"), /standard input can be read once only/);
  assert.match(await failed("Not A File"), /REFERENCE_INVALID/);
  const server = await startServe(["layout:1.0"]);
  assert.match(server.url, /\/#ref=layout:1\.0$/);
  await server.close();
  const broken = join(folder, "page.tar");
  await writeFile(broken, "<!doctype html><title>Sign in</title>");
  await shown([broken], async (page) => {
    const wanted = /page\.tar: a web page, no manifest.*What can be opened: manifests, OCI layouts, and archives of docker save/;
    await soon(async () => assert.match(await page.textContent(".trouble"), wanted));
  });
});
