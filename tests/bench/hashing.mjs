// sha256 beside hash-wasm, a peer in wasm: a stream of chunks, and one short text.

import { createHash } from "node:crypto";

import { createSHA256 } from "hash-wasm";
import { createDigester, digest } from "multiarch";

import { configure, environment } from "../../pkg/core/load.js";
import { race, ratio } from "./measure.mjs";

const CHUNK = Buffer.alloc(64 * 1024, "multiarch");
const CHUNKS = 256;
const SHORT = Buffer.alloc(700, "multiarch");

function feed(hash) {
  for (let at = 0; at < CHUNKS; at++) hash.update(CHUNK);
  return hash;
}

/** `work` as on a host that has no hash of its own, a browser for instance. */
function inWasm(work) {
  const described = environment();
  configure({ ...described, createHash: undefined, hash: undefined });
  try {
    return work();
  } finally {
    configure(described);
  }
}

async function compare(name, contestants, { least, bytes, ...options }) {
  if (new Set(Object.values(contestants).map((run) => run())).size !== 1) throw new Error("the contestants disagree");
  const took = await race(contestants, options);
  const speed = (ms) => `${(bytes / 2 ** 20 / (ms / 1000)).toFixed(0)} MiB/s`;
  return [
    `sha256, ${name}, in the package: ${speed(took.ours)}; hash-wasm ${speed(took.peer)}; ${ratio(took.peer / took.ours, { least })}`,
    `sha256, ${name}, in wasm alone: ${speed(took.wasm)}; ${ratio(took.peer / took.wasm, { least })}; node:crypto ${speed(took.native)}`,
  ];
}

export async function hashing() {
  const peer = await createSHA256();
  const stream = () => feed(createDigester("sha256")).digest();
  const short = () => digest(SHORT);
  return [
    ...(await compare("16 MiB in chunks", {
      ours: stream,
      wasm: () => inWasm(stream),
      peer: () => `sha256:${feed(peer.init()).digest("hex")}`,
      native: () => `sha256:${feed(createHash("sha256")).digest("hex")}`,
    }, { least: 1.15, bytes: CHUNK.length * CHUNKS, rounds: 20 })),
    ...(await compare("700 bytes", {
      ours: short,
      wasm: () => inWasm(short),
      peer: () => `sha256:${peer.init().update(SHORT).digest("hex")}`,
      native: () => `sha256:${createHash("sha256").update(SHORT).digest("hex")}`,
    }, { least: 1.1, bytes: SHORT.length, rounds: 400, calls: 100 })),
  ];
}
