// What the command line costs before and around its work, in CPU time, beside a Node that does nothing.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { pushAll, samples } from "../support/images.mjs";
import { amount } from "./measure.mjs";

const BIN = fileURLToPath(new URL("../../pkg/bin/multiarch.cjs", import.meta.url));
const CPU = fileURLToPath(new URL("cpu.cjs", import.meta.url));
const BARE = fileURLToPath(new URL("bare.cjs", import.meta.url));
const ROUNDS = 20;
const INSPECT_MS = 55;

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
    bare: [BARE, new URL("/v2/bench/list/manifests/1", url).href],
  };
  const spent = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(programs)) spent[name].push(await cost(args));
  }
  await close();
  const [nothing, version, inspect, bare] = Object.values(spent).map((costs) => Math.min(...costs));
  const ms = (value) => `${value.toFixed(0)} ms`;
  return [
    `CPU of node -e 0: ${ms(nothing)}; multiarch --version ${ms(version)}; multiarch inspect on loopback ${ms(inspect)}; ` +
      `the same request by a bare node:http script ${ms(bare)}`,
    `CPU of multiarch inspect beyond node -e 0: ${amount(inspect - nothing, INSPECT_MS, "ms")}; ` +
      `${(inspect / bare).toFixed(2)} x the bare script`,
  ];
}
