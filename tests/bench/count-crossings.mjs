// Prints what `crossings.mjs` reports: `{ imports, exports, promises, byHand }` of one call, as JSON.

import { createHook } from "node:async_hooks";

import { indexOf } from "./documents.mjs";
import { REFERENCE, TYPE, resolvedByHand, wanted } from "./resolves.mjs";

const CALLS = 10;
const counts = { imports: 0, exports: 0 };

/** The functions of an object, counted. */
function counted(functions, kind) {
  const count = (value) =>
    typeof value !== "function" ? value : (...values) => {
      counts[kind] += 1;
      return value(...values);
    };
  return Object.fromEntries(Object.entries(functions).map(([name, value]) => [name, count(value)]));
}

const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const outside = Object.entries(imports).map(([name, functions]) => [name, counted(functions, "imports")]);
  return { exports: counted(new Instance(module, Object.fromEntries(outside)).exports, "exports") };
};

const { createClient } = await import("multiarch");
const bytes = indexOf(10);
const fetch = async () => new Response(bytes, { headers: { "content-type": TYPE } });
const client = createClient({ fetch });
const ours = () => client.resolve(REFERENCE, wanted);

async function times(work) {
  for (let call = 0; call < CALLS; call++) await work();
}

/** How many promises one call makes. */
async function promisesOf(work) {
  let promises = 0;
  const hook = createHook({ init: (id, type) => void (promises += Number(type === "PROMISE")) }).enable();
  await times(work);
  hook.disable();
  return Math.round(promises / CALLS);
}

// The first calls find out what a registry speaks.
await times(ours);
counts.imports = counts.exports = 0;
await times(ours);
const [imports, exports] = [counts.imports / CALLS, counts.exports / CALLS];
const promises = await promisesOf(ours);
console.log(JSON.stringify({ imports, exports, promises, byHand: await promisesOf(() => resolvedByHand(fetch)) }));
