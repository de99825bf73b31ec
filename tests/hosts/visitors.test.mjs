/** Many visitors of one Worker at once: they share a client, and none of them waits for another one. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { Miniflare } from "miniflare";
import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

// The bundler that the package is built with: Workers are bundled before they are deployed.
import { build } from "../../pkg/node_modules/esbuild/lib/main.js";
import { installPackage } from "../support/package.mjs";
import { indexOf } from "../support/vectors.mjs";

const PACKAGE = "node_modules/multiarch";
const VISITORS = 40;
const TEXT = indexOf([{ os: "linux", architecture: "amd64" }]);

const WORKER = `
  import { createClient } from "multiarch";
  import { createEdge } from "multiarch/edge";
  import { createProxy } from "multiarch/proxy";

  let shared, proxy;
  const services = {};
  const credentialsOf = (env) => () => (env.USER ? { username: env.USER, password: "secret" } : undefined);
  const made = (env) => createClient({ credentials: credentialsOf(env) });
  const service = (env, path, cache) =>
    createEdge({ registries: [env.REGISTRY], path, cache, origins: ["http://worker.example"], credentials: credentialsOf(env) });

  export default {
    async fetch(request, env, context) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname.startsWith("/r/")) {
        const origins = ["http://worker.example"];
        proxy ??= createProxy({ registries: [env.REGISTRY], path: "/r/", origins, credentials: credentialsOf(env) });
        return proxy(request);
      }
      if (pathname.startsWith("/edge/")) return (services.kept ??= service(env, "/edge/"))(request, env, context);
      if (pathname.startsWith("/bare/")) return (services.bare ??= service(env, "/bare/", false))(request, env, context);
      if (pathname.startsWith("/each/")) return service(env, "/each/")(request, env, context);
      const client = pathname === "/own" ? made(env) : (shared ??= made(env));
      try {
        const { digest } = await client.resolve(searchParams.get("ref"), { platform: "linux/amd64", policy: "strict" });
        return new Response(digest);
      } catch (error) {
        return new Response(\`\${error.code}: \${error.message}\`, { status: 502 });
      }
    },
  };`;

let installed, modules;
before(async () => {
  installed = await installPackage();
  await writeFile(installed.join("worker.mjs"), WORKER);
  const [outfile, wasm] = [installed.join("bundle/worker.mjs"), installed.join(PACKAGE, "wasm/multiarch_bg.wasm")];
  await build({
    entryPoints: [installed.join("worker.mjs")], outfile, bundle: true, format: "esm", conditions: ["workerd", "worker"],
    external: ["*.wasm"], logLevel: "error",
  });
  modules = [
    { type: "ESModule", path: outfile },
    { type: "CompiledWasm", path: installed.join("wasm/multiarch_bg.wasm"), contents: await readFile(wasm) },
  ];
});
after(() => installed?.remove());

/** A Worker and a registry that takes its time, for `work(visit, registry)`. */
async function withWorker(auth, work, compatibilityFlags = []) {
  const registry = createMemoryRegistry(auth && { auth });
  await registry.putManifest("a/b", "1", TEXT);
  await registry.putManifest("c/d", "1", TEXT);
  const server = await serve(async (request) => {
    await delay(100);
    return registry.fetch(request);
  });
  const host = new URL(server.url).host;
  const bindings = { REGISTRY: host, USER: auth ? "ada" : "" };
  const miniflare = new Miniflare({ modulesRoot: installed.path, modules, bindings, compatibilityDate: "2026-07-01", compatibilityFlags });
  try {
    await miniflare.ready;
    const visit = (path, init) => miniflare.dispatchFetch(`http://worker.example${path.replace("HOST", host)}`, init);
    return await work(visit);
  } finally {
    await miniflare.dispose();
    await server.close();
  }
}

async function crowd(visit, path, init) {
  const answers = await Promise.all(Array.from({ length: VISITORS }, async () => {
    const response = await visit(path, init);
    return { status: response.status, text: await response.text() };
  }));
  const failed = answers.filter(({ status }) => status !== 200);
  assert.deepEqual(failed.slice(0, 2), [], `${failed.length} of ${VISITORS} visitors failed`);
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
}

/** One visitor leaves while many others wait for their answers, and many come behind. */
async function oneLeaves(visit, path) {
  const leaving = new AbortController();
  const gone = visit(path, { signal: leaving.signal }).catch(() => {});
  await delay(50);
  const others = crowd(visit, path);
  leaving.abort();
  await Promise.all([gone, others]);
  await crowd(visit, path);
}

const AUTH = { type: "bearer", users: { ada: "secret" } };

for (const [name, auth] of [["an open registry", undefined], ["a registry with a token service", AUTH]]) {
  describe(name, () => {
    test("a client at module level serves every visitor, cold and warm", () =>
      withWorker(auth, async (visit) => {
        await crowd(visit, "/shared?ref=HOST/a/b:1");
        await crowd(visit, "/shared?ref=HOST/a/b:1");
        await crowd(visit, "/shared?ref=HOST/c/d:1");
      }));

    test("a client for each visitor serves all of them", () =>
      withWorker(auth, (visit) => crowd(visit, "/own?ref=HOST/a/b:1")));

    test("a proxy at module level serves every visitor", () =>
      withWorker(auth, async (visit) => {
        await crowd(visit, "/r/HOST/v2/a/b/manifests/1");
        await crowd(visit, "/r/HOST/v2/a/b/manifests/1");
      }));

    for (const [kind, path] of [["with the host's cache", "edge"], ["without a cache", "bare"], ["made for each visitor", "each"]]) {
      test(`a service ${kind} serves every visitor, whatever is asked`, () =>
        withWorker(auth, async (visit) => {
          for (const question of ["resolve/HOST/a/b:1?platform=linux/amd64", "platforms/HOST/a/b:1", "badge/HOST/a/b:1.svg", "registry/HOST/v2/a/b/manifests/1"]) {
            await crowd(visit, `/${path}/${question}`);
            await crowd(visit, `/${path}/${question}`);
          }
        }));
    }

    for (const path of ["/shared?ref=HOST/a/b:1", "/r/HOST/v2/a/b/manifests/1", "/bare/resolve/HOST/a/b:1"]) {
      test(`a visitor who leaves harms no other: ${path}`, () =>
        withWorker(auth, (visit) => oneLeaves(visit, path)));
    }
  });
}

for (const path of ["/shared?ref=HOST/a/b:1", "/own?ref=HOST/a/b:1", "/r/HOST/v2/a/b/manifests/1", "/bare/resolve/HOST/a/b:1"]) {
  test(`with Node's modules and the signals of requests all visitors are served, too: ${path}`, () =>
    withWorker(AUTH, (visit) => oneLeaves(visit, path), ["nodejs_compat", "enable_request_signal"]));
}

/** Of a token: longer than a busy machine takes for a request that carries it. */
const LIFETIME_S = 4;

for (const path of ["/shared?ref=HOST/a/b:1", "/r/HOST/v2/a/b/manifests/1", "/bare/resolve/HOST/a/b:1"]) {
  test(`a token that expires meanwhile is renewed by each visitor who needs one: ${path}`, () =>
    withWorker({ ...AUTH, expiresIn: LIFETIME_S }, async (visit) => {
      await crowd(visit, path);
      await delay(LIFETIME_S * 1000 + 100);
      await crowd(visit, path);
    }));
}
