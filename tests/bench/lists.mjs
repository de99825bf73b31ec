// `docker manifest` and multiarch at the same work, each as a process of its own: requests, bytes and time against
// a real registry that is 20 ms away.

import { push, startDockerRegistry } from "../support/docker-registry.mjs";
import { dockerVersion, dockerWith } from "../support/docker.mjs";
import { dockerList, eightImages } from "../support/images.mjs";
import { multiarch } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";
import { ratio } from "./measure.mjs";
import { startSlowProxy } from "./slow-proxy.mjs";

const LATENCY_MS = 20;

/** In the order in which a script does it. Docker's push takes seconds, so those rounds are few. */
const VERBS = {
  inspect: { rounds: 40, least: 3.8, args: ({ pushed }) => [pushed] },
  create: {
    rounds: 5,
    args: ({ list, sources }) => [list, ...sources],
    note: "no fewer are possible: the manifest and the config of each image",
  },
  push: { rounds: 5, least: 12, args: ({ list }) => [list] },
};

export async function lists() {
  const registry = await startDockerRegistry();
  const proxy = await startSlowProxy(registry.url, LATENCY_MS);
  const folder = await scratch();
  try {
    const { config, run: docker } = await dockerWith(folder);
    const version = await dockerVersion();
    const runners = {
      ours: (args) => multiarch(args, { env: { DOCKER_CONFIG: config } }),
      ...(version && { theirs: (args) => docker(["manifest", ...args]) }),
    };
    const costs = await measured(runners, proxy, await stage(registry, proxy.domain));
    return [
      `a list of 8 images of 10 blobs each from another repository, ${LATENCY_MS} ms for each request:`,
      ...Object.entries(costs).flatMap(([verb, cost]) => rows(verb, cost, version)),
    ];
  } finally {
    await Promise.all([proxy.close(), registry.close()]);
    await folder.remove();
  }
}

/** Pushes the images, and a list of them, past the proxy. @returns what they are called by way of it */
async function stage(registry, domain) {
  const images = eightImages();
  await push(registry, "bench/pushed", "1", dockerList(...images));
  for (const image of images) await push(registry, "bench/source", image.platform.architecture, image);
  const sources = images.map(({ platform }) => `${domain}/bench/source:${platform.architecture}`);
  return { pushed: `${domain}/bench/pushed:1`, sources };
}

/** Costs by verb and by who does it: `{ inspect: { ours: [cost, …], theirs: [cost, …] }, … }`. */
async function measured(runners, proxy, names) {
  const costs = {};
  for (const [verb, { rounds, args }] of Object.entries(VERBS)) {
    costs[verb] = Object.fromEntries(Object.keys(runners).map((who) => [who, []]));
    // The first round warms up and does not count. The two alternate, so that other load of the machine slows both.
    for (let round = 0; round <= rounds; round++) {
      for (const [who, run] of Object.entries(runners)) {
        // Every round has a repository of its own, which nothing was mounted into yet.
        const operands = args({ ...names, list: `${proxy.domain}/bench/${who}-${round}:1` });
        const cost = await proxy.measure(async () => {
          const { code, stderr } = await run([verb, "--insecure", ...operands]);
          if (code !== 0) throw new Error(`${who}: ${verb}: ${stderr}`);
        });
        if (round > 0) costs[verb][who].push(cost);
      }
    }
  }
  return costs;
}

function rows(verb, { ours, theirs }, version) {
  const row = (what, field, { unit = "", note = "", least } = {}) => {
    const best = (costs) => Math.min(...costs.map((cost) => cost[field]));
    const mine = best(ours);
    if (!theirs) return `  ${verb}, ${what}: ${mine.toFixed(0)}${unit}; docker is not installed`;
    const times = best(theirs) / mine;
    const verdict = least === undefined ? `${times.toFixed(1)} times as much` : `${ratio(times, { least })} as fast`;
    return `  ${verb}, ${what}: ${mine.toFixed(0)}${unit}; docker ${version} ${best(theirs).toFixed(0)}${unit}; ${verdict}${note && ` (${note})`}`;
  };
  return [
    row("requests", "requests", { note: VERBS[verb].note }),
    row("requests one after the other", "serial"),
    row("connections", "connections"),
    row("bytes sent and received", "bytes"),
    row("time, program start included", "ms", { unit: " ms", least: VERBS[verb].least }),
  ];
}
