/** What is sent again and when: against servers on loopback, through the package. */

import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { createClient, digest } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";
import { nodeFetch } from "multiarch/node";

import { startServer } from "../../support/recording.mjs";
import { indexOf } from "../../support/vectors.mjs";

const text = indexOf([{ os: "linux", architecture: "amd64" }]);
const failure = (promise) => promise.then((value) => assert.fail(`succeeded: ${JSON.stringify(value)}`), (error) => error);

/** A memory registry with a document under `tags`, and a fetch function that asks it. */
async function registryWith(options, tags = ["1"]) {
  const registry = createMemoryRegistry(options);
  for (const tag of tags) await registry.putManifest("a/b", tag, text);
  return registry;
}

/** The document as an answer, and a refusal that names a token service. */
const answered = () => new Response(text, { headers: { "content-type": JSON.parse(text).mediaType } });
const refused = (challenge) => new Response("", { status: 401, headers: { "www-authenticate": challenge } });

const REFERENCE = "registry.example/a/b:1";
const fault = (answer, times = 1) => ({ match: { path: /manifests/, times }, answer });

/** Lets mocked time go on, a little whenever there is nothing else to do, until the work is done. */
async function inVirtualTime(work) {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_700_000_000_000 });
  try {
    let isOver = false;
    const done = work().finally(() => (isOver = true));
    done.catch(() => {});
    for (let ticks = 0; !isOver; ticks += 1) {
      assert.ok(ticks < 60_000, "five minutes have gone by");
      for (let round = 0; round < 20; round += 1) await new Promise(setImmediate);
      mock.timers.tick(5);
    }
    return await done;
  } finally {
    mock.timers.reset();
  }
}

describe("a registry of ten requests a second", () => {
  test("answers 300 resolves at once: all succeed, none is early, at most a fifth is extra", async () => {
    const tags = Array.from({ length: 300 }, (_, at) => `t${at}`);
    const registry = await registryWith({}, tags);
    const allowed = [];
    let [sent, refusals, early, deadline, retries, open, most] = [0, 0, 0, 0, 0, 0, 0];
    const line = () => new Promise((resolve) => setTimeout(resolve, 10));
    const fetch = async (url, init) => {
      sent += 1;
      early += Date.now() < deadline ? 1 : 0;
      most = Math.max(most, (open += 1));
      await line();
      const now = Date.now();
      const isRefused = allowed.filter((at) => at > now - 1000).length >= 10;
      if (isRefused) refusals += 1;
      else allowed.push(now);
      await line();
      open -= 1;
      if (!isRefused) return registry.fetch(url, init);
      deadline = Math.max(deadline, Date.now() + 1000);
      return new Response("", { status: 429, headers: { "retry-after": "1" } });
    };
    const onEvent = ({ type }) => void (retries += type === "retry" ? 1 : 0);
    const client = createClient({ concurrency: 32, onEvent, fetch });
    const found = await inVirtualTime(async () => {
      const all = await Promise.all(tags.map((tag) => client.resolve(`registry.example/a/b:${tag}`)));
      return { all, seconds: (Date.now() - 1_700_000_000_000) / 1000 };
    });
    assert.equal(found.all.length, 300);
    assert.deepEqual(new Set(found.all.map((one) => one.digest)), new Set([digest(text)]));
    assert.equal(early, 0, `${early} requests were sent before they were due`);
    assert.ok(refusals > 0, "the registry never refused");
    assert.ok(most > 1 && most <= 32, `${most} at once`);
    assert.equal(sent, 300 + retries);
    assert.equal(retries, refusals);
    assert.ok(retries <= 60, `${retries} extra requests`);
    // Thirty is the least that ten a second allow.
    assert.ok(found.seconds >= 29 && found.seconds < 60, `${found.seconds} seconds`);
    console.log(`# 300 resolves: ${sent} requests, ${retries} of them extra, ${early} early, ${found.seconds} s`);
  });
});

describe("what is sent again", () => {
  test("is reported as events, with the true attempt and no value of a query", async () => {
    const registry = await registryWith({ faults: [fault({ status: 503 }), fault({ status: 500 })] });
    const events = [];
    const client = createClient({ fetch: registry.fetch, onEvent: (event) => events.push(event) });
    await client.manifest(REFERENCE);
    assert.deepEqual(events.map(({ type, attempt, status, reason }) => [type, attempt, status ?? reason]), [
      ["request", 1, undefined], ["response", 1, 503], ["retry", 1, "503"],
      ["request", 2, undefined], ["response", 2, 500], ["retry", 2, "500"],
      ["request", 3, undefined], ["response", 3, 200],
    ]);
    for (const { type, delayMs } of events) assert.equal(type === "retry", Number.isInteger(delayMs));
    assert.ok(events.every(({ url, method }) => url === "https://registry.example/v2/a/b/manifests/1" && method === "GET"));
  });

  test("holds no secret of the query where a redirect is asked again", async () => {
    let asked = 0;
    const fetch = async (url) => {
      if (new URL(url).hostname === "registry.example") {
        return new Response(null, { status: 307, headers: { location: "https://cdn.example/x?signature=canary" } });
      }
      return ++asked === 1 ? new Response("", { status: 503 }) : answered();
    };
    const events = [];
    await createClient({ fetch, onEvent: (event) => events.push(event) }).manifest(REFERENCE);
    assert.equal(asked, 2);
    assert.ok(events.some(({ type, url }) => type === "retry" && url === "https://cdn.example/x?signature=…"));
    assert.ok(!JSON.stringify(events).includes("canary"));
  });

  test("is a body that breaks off", async () => {
    const type = JSON.parse(text).mediaType;
    let asked = 0;
    const server = await startServer((_, response) => {
      response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(text) });
      if (++asked < 3) return response.write(text.slice(0, 10), () => response.destroy());
      response.end(text);
    });
    const client = createClient({ fetch: nodeFetch({ proxy: false }) });
    const found = await client.manifest(`${new URL(server.url).host}/a/b:1`);
    await server.close();
    assert.equal(new TextDecoder().decode(found.bytes), text);
    assert.equal(asked, 3);
  });

  test("is not what the caller has given up, wherever it waits", async () => {
    const waits = {
      "a retry": [
        { faults: [fault({ status: 429, headers: { "retry-after": "50" } }, 9)] },
        (client, signal) => client.manifest(REFERENCE, { signal }),
      ],
      "a line": [{ faults: [{ match: { path: /manifests/ }, answer: "stall" }] }, (client, signal) => {
        for (let at = 0; at < 20; at++) client.manifest(REFERENCE, { signal: AbortSignal.timeout(200) }).catch(() => {});
        return client.manifest(REFERENCE, { signal });
      }],
    };
    for (const [name, [options, call]] of Object.entries(waits)) {
      const registry = await registryWith(options);
      const client = createClient({ fetch: registry.fetch, concurrency: 2 });
      const controller = new AbortController();
      const ended = failure(call(client, controller.signal));
      while (registry.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      setTimeout(() => controller.abort("enough"), 20);
      const error = await ended;
      assert.equal(error.code, "ABORTED", `${name}: ${error.message}`);
      assert.match(error.message, /enough/);
    }
  });

  test("is nothing with one attempt, and a wait that is too long fails at once", async () => {
    const once = await registryWith({ faults: [fault({ status: 503 })] });
    const single = createClient({ fetch: once.fetch, retry: { attempts: 1 } });
    assert.equal((await failure(single.manifest(REFERENCE))).code, "REGISTRY_UNAVAILABLE");
    assert.equal(once.requests.length, 1);

    const later = new Date(Date.now() + 3_600_000).toUTCString();
    const long = await registryWith({ faults: [fault({ status: 429, headers: { "retry-after": later } })] });
    const client = createClient({ fetch: long.fetch });
    const error = await failure(client.manifest(REFERENCE));
    assert.equal(error.code, "TOO_MANY_REQUESTS");
    assert.equal(error.retryable, true);
    const { retryAfterMs } = error.details;
    assert.ok(retryAfterMs > 3_500_000 && retryAfterMs <= 3_601_000, String(retryAfterMs));
    // Another call of the client does not ask either.
    const second = await failure(client.resolve(REFERENCE));
    assert.equal(second.code, "TOO_MANY_REQUESTS");
    assert.equal(second.registry, "registry.example");
    assert.equal(long.requests.length, 1);
  });

  test("ends with what a listener throws", async () => {
    const registry = await registryWith({ faults: [fault({ status: 503 })] });
    const onEvent = ({ type }) => {
      if (type === "retry") throw new RangeError("mine");
    };
    const error = await failure(createClient({ fetch: registry.fetch, onEvent }).manifest(REFERENCE));
    assert.ok(error instanceof RangeError);
  });

  test("takes options that can be meant", () => {
    const retries = [5, { attempts: 0 }, { maxDelayMs: -1 }].map((retry) => ({ retry }));
    const limits = [{ idleMs: "1" }, { connectMs: 0 }].map((timeouts) => ({ timeouts }));
    for (const options of [...retries, ...limits]) {
      assert.throws(() => createClient(options), { code: "OPTION_INVALID" }, JSON.stringify(options));
    }
  });
});

describe("tokens", () => {
  const users = { ada: "secret" };
  const credentials = () => ({ username: "ada", password: "secret" });
  const tokens = (registry) => registry.requests.filter(({ url }) => /token/.test(url)).length;

  test("thirty-two cold calls to one repository take one token, and go side by side once it is there", async () => {
    const registry = await registryWith({ auth: { type: "bearer", users } });
    let [open, most] = [0, 0];
    const fetch = async (...request) => {
      most = Math.max(most, ++open);
      try {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return await registry.fetch(...request);
      } finally {
        open -= 1;
      }
    };
    const client = createClient({ fetch, credentials, concurrency: 32 });
    await Promise.all(Array.from({ length: 32 }, () => client.manifest(REFERENCE)));
    assert.equal(tokens(registry), 1);
    assert.equal(registry.requests.length, 32 + 2);
    assert.ok(most > 1, "they went one by one");
  });

  test("thirty-two calls whose token has ended take one more", async () => {
    const registry = await registryWith({ auth: { type: "bearer", users } });
    // The registry takes back what it gave.
    const revoked = new Set();
    let last;
    const fetch = async (url, init) => {
      const { authorization } = init.headers;
      if (!/manifests/.test(url) || !revoked.has(authorization)) {
        last = authorization;
        return registry.fetch(url, init);
      }
      return refused('Bearer realm="https://registry.example/token"');
    };
    const client = createClient({ fetch, credentials, concurrency: 32 });
    await client.manifest(REFERENCE);
    assert.equal(tokens(registry), 1);
    revoked.add(last);
    await Promise.all(Array.from({ length: 32 }, () => client.manifest(REFERENCE)));
    assert.equal(tokens(registry), 2);
  });

  for (const type of ["bearer", "basic"]) {
    test(`thirty-two calls with a wrong password try it once (${type})`, async () => {
      const registry = await registryWith({ auth: { type, users } });
      const client = createClient({ fetch: registry.fetch, credentials: () => ({ username: "ada", password: "wrong" }) });
      const found = await Promise.all(Array.from({ length: 32 }, () => failure(client.manifest(REFERENCE))));
      assert.deepEqual(new Set(found.map(({ code, registry: domain }) => `${code} ${domain}`)), new Set(["UNAUTHORIZED registry.example"]));
      assert.equal(registry.requests.filter(({ headers }) => headers.authorization).length, 1);
      assert.equal(registry.requests.length, 2);
    });
  }

  test("of two repositories are two, at the same time", async () => {
    const registry = await registryWith({ auth: { type: "bearer", users } });
    await registry.putManifest("c/d", "1", text);
    const client = createClient({ fetch: registry.fetch, credentials });
    await Promise.all([REFERENCE, "registry.example/c/d:1"].flatMap((one) => [client.manifest(one), client.manifest(one)]));
    assert.equal(tokens(registry), 2);
  });

  test("come for an identity token too, and a rotated one is used next", async () => {
    const forms = [];
    let expired = false;
    const fetch = async (url, init) => {
      if (url.startsWith("https://auth.registry.example/")) {
        assert.equal(init.method, "POST");
        assert.equal(init.headers.authorization, undefined);
        const form = new URLSearchParams(new TextDecoder().decode(init.body));
        forms.push(Object.fromEntries(form));
        return Response.json({ access_token: `t${forms.length}`, refresh_token: `canary-${forms.length + 1}` });
      }
      if (init.headers.authorization === `Bearer t${forms.length}` && !expired) {
        return answered();
      }
      expired = false;
      return refused('Bearer realm="https://auth.registry.example/token",service="s"');
    };
    const client = createClient({ fetch, credentials: () => ({ username: "<token>", identityToken: "canary-1" }) });
    await client.manifest(REFERENCE);
    expired = true;
    await client.manifest(REFERENCE);
    const form = { grant_type: "refresh_token", service: "s", client_id: "multiarch", scope: "repository:a/b:pull" };
    assert.deepEqual(forms, [{ ...form, refresh_token: "canary-1" }, { ...form, refresh_token: "canary-2" }]);
  });
});

describe("limits that a registry tells", () => {
  test("are read with one HEAD", async () => {
    const fetch = async (url, init) => {
      assert.equal(init.method, "HEAD");
      const headers = { "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "76;w=21600", "docker-ratelimit-source": "192.0.2.1" };
      return new Response(null, { headers });
    };
    const stated = await createClient({ fetch }).rateLimit("alpine");
    assert.deepEqual(stated, { limit: 100, remaining: 76, windowSeconds: 21600, source: "192.0.2.1" });
  });

  test("are absent where it tells nothing", async () => {
    const { fetch } = await registryWith();
    assert.deepEqual(await createClient({ fetch }).rateLimit(REFERENCE), {});
  });
});
