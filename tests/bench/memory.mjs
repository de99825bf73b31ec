// How much memory the core and the heap have. Imported before the package is first called, which makes the instance.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const { Instance } = WebAssembly;
let memory;

// The first instance of all is the core's: nothing else is made until then.
WebAssembly.Instance = function (...given) {
  const instance = new Instance(...given);
  memory ??= instance.exports.memory;
  return instance;
};

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/** MiB that the core has taken from its host, which it never gives back. */
export const core = () => memory.buffer.byteLength / 2 ** 20;

/** MiB of the heap once everything unused is gone. */
export async function heap() {
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise(setImmediate);
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}
