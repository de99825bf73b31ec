/** Processes that share one docker store and die at any moment: every list is what it was or what it was to be. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { dockerStore } from "multiarch/node";

import { dockerVersion } from "../../../support/docker.mjs";
import { entriesOf, quickFolder, seeded, stateOf, textOf } from "../../../support/draft-lists.mjs";
import { run } from "../../../support/run.mjs";

const WORKER = fileURLToPath(new URL("../../../support/store-worker.mjs", import.meta.url));
const LISTS = ["127.0.0.1:5000/team/list:1", "127.0.0.1:5000/team/list:2", "docker.io/library/list:3"];
const APP = "127.0.0.1:5000/team/app";
const RUNS = 200;
const STORES = 2;
/** What a lock may outlive its owner by. */
const LOCK_MS = 1000;

const places = [];
const children = new Set();
after(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(places.map((place) => place.remove()));
});

async function open() {
  const place = await quickFolder();
  places.push(place);
  return place;
}

/** A worker: the lines that it said, and a promise of its end. */
function start(orders) {
  const child = spawn(process.execPath, [WORKER], {
    env: { ...process.env, STORE_ORDERS: JSON.stringify(orders) }, stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const said = { out: "", err: "" };
  const heard = [];
  child.stdout.on("data", (chunk) => {
    said.out += chunk;
    for (const listener of heard) listener();
  });
  child.stderr.on("data", (chunk) => (said.err += chunk));
  const ended = new Promise((resolve) => child.once("close", (code, signal) => {
    children.delete(child);
    for (const listener of heard) listener();
    resolve({ code, signal, lines: said.out.split("\n").slice(0, -1).map((line) => JSON.parse(line)), stderr: said.err });
  }));
  /** Resolves when the worker has said that many lines, or has ended. */
  const lines = (count) => new Promise((resolve) => {
    const look = () => (said.out.split("\n").length > count || !children.has(child)) && resolve();
    heard.push(look);
    look();
  });
  return { child, ended, lines };
}

const docker = await dockerVersion();

/** Docker's reading of every entry, from the files as they are. */
async function readByDocker(config, list, state) {
  if (!docker || state === null) return;
  for (const [ref, version] of Object.entries(state).slice(0, 1)) {
    const { code, stdout, stderr } = await run("docker", ["--config", config, "manifest", "inspect", "-v", list, ref]);
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).Descriptor.platform["os.version"], version);
  }
}

/** One store after the other kill: what is known of each list goes from run to run. */
async function killing(number, runs) {
  const { path: config } = await open();
  const random = seeded(7919 * (number + 1));
  const known = Object.fromEntries(LISTS.map((list) => [list, null]));
  const seen = { old: 0, new: 0, killed: 0, docker: 0 };
  for (let round = 0; round < runs; round += 1) {
    const worker = start({ job: "change", config, seed: 1000 * number + round + 1, lists: LISTS });
    await worker.lines(2 + random(6));
    // Somewhere within the change that was announced last: they take a few milliseconds.
    await new Promise((resolve) => setTimeout(resolve, random(12)));
    worker.child.kill("SIGKILL");
    const { signal, lines, stderr } = await worker.ended;
    assert.equal(signal, "SIGKILL", stderr);
    const [{ ready, slowest }, ...steps] = lines;
    assert.ok(ready, stderr);
    assert.ok(slowest < LOCK_MS, `a lock outlived its owner by ${slowest} ms`);

    let pending;
    for (const { list, next, done } of steps) {
      if (done) [known[list], pending] = [pending.next, undefined];
      else pending = { list, next };
    }
    const store = dockerStore({ config });
    for (const list of LISTS) {
      const begin = performance.now();
      const found = stateOf(await store.lock(list, () => store.read(list)));
      assert.ok(performance.now() - begin < LOCK_MS, "a lock outlived its owner");
      const wanted = [known[list], ...(pending?.list === list ? [pending.next] : [])].map(textOf);
      assert.ok(wanted.includes(textOf(found)), `${list} after run ${round}: ${textOf(found)} is neither of\n${wanted.join("\n")}`);
      if (wanted.length > 1) seen[textOf(found) === wanted[0] ? "old" : "new"] += 1;
      known[list] = found;
    }
    seen.killed += 1;
    if (round % 10 === 9) {
      for (const list of LISTS) await readByDocker(config, list, known[list]);
    }
  }
  const names = LISTS.filter((list) => known[list] !== null).sort();
  assert.deepEqual(await dockerStore({ config }).list(), names);
  for (const kind of ["work", "locks"]) assert.deepEqual(await readdir(`${config}/manifests/.multiarch/${kind}`), []);
  return seen;
}

test(`${RUNS} processes killed at random: every list old or new, no lock outlives its owner`, async (t) => {
  const seen = await Promise.all(Array.from({ length: STORES }, (_, number) => killing(number, RUNS / STORES)));
  const sum = (name) => seen.reduce((total, one) => total + one[name], 0);
  assert.equal(sum("killed"), RUNS);
  assert.ok(sum("old") + sum("new") > 0, "no process was killed within a change");
  t.diagnostic(`killed within a change: ${sum("old")} times the old list was there, ${sum("new")} times the new one`);
});

const OLD = { [`${APP}:a`]: "1", [`${APP}:b`]: "1" };
const WORKS = {
  "a new list": { from: null, to: OLD, work: { state: OLD } },
  "one entry": { from: OLD, to: { ...OLD, [`${APP}:b`]: "2" }, work: { entry: [`${APP}:b`, "2"] } },
  "several entries": {
    from: OLD, to: { [`${APP}:a`]: "1", [`${APP}:c`]: "2", [`${APP}:d`]: "2" },
    work: { state: { [`${APP}:a`]: "1", [`${APP}:c`]: "2", [`${APP}:d`]: "2" } },
  },
  "the list removed": { from: OLD, to: null, work: { remove: true } },
};

for (const [name, { from, to, work }] of Object.entries(WORKS)) {
  test(`killed at every single write: ${name}`, async () => {
    let isOver = false;
    let next = 0;
    const outcomes = new Set();
    async function take() {
      while (!isOver) {
        const at = next;
        next += 1;
        const { path: config } = await open();
        const store = dockerStore({ config });
        if (from) await store.write(LISTS[0], entriesOf(from));
        const { signal, lines, stderr } = await start({ job: "die", config, lists: LISTS, at, work }).ended;
        const found = textOf(stateOf(await store.read(LISTS[0])));
        if (signal === null) {
          assert.equal(lines.length, 1, stderr);
          assert.equal(found, textOf(to));
          isOver = true;
          continue;
        }
        assert.equal(signal, "SIGKILL", stderr);
        assert.ok([from, to].map(textOf).includes(found), `dead at write ${at}: ${found}`);
        outcomes.add(found);
        assert.deepEqual(await store.list(), found === null ? [] : [LISTS[0]]);
        // The next process finds no lock and leaves no file behind.
        const successor = dockerStore({ config });
        const begin = performance.now();
        await successor.write(LISTS[0], entriesOf({ [`${APP}:z`]: "1" }));
        assert.ok(performance.now() - begin < LOCK_MS, "a lock outlived its owner");
        assert.deepEqual(stateOf(await store.read(LISTS[0])), { [`${APP}:z`]: "1" });
        for (const kind of ["work", "locks", "claims"]) assert.deepEqual(await readdir(`${config}/manifests/.multiarch/${kind}`), [], `${kind} after write ${at}`);
      }
    }
    await Promise.all([take(), take()]);
    assert.deepEqual([...outcomes].sort(), [from, to].map(textOf).sort(), "both outcomes were seen");
  });
}

test("32 processes, 20 creates and annotates each, on one store: all present, none corrupt", async () => {
  const { path: config } = await open();
  const lists = Array.from({ length: 8 }, (_, number) => `127.0.0.1:5000/team/list:${number}`);
  const workers = Array.from({ length: 32 }, (_, own) => start({ job: "fill", config, lists, own, count: 20 }));
  for (const { ended } of workers) {
    const { code, stderr } = await ended;
    assert.equal(code, 0, stderr);
  }
  const store = dockerStore({ config });
  const found = {};
  for (const list of lists) Object.assign(found, stateOf(await store.read(list)));
  const wanted = {};
  for (let own = 0; own < 32; own += 1) {
    for (let number = 0; number < 10; number += 1) wanted[`${APP}:${own}-${number}`] = "annotated";
  }
  assert.equal(textOf(found), textOf(wanted));
  for (const list of lists) await readByDocker(config, list, stateOf(await store.read(list)));
  for (const kind of ["work", "locks", "claims"]) assert.deepEqual(await readdir(`${config}/manifests/.multiarch/${kind}`), []);
});
