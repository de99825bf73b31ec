/** The examples of docs/examples, each deployed to the kind of host that it is for, from the packed package. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFile, readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { Miniflare } from "miniflare";
import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

// The bundler that the package is built with: Workers are bundled before they are deployed.
import { build } from "../../pkg/node_modules/esbuild/lib/main.js";
import { samples } from "../support/images.mjs";
import { installPackage } from "../support/package.mjs";
import { freePort } from "../support/ports.mjs";
import { run } from "../support/run.mjs";

const EXAMPLES = new URL("../../docs/examples/", import.meta.url);
const DENO = fileURLToPath(new URL("../node_modules/@deno/linux-x64-glibc/deno", import.meta.url));
const QUESTION = "/resolve/alpine:3.20?platform=linux/arm64";
const { attested } = samples();
const tried = [];

let installed, registry, server;
before(async () => {
  installed = await installPackage();
  for (const name of await readdir(EXAMPLES)) await copyFile(new URL(name, EXAMPLES), installed.join(name));
  registry = createMemoryRegistry();
  const put = async ({ blobs, children, bytes, mediaType }, tag) => {
    for (const blob of blobs) await registry.putBlob("library/alpine", blob.bytes);
    for (const child of children) await put(child);
    await registry.putManifest("library/alpine", tag, bytes, { mediaType });
  };
  await put(attested, "3.20");
  server = await serve(registry.fetch);
  // What an example asks of the internet goes to this registry, wherever it runs.
  await writeFile(installed.join("stub.mjs"), `
    const { fetch } = globalThis;
    globalThis.fetch = (url, init) => fetch(String(url).replace("https://registry-1.docker.io", "${server.url}"), init);`);
});
after(async () => {
  await server?.close();
  await installed?.remove();
});

/** Judges an answer, which knows the digest for the platform. */
async function answers({ status, headers, body }) {
  const { digest, platform } = JSON.parse(body);
  const expected = attested.children.map((child) => child.digest);
  assert.deepEqual([status, platform, expected.includes(digest)], [200, "linux/arm64", true], body);
  assert.match(headers.get("cache-control"), /max-age=60/);
}

const answered = async (response) => answers({ status: response.status, headers: response.headers, body: await response.text() });

/** Runs a program that listens, and asks it once it does. */
async function listening(command, args, env) {
  const port = await freePort();
  const child = spawn(command, args, { cwd: installed.path, env: { ...process.env, NO_COLOR: "1", ...env, PORT: String(port) } });
  let said = "";
  const ready = new Promise((resolve, reject) => {
    const hear = (chunk) => /listening/i.test((said += chunk)) && resolve();
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", () => reject(new Error(`it ended: ${said}`)));
  });
  try {
    await ready;
    return async (question, init) => fetch(`http://127.0.0.1:${port}${question}`, init);
  } finally {
    after(() => child.kill());
  }
}

/** An example as a Worker, bundled as before a deployment; what it asks of these hosts goes to the registry here. */
async function worker(name, hosts) {
  const outfile = installed.join(`bundle/${name}`);
  await build({
    entryPoints: [installed.join(name)], outfile, bundle: true, format: "esm", conditions: ["workerd", "worker"], external: ["*.wasm"], logLevel: "error",
  });
  const wasm = await readFile(installed.join("node_modules/multiarch/wasm/multiarch_bg.wasm"));
  const modules = [
    { type: "ESModule", path: outfile },
    { type: "CompiledWasm", path: installed.join("wasm/multiarch_bg.wasm"), contents: wasm },
  ];
  const outboundService = (request) => fetch(hosts.reduce((url, host) => url.replace(`https://${host}`, server.url), request.url), { method: request.method, headers: request.headers });
  return new Miniflare({ modulesRoot: installed.path, modules, outboundService, compatibilityDate: "2026-07-01" });
}

/** A page of the exported inspector's origin may read through a proxy, and a page of another one may not. */
async function proxies(ask, registry) {
  const path = `/${registry}/v2/library/alpine/manifests/3.20`;
  const asked = (origin) => ask(path, { headers: { origin, "sec-fetch-site": "cross-site" } });
  const answer = await asked("https://inspector.example");
  assert.deepEqual([answer.status, answer.headers.get("access-control-allow-origin")], [200, "https://inspector.example"]);
  assert.equal(answer.headers.get("docker-content-digest"), attested.digest);
  await answer.arrayBuffer();
  const refused = await asked("https://other.example");
  assert.deepEqual([refused.status, (await refused.json()).errors[0].code], [403, "PROXY_ORIGIN"]);
}

test("worker.mjs, in workerd", async () => {
  tried.push("worker.mjs");
  const miniflare = await worker("worker.mjs", ["registry-1.docker.io"]);
  try {
    await answered(await miniflare.dispatchFetch(`https://edge.example${QUESTION}`));
    registry.requests.length = 0;
    const again = await miniflare.dispatchFetch(`https://edge.example${QUESTION}`);
    await answered(again);
    assert.deepEqual([registry.requests.length, again.headers.has("age")], [0, true], "the host's own cache has it");
    assert.equal((await miniflare.dispatchFetch("https://edge.example/resolve/localhost:5000/a")).status, 403);
  } finally {
    await miniflare.dispose();
  }
});

test("proxy-worker.mjs, in workerd", async () => {
  tried.push("proxy-worker.mjs");
  const miniflare = await worker("proxy-worker.mjs", ["ghcr.io"]);
  try {
    await proxies((path, init) => miniflare.dispatchFetch(`https://proxy.example${path}`, init), "ghcr.io");
  } finally {
    await miniflare.dispose();
  }
});

async function inDeno(name) {
  tried.push(name);
  await writeFile(installed.join(`deno-${name}`), `import "./stub.mjs";\nawait import("./${name}");`);
  return listening(DENO, ["run", "--no-remote", "--no-prompt", "--allow-net=127.0.0.1,0.0.0.0", "--allow-env=PORT", `deno-${name}`]);
}

test("deno.mjs, in Deno", async () => answered(await (await inDeno("deno.mjs"))(QUESTION)));

test("proxy-deno.mjs, in Deno", async () => proxies(await inDeno("proxy-deno.mjs"), "docker.io"));

test("lambda.mjs, with an event of a function URL", async () => {
  tried.push("lambda.mjs");
  await import(pathToFileURL(installed.join("stub.mjs")).href);
  const { handler } = await import(pathToFileURL(installed.join("lambda.mjs")).href);
  const [rawPath, rawQueryString] = QUESTION.split("?");
  const event = { rawPath, rawQueryString, headers: { accept: "*/*" }, requestContext: { domainName: "x.lambda-url.example", http: { method: "GET" } } };
  const { statusCode, headers, body, isBase64Encoded } = await handler(event);
  assert.equal(isBase64Encoded, true);
  await answers({ status: statusCode, headers: new Headers(headers), body: String(Buffer.from(body, "base64")) });
});

test("server.mjs, in Node", async () => {
  tried.push("server.mjs");
  const { host } = new URL(server.url);
  const ask = await listening(process.execPath, ["server.mjs"], { REGISTRIES: host });
  await answered(await ask(QUESTION.replace("alpine", `${host}/library/alpine`)));
  assert.equal((await ask("/resolve/alpine")).status, 403);
});

test("proxy-node.mjs, in Node", async () => {
  tried.push("proxy-node.mjs");
  const { host } = new URL(server.url);
  await proxies(await listening(process.execPath, ["proxy-node.mjs"], { REGISTRIES: host }), host);
});

test("registry.mjs, in Node: the README can be typed beside it", async () => {
  tried.push("registry.mjs");
  const ask = await listening(process.execPath, ["registry.mjs"]);
  const { host } = new URL((await ask("/v2/")).url);
  const readme = await readFile(installed.join("node_modules/multiarch/README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```console\n(.*?)^```/gms)].flatMap(([, block]) => block.split(/^\$ /m).slice(1));
  assert.ok(blocks.length >= 6);
  // Its images are others than those of the README, and so are the digests.
  const masked = (text) => text.replaceAll(host, "localhost:5000").replace(/[0-9a-f]{64}/g, "…");
  for (const [line, ...printed] of blocks.map((block) => block.split("\n"))) {
    const [program, ...args] = line.replaceAll("localhost:5000", host).split(" ");
    const { stdout, stderr } = await run(installed.join("node_modules/.bin", program), args, { env: { DOCKER_CONFIG: installed.join("docker") } });
    assert.equal(masked(stdout + stderr), masked(printed.join("\n")), line);
  }
});

test("every example was tried", async () => {
  assert.deepEqual(tried.sort(), (await readdir(EXAMPLES)).sort());
});
