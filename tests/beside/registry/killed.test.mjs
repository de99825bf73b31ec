/**
 * Commands that are killed as they write to docker's own registry, before and after a write reaches it: made again, each ends in the
 * state that it would have ended in, and made once more it writes nothing new.
 */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { createClient } from "multiarch";

import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { indexWithAttestations, ociImage } from "../../support/images.mjs";
import { startRecorder } from "../../support/recording.mjs";
import { multiarch } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

/** At how many of its writes a command is killed: the first, one between, and the last. */
const POINTS = 3;

const [amd64, arm64] = ["amd64", "arm64"].map((architecture) => ociImage({ architecture, layers: 2 }));

let registry, front, folder;
before(async () => {
  [registry, folder] = await Promise.all([startDockerRegistry(), scratch()]);
  front = await startFront(registry.url);
  await push(registry, "team/app", "amd64", indexWithAttestations(amd64));
  await push(registry, "team/app", "arm64", indexWithAttestations(arm64));
});
after(async () => {
  await front?.close();
  await registry?.close();
  await folder?.remove();
});

/** In front of the registry: notes what is written, and calls `state.kill` before or after one of the writes is passed on. */
async function startFront(target) {
  const state = { writes: [], at: undefined, isBefore: true, kill: undefined };
  const server = await startRecorder(target, ({ method, url }) => {
    const isWrite = !["GET", "HEAD"].includes(method);
    const isPoint = isWrite && state.writes.push(`${method} ${url.split("?")[0]}`) - 1 === state.at;
    if (!isPoint) return undefined;
    if (state.isBefore) state.kill();
    return { isHeld: state.isBefore, answered: () => state.kill() };
  });
  return { ...server, state };
}

/** Runs a command, killed at its write number `at`; gives what it wrote and how it ended. */
async function runOnce(args, env, at, isBefore) {
  Object.assign(front.state, { writes: [], at, isBefore });
  const ended = await multiarch(args, { env, started: (child) => (front.state.kill = () => child.kill("SIGKILL")) });
  // What is under way in the registry comes to its end.
  await front.idle();
  return { ...ended, writes: front.state.writes };
}

const client = createClient();
const at = (name) => `${front.domain}/${name}`;
const digestOf = (name) => client.resolve(`${registry.domain}/${name}`).then(({ digest }) => digest, ({ code }) => code);
const both = () => [at("team/app:amd64"), at("team/app:arm64")];
const isTag = (write) => /^PUT .*\/manifests\/[^:]+$/.test(write);

/**
 * Each command: what has to be there before it, its line, what it leaves in the registry, and what it may write when it is made
 * again although all is done: docker's `push` puts the list, and a copy the tag, every time.
 */
const COMMANDS = {
  "create under names in two repositories": {
    line: (name) => ["create", "-q", "-t", at(`${name}/one:1`), "-t", at(`${name}/one:2`), "-t", at(`${name}/two:1`), ...both()],
    state: (name) => Promise.all([`${name}/one:1`, `${name}/one:2`, `${name}/two:1`].map(digestOf)),
  },
  "create --append": {
    prepare: (name) => client.copy(`${registry.domain}/team/app:amd64`, `${registry.domain}/${name}:1`),
    line: (name) => ["create", "-q", "--append", "-t", at(`${name}:1`), at("team/app:arm64")],
    state: (name) => digestOf(`${name}:1`),
  },
  edit: {
    prepare: (name) => client.copy(`${registry.domain}/team/app:amd64`, `${registry.domain}/${name}:1`),
    line: (name) => ["edit", "--add", at("team/app:arm64"), "--annotate", "index:k=v", at(`${name}:1`)],
    state: (name) => digestOf(`${name}:1`),
  },
  "push of a draft": {
    async prepare(name, env) {
      const { code, stderr } = await multiarch(["create", at(`${name}:1`), ...both()], { env });
      assert.equal(code, 0, stderr);
    },
    line: (name) => ["push", "-q", at(`${name}:1`)],
    state: (name) => digestOf(`${name}:1`),
    mayRepeat: isTag,
  },
  "apply with a lock": {
    prepare: (name) => writeFile(folder.join(`${name}.yaml`), `image: ${at(`${name}:1`)}\ntags: [latest]\nsources: [${both().join(", ")}]\n`),
    line: (name) => ["apply", "--lock", folder.join(`${name}.lock.json`), folder.join(`${name}.yaml`)],
    state: async (name) => [
      await digestOf(`${name}:1`), await digestOf(`${name}:latest`), (await readFile(folder.join(`${name}.lock.json`), "utf8")).replaceAll(name, ""),
    ],
  },
  "copy of a platform": {
    line: (name) => ["copy", "-q", "--platform", "linux/arm64", at("team/app:arm64"), at(`${name}:1`)],
    state: (name) => digestOf(`${name}:1`),
    mayRepeat: isTag,
  },
  "delete with children": {
    prepare: (name) => client.copy(`${registry.domain}/team/app:amd64`, `${registry.domain}/${name}:1`),
    line: (name) => ["delete", "--with-children", "--yes", "--ignore-missing", at(`${name}:1`)],
    state: (name) => Promise.all([digestOf(`${name}:1`), digestOf(`${name}@${amd64.digest}`)]),
  },
};

for (const [about, { prepare, line, state, mayRepeat = () => false }] of Object.entries(COMMANDS)) {
  describe(about, () => {
    const prefix = about.replaceAll(/[^a-z]+/g, "-");
    /** A repository of its own with what the command begins with. */
    async function begun(number) {
      const name = `${prefix}-${number}`;
      const env = { DOCKER_CONFIG: folder.join(name) };
      await prepare?.(name, env);
      return { name, env };
    }

    test("killed at several of its writes", async (t) => {
      const { name, env } = await begun("whole");
      const whole = await runOnce(line(name), env);
      assert.equal(whole.code, 0, whole.stderr);
      const count = whole.writes.length;
      const expected = await state(name);
      const again = await runOnce(line(name), env);
      assert.deepEqual([again.code, again.writes.filter((write) => !mayRepeat(write))], [0, []], again.stderr);
      assert.deepEqual(await state(name), expected);

      const points = new Set(Array.from({ length: POINTS }, (_, index) => Math.round((index * (count - 1)) / (POINTS - 1))));
      let saved = 0;
      for (const point of points) {
        for (const isBefore of [true, false]) {
          const place = await begun(`${point}-${isBefore ? "before" : "behind"}`);
          const killed = await runOnce(line(place.name), place.env, point, isBefore);
          // The last answer may be in before the signal is.
          assert.ok(killed.signal === "SIGKILL" || (point === count - 1 && !isBefore), `write ${point}: ${killed.stderr}`);
          const repeated = await runOnce(line(place.name), place.env);
          assert.equal(repeated.code, 0, `killed at write ${point}: ${repeated.stderr}`);
          assert.deepEqual(await state(place.name), expected, `killed at write ${point}`);
          saved += count - repeated.writes.length;
          const once = await runOnce(line(place.name), place.env);
          assert.deepEqual([once.code, once.writes.filter((write) => !mayRepeat(write))], [0, []], `killed at write ${point}: ${once.stderr}`);
          assert.deepEqual(await state(place.name), expected);
        }
      }
      t.diagnostic(`${count} writes; killed at ${points.size} of them, before and behind it, ${saved} writes were not made again`);
      assert.ok(count === 1 || saved > 0, "what was done is not done again");
    });
  });
}
