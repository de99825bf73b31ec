/** What a remote party can make longer has an end: lists of agents, of addresses, of answers. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Memo } from "../../../pkg/node/credentials/memo.js";
import { nodeFetch } from "../../../pkg/node/http/fetch.js";
import { createRoutes } from "../../../pkg/node/http/routes.js";
import { REMEMBERED } from "../../../pkg/core/facts.js";
import { Recent } from "../../../pkg/core/recent.js";
import { startServer } from "../../support/recording.mjs";
import { until } from "../../support/until.mjs";

test("entries that were used last stay, and the others are reported", () => {
  const gone = [];
  const recent = new Recent(3, (value, key) => gone.push([key, value]));
  for (const key of ["a", "b", "c"]) recent.set(key, key.toUpperCase());
  assert.equal(recent.get("a"), "A");
  assert.equal(recent.once("b", () => assert.fail("made again")), "B");
  recent.set("d", "D");
  recent.set("a", "A2");
  recent.set("e", "E");
  assert.deepEqual(gone, [["c", "C"], ["b", "B"]]);
  assert.deepEqual([recent.size, recent.get("a"), recent.get("c"), recent.get("d")], [3, "A2", undefined, "D"]);
  assert.equal(recent.once("f", () => "F"), "F");
  recent.clear();
  assert.equal(recent.size, 0);
});

test("answers about registries", async () => {
  const memo = new Memo();
  let asked = 0;
  const ask = (key) => memo.get(key, async () => (asked += 1));
  for (let number = 0; number <= REMEMBERED; number += 1) await ask(`registry-${number}`);
  assert.equal(asked, REMEMBERED + 1);
  await ask(`registry-${REMEMBERED}`);
  assert.equal(asked, REMEMBERED + 1, "the last one is known");
  await ask("registry-0");
  assert.equal(asked, REMEMBERED + 2, "the first one was forgotten");
});

describe("routes", () => {
  let server;
  before(async () => {
    server = await startServer((request, response) => {
      response.socket.server.keepAliveTimeout = 60_000;
      response.end("ok");
    });
  });
  after(() => server.close());

  test("agents of registries that name others", async () => {
    const route = createRoutes({ env: {}, proxy: false });
    const agents = new Set();
    for (let number = 0; number < 500; number += 1) {
      const { options } = await route(new URL(`https://x${number}.example/`), { namedBy: `registry-${number}.example` });
      agents.add(options.agent);
    }
    assert.equal(agents.size, 500);
    const again = await route(new URL("https://x499.example/"), { namedBy: "registry-499.example" });
    assert.ok(agents.has(again.options.agent), "the last one is kept");
    const first = await route(new URL("https://x0.example/"), { namedBy: "registry-0.example" });
    assert.ok(!agents.has(first.options.agent), "the first one is not");
    const retired = [...agents].filter(({ maxFreeSockets }) => maxFreeSockets === 0);
    assert.ok(retired.length >= 500 - 64, `${retired.length} were let go`);
  });

  test("an agent that is let go closes what it has, now or when it is done", async () => {
    const send = nodeFetch({ proxy: false, env: {}, lookup: (_, { all }, done) => (all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4)) });
    await (await send(server.url)).text(); // met in a private network: what it names may lie there
    const slow = await send(server.url, { namedBy: "127.0.0.1" });
    for (let number = 0; number < 70; number += 1) {
      const answer = await send(`http://registry-${number}.example:${server.port}/`);
      await answer.text();
      await (await send(server.url, { namedBy: `registry-${number}.example` })).text();
    }
    assert.equal(await slow.text(), "ok");
    await until(() => server.sockets.size <= 64 + 64, "at most two connections to each of 64 are open");
  });

  test("idle connections to many hosts", async () => {
    const lookup = (_, { all }, done) => (all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4));
    const send = nodeFetch({ proxy: false, env: {}, lookup });
    const opened = new Set(server.sockets);
    for (let number = 0; number < 150; number += 1) await (await send(`http://host-${number}.example:${server.port}/`)).text();
    const idle = () => [...server.sockets].filter((socket) => !opened.has(socket)).length;
    await until(() => idle() <= 64, "at most 64 connections are kept");
    assert.ok(idle() >= 32, `${idle()} connections are kept`);
  });
});
