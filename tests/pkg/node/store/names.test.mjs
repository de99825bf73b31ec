/** Names of lists and entries that would share a file, lead elsewhere or are too long for one. */

import assert from "node:assert/strict";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { decodeDraft, draftFileName, encodeDraft } from "multiarch";

import { entry, stateOf } from "../../../support/draft-lists.mjs";
import { APP, LIST, files, openStore, rejects } from "../../../support/draft-store.mjs";
import { foldingFs } from "../../../support/folding-fs.mjs";

test("lists that docker would take for one are distinguished by name", async () => {
  const { store, at } = await openStore();
  const [one, other] = ["127.0.0.1:5000/a/b:1", "127.0.0.1:5000/a_b:1"];
  await store.write(one, files("a"));
  const refused = { code: "DRAFT_COLLISION", message: /127\.0\.0\.1:5000\/a_b:1 and 127\.0\.0\.1:5000\/a\/b:1/ };
  await rejects(store.read(other), refused);
  await rejects(store.readEntry(other, `${APP}:a`), refused);
  await rejects(store.write(other, files("b")), refused);
  await rejects(store.writeEntry(other, files("b")[0]), refused);
  await rejects(store.remove(other), refused);
  assert.deepEqual(stateOf(await store.read(one)), { [`${APP}:a`]: "1" });
  await store.remove(one);
  await store.write(other, files("b"));
  await rejects(store.read(one), { code: "DRAFT_COLLISION" });
  assert.deepEqual(await store.list(), [other]);

  // What docker removes and makes again is not the list that the record is about.
  const folder = at(draftFileName(other));
  await rename(folder, `${at()}-aside`);
  await mkdir(folder);
  await writeFile(join(folder, draftFileName(`${APP}:c`)), encodeDraft(files("c")[0]));
  assert.deepEqual(stateOf(await store.read(one)), { [`${APP}:c`]: "1" });
});

test("entries that docker would take for one are refused by name, before anything is written", async () => {
  const { store } = await openStore();
  const pair = [entry("127.0.0.1:5000/app:a-b"), entry("127.0.0.1:5000/app-a:b")];
  const [references, file] = [pair.map(({ ref }) => ref).sort(), "127.0.0.1-5000_app-a-b"];
  const message = `${references.join(" and ")} would share the file ${file} of the draft`;
  const refused = { code: "DRAFT_COLLISION", message, details: { references, file } };
  await rejects(store.write(LIST, pair), refused);
  assert.equal(await store.read(LIST), undefined);
  await store.write(LIST, pair.slice(0, 1));
  await rejects(store.write(LIST, pair), refused);
  await rejects(store.writeEntry(LIST, pair[1]), refused);
  await rejects(store.readEntry(LIST, pair[1].ref), refused);
  assert.deepEqual(stateOf(await store.read(LIST)), { "127.0.0.1:5000/app:a-b": "1" });
});

test("an entry takes the file of one that goes", async () => {
  const { store, at } = await openStore();
  const [old, next] = ["127.0.0.1:5000/app:a-b", "127.0.0.1:5000/app-a:b"];
  const file = at(draftFileName(LIST), draftFileName(next));
  for (const others of [[], ["c"], ["c", "d"]]) {
    await store.write(LIST, [entry(old), ...files("c")]);
    await store.write(LIST, [entry(next), ...files(...others)]);
    assert.deepEqual((await store.read(LIST)).map(({ ref }) => ref), [next, ...others.map((tag) => `${APP}:${tag}`)]);
    assert.equal(decodeDraft(await readFile(file)).ref, next);
  }
});

test("names that differ in case only, on a disk that does not tell them apart", async () => {
  const { store, at } = await openStore({ fs: foldingFs() });
  const [small, large] = [`${APP}:v1`, `${APP}:V1`];
  const refused = { code: "DRAFT_COLLISION", details: { references: [large, small], file: draftFileName(large) } };
  await rejects(store.write(LIST, [entry(small), entry(large)]), refused);
  assert.equal(await store.read(LIST), undefined);
  await store.write(LIST, [entry(small), ...files("a")]);
  await rejects(store.readEntry(LIST, large), refused);
  await rejects(store.writeEntry(LIST, entry(large, "2")), refused);
  await rejects(store.write(LIST, [entry(small), entry(large), ...files("a")]), refused);
  await rejects(store.write(LIST, [entry(small, "2"), entry(large), ...files("a")]), refused);
  await rejects(store.write(LIST, [entry(small), entry(large), ...files("b")]), refused);
  assert.deepEqual(stateOf(await store.read(LIST)), { [small]: "1", [`${APP}:a`]: "1" });
  await store.write(LIST, [entry(large, "3"), ...files("a")]);
  assert.deepEqual(stateOf(await store.read(LIST)), { [large]: "3", [`${APP}:a`]: "1" });
  assert.deepEqual((await readdir(at(draftFileName(LIST)))).length, 2);
});

test("names that could lead out of the folder are none", async () => {
  const { store, config } = await openStore();
  const names = ["", ".", "..", "../../../..", "/etc/passwd", "a\0b", ".multiarch", "app", "docker.io/library/app", "C:\\x", "..\\..", 5, undefined];
  for (const name of names) {
    for (const call of [() => store.read(name), () => store.write(name, []), () => store.remove(name), () => store.lock(name, () => {})]) {
      await rejects(call(), { code: "OPTION_INVALID" });
    }
    await rejects(store.write(LIST, [{ ...files("a")[0], ref: name }]), { code: "OPTION_INVALID" });
  }
  assert.equal(await store.read(LIST), undefined);
  assert.deepEqual((await readdir(config)).sort(), ["manifests"]);
});

test("a file name that is too long, in docker's words", async () => {
  const { store, at } = await openStore();
  const long = `127.0.0.1:5000/team/${"a".repeat(140)}:${"t".repeat(120)}`;
  assert.equal(await store.read(long), undefined, "there is no folder at all");
  await rejects(store.write(long, files("a")), { message: `open ${at(draftFileName(long))}: file name too long` });
  await rejects(store.read(long), { code: "DRAFT_UNAVAILABLE", message: `open ${at(draftFileName(long))}: file name too long` });
  await rejects(store.write(long, files("a")), { message: `open ${at(draftFileName(long))}: file name too long` });
  const sentence = `open ${at(draftFileName(LIST), draftFileName(long))}: file name too long`;
  await rejects(store.readEntry(LIST, long).then(() => store.write(LIST, [entry(long)])), { code: "DRAFT_UNAVAILABLE", message: sentence });
  assert.equal(await store.read(LIST), undefined);
  await store.write(LIST, files("a"));
  await rejects(store.readEntry(LIST, long), { message: sentence });
  await rejects(store.writeEntry(LIST, entry(long)), { message: sentence });
  await rejects(store.write(LIST, [...files("a", "b"), entry(long)]), { message: sentence });
  assert.deepEqual(stateOf(await store.read(LIST)), { [`${APP}:a`]: "1" });
});
