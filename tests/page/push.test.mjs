/** Lists that the page pushes: a plan first, the tag typed again, the digest that was shown; and who may write what, where. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import http from "node:http";
import { after, before, test } from "node:test";

import { openPage, startBrowser, startServe } from "../support/browser.mjs";
import { startDockerRegistry } from "../support/docker-registry.mjs";
import { dockerImage, indexWithAttestations, ociImage, ociIndex, pushAll } from "../support/images.mjs";
import { BIN, run } from "../support/run.mjs";
import { serve } from "../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../pkg/testing/index.js";

const amd64 = ociImage({ text: "one" });
const attested = indexWithAttestations(amd64);
const arm64 = ociImage({ architecture: "arm64" });
const list = ociIndex(amd64, arm64);
let registry;
let server;
let browser;
/** The cookie of who opened the printed address, and the server's port. */
let cookie;
let port;

before(async () => {
  registry = await startDockerRegistry();
  await pushAll(fetch, registry.url, "builds", "amd64", attested);
  await pushAll(fetch, registry.url, "builds", "arm64", arm64);
  await pushAll(fetch, registry.url, "builds", "rival", ociImage({ text: "two" }));
  await pushAll(fetch, registry.url, "app", "old", dockerImage());
  server = await startServe(["--write", `${registry.domain}/app`]);
  ({ port } = new URL(server.url));
  browser = await startBrowser();
});
after(async () => {
  await browser.close();
  await server.close();
  await registry.close();
});

function send(path, { method = "POST", headers = {}, body = "" } = {}) {
  return new Promise((resolve, reject) => {
    const own = { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}`, "content-type": "application/json", cookie, ...headers };
    const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    const request = http.request({ host: "127.0.0.1", port, path, method, headers: given }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const plan = (given, options) => send("/write/plan", { body: JSON.stringify({ target: `${registry.domain}/app:new`, document: list.bytes.toString(), from: { [amd64.digest]: `${registry.domain}/builds`, [arm64.digest]: `${registry.domain}/builds` }, ...given }), ...options });
const codeOf = ({ text }) => JSON.parse(text).errors[0].code;
const tagged = async (name, tag) => {
  const response = await fetch(`${registry.url}/v2/${name}/manifests/${tag}`, { headers: { accept: list.mediaType } });
  return response.status === 200 ? response.headers.get("docker-content-digest") : undefined;
};

test("the address works once, in this browser only; what it prints says what may be written", async () => {
  const { pathname } = new URL(server.url);
  assert.match(pathname, /^\/open\/[0-9a-f]{32}$/);
  assert.deepEqual(server.write, [`${registry.domain}/app`]);
  assert.equal((await plan({}, { headers: { cookie: `multiarch-${port}=0` } })).status, 401);
  const opened = await send(pathname, { method: "GET", headers: { origin: undefined } });
  assert.equal(opened.status, 303);
  [cookie] = opened.headers["set-cookie"][0].split(";");
  assert.equal((await send(pathname, { method: "GET", headers: { origin: undefined, cookie: undefined } })).status, 401);
  assert.deepEqual(JSON.parse((await send("/config.json", { method: "GET" })).text).write, [`${registry.domain}/app`]);
});

test("a plan writes nothing, says what would be written, and is followed once", async () => {
  const planned = JSON.parse((await plan()).text);
  assert.deepEqual([planned.target, planned.digest, planned.size, planned.replaces], [`${registry.domain}/app:new`, list.digest, list.size, null]);
  assert.deepEqual(planned.steps, [
    ...[amd64, arm64].map(({ digest }) => `copy ${registry.domain}/builds@${digest} to ${registry.domain}/app`), `put ${list.digest} as ${registry.domain}/app:new`,
  ]);
  assert.equal(await tagged("app", "new"), undefined);
  assert.match(planned.plan, /^[0-9a-f]{32}$/);
  const push = () => send("/write/push", { body: JSON.stringify({ plan: planned.plan }) });
  const pushed = await push();
  assert.deepEqual([pushed.status, JSON.parse(pushed.text).digest], [200, list.digest]);
  assert.equal(await tagged("app", "new"), list.digest);
  const again = await push();
  assert.deepEqual([again.status, codeOf(again)], [410, "PROXY_PLAN"]);
  assert.deepEqual(JSON.parse((await plan()).text).steps, [], "it is there");
});

test("a tag that has moved since the plan is not overwritten", async () => {
  const planned = JSON.parse((await plan({ target: `${registry.domain}/app:raced` })).text);
  await pushAll(fetch, registry.url, "app", "raced", dockerImage());
  const pushed = await send("/write/push", { body: JSON.stringify({ plan: planned.plan }) });
  assert.equal(codeOf(pushed), "PRECONDITION_FAILED");
  assert.notEqual(await tagged("app", "raced"), list.digest);
});

test("what may not be written is refused before a registry is asked, each with its own code", async () => {
  const { domain } = registry;
  const refusals = [
    [{ target: `${domain}/other:1` }, 403, "PROXY_WRITE"],
    [{ target: `${domain}/app/inner:1` }, 403, "PROXY_WRITE"],
    [{ target: `registry.example/app:1` }, 403, "PROXY_WRITE"],
    [{ target: `${domain}/app` }, 403, "PROXY_WRITE"],
    [{ target: `${domain}/app@${list.digest}` }, 403, "PROXY_WRITE"],
    [{ target: `${domain}/app:1@${list.digest}` }, 403, "PROXY_WRITE"],
    [{ target: "Not A Reference" }, 400, "REFERENCE_INVALID"],
    [{ target: { toString: 1 } }, 400, "PROXY_BODY"],
    [{ document: "{" }, 502, "JSON_INVALID"],
    [{ document: amd64.bytes.toString() }, 400, "PROXY_BODY"],
    [{ document: list.bytes.toString().replace(amd64.digest, "sha256:1") }, 400, "PROXY_BODY"],
    [{ from: { [amd64.digest]: "unlisted.example/app" } }, 403, "PROXY_TARGET"],
    [{ from: { [amd64.digest]: 7 } }, 400, "PROXY_BODY"],
    [{ from: { [amd64.digest]: `${domain}/none`, [arm64.digest]: `${domain}/none` }, document: ociIndex(ociImage({ text: "nowhere" })).bytes.toString() }, 404, "MANIFEST_UNKNOWN"],
  ];
  for (const [given, status, code] of refusals) {
    const refused = await plan(given);
    assert.deepEqual([refused.status, codeOf(refused)], [status, code], JSON.stringify(given).slice(0, 200));
  }
});

test("requests that a page of this server does not make are refused", async () => {
  const cases = [
    [{ headers: { origin: undefined } }, 403, "PROXY_ORIGIN"],
    [{ headers: { origin: "https://attacker.example" } }, 403, "PROXY_ORIGIN"],
    [{ headers: { origin: "null" } }, 403, "PROXY_ORIGIN"],
    [{ headers: { origin: `http://localhost:${port}` } }, 403, "PROXY_ORIGIN"],
    [{ headers: { "sec-fetch-site": "same-site" } }, 403, "PROXY_ORIGIN"],
    [{ headers: { "sec-fetch-site": "cross-site" } }, 403, "PROXY_ORIGIN"],
    [{ headers: { "content-type": "text/plain" } }, 400, "PROXY_BODY"],
    [{ headers: { "content-type": undefined } }, 400, "PROXY_BODY"],
    [{ body: "[" }, 400, "PROXY_BODY"],
    [{ body: "null" }, 400, "PROXY_BODY"],
    [{ body: Buffer.from([0x22, 0xff, 0x22]) }, 400, "PROXY_BODY"],
    [{ body: JSON.stringify("a".repeat(10 << 20)) }, 413, "PROXY_LIMIT"],
    [{ method: "PUT" }, 405, "PROXY_METHOD"],
    [{ method: "OPTIONS", body: "", headers: { origin: "https://attacker.example", "access-control-request-method": "POST" } }, 403, "PROXY_ORIGIN"],
  ];
  for (const [options, status, code] of cases) {
    const refused = await plan({}, options);
    assert.deepEqual([refused.status, codeOf(refused)], [status, code], JSON.stringify(options).slice(0, 120));
    assert.equal(refused.headers["access-control-allow-origin"], undefined);
  }
  assert.equal((await plan({}, { headers: { host: "attacker.example" } })).status, 421);
  assert.equal((await plan({}, { headers: { cookie: undefined } })).status, 401);
  assert.equal(codeOf(await send("/write/delete", { body: "{}" })), "PROXY_PATH");
  assert.equal(codeOf(await send("/write/push", { body: JSON.stringify({ plan: "0".repeat(32) }) })), "PROXY_PLAN");
  assert.equal(codeOf(await send("/write/push", { body: "{}" })), "PROXY_PLAN");
  assert.equal((await send(`/registry/${registry.domain}/v2/app/manifests/new`, { method: "PUT", body: list.bytes })).status, 405, "the proxy itself only reads");
});

test("without --write there is nothing to post to; --write takes repositories", async () => {
  const reading = await startServe(["--registry", registry.domain]);
  try {
    const response = await fetch(`${reading.url}/write/plan`.replace("//write", "/write"), { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    assert.deepEqual([response.status, reading.write], [405, []]);
  } finally {
    await reading.close();
  }
  for (const wrong of [`${registry.domain}/app:1`, `app@${list.digest}`]) {
    assert.match((await run(process.execPath, [BIN, "serve", "--no-open", "--write", wrong])).stderr, /--write takes a repository.*\[OPTION_INVALID\]/s);
  }
});

test("in the page: the plan, the tag typed again with the keyboard, the digest that was shown; findings come first", async () => {
  const own = await startServe(["--write", `${registry.domain}/app`]);
  const page = await openPage(browser, own.url, "#compose=new");
  try {
    assert.equal(new URL(page.url()).pathname, "/", "the secret leaves the address");
    const add = async (name) => {
      await page.fill("#source", `${registry.domain}/builds:${name}`);
      await page.press("#source", "Enter");
      await page.waitForSelector(`.source:has-text("builds:${name}") li`);
    };
    for (const name of ["amd64", "arm64", "rival"]) await add(name);
    await page.waitForSelector(".found .error");
    assert.match(await page.textContent(".push"), /Its finding keeps it from being pushed/);
    await page.click(".entry >> nth=2 >> button:has-text('Remove')");
    await page.fill("#target", `${registry.domain}/other:all`);
    await page.waitForSelector(".push .note:has-text('may write to')");
    await page.fill("#target", `${registry.domain}/app:all`);
    await page.waitForSelector(".push button");
    const digest = await page.getAttribute(".outcome .digest.whole", "data-digest");
    await page.focus(".push button");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".plan");
    assert.equal(await page.locator(".plan-steps li").count(), 2, "two images are there, an attestation is not");
    await page.focus("#confirm");
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    assert.equal(await tagged("app", "all"), undefined);
    assert.equal(await page.evaluate(() => document.querySelector("#confirm").validationMessage), "Type all");
    await page.fill("#confirm", "all");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".push[data-phase=pushed]");
    assert.equal(await tagged("app", "all"), digest);
    await page.click(".push a");
    await page.waitForSelector(".row:not(.ghost)");
    assert.equal(await page.getAttribute(".title .digest", "data-digest"), digest);
    page.watch.clean();
  } finally {
    await own.close();
  }
});

/** The bytes of the layer, nearly: it is longer than one part of an upload, which are 8 MiB. */
const LONG = 13 << 20;

/** A registry whose layer comes in four parts, each when it is let go. */
async function startSlow() {
  const image = ociImage({ architecture: "s390x", text: randomBytes(LONG).toString("base64") });
  const { digest, size } = JSON.parse(image.bytes).layers[0];
  const memory = createMemoryRegistry();
  let isLet = () => {};
  const gates = [];
  const released = (part) => new Promise((resolve) => {
    gates[part] = resolve;
    isLet();
  });
  const server = await serve(async (request) => {
    const response = await memory.fetch(request);
    if (request.method !== "GET" || !request.url.endsWith(digest)) return response;
    const bytes = new Uint8Array(await response.arrayBuffer());
    let part = 0;
    const body = new ReadableStream({
      async pull(controller) {
        if (part > 0) await released(part);
        controller.enqueue(bytes.slice((part * size) >> 2, ((part + 1) * size) >> 2));
        part += 1;
        if (part === 4) controller.close();
      },
    }, { highWaterMark: 0 });
    return new Response(body, { status: 200, headers: response.headers });
  });
  await pushAll(memory.fetch, server.url, "slow", "1", ociIndex(image));
  const go = async (part) => {
    while (!gates[part]) await new Promise((resolve) => (isLet = resolve));
    gates[part]();
  };
  return { image, size, go, domain: new URL(server.url).host, close: () => server.close() };
}

/** A page where the plan of the slow image is confirmed. */
async function pushing(slow, tag) {
  const own = await startServe(["--registry", slow.domain, "--write", `${registry.domain}/slow-${tag}`]);
  const page = await openPage(browser, own.url, "#compose=new");
  await page.fill("#source", `${slow.domain}/slow:1`);
  await page.press("#source", "Enter");
  await page.waitForSelector(".entry");
  await page.fill("#target", `${registry.domain}/slow-${tag}:${tag}`);
  await page.click(".push button");
  await page.fill("#confirm", tag);
  await page.press("#confirm", "Enter");
  return { page, own };
}

const copied = (page) => page.evaluate(() => [document.querySelector(".push progress")?.value, document.querySelector(".push progress")?.max]);

test("a push says which step it is at and how many bytes are there", async () => {
  const slow = await startSlow();
  const { page, own } = await pushing(slow, "done");
  try {
    await page.waitForSelector(".push[data-phase=pushing] [role=status]:has-text('step 1 of 2')");
    await slow.go(1);
    await slow.go(2);
    await page.waitForFunction((half) => document.querySelector(".push progress")?.value >= half, slow.size / 4);
    const [done, total] = await copied(page);
    assert.ok(done < total && total >= slow.size, `${done} of ${total}`);
    assert.match(await page.textContent(".push .bytes-copied"), /^[\d.]+ MB of [\d.]+ MB · [\d.]+ [kM]?B\/s$/);
    assert.match(await page.textContent(".push"), new RegExp(`copy ${slow.domain}/slow@${slow.image.digest}`));
    await slow.go(3);
    await page.waitForSelector(".push[data-phase=pushed]");
    assert.notEqual(await tagged("slow-done", "done"), undefined);
    page.watch.clean();
  } finally {
    await page.context().close();
    await own.close();
    await slow.close();
  }
});

test("a push is cancelled in the page: the server lets go of it, and the tag is not written", async () => {
  const slow = await startSlow();
  const { page, own } = await pushing(slow, "ended");
  try {
    await page.waitForSelector(".push[data-phase=pushing] button:has-text('Cancel')");
    await slow.go(1);
    await page.click(".push button:has-text('Cancel')");
    await page.waitForSelector(".push[data-phase=cancelled]");
    assert.match(await page.textContent(".push"), /Cancelled\. What was copied by then stays/);
    assert.equal(await page.textContent("#status"), "Cancelled.");
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await tagged("slow-ended", "ended"), undefined);
    await page.click(".push button:has-text('Plan again')");
    await page.waitForSelector(".plan");
    page.watch.clean();
  } finally {
    await page.context().close();
    await own.close();
    await slow.close();
  }
});

test("a push that asks for lines ends with its result, or with the refusal", async () => {
  const planned = JSON.parse((await plan({ target: `${registry.domain}/app:lines` })).text);
  const push = () => send("/write/push", { body: JSON.stringify({ plan: planned.plan }), headers: { accept: "application/x-ndjson" } });
  const answered = await push();
  assert.deepEqual([answered.status, answered.headers["content-type"]], [200, "application/x-ndjson"]);
  const lines = answered.text.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.at(-1).result.digest, list.digest);
  assert.deepEqual(lines.filter(({ step }) => step !== undefined).at(-1), { step: planned.steps.length - 1 });
  const again = await push();
  assert.deepEqual([again.status, JSON.parse(again.text).errors[0].code], [200, "PROXY_PLAN"]);
});
