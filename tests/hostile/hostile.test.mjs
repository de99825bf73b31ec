/** A hostile registry, end to end: every attack on every command, with real sockets and random secrets. */

import { after, before, suite, test } from "node:test";

import { init } from "multiarch";
import { nodeFetch } from "multiarch/node";

import { scratch } from "../support/scratch.mjs";
import { ANSWERS } from "./cases/answers.mjs";
import { AUTH } from "./cases/auth.mjs";
import { PROCESSES } from "./cases/processes.mjs";
import { REGISTRIES } from "./cases/profiles.mjs";
import { RETRIES } from "./cases/retries.mjs";
import { SECRET } from "./cases/secrets.mjs";
import { URLS } from "./cases/urls.mjs";
import { WRITING } from "./cases/writes.mjs";
import { playProcess } from "./command-line.mjs";
import { play } from "./play.mjs";
import { openWorld } from "./world.mjs";

const total = { cases: 0, canaries: 0, searched: 0 };
let world;
let send;
let folder;

before(async () => {
  await init();
  folder = await scratch();
  world = await openWorld();
  send = nodeFetch({ proxy: world.proxy, ca: world.ca, env: {} });
});

after(async () => {
  await world.close();
  await folder.remove();
  const [cases, canaries, searched] = Object.values(total).map((number) => number.toLocaleString("en"));
  console.log(`hostile: ${cases} cases, ${canaries} canaries, ${searched} places searched`);
});

function tell({ canaries, searched }) {
  total.cases += 1;
  total.canaries += canaries;
  total.searched += searched;
}

const LIBRARY = {
  "URLs that a registry names": URLS,
  "what a registry answers": ANSWERS,
  "challenges and tokens": AUTH,
  "tokens in place of passwords": SECRET,
  "what is tried again": RETRIES,
  "real registries' ways": REGISTRIES,
  "calls that write": WRITING,
};

for (const [title, cases] of Object.entries(LIBRARY)) {
  suite(title, () => {
    for (const one of cases) test(one.name, async () => tell(await play(world, send, one)));
  });
}

suite("the command line", () => {
  for (const one of PROCESSES) test(one.name, async () => tell(await playProcess(world, folder, one)));
});
