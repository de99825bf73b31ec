// sha256 over a stream of chunks, beside hash-wasm (a peer in wasm) and node:crypto (native).

import { createHash } from "node:crypto";

import { createSHA256 } from "hash-wasm";
import { createDigester } from "multiarch";

import { race, times } from "./measure.mjs";

const CHUNK = Buffer.alloc(64 * 1024, "multiarch");
const CHUNKS = 256;

function feed(hash) {
  for (let at = 0; at < CHUNKS; at++) hash.update(CHUNK);
  return hash;
}

export async function hashing() {
  const peer = await createSHA256();
  const contestants = {
    ours: () => feed(createDigester("sha256")).digest(),
    peer: () => `sha256:${feed(peer.init()).digest("hex")}`,
    native: () => `sha256:${feed(createHash("sha256")).digest("hex")}`,
  };
  if (new Set(Object.values(contestants).map((run) => run())).size !== 1) throw new Error("the contestants disagree");
  const took = await race(contestants, { rounds: 9 });
  const speed = (ms) => `${((CHUNK.length * CHUNKS) / 2 ** 20 / (ms / 1000)).toFixed(0)} MiB/s`;
  return [
    `sha256: ${speed(took.ours)}; hash-wasm ${speed(took.peer)}; ${times(took.peer, took.ours)} its speed`,
    `sha256 of node:crypto, which verified streams use in Node: ${speed(took.native)}`,
  ];
}
