/** Copies between two registries of docker's own, whole and interrupted; every byte that is sent is counted. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";

import { createClient, digest } from "multiarch";

import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { seeded } from "../../support/draft-lists.mjs";
import { everything, indexWithAttestations, ociImage } from "../../support/images.mjs";
import { startRecorder } from "../../support/recording.mjs";

const WORKER = new URL("../../support/copy-worker.mjs", import.meta.url).pathname;
const KILLS = 10;
const SEED = 20_260_102;

/** Text that is different for each name; layers store it as it is. */
function text(name, size) {
  const random = seeded(name.length * 7919 + name.charCodeAt(0));
  return `${name}\n${Array.from({ length: size / 8 }, () => random(2 ** 31).toString(36).padStart(7, "0")).join("\n")}`;
}

const SIZES = { amd64: 10 << 20, arm64: 3 << 20, arm: 200_000, 386: 1000, s390x: 1000, riscv64: 1000 };
const index = indexWithAttestations(
  ...Object.entries(SIZES).map(([architecture, size]) => ociImage({ architecture, text: text(architecture, size) })),
);
const blobs = new Map(everything(index).flatMap(({ blobs: own = [] }) => own).map((blob) => [blob.digest, blob]));
const documents = new Map(everything(index).filter(({ children }) => children).map((one) => [one.digest, one]));

/** In front of a registry: counts what is written, and does what a test wants at a byte. */
async function startCounter(target) {
  const state = { written: 0, at: undefined };
  const server = await startRecorder(target.url, (request) => {
    request.on("data", (chunk) => {
      state.written += chunk.length;
      if (state.at && state.written >= state.at.bytes) state.at.reached();
    });
  });
  return { ...server, state };
}

/** Runs a copy in a process of its own, killed when so many bytes were written. */
async function copyIn(process, counter, bytes) {
  const child = spawn(globalThis.process.execPath, [WORKER, ...process], { stdio: ["ignore", "pipe", "inherit"] });
  counter.state.at = { bytes: counter.state.written + bytes, reached: () => child.kill("SIGKILL") };
  const [code] = await new Promise((resolve) => child.once("close", (...ended) => resolve(ended)));
  counter.state.at = undefined;
  // What was under way in the registry comes to its end.
  await counter.idle();
  return code;
}

/** What a registry holds of the index, asked directly. */
async function held(registry, repository) {
  const there = async (kind, one) =>
    (await fetch(`${registry.url}/v2/${repository}/${kind}/${one.digest}`, {
      method: "HEAD",
      headers: { accept: one.mediaType },
    })).ok;
  const found = new Set();
  for (const blob of blobs.values()) if (await there("blobs", blob)) found.add(blob.digest);
  for (const one of documents.values()) if (await there("manifests", one)) found.add(one.digest);
  return found;
}

const sum = (items) => [...items].reduce((total, { size }) => total + size, 0);

describe("copy between two docker registries", () => {
  let source, target, counter;
  before(async () => {
    [source, target] = await Promise.all([startDockerRegistry(), startDockerRegistry()]);
    counter = await startCounter(target);
    await push(source, "team/app", "1", index);
  });
  after(async () => {
    await counter.close();
    await Promise.all([source.close(), target.close()]);
  });
  const from = () => `${source.domain}/team/app:1`;
  const to = (repository) => `${counter.domain}/${repository}:1`;

  test("a six-platform index with attestations keeps its digest, and each byte is sent once", async () => {
    const start = counter.state.written;
    const copied = await createClient().copy(from(), to("whole"));
    assert.deepEqual(copied, { mediaType: index.mediaType, digest: index.digest, size: index.size, preserved: true });
    const answer = await fetch(`${target.url}/v2/whole/manifests/1`, { headers: { accept: index.mediaType } });
    assert.equal(digest(new Uint8Array(await answer.arrayBuffer())), index.digest);
    assert.equal((await held(target, "whole")).size, blobs.size + documents.size);
    assert.equal(counter.state.written - start, sum(blobs.values()) + sum(documents.values()));
    const patches = counter.requests.filter(({ method }) => method === "PATCH");
    assert.equal(patches.length, 2);
  });

  test("a second copy sends the tag's document and nothing else", async () => {
    const start = counter.state.written;
    await createClient().copy(from(), to("whole"));
    assert.equal(counter.state.written - start, index.size);
  });

  test("within a registry, blobs are mounted", async () => {
    const start = counter.state.written;
    await createClient().copy(to("whole"), to("mounted"));
    assert.equal((await held(target, "mounted")).size, blobs.size + documents.size);
    assert.equal(counter.state.written - start, sum(documents.values()));
  });

  test(`killed at ${KILLS} random bytes: made again, it is finished without sending what is there`, async (t) => {
    const random = seeded(SEED);
    const total = sum(blobs.values()) + sum(documents.values());
    let resumed = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const repository = `killed/${round}`;
      const bytes = 1 + random(total - 1);
      const code = await copyIn([from(), to(repository)], counter, bytes);
      assert.equal(code, null, `it was to be killed at ${bytes} of ${total}`);
      const there = await held(target, repository);
      const tagged = await fetch(`${target.url}/v2/${repository}/manifests/1`, { headers: { accept: index.mediaType } });
      await tagged.arrayBuffer();
      assert.ok(tagged.status === 404 || there.size === blobs.size + documents.size);
      const start = counter.state.written;
      assert.equal(await copyIn([from(), to(repository)], counter, Infinity), 0);
      const missing = [...blobs.values(), ...documents.values()].filter((one) => !there.has(one.digest));
      // The index is put under its tag whatever is there.
      const expected = sum(missing) + (there.has(index.digest) ? index.size : 0);
      assert.equal(counter.state.written - start, expected, `after ${bytes} bytes, seed ${SEED}`);
      assert.equal((await held(target, repository)).size, blobs.size + documents.size);
      if (there.size > 0) resumed += 1;
    }
    t.diagnostic(`${resumed} of ${KILLS} found something that was there`);
    assert.ok(resumed > 0);
  });
});
