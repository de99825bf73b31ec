/**
 * Hostile values in every place of every call, with other calls under way. Whatever is passed, each call ends, with a result
 * or with a MultiarchError; the others do not notice.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MultiarchError, createClient, init } from "multiarch";
import { call } from "../../pkg/core/load.js";

import { placesIn, replaced } from "./places.mjs";
import { POSITIONS } from "./positions.mjs";
import { NO, VALUES } from "./values.mjs";

const INDEX = '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}';
/** Longer than any of them should take, also where the machine is busy. */
const DEADLINE_MS = 10_000;

const unhandled = [];
const hear = (error) => unhandled.push(error);
const total = { calls: 0, refused: 0, bystanders: 0, places: 0 };
let core;

before(async () => {
  await init();
  process.on("unhandledRejection", hear);
  core = call((glue) => glue);
});

after(() => {
  process.off("unhandledRejection", hear);
  const [calls, refused, bystanders, places] = Object.values(total).map((number) => number.toLocaleString("en"));
  console.log(`arguments: ${calls} calls in ${places} places, ${refused} refused with a code, ${bystanders} bystanders unharmed`);
});

/** Calls that wait for their answer until they are let go on. */
function bystanders(count) {
  let go;
  const gate = new Promise((open) => (go = open));
  const client = createClient({ fetch: async () => {
    await gate;
    return new Response(INDEX, { headers: { "content-type": "application/vnd.oci.image.index.v1+json" } });
  } });
  const calls = Array.from({ length: count }, (_, at) => client.manifest(`registry.example/a/b${at}:1`));
  return { done: Promise.allSettled(calls), go };
}

/** A call with everything that it gives: streams are read to their end, the first few items of what is iterated. */
async function played(work, given) {
  const result = await work(...given);
  if (typeof result?.pipeTo === "function") await result.pipeTo(new WritableStream());
  else if (typeof result?.next === "function") for (let at = 0; at < 3; at++) await result.next();
}

async function outcome(work, given) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(() => resolve("late"), DEADLINE_MS)));
  const ended = played(work, given).then(() => "done", (error) => [error]);
  const found = await Promise.race([ended, late]);
  clearTimeout(timer);
  return found;
}

function check(found, where, isOwn) {
  if (found === "done") return;
  assert.notEqual(found, "late", `${where}: it does not end`);
  const [error] = found;
  // What a caller's own function throws comes out as it is; to wait for a revoked function throws too, and to call a class.
  if (isOwn && (error === NO || (error instanceof TypeError && /revoked|Class constructor/.test(error.message)))) return;
  assert.ok(error instanceof MultiarchError, `${where}: ${error?.stack}`);
  assert.match(error.code, /^[A-Z_]+$/, where);
  assert.notEqual(error.code, "INTERNAL", `${where}: ${error.stack} ${error.cause?.stack}`);
  assert.ok(error.message.length < 70_000, `${where}: a message of ${error.message.length} characters`);
  total.refused += 1;
}

for (const [name, [work, given, { isOwn = false, mayWait = false } = {}]] of Object.entries(POSITIONS)) {
  test(name, async () => {
    assert.equal(String(await outcome(work, given())), "done", "it succeeds with what it takes");
    for (const place of placesIn(given())) {
      const { done, go } = bystanders(2);
      const values = Object.entries(VALUES).filter(([value]) => !(mayWait && value === "a promise without an end"));
      const found = await Promise.all(values.map(([, make]) => outcome(work, replaced(given(), place, make()))));
      go();
      found.forEach((one, at) => check(one, `${name} ${place.join(".")}: ${values[at][0]}`, isOwn));
      const others = await done;
      assert.deepEqual(others.filter(({ status }) => status === "rejected"), [], `${name} ${place.join(".")}: the others`);
      total.calls += values.length;
      total.places += 1;
      total.bystanders += others.length;
    }
    assert.ok(call((glue) => glue) === core, "the instance is the same");
    await new Promise((resume) => setTimeout(resume, 5));
    assert.deepEqual(unhandled, []);
    assert.deepEqual([Object.keys(Object.prototype), {}.os], [[], undefined], "nothing is polluted");
  });
}
