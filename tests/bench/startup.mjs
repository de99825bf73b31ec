// What the command line costs before and around its work, in CPU time, beside a Node that does nothing.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { pushAll, samples } from "../support/images.mjs";
import { median, times } from "./measure.mjs";

const BIN = fileURLToPath(new URL("../../pkg/bin/multiarch.cjs", import.meta.url));
const CPU = fileURLToPath(new URL("cpu.cjs", import.meta.url));
const ROUNDS = 11;

/** CPU milliseconds of one run of Node. */
function cost(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--require", CPU, ...args], { stdio: ["ignore", "ignore", "inherit", "pipe"] });
    let report = "";
    child.stdio[3].on("data", (text) => (report += text));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(Number(report) / 1000);
      else reject(new Error(`node ${args.join(" ")} exited with ${code}`));
    });
  });
}

export async function startup() {
  const registry = createMemoryRegistry();
  const { url, close } = await serve(registry.fetch);
  await pushAll(registry.fetch, url, "bench/list", "1", samples().list);
  const programs = {
    nothing: ["-e", "0"],
    version: [BIN, "--version"],
    inspect: [BIN, "inspect", `${new URL(url).host}/bench/list:1`],
  };
  const spent = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(programs)) spent[name].push(await cost(args));
  }
  await close();
  const [nothing, version, inspect] = Object.values(spent).map(median);
  const line = (name, ms) => `${name}: ${ms.toFixed(0)} ms of CPU; node -e 0 ${nothing.toFixed(0)} ms; ${times(ms, nothing)}`;
  return [line("multiarch --version", version), line("multiarch inspect on loopback", inspect)];
}
