/** `multiarch serve --export`: the page as a folder, on a web server of one origin, with a proxy of another. */

import assert from "node:assert/strict";
import { lstat, mkdir, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { createProxy } from "multiarch/proxy";
import { createMemoryRegistry } from "multiarch/testing";

import { serve } from "../../pkg/node/serve.js";
import { openPage, startBrowser, startServe } from "../support/browser.mjs";
import { pushAll, samples } from "../support/images.mjs";
import { BIN, run } from "../support/run.mjs";
import { assertValid } from "../support/schemas.mjs";
import { scratch } from "../support/scratch.mjs";

const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", wasm: "application/wasm", json: "application/json" };
const { list } = samples();
let place;
let browser;
before(async () => {
  place = await scratch();
  browser = await startBrowser();
});
after(async () => {
  await browser.close();
  await place.remove();
});

const exported = (...args) => run(process.execPath, [BIN, "serve", "--export", ...args]);

/** The headers of a `_headers` file for a path, as hosts that read one apply them. */
function headersFor(text, path) {
  const headers = {};
  let applies = false;
  for (const line of text.split("\n")) {
    const [, name, value] = /^ {2}([^:]+): (.*)$/.exec(line) ?? [];
    if (name && applies) headers[name] = value;
    else if (!name) applies = line === "/*" || line === path;
  }
  return headers;
}

/** A host of static files that reads `_headers`. */
async function hosted(folder) {
  const rules = await readFile(`${folder}/_headers`, "utf8");
  return serve(async ({ url }) => {
    const { pathname } = new URL(url);
    const name = pathname.slice(1) || "index.html";
    const body = await readFile(`${folder}/${name}`).catch(() => null);
    return new Response(body, { status: body ? 200 : 404, headers: { "content-type": TYPES[name.split(".").pop()] ?? "text/plain", ...headersFor(rules, pathname) } });
  });
}

test("with a proxy the page reads through it, under a policy that lets it read from nothing else", async () => {
  const registry = createMemoryRegistry();
  await pushAll(registry.fetch, "https://registry.example", "app", "1.0", list);
  const origins = [];
  const proxy = await serve((request) => createProxy({ registries: ["registry.example"], path: "/r/", origins, fetch: registry.fetch })(request));
  const folder = place.join("with-proxy");
  const { code, stdout } = await exported(folder, "--via", `${proxy.url}/r/`, "--registry", "registry.example", "--json");
  assert.equal(code, 0);
  assertValid("serve", stdout);
  assert.deepEqual(JSON.parse(stdout).files, (await readdir(folder)).sort());
  const site = await hosted(folder);
  origins.push(site.url);
  const page = await openPage(browser, `${site.url}/`, "#ref=registry.example/app:1.0");
  try {
    await page.waitForSelector(".row:not(.ghost)");
    assert.equal(await page.getAttribute(".title .digest", "data-digest"), list.digest);
    const elsewhere = await page.evaluate(() => fetch("http://127.0.0.1:9/").catch(({ name }) => name));
    assert.equal(elsewhere, "TypeError");
    const reports = await page.evaluate(() => window.policyReports);
    assert.ok(reports.length > 0 && reports.every((report) => report.startsWith("connect-src")), "the header and the page's own policy both stop it");
    await page.at("#ref=other.example/app:1.0");
    await page.waitForSelector(".trouble");
    assert.match(await page.textContent(".trouble"), /may not read other\.example, which was not asked/);
  } finally {
    await page.context().close();
    await site.close();
    await proxy.close();
  }
});

test("the header and the page carry one policy, and names with hashes are kept", async () => {
  const folder = place.join("policy");
  await exported(folder, "--via", "https://proxy.example/registry/");
  const rules = await readFile(`${folder}/_headers`, "utf8");
  const { "content-security-policy": header, "cache-control": kept } = headersFor(rules, "/index.html");
  assert.equal(kept, "no-cache");
  assert.match(header, /; connect-src 'self' https:\/\/proxy\.example; /);
  const [, meta] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(await readFile(`${folder}/index.html`, "utf8"));
  assert.equal(`${meta}; frame-ancestors 'none'`.split("; ").sort().join(), header.split("; ").sort().join());
  const [script] = (await readdir(folder)).filter((name) => /^chunk-.*\.js$/.test(name));
  assert.equal(headersFor(rules, `/${script}`)["cache-control"], "public, max-age=31536000, immutable");
  assert.deepEqual(JSON.parse(await readFile(`${folder}/config.json`, "utf8")), { via: "https://proxy.example/registry/", registries: [] });
});

test("without a proxy the page says how to read a registry, and reads what is pasted", async () => {
  const folder = place.join("alone");
  const { stdout } = await exported(folder);
  assert.match(stdout, /^\S+alone {3}\d+ files for any web server\n {2}reads {3}what is pasted and dropped, but no registries \(--via\)\n$/);
  const site = await hosted(folder);
  const page = await openPage(browser, `${site.url}/`, "#ref=alpine:3.20");
  try {
    await page.waitForSelector(".trouble");
    assert.match(await page.textContent(".trouble"), /This copy of the page cannot reach registries.*npx multiarch serve alpine:3\.20/);
    await page.fill("#omnibox", list.bytes.toString("utf8").replace(/\s+/g, " "));
    await page.press("#omnibox", "Enter");
    await page.waitForSelector(".row:not(.ghost)");
    page.watch.clean();
  } finally {
    await page.context().close();
    await site.close();
  }
});

test("inside of another page there is a link to it and nothing else", async () => {
  const folder = place.join("framed");
  await exported(folder);
  // As GitHub Pages does: without the headers, so that the policy of the page alone holds.
  const site = await serve(async ({ url }) => {
    const name = new URL(url).pathname.slice(1) || "index.html";
    const body = await readFile(`${folder}/${name}`).catch(() => null);
    return new Response(body, { status: body ? 200 : 404, headers: { "content-type": TYPES[name.split(".").pop()] ?? "text/plain" } });
  });
  const other = await serve(() => new Response(`<!doctype html><title>other</title><iframe src="${site.url}/#ref=alpine:3.20" width="900" height="600"></iframe>`, { headers: { "content-type": "text/html" } }));
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(other.url);
    const frame = page.frameLocator("iframe");
    await frame.locator("a").waitFor();
    assert.equal(await frame.locator("a").getAttribute("href"), `${site.url}/#ref=alpine:3.20`);
    assert.deepEqual(await frame.locator("button, input, form").count(), 0);
    assert.deepEqual(asked.filter((path) => /config\.json/.test(path)), [], "it asks for nothing");
    const [opened] = await Promise.all([context.waitForEvent("page"), frame.locator("a").click()]);
    await opened.waitForSelector(".trouble");
  } finally {
    await context.close();
    await other.close();
    await site.close();
  }
});

/** A registry on loopback that allows requests of pages of other origins, as zot does with an option. */
async function openRegistry() {
  const memory = createMemoryRegistry();
  const asked = [];
  const server = await serve(async (request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    const response = request.method === "OPTIONS" ? new Response(null, { status: 204 }) : await memory.fetch(request);
    const headers = new Headers(response.headers);
    headers.set("access-control-allow-origin", "*");
    headers.set("access-control-allow-headers", "Accept");
    headers.set("access-control-expose-headers", "Docker-Content-Digest, Content-Length, Link");
    return new Response(response.body, { status: response.status, headers });
  });
  await pushAll(memory.fetch, server.url, "app", "1.0", list);
  return { domain: new URL(server.url).host, asked, close: () => server.close() };
}

/** The page at an image of a registry that it reads by itself. */
async function readsDirectly(url, registry) {
  const page = await openPage(browser, `${url}/`, `#ref=${registry.domain}/app:1.0`);
  await page.waitForSelector(".row:not(.ghost)");
  assert.equal(await page.getAttribute(".title .digest", "data-digest"), list.digest);
  await page.waitForSelector(".layer .digest");
  assert.ok(registry.asked.includes("GET /v2/app/manifests/1.0"), "the page asked the registry itself");
  assert.deepEqual(await page.evaluate(() => window.policyReports), []);
  await page.at("#ref=other.example/app:1.0");
  await page.waitForSelector(".trouble");
  assert.ok((await page.textContent(".trouble")).includes(`other.example, which was not asked. It may read ${registry.domain}.`));
  await page.at(`#ref=${registry.domain}/app`);
  await page.waitForSelector(".tags .digest");
  return page;
}

test("--direct: an exported page reads a registry that allows it, without a proxy", async () => {
  const registry = await openRegistry();
  const folder = place.join("direct");
  const { stdout } = await exported(folder, "--direct", registry.domain, "--json");
  assertValid("serve", stdout);
  assert.deepEqual(JSON.parse(stdout).direct, [registry.domain]);
  const rules = await readFile(`${folder}/_headers`, "utf8");
  assert.ok(headersFor(rules, "/")["content-security-policy"].includes(`; connect-src 'self' https://${registry.domain} http://${registry.domain}; `));
  assert.ok((await readFile(`${folder}/index.html`, "utf8")).includes(`connect-src 'self' https://${registry.domain} http://${registry.domain};`));
  const site = await hosted(folder);
  try {
    const page = await readsDirectly(site.url, registry);
    await page.context().close();
  } finally {
    await site.close();
    await registry.close();
  }
});

test("--direct: the served page reads it too, and its server is not asked for it", async () => {
  const registry = await openRegistry();
  const server = await startServe(["--direct", registry.domain, "--registry", registry.domain, `${registry.domain}/app:1.0`]);
  try {
    assert.deepEqual([server.direct, server.registries], [[registry.domain], []]);
    const page = await readsDirectly(new URL(server.url).origin, registry);
    const through = await page.evaluate((domain) => fetch(`registry/${domain}/v2/app/manifests/1.0`).then(({ status }) => status), registry.domain);
    assert.equal(through, 403);
    await page.context().close();
  } finally {
    await server.close();
    await registry.close();
  }
});

for (const [what, answer] of [
  ["401 to the preflight", ({ method }) => method === "OPTIONS" && new Response(null, { status: 401, headers: { "www-authenticate": "Basic", "access-control-allow-origin": "*" } })],
  ["no header with any answer", ({ method }) => new Response(null, { status: method === "OPTIONS" ? 204 : 200 })],
]) {
  test(`--direct: a registry that does not let the page read it, by ${what}, is named with the headers that are missing`, async () => {
    const memory = createMemoryRegistry();
    const registry = await serve(async (request) => answer(request) || memory.fetch(request));
    const { host } = new URL(registry.url);
    const server = await startServe(["--direct", host, `${host}/app:1.0`]);
    const { origin } = new URL(server.url);
    try {
      const page = await openPage(browser, `${origin}/`, `#ref=${host}/app:1.0`);
      await page.waitForSelector(".trouble");
      const text = await page.textContent(".trouble");
      assert.ok(text.includes(`the registry answers, but does not let pages of ${origin} read its answers`), text);
      assert.ok(text.includes(`Access-Control-Allow-Origin: ${origin}`) && text.includes("Access-Control-Allow-Headers: Accept"), text);
      assert.ok(text.includes("answer OPTIONS without a login") && text.includes(`multiarch serve --registry ${host}`), text);
      assert.ok(!text.includes("Failed to fetch"), text);
      assert.equal(await page.textContent(".trouble .code code"), "NETWORK");
      await registry.close();
      await page.click(".trouble button:has-text('Try again')");
      await page.waitForSelector(".trouble:has-text('Nothing answers there')");
      await page.context().close();
    } finally {
      await server.close();
      await registry.close();
    }
  });
}

test("--direct over TLS alone, unless the registry is on this machine", async () => {
  const folder = place.join("direct-tls");
  const { stdout } = await exported(folder, "--direct", "zot.example", "--direct", "zot.example:8443", "--via", "https://proxy.example/");
  assert.match(stdout, /reads {3}registries through https:\/\/proxy\.example\/; zot\.example, zot\.example:8443 by itself\n/);
  assert.ok((await readFile(`${folder}/index.html`, "utf8")).includes("connect-src 'self' https://proxy.example https://zot.example https://zot.example:8443;"));
  assert.deepEqual(JSON.parse(await readFile(`${folder}/config.json`, "utf8")).direct, ["zot.example", "zot.example:8443"]);
  const { stderr } = await run(process.execPath, [BIN, "serve", "--no-open", "--direct", "https://zot.example"]);
  assert.match(stderr, /\[(?:OPTION_INVALID|REFERENCE_INVALID)\]/);
});

test("an earlier export is replaced, and anything else is left as it is", async () => {
  const folder = place.join("again");
  await exported(folder);
  await writeFile(`${folder}/main-AAAAAAAA.js`, "of an earlier version");
  const before = (await readdir(folder)).filter((name) => name !== "main-AAAAAAAA.js");
  assert.equal((await exported(folder, "-q")).stdout, `${folder}\n`);
  assert.deepEqual(await readdir(folder), before, "what the page has no more is gone");

  const refused = async (path, name) => {
    const { code, stderr } = await exported(path);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`holds ${name.replace(".", "\\.")}, which is not of an export: name a new or an empty folder`));
  };
  await writeFile(`${folder}/notes.txt`, "of the user");
  await refused(folder, "notes.txt");
  assert.equal(await readFile(`${folder}/notes.txt`, "utf8"), "of the user");
  const site = place.join("site");
  await mkdir(site);
  await writeFile(`${site}/index.html`, "a site");
  await refused(site, "index.html");
  assert.equal(await readFile(`${site}/index.html`, "utf8"), "a site");
});

test("nothing is written outside of the folder, through no link", async () => {
  const [folder, outside] = [place.join("linked"), place.join("outside")];
  await exported(folder);
  await writeFile(outside, "elsewhere");
  const [script] = (await readdir(folder)).filter((name) => /^chunk-.*\.js$/.test(name));
  await rm(`${folder}/${script}`);
  await symlink(outside, `${folder}/${script}`);
  assert.equal((await exported(folder)).code, 1);
  assert.equal(await readFile(outside, "utf8"), "elsewhere");
  assert.ok((await lstat(`${folder}/${script}`)).isSymbolicLink());
});

test("what cannot be meant is an error that says so", async () => {
  const said = async (...args) => (await run(process.execPath, [BIN, "serve", ...args])).stderr;
  for (const url of ["http://proxy.example/", "proxy.example", "https://user:word@proxy.example/", "https://proxy.example/?a=b", "javascript:alert(1)"]) {
    assert.match(await said("--export", place.join("odd"), "--via", url), /--via.*must be an https URL, for example/, url);
  }
  assert.match(await said("--via", "https://proxy.example/"), /--via needs --export/);
  assert.match(await said("--export", place.join("odd"), "alpine"), /serve/);
  assert.match(await said("--export", place.join("odd"), "--credentials"), /--export and --credentials exclude each other/);
  const file = place.join("file");
  await writeFile(file, "");
  assert.match(await said("--export", file), /--export takes a folder: \S+ is a file/);
  assert.match(await said("--export", `${file}/below`), /\[(?:FILE_UNWRITABLE|OPTION_INVALID)\]/);
  assert.match(await said("--export", place.join("odd"), "--registry", "https://ghcr.io"), /\[(?:OPTION_INVALID|REFERENCE_INVALID)\]/);
  await assert.rejects(readdir(place.join("odd")), { code: "ENOENT" });
});
