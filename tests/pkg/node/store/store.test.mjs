/** What the store in docker's folder reads and writes. */

import assert from "node:assert/strict";
import { chmod, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { draftFileName, encodeDraft } from "multiarch";
import { dockerStore } from "multiarch/node";

import { DRAFT_ERRORS } from "../../../../pkg/core/facts.js";
import { entriesOf, entry, stateOf } from "../../../support/draft-lists.mjs";
import { APP, LIST, files, openStore, rejects } from "../../../support/draft-store.mjs";

test("nothing is made by looking", async () => {
  const { store, config } = await openStore();
  assert.deepEqual(await store.list(), []);
  assert.equal(await store.read(LIST), undefined);
  assert.equal(await store.readEntry(LIST, `${APP}:1`), undefined);
  assert.deepEqual(await readdir(config), []);
});

test("docker's files, one for each entry", async () => {
  const { store, at } = await openStore();
  await store.write(LIST, files("b", "a"));
  assert.deepEqual((await readdir(at())).sort(), [".multiarch", "127.0.0.1-5000_team_list-1"]);
  const folder = at("127.0.0.1-5000_team_list-1");
  assert.deepEqual((await readdir(folder)).sort(), ["127.0.0.1-5000_team_app-a", "127.0.0.1-5000_team_app-b"]);
  assert.equal(await readFile(join(folder, "127.0.0.1-5000_team_app-a"), "utf8"), encodeDraft(files("a")[0]));
  assert.equal((await stat(folder)).mode & 0o777, 0o755 & ~process.umask());
  assert.equal((await stat(join(folder, "127.0.0.1-5000_team_app-a"))).mode & 0o777, 0o644 & ~process.umask());
  assert.deepEqual((await store.read(LIST)).map(({ ref }) => ref), [`${APP}:a`, `${APP}:b`]);
});

test("DOCKER_CONFIG, the option and the home folder say where", async () => {
  const { config } = await openStore();
  const env = { DOCKER_CONFIG: join(config, "variable"), HOME: join(config, "home") };
  await dockerStore({ env }).write(LIST, files("a"));
  await dockerStore({ env, config: join(config, "option") }).write(LIST, files("a"));
  await dockerStore({ env: { ...env, DOCKER_CONFIG: "" } }).write(LIST, files("a"));
  for (const name of ["variable", "option", "home/.docker"]) {
    assert.deepEqual((await readdir(join(config, name, "manifests"))).sort(), [".multiarch", draftFileName(LIST)]);
  }
});

test("a list is replaced whole, and files whose entry stays are not touched", async () => {
  const { store, at } = await openStore();
  await store.write(LIST, files("a", "b", "c"));
  const folder = at(draftFileName(LIST));
  const stays = join(folder, draftFileName(`${APP}:a`));
  await chmod(join(folder, draftFileName(`${APP}:b`)), 0o600);
  await writeFile(stays, JSON.stringify(JSON.parse(await readFile(stays, "utf8")), undefined, 2));
  const before = await readFile(stays, "utf8");
  const next = { [`${APP}:a`]: "1", [`${APP}:b`]: "2", [`${APP}:d`]: "2" };
  await store.write(LIST, entriesOf(next));
  assert.deepEqual(stateOf(await store.read(LIST)), next);
  assert.equal(await readFile(stays, "utf8"), before);
  assert.equal((await stat(join(folder, draftFileName(`${APP}:b`)))).mode & 0o777, 0o600, "the mode that a file had");
  await store.write(LIST, entriesOf({ ...next, [`${APP}:b`]: "3" }));
  assert.equal((await stat(join(folder, draftFileName(`${APP}:b`)))).mode & 0o777, 0o600);
  await store.write(LIST, []);
  assert.deepEqual(await store.read(LIST), [], "a list without entries is a list");
  assert.deepEqual(await readdir(at(".multiarch", "work")), [], "nothing is left over");
  assert.deepEqual(await readdir(at(".multiarch", "locks")), []);
  assert.deepEqual(await readdir(at(".multiarch", "claims")), []);
});

test("one entry, by itself", async () => {
  const { store, at } = await openStore();
  await store.writeEntry(LIST, files("a")[0]);
  await store.writeEntry(LIST, entry(`${APP}:b`, "1"));
  await store.writeEntry(LIST, entry(`${APP}:b`, "2"));
  assert.deepEqual(stateOf(await store.read(LIST)), { [`${APP}:a`]: "1", [`${APP}:b`]: "2" });
  await writeFile(at(draftFileName(LIST), draftFileName(`${APP}:a`)), "{");
  await rejects(store.read(LIST), { code: "DRAFT_CORRUPT", message: "unexpected end of JSON input" });
  assert.equal((await store.readEntry(LIST, `${APP}:b`)).ref, `${APP}:b`);
  await store.writeEntry(LIST, entry(`${APP}:b`, "3"));
  assert.equal(stateOf([await store.readEntry(LIST, `${APP}:b`)])[`${APP}:b`], "3");
  assert.equal(await store.readEntry(LIST, `${APP}:x`), undefined);
});

test("removing", async () => {
  const { store, at } = await openStore();
  await store.write(LIST, files("a"));
  assert.equal(await store.remove(LIST), true);
  assert.equal(await store.remove(LIST), false);
  assert.equal(await store.read(LIST), undefined);
  assert.deepEqual(await readdir(at()), [".multiarch"]);
  assert.deepEqual(await readdir(at(".multiarch", "names")), []);
});

test("the store's errors have the hints of the core", async () => {
  const { draftError } = await import("../../../../pkg/node/store/failure.js");
  for (const code of ["DRAFT_COLLISION", "DRAFT_LOCKED", "DRAFT_UNAVAILABLE"]) {
    const { hint, retryable } = draftError(code, "message");
    assert.deepEqual({ hint, retryable }, DRAFT_ERRORS[code], code);
  }
});
