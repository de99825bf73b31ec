// An archive of `docker save` with a layer of 2 GB, listed: time and memory of the whole program beside Node's own.

import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { dockerMembers, header, tarOf } from "../support/archives.mjs";
import { dockerImage } from "../support/images.mjs";
import { BIN, run } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";
import { amount } from "./measure.mjs";

const PEAK = fileURLToPath(new URL("peak.cjs", import.meta.url));
export const LAYER = 2_000_000_000;
const BLOCK = 512;
const [MOST_S, MOST_MIB] = [1, 64];
const ROUNDS = 5;

/** Writes an archive whose one layer has one file of zeros: a hole, which takes no room on a disk. */
export async function writeArchive(path) {
  const members = dockerMembers([[["app:1.0"], dockerImage({ layers: 1 })]]);
  const at = members.findIndex((member) => member.path.endsWith("/layer.tar"));
  const padded = Math.ceil(LAYER / BLOCK) * BLOCK;
  const size = BLOCK + padded + 2 * BLOCK;
  const before = Buffer.concat([
    tarOf(members.slice(0, at), { end: false }),
    header({ ...members[at], size }),
    header({ path: "data.bin", size: LAYER }),
  ]);
  const file = await open(path, "w");
  try {
    await file.write(before, 0, before.length, 0);
    await file.write(tarOf(members.slice(at + 1)), 0, undefined, before.length - BLOCK + size);
  } finally {
    await file.close();
  }
}

/** Seconds that Node takes for `args`, and the most MiB that it has, as the least of some rounds. */
async function cost(args) {
  const best = { seconds: Infinity, mebibytes: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const { code, stderr } = await run(process.execPath, ["--require", PEAK, ...args]);
    if (code !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
    best.seconds = Math.min(best.seconds, (performance.now() - start) / 1000);
    best.mebibytes = Math.min(best.mebibytes, Number(/peak (\d+)/.exec(stderr)[1]) / 1024);
  }
  return best;
}

export async function archives() {
  const folder = await scratch();
  try {
    const archive = folder.join("saved.tar");
    await writeArchive(archive);
    const node = await cost(["-e", "0"]);
    const lines = [`an archive of docker save with a layer of ${LAYER / 1e9} GB; Node alone ${node.mebibytes.toFixed(0)} MiB:`];
    for (const args of [["ls"], ["inspect"]]) {
      const { seconds, mebibytes } = await cost([BIN, ...args, `docker-archive:${archive}`]);
      lines.push(`  ${args.join(" ")}: ${amount(seconds, MOST_S, "s")}, ${amount(mebibytes - node.mebibytes, MOST_MIB, "MiB")} beyond Node's own`);
    }
    return lines;
  } finally {
    await folder.remove();
  }
}
