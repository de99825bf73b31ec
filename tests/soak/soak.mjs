/**
 * Many mixed calls against a registry that misbehaves at random: every answer is right or a MultiarchError of a known code,
 * nothing hangs, nothing stays open, and memory does not grow.
 *
 * `node tests/soak/soak.mjs [--calls=20000] [--seed=N] [--call=N]`. A failure names the seed and the call; `--call` plays that
 * one alone. Of eight calls seven go through a stub of fetch in virtual time, and one over sockets of loopback in real time.
 */

import { mock } from "node:test";
import { parseArgs } from "node:util";
import v8 from "node:v8";
import vm from "node:vm";

import { seeded } from "./chance.mjs";
import { createMisbehaviour } from "./misbehaviour.mjs";

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc");

/** Instances of the core, whose memory no other counter shows. */
const instances = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...given) {
    super(...given);
    instances.push(this);
  }
};
const library = await import("multiarch");
const { nodeFetch, serve } = await import("multiarch/node");
const { LOGIN, kindOf, make, registryFor } = await import("./play.mjs");
// Timers are mocked on purpose; the warning that they are experimental would stand among the counts.
process.removeAllListeners("warning");

const { values } = parseArgs({ options: { calls: { type: "string" }, seed: { type: "string" }, call: { type: "string" } } });
const CALLS = Number(values.calls ?? 20_000);
const SEED = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const ONLY = values.call === undefined ? undefined : Number(values.call);
const BATCH = 250;
const AT_ONCE = 50;

/** How much more there may be at the end than after the first quarter: memory that grew for the largest load so far stays. */
const ALLOWANCE = { heap: 6 << 20, wasm: 3 << 19 };
/** No call takes longer, in the time that it lives in. */
const HANGS_MS = { virtual: 1_800_000, real: 30_000 };

const clock = { setTimeout, clearTimeout, setImmediate };
const misbehaviour = createMisbehaviour(SEED, isReal);
const outcomes = {};
const samples = [];
const before = tally(process.getActiveResourcesInfo());
const start = performance.now();
let registry;

console.log(`soak: ${CALLS.toLocaleString("en")} calls, seed ${SEED}`);

const options = { credentials: () => LOGIN, retry: { attempts: 3, maxDelayMs: 5000 } };
const stub = {
  client: library.createClient({
    ...options, fetch: (...asked) => registry.fetch(...asked), timeouts: { connectMs: 1000, headersMs: 1000, idleMs: 500 },
  }),
  domains: Array.from({ length: 16 }, (_, at) => `r${at}.registry.example`),
};
const servers = await Promise.all(Array.from({ length: 16 }, () => serve((request) => registry.fetch(request), { onError: () => {} })));
const sockets = {
  client: library.createClient({
    ...options, retry: { attempts: 2, maxDelayMs: 300 }, fetch: nodeFetch({ proxy: false, env: {} }),
    timeouts: { connectMs: 1000, headersMs: 1000, idleMs: 500 }, timeoutMs: 10_000,
  }),
  domains: servers.map(({ url }) => new URL(url).host),
};

/** Whether a call goes over sockets: whole batches, because virtual time is for all timers at once. */
function isReal(number) {
  return Math.floor(number / BATCH) % 8 === 3;
}

function deadlineOf(ms, { setTimeout: wait, clearTimeout: forget }) {
  return (promise, message) => {
    let timer;
    const late = new Promise((_, reject) => (timer = wait(() => reject(new Error(message)), ms)));
    return Promise.race([promise, late]).finally(() => forget(timer));
  };
}

async function one(number, ways, deadline) {
  const domain = ways.domains[number % ways.domains.length];
  let outcome;
  try {
    outcome = await make({ seed: SEED, number, client: ways.client, domain, registry, library, deadline });
  } catch (error) {
    const story = misbehaviour.metBy(number).map((line) => `  ${line}`).join("\n");
    const again = `node tests/soak/soak.mjs --seed=${SEED} --call=${number}`;
    throw new Error(`call ${number}, ${kindOf(SEED, number)}: ${error?.code ?? ""} ${error?.stack ?? error}\n${story}\nagain: ${again}`);
  }
  const kind = (outcomes[kindOf(SEED, number)] ??= {});
  kind[outcome] = (kind[outcome] ?? 0) + 1;
}

/** So many at a time, each as soon as another one is done. */
async function abreast(numbers, work) {
  const rest = numbers[Symbol.iterator]();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const number of rest) await work(number);
  }));
}

async function batch(numbers) {
  registry = registryFor(misbehaviour);
  if (isReal(numbers[0])) {
    await abreast(numbers, (number) => one(number, sockets, deadlineOf(HANGS_MS.real, clock)));
  } else {
    await inVirtualTime(() => abreast(numbers, (number) => one(number, stub, deadlineOf(HANGS_MS.virtual, globalThis))));
  }
  misbehaviour.forget();
}

/** How many digests other threads are at: they take real time, in which mocked time must stand still. */
let digesting = 0;
const { digest } = crypto.subtle;
crypto.subtle.digest = async (...given) => {
  digesting += 1;
  try {
    return await digest.apply(crypto.subtle, given);
  } finally {
    digesting -= 1;
  }
};

/** Lets mocked time go on, a little whenever there is nothing else to do, until the work is done. */
async function inVirtualTime(work) {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_700_000_000_000 + Math.floor(performance.now()) * 1000 });
  try {
    let isOver = false;
    const done = work().finally(() => (isOver = true));
    done.catch(() => {});
    while (!isOver) {
      for (let round = 0; (round < 20 || digesting > 0) && !isOver; round += 1) await new Promise(clock.setImmediate);
      mock.timers.tick(20);
    }
    return await done;
  } finally {
    mock.timers.reset();
  }
}

/** Twice, with time in between for what runs when an object is gone. */
async function sample(calls) {
  for (let round = 0; round < 2; round += 1) {
    collectGarbage();
    await new Promise((resolve) => clock.setTimeout(resolve, 20));
  }
  collectGarbage();
  const wasm = instances.reduce((sum, { exports }) => sum + exports.memory.buffer.byteLength, 0);
  samples.push({ calls, heap: process.memoryUsage().heapUsed, wasm });
}

function tally(names) {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** What is open now and was not at the start, once everything had time to close. */
async function leftOpen() {
  let more = [];
  for (let round = 0; round < 80; round += 1) {
    const now = Object.entries(tally(process.getActiveResourcesInfo()));
    more = now.filter(([name, count]) => count > (before[name] ?? 0));
    if (more.length === 0) return [];
    await new Promise((resolve) => clock.setTimeout(resolve, 100));
  }
  return more;
}

const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

async function main() {
  Math.random = seeded(SEED);
  const all = ONLY === undefined ? Array.from({ length: CALLS }, (_, at) => at) : [ONLY];
  for (let at = 0; at < all.length; at += BATCH) {
    await batch(all.slice(at, at + BATCH));
    if ((at + BATCH) % 1000 === 0) await sample(at + BATCH);
  }
  for (const server of servers) await server.close();
  const open = await leftOpen();

  let [right, wrong] = [0, 0];
  for (const [kind, counts] of Object.entries(outcomes).sort()) {
    const { ok = 0, ...failed } = counts;
    right += ok;
    wrong += Object.values(failed).reduce((sum, count) => sum + count, 0);
    console.log(`  ${kind}: ${ok} answered, ${Object.entries(failed).sort().map(([code, count]) => `${code} ${count}`).join(", ")}`);
  }
  const faults = Object.values(misbehaviour.met).reduce((sum, count) => sum + count, 0);
  console.log(`  ${right.toLocaleString("en")} right answers, ${wrong.toLocaleString("en")} errors of known codes, ` +
    `${faults.toLocaleString("en")} faults of ${Object.keys(misbehaviour.met).length} kinds, ${((performance.now() - start) / 1000).toFixed(1)} s`);

  const problems = [];
  if (open.length > 0) problems.push(`left open: ${open.map(([name, count]) => `${count} ${name}`).join(", ")}`);
  if (instances.length > 1) problems.push(`the core was started ${instances.length} times: it broke down`);
  const early = samples.find(({ calls }) => calls >= CALLS / 4);
  const last = samples.at(-1);
  if (early && last && early !== last) {
    for (const [what, allowed] of Object.entries(ALLOWANCE)) {
      const grown = last[what] - early[what];
      console.log(`  ${what}: ${mib(early[what])} after ${early.calls} calls, ${mib(last[what])} after ${last.calls}`);
      if (grown > allowed) problems.push(`${what} grew by ${mib(grown)}; ${mib(allowed)} is allowed: ${samples.map((one) => mib(one[what])).join(", ")}`);
    }
  }
  if (right === 0) problems.push("nothing was answered");
  return problems;
}

const problems = await main().catch((error) => [error.message]);
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`again: node tests/soak/soak.mjs --calls=${CALLS} --seed=${SEED}`);
  process.exit(1);
}
