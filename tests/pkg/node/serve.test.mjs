/** `serve`: web-standard handlers on node:http. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { test } from "node:test";

import { createMemoryRegistry } from "multiarch/testing";
import { serve } from "multiarch/node";

async function serving(t, handler, options) {
  const server = await serve(handler, options);
  t.after(() => server.close());
  return server;
}

/** Sends bytes as they are and reads until the connection ends. */
function raw({ port }, text) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.write(text));
    const parts = [];
    socket.on("data", (part) => parts.push(part)).on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(parts).toString("latin1")));
  });
}

test("method, URL, headers and body arrive; status, headers and body come back", async (t) => {
  const server = await serving(t, async (request) => {
    const seen = [
      request.method,
      request.url,
      request.headers.get("x-question"),
      await request.text(),
      request.redirect,
    ];
    return new Response(JSON.stringify(seen), {
      status: 207,
      headers: [
        ["x-answer", "42"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ],
    });
  });
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  const response = await fetch(`${server.url}/a/b?c=%2F&d`, {
    method: "POST",
    headers: { "x-question": "why" },
    body: "because",
  });
  assert.deepEqual(await response.json(), ["POST", `${server.url}/a/b?c=%2F&d`, "why", "because", "manual"]);
  assert.equal(response.status, 207);
  assert.equal(response.headers.get("x-answer"), "42");
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
});

test("HEAD has the length and no body; 204 and 304 have none either", async (t) => {
  const server = await serving(t, ({ url }) => {
    const status = Number(new URL(url).pathname.slice(1));
    return status === 200
      ? new Response("body", { headers: { "content-length": "4" } })
      : new Response(null, { status });
  });
  const head = await fetch(`${server.url}/200`, { method: "HEAD" });
  assert.deepEqual([head.headers.get("content-length"), await head.text()], ["4", ""]);
  for (const status of [204, 304]) assert.equal((await fetch(`${server.url}/${status}`)).status, status);
});

test("bodies stream both ways at once", async (t) => {
  const server = await serving(t, (request) => new Response(request.body));
  const request = http.request(server.url, { method: "POST" });
  request.write("first");
  const response = await new Promise((resolve, reject) =>
    request.on("response", resolve).on("error", reject),
  );
  const parts = response[Symbol.asyncIterator]();
  // The first part is back before the second is sent.
  assert.equal(String((await parts.next()).value), "first");
  request.end("second");
  assert.equal(String((await parts.next()).value), "second");
  assert.equal((await parts.next()).done, true);
});

test("large bodies go through whole", async (t) => {
  const server = await serving(t, (request) => new Response(request.body));
  const sent = Buffer.alloc(24 << 20, "0123456789abcdef");
  const response = await fetch(server.url, { method: "PUT", body: sent });
  const summed = createHash("sha256");
  for await (const part of response.body) summed.update(part);
  assert.equal(summed.digest("hex"), createHash("sha256").update(sent).digest("hex"));
});

test("a client that does not read is waited for", async (t) => {
  const part = new Uint8Array(64 << 10);
  const all = 4096;
  let pulled = 0;
  const server = await serving(
    t,
    () =>
      new Response(
        new ReadableStream(
          {
            pull(controller) {
              pulled += 1;
              if (pulled === all) controller.close();
              else controller.enqueue(part);
            },
          },
          { highWaterMark: 0 },
        ),
      ),
  );
  const socket = net.connect(server.port, "127.0.0.1", () =>
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
  );
  t.after(() => socket.destroy());
  socket.pause();
  for (let seen = -1; pulled === 0 || pulled !== seen;) {
    seen = pulled;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(pulled < all, "what the network cannot take stays where it comes from");
});

test("an answer before the body is read leaves the connection usable", async (t) => {
  const server = await serving(t, () => new Response("no", { status: 401 }));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const once = () =>
    new Promise((resolve, reject) => {
      const request = http.request(server.url, { method: "PUT", agent }, (response) => {
        response.resume().on("end", () => resolve([response.statusCode, request.reusedSocket]));
      });
      request.on("error", reject).end(Buffer.alloc(1 << 20));
    });
  assert.deepEqual(await once(), [401, false]);
  assert.deepEqual(await once(), [401, true]);
});

test("a client that goes away aborts the request", async (t) => {
  let heard;
  const aborted = new Promise((resolve) => {
    heard = resolve;
  });
  const errors = [];
  const server = await serving(
    t,
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          heard(signal.reason.name);
          reject(signal.reason);
        });
        started();
      }),
    { onError: (error) => errors.push(error) },
  );
  let started;
  const begun = new Promise((resolve) => {
    started = resolve;
  });
  const controller = new AbortController();
  const request = fetch(server.url, { signal: controller.signal });
  await begun;
  controller.abort();
  await assert.rejects(request);
  assert.equal(await aborted, "AbortError");
  assert.deepEqual(errors, []);
});

test("a client that goes away cancels the body", async (t) => {
  let cancelled;
  const ended = new Promise((resolve) => {
    cancelled = resolve;
  });
  const server = await serving(
    t,
    () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new Uint8Array(10)),
          cancel: () => cancelled("cancelled"),
        }),
      ),
  );
  const response = await fetch(server.url);
  await response.body.cancel();
  assert.equal(await ended, "cancelled");
});

test("a handler that throws is a 500 without its message, and is heard of", async (t) => {
  const errors = [];
  const server = await serving(
    t,
    () => {
      throw new Error("password=hunter2");
    },
    { onError: (error) => errors.push(error.message) },
  );
  const response = await fetch(server.url);
  assert.equal(response.status, 500);
  const text = await response.text();
  assert.equal(JSON.parse(text).errors[0].code, "INTERNAL");
  assert.doesNotMatch(text, /hunter2|\bat /);
  assert.deepEqual(errors, ["password=hunter2"]);
});

test("what is no answer is a 500 too", async (t) => {
  const errors = [];
  const server = await serving(t, () => undefined, { onError: (error) => errors.push(error) });
  assert.equal((await fetch(server.url)).status, 500);
  assert.equal(errors.length, 1);
});

test("broken, short and failing bodies break the connection", async (t) => {
  const faults = [];
  const registry = createMemoryRegistry({ faults });
  const { digest, size } = await registry.putBlob("a", "0123456789");
  const server = await serving(t, registry.fetch);
  const get = async () => (await fetch(`${server.url}/v2/a/blobs/${digest}`)).arrayBuffer();
  assert.equal((await get()).byteLength, size);
  for (const answer of ["reset", "lost", { truncate: 4 }, { resetAfter: 4 }]) {
    faults[0] = { answer };
    await assert.rejects(get, TypeError, JSON.stringify(answer));
  }
  // A short body may not be filled up with the answer to the next request on the connection.
  faults[0] = { answer: { truncate: 4 } };
  const once = `GET /v2/a/blobs/${digest} HTTP/1.1\r\nHost: a\r\n\r\n`;
  assert.equal((await raw(server, once + once)).split("HTTP/1.1 200").length - 1, 1);
  faults[0] = { answer: { resetAfter: 4 } };
  const received = await raw(server, `GET /v2/a/blobs/${digest} HTTP/1.1\r\nHost: a\r\n\r\n`);
  assert.ok(received.endsWith("\r\n\r\n0123"), "what was sent before the break arrives");
});

test("targets that a URL parser would rewrite are refused", async (t) => {
  const paths = [];
  const server = await serving(t, ({ url }) => {
    paths.push(new URL(url).pathname);
    return new Response("ok");
  });
  const status = async (target, host = "127.0.0.1:1") =>
    Number(
      (await raw(server, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).split(
        " ",
      )[1],
    );
  for (const target of [
    "/a/../b",
    "/a/%2e%2e/b",
    "/./a",
    "/a\\b",
    "http://elsewhere.example/",
    "*",
    "/a|b/../c",
  ]) {
    assert.equal(await status(target), 400, target);
  }
  for (const host of ["a b", "a@b", "a/b", "a?b", "a#b"]) assert.equal(await status("/", host), 400, host);
  assert.deepEqual(paths, []);
  for (const target of ["/", "//a", "/a%2fb", "/a//b?c=../d"])
    assert.equal(await status(target), 200, target);
  assert.deepEqual(paths, ["/", "//a", "/a%2fb", "/a//b"]);
});

test("close ends connections that are kept alive or waiting", async () => {
  const server = await serve(() => new Promise(() => {}));
  const waiting = fetch(server.url);
  const idle = net.connect(server.port, "127.0.0.1");
  const ended = new Promise((resolve) => idle.on("close", resolve));
  idle.on("error", () => {}); // a reset is an end too
  await new Promise((resolve) => idle.on("connect", resolve));
  const rejected = assert.rejects(waiting);
  await new Promise((resolve) => setImmediate(resolve));
  await server.close();
  await rejected;
  await ended;
  await assert.rejects(fetch(server.url));
});

test("a port that is taken is an error, and other addresses work", async (t) => {
  const server = await serving(t, () => new Response("ok"));
  await assert.rejects(
    serve(() => new Response("ok"), { port: server.port }),
    { code: "EADDRINUSE" },
  );
  const other = await serving(t, () => new Response("ok"), { hostname: "127.0.0.2" });
  assert.ok(other.url.startsWith("http://127.0.0.2:"));
  assert.equal(await (await fetch(other.url)).text(), "ok");
});
