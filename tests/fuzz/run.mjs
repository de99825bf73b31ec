/** Runs a target: the stored cases, then mutated seeds; and makes what fails small. As run.rs does. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

import { mutated } from "./mutate.mjs";
import { Random } from "./random.mjs";

/** How many rounds are made without a time. */
const ROUNDS = 2_000;
const SEED = 1;
const CORPUS = 4_000;
/** The longest text that is mutated further. */
const KEPT = 4_000;
const SHRINKING_MS = 10_000;
/** How much memory all rounds of a target together may leave behind. */
const GROWTH_BYTES = 512 << 20;

const number = (name) => (process.env[name] === undefined ? undefined : Number(process.env[name]));

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {string[]} seeds what mutation starts from
 * @property {string[]} words of its language
 * @property {(text: string) => unknown} round parses, and checks the properties; gives a text, or a promise of one, for
 *   the way that it ended
 */

/**
 * @param {Target} target
 * @returns {Promise<string>} what was done; fails when a case or a round fails
 */
export async function fuzz(target) {
  const watched = new Watched(target);
  try {
    const cases = stored(target);
    for (const [file, text] of cases) {
      const failure = await attempt(target, watched, text);
      if (failure.error) throw new Error(`${file} of ${target.name}: ${failure.error.stack}\n  ${shown(text)}`);
    }
    return await search(target, watched, cases.length);
  } finally {
    await watched.end();
  }
}

const folderOf = ({ name }) => new URL(`cases/${name}/`, import.meta.url);

function stored(target) {
  let files = [];
  try {
    files = readdirSync(folderOf(target)).sort();
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  return files.map((file) => [file, JSON.parse(readFileSync(new URL(file, folderOf(target)), "utf8"))]);
}

/** As JSON: a text may hold half a surrogate pair. */
function store(target, text) {
  const name = createHash("sha256").update(JSON.stringify(text)).digest("hex").slice(0, 16);
  const file = new URL(`${name}.json`, folderOf(target));
  mkdirSync(folderOf(target), { recursive: true });
  writeFileSync(file, JSON.stringify(text));
  return file.pathname;
}

const shown = (text) => JSON.stringify(text).slice(0, 2000);

async function search(target, watched, cases) {
  const [seconds, seed] = [number("MULTIARCH_FUZZ_SECONDS"), number("MULTIARCH_FUZZ_SEED") ?? SEED];
  const random = new Random(seed);
  const corpus = [...target.seeds];
  const ends = new Set();
  const [start, before] = [performance.now(), process.memoryUsage().rss];
  const isOver = (rounds) => seconds === undefined
    ? rounds >= Math.max(ROUNDS, target.seeds.length)
    : rounds % 64 === 0 && performance.now() - start >= seconds * 1000;
  let rounds = 0;
  for (; !isOver(rounds); rounds += 1) {
    const text = target.seeds[rounds] ?? mutated(random, corpus, target.words);
    const { error, end } = await attempt(target, watched, text);
    if (error) throw await givenUp(target, watched, { seed, round: rounds, text, error });
    if (!ends.has(end) && text.length <= KEPT && corpus.length < CORPUS) corpus.push(text);
    ends.add(end);
    // Rounds without a wait would keep the test runner's own timers from running.
    if (rounds % 1024 === 0) await new Promise(setImmediate);
  }
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < GROWTH_BYTES, `${target.name} keeps ${grown} bytes after ${rounds} rounds`);
  const each = Math.round((rounds * 1000) / (performance.now() - start));
  return `${target.name}: ${cases} cases, ${rounds} rounds, ${each} a second, ${ends.size} ways to end, seed ${seed}`;
}

async function attempt(target, watched, text) {
  watched.see(text);
  const limit = 200 + text.length / 100;
  let took = Infinity;
  // Other programs have the processor too: what is slow is slow every time.
  for (let times = 0; times < 4; times += 1) {
    const start = performance.now();
    try {
      const ended = target.round(text);
      const end = ended instanceof Promise ? await ended : ended;
      took = Math.min(took, performance.now() - start);
      if (took <= limit) return { end: String(end) };
    } catch (error) {
      return { error };
    }
  }
  return { error: Object.assign(new Error(`it takes ${took} ms for ${text.length} characters; at most ${limit}`), { stack: "time" }) };
}

/** Where a failure comes from: two with the same place are the same fault. */
const placeOf = (error) => error.stack?.split("\n").find((line) => /^\s+at /.test(line)) ?? error.stack;

async function givenUp(target, watched, { seed, round, text, error }) {
  const small = await smaller(target, watched, text, placeOf(error));
  const { error: last = error } = await attempt(target, watched, small);
  const where = `round ${round} of seed ${seed}, ${small.length} characters of ${text.length}, stored as ${store(target, small)}`;
  return new Error(`${target.name} fails: ${last.stack}\n  ${where}\n  ${shown(small)}`);
}

/** Leaves out parts for as long as the same fault shows. */
async function smaller(target, watched, text, place) {
  const until = performance.now() + SHRINKING_MS;
  const fails = async (candidate) => {
    const { error } = performance.now() < until ? await attempt(target, watched, candidate) : {};
    return error !== undefined && placeOf(error) === place;
  };
  for (let size = Math.ceil(text.length / 2); size > 0; size = Math.floor(size / 2)) {
    for (let at = 0; at < text.length;) {
      const candidate = text.slice(0, at) + text.slice(at + size);
      if (await fails(candidate)) text = candidate;
      else at += size;
    }
  }
  return text;
}

/** A thread that looks at the text of the round that runs, since nothing in this one ends a round that hangs. */
class Watched {
  #count = new Int32Array(new SharedArrayBuffer(8));
  #text = new Uint16Array(new SharedArrayBuffer(2 << 17));
  #worker;

  constructor({ name }) {
    const workerData = { count: this.#count, text: this.#text, name, folder: folderOf({ name }).href };
    this.#worker = new Worker(new URL("watch.mjs", import.meta.url), { workerData });
    this.#worker.unref();
  }

  see(text) {
    const length = Math.min(text.length, this.#text.length);
    for (let at = 0; at < length; at += 1) this.#text[at] = text.charCodeAt(at);
    this.#count[1] = length;
    Atomics.add(this.#count, 0, 1);
  }

  end() {
    return this.#worker.terminate();
  }
}
