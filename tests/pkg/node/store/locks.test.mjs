/** Locks of lists, and what processes that ended left behind. */

import assert from "node:assert/strict";
import { mkdir, readdir, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { draftFileName } from "multiarch";
import { dockerStore } from "multiarch/node";

import { stateOf } from "../../../support/draft-lists.mjs";
import { APP, LIST, files, openStore } from "../../../support/draft-store.mjs";

test("calls inside of a lock belong to it, others wait", async () => {
  const { store, config } = await openStore();
  const another = dockerStore({ config });
  const order = [];
  let later;
  await store.lock(LIST, async () => {
    later = another.lock(LIST, async () => order.push("another store"));
    const again = store.lock(LIST, async () => order.push("the same store"));
    later = Promise.all([later, again]);
    await store.write(LIST, files("a"));
    await store.write(LIST, [...(await store.read(LIST)), ...files("b", "c")]);
    await another.lock("127.0.0.1:5000/team/other:1", async () => order.push("another list"));
    order.push("first");
  });
  await later;
  assert.deepEqual(order.slice(0, 2), ["another list", "first"]);
  assert.equal(order.length, 4);
  await assert.rejects(store.lock(LIST, async () => Promise.reject(new RangeError("its own"))), RangeError);
  await store.remove(LIST);
});

test("many changes at once, none lost", async () => {
  const { store, config } = await openStore();
  const stores = [store, dockerStore({ config }), dockerStore({ config })];
  await Promise.all(Array.from({ length: 24 }, (_, number) => {
    const own = stores[number % 3];
    return own.lock(LIST, async () => {
      const before = (await own.read(LIST)) ?? [];
      await own.write(LIST, [...before, ...files(`n${number}`)]);
    });
  }));
  assert.equal((await store.read(LIST)).length, 24);
});

test("a lock of a process elsewhere is kept while it shows that it lives", async () => {
  const { store, at } = await openStore();
  await store.write(LIST, files("a"));
  const lock = at(".multiarch", "locks", draftFileName(LIST));
  const owner = "1.1.ffffffffffff.000000000000";
  await mkdir(lock);
  await writeFile(join(lock, owner), "");
  const { pidOf, stateOf: stateOfOwner } = await import("../../../../pkg/node/store/owner.js");
  assert.equal(await stateOfOwner(owner), "unknown");
  assert.equal(pidOf(owner), 1);
  let taken = false;
  const waiting = store.lock(LIST, async () => (taken = true));
  for (let beat = 1; beat <= 5; beat += 1) {
    await utimes(join(lock, owner), new Date(beat * 1000), new Date(beat * 1000));
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.equal(taken, false);
  }
  assert.deepEqual(stateOf(await store.read(LIST)), { [`${APP}:a`]: "1" }, "reading waits for nobody");
  await unlink(join(lock, owner));
  await waiting;
  assert.equal(taken, true);
});

test("what others left behind who cannot be asked for is kept for a day", async () => {
  const { store, at } = await openStore();
  const claims = at(".multiarch", "claims");
  const [young, old] = ["1.1.ffffffffffff.000000000000", "1.1.ffffffffffff.111111111111"];
  for (const owner of [young, old]) await mkdir(join(claims, owner), { recursive: true });
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
  await utimes(join(claims, old), yesterday, yesterday);
  await store.write(LIST, files("a"));
  assert.deepEqual(await readdir(claims), [young]);
});

test("an owner's name tells the living from the dead", async () => {
  const { newOwner, stateOf: stateOfOwner } = await import("../../../../pkg/node/store/owner.js");
  const mine = await newOwner();
  assert.equal(await stateOfOwner(mine), mine.split(".")[1] === "0" ? "unknown" : "alive");
  assert.notEqual(await newOwner(), mine);
  assert.equal(await stateOfOwner("nobody"), "dead");
  const [, start, here, random] = mine.split(".");
  assert.equal(await stateOfOwner(`99999999.${start}.${here}.${random}`), "dead");
  if (start !== "0") assert.equal(await stateOfOwner(`${process.pid}.${Number(start) + 1}.${here}.${random}`), "dead", "the process id was given away again");
});
