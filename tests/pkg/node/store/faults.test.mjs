/**
 * A disk that fails at each call once: what a list holds is what it held or what it was to hold, and what has failed
 * has changed nothing.
 */

import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { after, test } from "node:test";

import { draftFileName } from "multiarch";
import { dockerStore } from "multiarch/node";

import { entriesOf, entry, quickFolder, stateOf, textOf } from "../../../support/draft-lists.mjs";
import { faultyFs, systemError, watchedFs } from "../../../support/faulty-fs.mjs";
import { run } from "../../../support/run.mjs";

const LIST = "127.0.0.1:5000/team/list:1";
const APP = "127.0.0.1:5000/team/app";
const OLD = { [`${APP}:a`]: "1", [`${APP}:b`]: "1" };
const places = [];
after(() => Promise.all(places.map((place) => place.remove())));

/** What is done, from what, and what is to come of it. */
const JOBS = {
  "a new list": { from: null, to: OLD, work: (store) => store.write(LIST, entriesOf(OLD)) },
  "one entry annotated": { from: OLD, to: { ...OLD, [`${APP}:b`]: "2" }, work: (store) => store.writeEntry(LIST, entry(`${APP}:b`, "2")) },
  "one entry added": { from: OLD, to: { ...OLD, [`${APP}:c`]: "1" }, work: (store, job) => store.write(LIST, entriesOf(job.to)) },
  "one entry removed": { from: OLD, to: { [`${APP}:a`]: "1" }, work: (store, job) => store.write(LIST, entriesOf(job.to)) },
  "several entries": { from: OLD, to: { [`${APP}:a`]: "1", [`${APP}:c`]: "2", [`${APP}:d`]: "2" }, work: (store, job) => store.write(LIST, entriesOf(job.to)) },
  "read, then written": {
    from: OLD, to: { [`${APP}:a`]: "2", [`${APP}:b`]: "2" },
    work: (store, job) => store.lock(LIST, async () => {
      await store.read(LIST);
      await store.write(LIST, entriesOf(job.to));
    }),
  },
  "the list removed": { from: OLD, to: null, work: (store) => store.remove(LIST) },
};
const FAULTS = [
  { code: "ENOSPC" }, { code: "EACCES" }, { code: "EROFS", lasting: true }, { code: "ENOSPC", lasting: true }, { code: "EIO", writes: false },
];

for (const [name, job] of Object.entries(JOBS)) {
  for (const fault of FAULTS) {
    const where = `${fault.lasting ? "from" : "at"} every ${fault.writes === false ? "call" : "write"}`;
    test(`${name}: ${fault.code} ${where}`, async () => {
      const place = await quickFolder();
      places.push(place);
      let failed = 0;
      for (let at = 0; ; at += 1) {
        await rm(place.join("manifests"), { recursive: true, force: true });
        const plain = dockerStore({ config: place.path });
        if (job.from) await plain.write(LIST, entriesOf(job.from));
        const { fs, seen } = faultyFs({ at, ...fault });
        const error = await job.work(dockerStore({ config: place.path, fs }), job).then(() => undefined, (thrown) => thrown);
        if (!seen.isHit) {
          assert.equal(error, undefined);
          assert.ok(failed > 0, "no call was made to fail");
          break;
        }
        const label = `fault ${at}: ${error?.stack ?? "none"}`;
        const found = textOf(stateOf(await dockerStore({ config: place.path }).read(LIST)));
        const [from, to] = [textOf(job.from), textOf(job.to)];
        if (error === undefined) assert.equal(found, to, label);
        else {
          failed += 1;
          assert.equal(error.code, "DRAFT_UNAVAILABLE", label);
          assert.match(error.message, /^(open|read|write|mkdir) \S+: [a-z/ -]+$/, label);
          assert.ok(!error.message.includes(".multiarch"), label);
          // A disk that refuses even to take the change back may have it finished by the next process.
          if (fault.lasting) assert.ok([from, to].includes(found), label);
          else assert.equal(found, from, label);
        }
        await usable(plain, place);
      }
    });
  }
}

/** Whatever happened, the next one who comes can work, and what was left over is gone. */
async function usable(store, place) {
  const list = await store.list();
  assert.deepEqual(list, (await store.read(LIST)) ? [LIST] : []);
  await store.write(LIST, entriesOf({ [`${APP}:z`]: "1" }));
  assert.deepEqual(stateOf(await store.read(LIST)), { [`${APP}:z`]: "1" });
  assert.deepEqual(await readdir(place.join("manifests", ".multiarch", "work")), []);
  assert.deepEqual(await readdir(place.join("manifests", ".multiarch", "locks")), []);
}

test("the sentence is docker's: what was done to which of docker's files", async () => {
  const place = await quickFolder();
  places.push(place);
  const path = place.join("manifests", draftFileName(LIST), draftFileName(`${APP}:b`));
  await dockerStore({ config: place.path }).write(LIST, entriesOf(OLD));
  const messages = new Set();
  for (let at = 0; ; at += 1) {
    const { fs, seen } = faultyFs({ at, code: "ENOSPC" });
    const error = await dockerStore({ config: place.path, fs }).writeEntry(LIST, entry(`${APP}:b`, `${at + 2}`)).catch((thrown) => thrown);
    if (!seen.isHit) break;
    if (error) messages.add(error.message);
  }
  assert.ok(messages.has(`write ${path}: no space left on device`), [...messages].join("\n"));
});

test("where files have one name only, what stays is copied, and on the disk before the change counts", async () => {
  const place = await quickFolder();
  places.push(place);
  const plain = dockerStore({ config: place.path });
  await plain.write(LIST, entriesOf(OLD));
  const stays = join(place.join("manifests"), draftFileName(LIST), draftFileName(`${APP}:a`));
  await chmod(stays, 0o600);
  const synced = [];
  let committed;
  const fs = watchedFs(({ name, path }) => {
    if (name === "link") throw systemError("EPERM", name, path);
    if (name === "handle.sync") synced.push(basename(path));
    if (name === "rename" && basename(path).startsWith("part-")) committed ??= [...synced];
  });
  const next = { [`${APP}:a`]: "1", [`${APP}:c`]: "1", [`${APP}:d`]: "1" };
  await dockerStore({ config: place.path, fs }).write(LIST, entriesOf(next));
  for (const ref of Object.keys(next)) assert.ok(committed.includes(draftFileName(ref)), `${ref} of ${committed}`);
  assert.deepEqual(stateOf(await plain.read(LIST)), next);
  assert.equal((await stat(stays)).mode & 0o777, 0o600);
});

test("a folder that may not be written to is read all the same, in and out of a lock", async () => {
  const place = await quickFolder();
  places.push(place);
  await dockerStore({ config: place.path }).write(LIST, entriesOf(OLD));
  const { fs } = faultyFs({ at: 0, code: "EROFS", lasting: true });
  const store = dockerStore({ config: place.path, fs });
  assert.deepEqual(stateOf(await store.read(LIST)), OLD);
  assert.deepEqual(await store.list(), [LIST]);
  assert.deepEqual(await store.lock(LIST, async () => stateOf(await store.read(LIST))), OLD);
  await assert.rejects(store.lock(LIST, () => store.remove(LIST)), { code: "DRAFT_UNAVAILABLE", message: /read-only file system$/ });
  assert.equal(await store.read("127.0.0.1:5000/team/none:1"), undefined);
});

/** A program of its own that gives up, once it is loaded, the right to write anywhere. */
const unprivileged = (program, ...values) => {
  const [imports, work] = program.split("\n\n", 2);
  const drop = "if (process.getuid?.() === 0) process.setegid(65534), process.seteuid(65534);";
  const script = ["--input-type=module", "-e", `${imports}\n${drop}\n${work}`, "--", ...values];
  return run(process.execPath, script, { cwd: import.meta.dirname });
};
const WRITER = `
  import { dockerStore } from "multiarch/node";
  import { entriesOf } from "../../../support/draft-lists.mjs";

  const store = dockerStore({ config: process.argv[1] });
  const found = (await store.read(process.argv[2])).length;
  const codes = [];
  for (const work of [() => store.write(process.argv[2], []), () => store.remove(process.argv[2]), () => store.write("127.0.0.1:5000/new:1", [])]) {
    codes.push(await work().then(() => "done", ({ code, message }) => code + " " + message));
  }
  console.log(JSON.stringify({ found, codes }));
`;

test("a real folder without the permission to write", async () => {
  const place = await quickFolder();
  places.push(place);
  const config = place.join("config");
  await mkdir(config);
  await chmod(place.path, 0o755);
  await dockerStore({ config }).write(LIST, entriesOf(OLD));
  await run("chmod", ["-R", "a-w,a+rX", config]);
  try {
    const { code, stdout, stderr } = await unprivileged(WRITER, config, LIST);
    assert.equal(code, 0, stderr);
    const { found, codes } = JSON.parse(stdout);
    assert.equal(found, 2);
    for (const said of codes) assert.match(said, /^DRAFT_UNAVAILABLE \w+ \S+: permission denied$/);
    assert.deepEqual(stateOf(await dockerStore({ config }).read(LIST)), OLD);
  } finally {
    await run("chmod", ["-R", "u+w", config]);
  }
});

test("a list's folder that belongs to another user: old or new, never in between", async () => {
  const place = await quickFolder();
  places.push(place);
  const config = place.join("config");
  await chmod(place.path, 0o755);
  await dockerStore({ config }).write(LIST, entriesOf(OLD));
  const folder = join(config, "manifests", draftFileName(LIST));
  await chmod(folder, 0o555);
  const before = await readFile(join(folder, draftFileName(`${APP}:a`)), "utf8");
  await run("chmod", ["-R", "a+rX", config]);
  if (process.getuid?.() === 0) await run("chown", ["-R", "65534", config]);
  const program = `
    import { dockerStore } from "multiarch/node";
    import { entriesOf, entry } from "../../../support/draft-lists.mjs";

    const [config, list, ref] = process.argv.slice(1);
    const store = dockerStore({ config });
    const tell = (work) => work.then(() => "done", ({ code, message }) => code + " " + message);
    console.log(await tell(store.writeEntry(list, entry(ref, "2"))));
    console.log(await tell(store.write(list, entriesOf({ [ref]: "3", [ref + "x"]: "3" }))));
  `;
  const { code, stdout, stderr } = await unprivileged(program, config, LIST, `${APP}:a`);
  await chmod(folder, 0o755);
  assert.equal(code, 0, stderr);
  for (const said of stdout.trim().split("\n")) assert.match(said, /^DRAFT_UNAVAILABLE open \S+: permission denied$/);
  assert.equal(await readFile(join(folder, draftFileName(`${APP}:a`)), "utf8"), before);
  assert.deepEqual(stateOf(await dockerStore({ config }).read(LIST)), OLD);
});
