/**
 * Works on one docker store until it is killed, and says on its standard output, line by line and without a buffer, what
 * it is about to do and what is done. `node store-worker.mjs` reads its orders as JSON from the environment:
 *
 * - `{ job: "change", config, seed, lists }`: one random change after the other
 * - `{ job: "die", config, lists, at, work }`: `work` on the first list, dead at the write number `at`
 * - `{ job: "fill", config, lists, own, count }`: adds entries of its own and annotates them, then ends
 */

import { writeSync } from "node:fs";

import { dockerStore } from "multiarch/node";

import { entriesOf, entry, seeded, stateOf } from "./draft-lists.mjs";
import { watchedFs } from "./faulty-fs.mjs";

const APP = "127.0.0.1:5000/team/app";
const orders = JSON.parse(process.env.STORE_ORDERS);
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`);

const JOBS = { change, die, fill };
await JOBS[orders.job](orders);

/** The next state of a list, and the call that makes it so. */
function plan(store, list, state, random, version) {
  const refs = state ? Object.keys(state) : [];
  if (state === null) {
    const next = Object.fromEntries([1, 2, 3].map((number) => [`${APP}:${number}`, version]));
    return [next, () => store.write(list, entriesOf(next))];
  }
  const kind = random(8);
  if (kind === 0) return [null, () => store.remove(list)];
  if (kind < 4) {
    const next = { ...state, [refs[random(refs.length)]]: version };
    const [ref] = Object.keys(next).filter((name) => next[name] === version);
    return [next, () => store.writeEntry(list, entry(ref, version))];
  }
  // Several files at once: all that stay get a new version, one goes and one comes.
  const kept = refs.length > 4 ? refs.slice(1) : refs;
  const next = Object.fromEntries([...kept, `${APP}:${version}`].map((ref) => [ref, version]));
  return [next, () => store.write(list, entriesOf(next))];
}

async function change({ config, seed, lists }) {
  const random = seeded(seed);
  const store = dockerStore({ config });
  const slowest = await slowestLock(store, lists);
  say({ ready: true, slowest });
  for (let round = 0; ; round += 1) {
    const list = lists[random(lists.length)];
    const before = stateOf(await store.read(list));
    const [next, work] = plan(store, list, before, random, `${seed}-${round}`);
    say({ list, next });
    await work();
    say({ list, done: true });
  }
}

/** How long this process waited for the lock of any of the lists. */
async function slowestLock(store, lists) {
  let slowest = 0;
  for (const list of lists) {
    const start = performance.now();
    await store.lock(list, async () => {});
    slowest = Math.max(slowest, performance.now() - start);
  }
  return slowest;
}

async function die({ config, lists: [list], at, work }) {
  let count = 0;
  const fs = watchedFs(({ isWrite }) => {
    if (!isWrite) return;
    if (count === at) process.kill(process.pid, "SIGKILL");
    count += 1;
  });
  const store = dockerStore({ config, fs });
  if (work.remove) await store.remove(list);
  else if (work.entry) await store.writeEntry(list, entry(...work.entry));
  else await store.write(list, entriesOf(work.state));
  say({ done: true });
}

async function fill({ config, lists, own, count }) {
  const store = dockerStore({ config });
  const list = lists[own % lists.length];
  for (let number = 0; number < count / 2; number += 1) {
    const ref = `${APP}:${own}-${number}`;
    await store.lock(list, async () => {
      const entries = (await store.read(list)) ?? [];
      await store.write(list, [...entries, entry(ref, "created", APP)]);
    });
    await store.lock(list, async () => {
      const found = await store.readEntry(list, ref);
      if (stateOf([found])[ref] !== "created") throw new Error(`${ref} is not what was created`);
      await store.writeEntry(list, entry(ref, "annotated", APP));
    });
  }
  say({ done: true });
}
