/** Watches over the rounds of another thread: one that hangs is stored, and the process ended. */

import { mkdirSync, writeFileSync, writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

const HANG_MS = 30_000;

const { count, text, name, folder } = workerData;
let [seen, since] = [-1, 0];

setInterval(() => {
  const now = Atomics.load(count, 0);
  if (now !== seen) [seen, since] = [now, performance.now()];
  else if (performance.now() - since > HANG_MS) {
    const hung = JSON.stringify(String.fromCharCode(...text.subarray(0, count[1])));
    mkdirSync(new URL(folder), { recursive: true });
    writeFileSync(new URL(`hang-${now}.json`, folder), hung);
    // The thread's own stderr goes through the other one, which hangs.
    writeSync(2, `${name} hangs: ${hung.slice(0, 2000)}\n`);
    process.kill(process.pid, "SIGKILL");
  }
}, 500);
