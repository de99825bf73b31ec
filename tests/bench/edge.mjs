// CPU of a Worker that answers a question, beside one of a few lines that fetches by hand: warm, and for the first request.

import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { build } from "../../pkg/node_modules/esbuild/lib/main.js";
import { samples } from "../support/images.mjs";
import { duration, ratio } from "./measure.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const WASM = fileURLToPath(new URL("../../pkg/wasm/multiarch_bg.wasm", import.meta.url));
/** Many short rounds, of which other work of the machine spoils some. The first requests run code that is not compiled well yet. */
const [ROUNDS, REQUESTS, WARMUP, COLD] = [24, 60, 600, 5];
const NS_PER_MS = 1e6;

const BY_HAND = `
  export default { async fetch(request, env) {
    const [, name, tag] = new URL(request.url).pathname.match(/^\\/(.*):(.*)$/);
    const accept = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json";
    const answer = await fetch(\`http://\${env.REGISTRY}/v2/\${name}/manifests/\${tag}\`, { headers: { accept } });
    const { manifests } = await answer.json();
    const { digest } = manifests.find(({ platform }) => platform.os === "linux" && platform.architecture === "arm64");
    return Response.json({ digest });
  } };`;
const CLIENT = `
  import { createClient } from "multiarch";
  const client = createClient();
  export default { async fetch(request, env) {
    const { digest } = await client.resolve(env.REGISTRY + new URL(request.url).pathname, { platform: "linux/arm64" });
    return Response.json({ digest });
  } };`;
const edgeWith = (options) => `
  import { createEdge } from "multiarch/edge";
  let edge;
  export default { fetch(request, env, context) {
    edge ??= createEdge({ registries: [env.REGISTRY]${options} });
    return edge(request, env, context);
  } };`;
const atImage = () => "/a/b:1";
const atService = (registry) => `/resolve/${registry}/a/b:1?platform=linux/arm64`;
/** The source of each Worker, and the path that answers the question. */
const WORKERS = {
  byHand: { source: BY_HAND, pathOf: atImage },
  client: { source: CLIENT, pathOf: atImage },
  edge: { source: edgeWith(", cache: false"), pathOf: atService },
  cached: { source: edgeWith(""), pathOf: atService },
};

async function bundled(folder, name, source) {
  const entry = join(HERE, `edge-${process.pid}-${name}.mjs`);
  const outfile = join(folder, "bundle", `${name}.mjs`);
  await writeFile(entry, source);
  try {
    const conditions = ["workerd", "worker"];
    await build({ entryPoints: [entry], outfile, bundle: true, minify: true, format: "esm", conditions, external: ["*.wasm"], logLevel: "error" });
  } finally {
    await rm(entry);
  }
  return outfile;
}

/** Milliseconds of CPU that the threads of a process have used, which the scheduler counts in nanoseconds. */
async function cpuOf(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const texts = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8").catch(() => "0")));
  return texts.reduce((sum, text) => sum + Number(text.split(" ")[0]), 0) / NS_PER_MS;
}

/** This process's children, by their ids. */
async function children() {
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(all.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")));
  return all.filter((_, at) => parents[at].slice(parents[at].lastIndexOf(")") + 4).split(" ")[0] === String(process.pid));
}

/** A Worker in a workerd of its own, and how much CPU that has used. */
async function deployed({ path, pathOf }, registry, folder) {
  const before = new Set(await children());
  const modules = [
    { type: "ESModule", path },
    { type: "CompiledWasm", path: join(folder, "wasm/multiarch_bg.wasm"), contents: await readFile(WASM) },
  ];
  const miniflare = new Miniflare({ modulesRoot: tmpdir(), modules, bindings: { REGISTRY: registry }, compatibilityDate: "2026-07-01" });
  const url = await miniflare.ready;
  const own = (await children()).filter((pid) => !before.has(pid));
  const cpu = async () => (await Promise.all(own.map((pid) => cpuOf(pid)))).reduce((sum, ms) => sum + ms, 0);
  const ask = async () => {
    const response = await fetch(new URL(pathOf(registry), url));
    const text = await response.text();
    if (!text.includes("sha256:")) throw new Error(`${response.status} ${text}`);
  };
  return { ask, cpu, close: () => miniflare.dispose() };
}

/** CPU of one request among many, as the best of some rounds of each, which alternate. */
async function warm(workers, registry, folder) {
  const running = [];
  for (const [name, worker] of Object.entries(workers)) running.push([name, await deployed(worker, registry, folder)]);
  const bests = {};
  for (const [, { ask }] of running) for (let at = 0; at < WARMUP; at++) await ask();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, { ask, cpu }] of running) {
      const before = await cpu();
      for (let at = 0; at < REQUESTS; at++) await ask();
      bests[name] = Math.min(bests[name] ?? Infinity, ((await cpu()) - before) / REQUESTS);
    }
  }
  for (const [, { close }] of running) await close();
  return bests;
}

/** CPU of the first request of a Worker, on average. */
async function cold(worker, registry, folder) {
  let total = 0;
  for (let at = 0; at < COLD; at++) {
    const { ask, cpu, close } = await deployed(worker, registry, folder);
    const before = await cpu();
    await ask();
    total += (await cpu()) - before;
    await close();
  }
  return total / COLD;
}

/** Lines about each. */
export async function edge() {
  const folder = await mkdtemp(join(tmpdir(), "multiarch-bench-"));
  const registry = createMemoryRegistry();
  await registry.putManifest("a/b", "1", samples().attested.bytes, { mediaType: samples().attested.mediaType });
  const server = await serve(registry.fetch);
  const { host } = new URL(server.url);
  try {
    const workers = {};
    for (const [name, { source, pathOf }] of Object.entries(WORKERS)) {
      workers[name] = { path: await bundled(folder, name, source), pathOf };
    }
    const each = await warm(workers, host, folder);
    const first = {};
    for (const [name, worker] of Object.entries(workers)) first[name] = await cold(worker, host, folder);
    const beside = (name, what) =>
      `edge, ${what}: ${duration(each[name])} of CPU a request, ${ratio(each[name] / each.byHand, { most: 1.5 })}; the first ${duration(first[name])}`;
    return [
      `edge, by hand: ${duration(each.byHand)} of workerd's CPU a request; the first ${duration(first.byHand)}`,
      beside("client", "client.resolve"), beside("edge", "createEdge without a cache"), beside("cached", "createEdge with the host's cache"),
    ];
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}
