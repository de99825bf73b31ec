// Ten images of twenty blobs each, copied at the same time from one registry to another: ours as ten processes and as
// ten calls of one client, beside ten processes of skopeo.

import { createClient } from "multiarch";

import { push, startDockerRegistry } from "../support/docker-registry.mjs";
import { dockerImage } from "../support/images.mjs";
import { multiarch, run } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";
import { startSlowProxy } from "./slow-proxy.mjs";

const COPIES = 10;
const BLOBS = 20;
const LATENCY_MS = 20;

export async function copies() {
  const [from, to] = await Promise.all([startDockerRegistry(), startDockerRegistry()]);
  const [source, target] = await Promise.all([from, to].map(({ url }) => startSlowProxy(url, LATENCY_MS)));
  const folder = await scratch();
  try {
    for (let at = 0; at < COPIES; at++) {
      await push(from, `bench/app-${at}`, "1", dockerImage({ text: `copy ${at}`, layers: BLOBS - 1 }));
    }
    const lines = [`${COPIES} parallel copies of an image of ${BLOBS} blobs to another registry, ${LATENCY_MS} ms for each request:`];
    for (const [who, copy] of Object.entries(ways(folder))) {
      const one = (at) => copy(`${source.domain}/bench/app-${at}:1`, `${target.domain}/bench/${who.replaceAll(/\W+/g, "-")}-${at}:1`);
      const work = () => Promise.all(Array.from({ length: COPIES }, (_, at) => one(at)));
      lines.push(`  ${who}: ${await cost(work, source, target)}`);
    }
    return lines;
  } finally {
    await Promise.all([source.close(), target.close(), from.close(), to.close()]);
    await folder.remove();
  }
}

const ways = (folder) => {
  const env = { HOME: folder.join("home"), DOCKER_CONFIG: folder.join("config") };
  const client = createClient();
  return {
    "ours, processes": async (from, to) => done(await multiarch(["copy", "--quiet", from, to], { env })),
    "ours, one client": (from, to) => client.copy(from, to),
    "skopeo, processes": async (from, to) => {
      const open = ["--src-tls-verify=false", "--dest-tls-verify=false"];
      done(await run("skopeo", ["copy", ...open, `docker://${from}`, `docker://${to}`], { env }));
    },
  };
};

function done({ code, stderr }) {
  if (code !== 0) throw new Error(stderr);
}

async function cost(work, source, target) {
  let written;
  try {
    const read = await source.measure(async () => (written = await target.measure(work)));
    return `${read.requests} requests of the source, ${written.requests} of the target, ${read.ms.toFixed(0)} ms`;
  } catch (error) {
    if (error.code === "ENOENT") return "not installed";
    throw error;
  }
}
