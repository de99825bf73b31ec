/** What stands in docker's folder and is no list or no entry: it is named, and stays as it is. */

import assert from "node:assert/strict";
import { lstat, mkdir, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { draftFileName, encodeDraft } from "multiarch";

import { entry, stateOf } from "../../../support/draft-lists.mjs";
import { APP, LIST, files, openStore, rejects } from "../../../support/draft-store.mjs";
import { run } from "../../../support/run.mjs";

const DAMAGED = {
  "an empty file": ["", "unexpected end of JSON input"],
  "a truncated file": ['{"Ref":"127.0.0.1:5000/team/app:b","Desc', "unexpected end of JSON input"],
  "another JSON value": ["[]", /./],
  "somebody else's file": ["\0\x01", /invalid character/],
  "an empty object": ["{}", /./],
  "a flipped bit": [encodeDraft(entry(`${APP}:b`)).replace('"Ref"', '"Rdf"'), /./],
};
for (const [name, [content, message]] of Object.entries(DAMAGED)) {
  test(`${name} is named and stays as it is, and other lists work`, async () => {
    const { store, at } = await openStore();
    const other = "127.0.0.1:5000/team/other:1";
    await store.write(LIST, files("a", "b"));
    await store.write(other, files("a"));
    const relative = `${draftFileName(LIST)}/${draftFileName(`${APP}:b`)}`;
    await writeFile(at(relative), content);
    const facts = { code: "DRAFT_CORRUPT", message, details: { path: relative }, hint: /remove it/ };
    await rejects(store.read(LIST), facts);
    await rejects(store.readEntry(LIST, `${APP}:b`), facts);
    await rejects(store.write(LIST, files("a", "b", "c")), facts);
    await rejects(store.writeEntry(LIST, files("b")[0]), facts);
    assert.equal(await readFile(at(relative), "utf8"), content);
    assert.deepEqual(stateOf(await store.read(other)), { [`${APP}:a`]: "1" });
    assert.deepEqual(await store.list(), [LIST, other].sort());
    assert.equal(await store.remove(LIST), true);
  });
}

test("what is no file is no entry, and what is no folder is no list", async () => {
  const { store, at } = await openStore();
  await store.write(LIST, files("a"));
  const folder = at(draftFileName(LIST));
  await mkdir(join(folder, "sub"));
  const path = `${draftFileName(LIST)}/sub`;
  await rejects(store.read(LIST), { code: "DRAFT_CORRUPT", message: `read ${folder}/sub: is a directory`, details: { path } });
  const flat = "127.0.0.1:5000/team/flat:1";
  await writeFile(at(draftFileName(flat)), "no folder");
  await rejects(store.read(flat), { code: "DRAFT_CORRUPT", message: `open ${at(draftFileName(flat))}: not a directory` });
  await rejects(store.write(flat, files("a")), { code: "DRAFT_CORRUPT" });
  await rejects(store.remove(flat), { code: "DRAFT_CORRUPT" });
  await rejects(store.readEntry(flat, `${APP}:a`), { code: "DRAFT_CORRUPT", message: `open ${at(draftFileName(flat), draftFileName(`${APP}:a`))}: not a directory` });
  assert.equal(await readFile(at(draftFileName(flat)), "utf8"), "no folder");
});

test("links are not followed, pipes are not waited for", async () => {
  const { store, at, config } = await openStore();
  await store.write(LIST, files("a"));
  const outside = join(config, "outside");
  await mkdir(outside);
  const bait = join(outside, draftFileName(`${APP}:b`));
  await writeFile(bait, encodeDraft(files("b")[0]));

  const leading = "127.0.0.1:5000/team/link:1";
  await symlink(outside, at(draftFileName(leading)));
  for (const call of [() => store.read(leading), () => store.write(leading, files("a")), () => store.remove(leading)]) {
    await rejects(call(), { code: "DRAFT_CORRUPT", message: /symbolic link/, details: { path: draftFileName(leading) } });
  }
  assert.deepEqual(await store.list(), [LIST]);

  await symlink(bait, at(draftFileName(LIST), draftFileName(`${APP}:b`)));
  await rejects(store.read(LIST), { code: "DRAFT_CORRUPT", message: /symbolic link/ });
  await rejects(store.readEntry(LIST, `${APP}:b`), { code: "DRAFT_CORRUPT", message: /symbolic link/ });
  await rejects(store.writeEntry(LIST, files("b")[0]), { code: "DRAFT_CORRUPT" });
  assert.equal(await store.remove(LIST), true);
  assert.deepEqual(await readdir(outside), [draftFileName(`${APP}:b`)]);
  assert.equal(await readFile(bait, "utf8"), encodeDraft(files("b")[0]));

  const piped = "127.0.0.1:5000/team/pipe:1";
  await store.write(piped, files("a"));
  assert.equal((await run("mkfifo", [at(draftFileName(piped), "pipe")])).code, 0);
  await rejects(store.read(piped), { code: "DRAFT_CORRUPT", message: /not a regular file/ });
});

test("our own folder is none that leads elsewhere", async () => {
  const { store, at, config } = await openStore();
  await mkdir(at(), { recursive: true });
  await mkdir(join(config, "elsewhere"));
  await symlink(join(config, "elsewhere"), at(".multiarch"));
  await rejects(store.write(LIST, files("a")), { code: "DRAFT_UNAVAILABLE" });
  assert.deepEqual(await readdir(join(config, "elsewhere")), []);
  assert.deepEqual(await readdir(at()), [".multiarch"]);
  assert.ok((await lstat(at(".multiarch"))).isSymbolicLink());
});
