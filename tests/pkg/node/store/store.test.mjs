/** The store in docker's folder: what it reads, writes, locks and refuses. */

import assert from "node:assert/strict";
import { chmod, lstat, mkdir, readFile, readdir, rename, rm, stat, symlink, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, test } from "node:test";

import { decodeDraft, draftFileName, encodeDraft } from "multiarch";
import { dockerStore } from "multiarch/node";

import { DRAFT_ERRORS } from "../../../../pkg/core/facts.js";
import { dockerVersion } from "../../../support/docker.mjs";
import { entriesOf, entry, quickFolder, stateOf } from "../../../support/draft-lists.mjs";
import { foldingFs } from "../../../support/folding-fs.mjs";
import { run } from "../../../support/run.mjs";

const LIST = "127.0.0.1:5000/team/list:1";
const APP = "127.0.0.1:5000/team/app";
const places = [];
after(() => Promise.all(places.map((place) => place.remove())));

async function open(options) {
  const place = await quickFolder();
  places.push(place);
  const at = (...names) => place.join("manifests", ...names);
  return { config: place.path, at, store: dockerStore({ config: place.path, ...options }) };
}
const files = (...tags) => tags.map((tag) => entry(`${APP}:${tag}`));
const rejects = (promise, facts) => assert.rejects(promise, (error) => {
  for (const [name, value] of Object.entries(facts)) {
    if (value instanceof RegExp) assert.match(error[name], value);
    else assert.deepEqual(error[name], value, `${name} of ${error.stack}`);
  }
  assert.ok(error.hint, "a hint");
  return true;
});

test("nothing is made by looking", async () => {
  const { store, config } = await open();
  assert.deepEqual(await store.list(), []);
  assert.equal(await store.read(LIST), undefined);
  assert.equal(await store.readEntry(LIST, `${APP}:1`), undefined);
  assert.deepEqual(await readdir(config), []);
});

test("docker's files, one for each entry", async () => {
  const { store, at } = await open();
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
  const { config } = await open();
  const env = { DOCKER_CONFIG: join(config, "variable"), HOME: join(config, "home") };
  await dockerStore({ env }).write(LIST, files("a"));
  await dockerStore({ env, config: join(config, "option") }).write(LIST, files("a"));
  await dockerStore({ env: { ...env, DOCKER_CONFIG: "" } }).write(LIST, files("a"));
  for (const name of ["variable", "option", "home/.docker"]) {
    assert.deepEqual((await readdir(join(config, name, "manifests"))).sort(), [".multiarch", draftFileName(LIST)]);
  }
});

test("a list is replaced whole, and files whose entry stays are not touched", async () => {
  const { store, at } = await open();
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
  const { store, at } = await open();
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
  const { store, at } = await open();
  await store.write(LIST, files("a"));
  assert.equal(await store.remove(LIST), true);
  assert.equal(await store.remove(LIST), false);
  assert.equal(await store.read(LIST), undefined);
  assert.deepEqual(await readdir(at()), [".multiarch"]);
  assert.deepEqual(await readdir(at(".multiarch", "names")), []);
});

test("lists that docker would take for one are distinguished by name", async () => {
  const { store, at } = await open();
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
  const { store } = await open();
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
  const { store, at } = await open();
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
  const { store, at } = await open({ fs: foldingFs() });
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
  const { store, config } = await open();
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
    const { store, at } = await open();
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
  const { store, at } = await open();
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
  const { store, at, config } = await open();
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
  const { store, at, config } = await open();
  await mkdir(at(), { recursive: true });
  await mkdir(join(config, "elsewhere"));
  await symlink(join(config, "elsewhere"), at(".multiarch"));
  await rejects(store.write(LIST, files("a")), { code: "DRAFT_UNAVAILABLE" });
  assert.deepEqual(await readdir(join(config, "elsewhere")), []);
  assert.deepEqual(await readdir(at()), [".multiarch"]);
  assert.ok((await lstat(at(".multiarch"))).isSymbolicLink());
});

test("a file name that is too long, in docker's words", async () => {
  const { store, at } = await open();
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

test("lists that only docker wrote to go by the likeliest name", async () => {
  const { store, at } = await open();
  const place = async (list, ...entries) => {
    await mkdir(at(draftFileName(list)), { recursive: true });
    for (const one of entries) await writeFile(at(draftFileName(list), draftFileName(one.ref)), encodeDraft(one));
  };
  const lists = [
    "docker.io/library/alpine:3.20",
    "ghcr.io/some/app_x:v1",
    "localhost:5000/team/list:latest",
    "reg.example-5000.org:443/my-app:1.0-rc1",
    `ghcr.io/some/app@sha256:${"a".repeat(64)}`,
  ];
  await place(lists[0]);
  await place(lists[1], entry("ghcr.io/some/app_x:v1-amd64"));
  await place(lists[2], entry("localhost:5000/other/app:1"));
  await place(lists[3], entry("reg.example-5000.org:443/my-app:1"));
  await place(lists[4]);
  await mkdir(at("Somebody's folder"));
  await writeFile(at("file"), "");
  assert.deepEqual(await store.list(), [...lists].sort());
  for (const list of lists) assert.ok(await store.read(list), list);
});

test("calls inside of a lock belong to it, others wait", async () => {
  const { store, config } = await open();
  const another = dockerStore({ config });
  const order = [];
  let later;
  await store.lock(LIST, async () => {
    later = another.lock(LIST, async () => order.push("another store"));
    const again = store.lock(LIST, async () => order.push("the same store"));
    later = Promise.all([later, again]);
    await store.write(LIST, files("a"));
    await store.write(LIST, [...(await store.read(LIST)), ...files("b", "c")]);
    await another.lock("127.0.0.1:5000/team/other:1", async () => order.push("another list"));
    order.push("first");
  });
  await later;
  assert.deepEqual(order.slice(0, 2), ["another list", "first"]);
  assert.equal(order.length, 4);
  await assert.rejects(store.lock(LIST, async () => Promise.reject(new RangeError("its own"))), RangeError);
  await store.remove(LIST);
});

test("many changes at once, none lost", async () => {
  const { store, config } = await open();
  const stores = [store, dockerStore({ config }), dockerStore({ config })];
  await Promise.all(Array.from({ length: 24 }, (_, number) => {
    const own = stores[number % 3];
    return own.lock(LIST, async () => {
      const before = (await own.read(LIST)) ?? [];
      await own.write(LIST, [...before, ...files(`n${number}`)]);
    });
  }));
  assert.equal((await store.read(LIST)).length, 24);
});

test("a lock of a process elsewhere is kept while it shows that it lives", async () => {
  const { store, at } = await open();
  await store.write(LIST, files("a"));
  const lock = at(".multiarch", "locks", draftFileName(LIST));
  const owner = "1.1.ffffffffffff.000000000000";
  await mkdir(lock);
  await writeFile(join(lock, owner), "");
  const { pidOf, stateOf: stateOfOwner } = await import("../../../../pkg/node/store/owner.js");
  assert.equal(await stateOfOwner(owner), "unknown");
  assert.equal(pidOf(owner), 1);
  let taken = false;
  const waiting = store.lock(LIST, async () => (taken = true));
  for (let beat = 1; beat <= 5; beat += 1) {
    await utimes(join(lock, owner), new Date(beat * 1000), new Date(beat * 1000));
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.equal(taken, false);
  }
  assert.deepEqual(stateOf(await store.read(LIST)), { [`${APP}:a`]: "1" }, "reading waits for nobody");
  await unlink(join(lock, owner));
  await waiting;
  assert.equal(taken, true);
});

test("what others left behind who cannot be asked for is kept for a day", async () => {
  const { store, at } = await open();
  const claims = at(".multiarch", "claims");
  const [young, old] = ["1.1.ffffffffffff.000000000000", "1.1.ffffffffffff.111111111111"];
  for (const owner of [young, old]) await mkdir(join(claims, owner), { recursive: true });
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
  await utimes(join(claims, old), yesterday, yesterday);
  await store.write(LIST, files("a"));
  assert.deepEqual(await readdir(claims), [young]);
});

test("an owner's name tells the living from the dead", async () => {
  const { newOwner, stateOf: stateOfOwner } = await import("../../../../pkg/node/store/owner.js");
  const mine = await newOwner();
  assert.equal(await stateOfOwner(mine), mine.split(".")[1] === "0" ? "unknown" : "alive");
  assert.notEqual(await newOwner(), mine);
  assert.equal(await stateOfOwner("nobody"), "dead");
  const [, start, here, random] = mine.split(".");
  assert.equal(await stateOfOwner(`99999999.${start}.${here}.${random}`), "dead");
  if (start !== "0") assert.equal(await stateOfOwner(`${process.pid}.${Number(start) + 1}.${here}.${random}`), "dead", "the process id was given away again");
});

test("docker reads what we write, and we read what docker writes", async () => {
  if (!(await dockerVersion())) return;
  const { store, config } = await open();
  const docker = (...args) => run("docker", ["--config", config, "manifest", ...args]);
  await store.write(LIST, files("a", "b"));
  const shown = await docker("inspect", "-v", LIST, `${APP}:a`);
  assert.equal(shown.code, 0, shown.stderr);
  assert.equal(JSON.parse(shown.stdout).Ref, `${APP}:a`);
  assert.equal((await docker("annotate", "--os-version", "9", LIST, `${APP}:b`)).code, 0);
  assert.deepEqual(stateOf(await store.read(LIST)), { [`${APP}:a`]: "1", [`${APP}:b`]: "9" });
  await store.write(LIST, files("a", "b"));
  assert.equal((await docker("annotate", "--os-version", "8", LIST, `${APP}:a`)).code, 0);
  await store.writeEntry(LIST, entry(`${APP}:b`, "7"));
  assert.equal(JSON.parse((await docker("inspect", "-v", LIST)).stdout).length, 2);
  assert.deepEqual(stateOf(await store.read(LIST)), { [`${APP}:a`]: "8", [`${APP}:b`]: "7" });
  assert.equal((await docker("rm", LIST)).code, 0);
  assert.equal(await store.read(LIST), undefined);
  await store.write(LIST, files("c"));
  assert.deepEqual(stateOf(await store.read(LIST)), { [`${APP}:c`]: "1" });
});

describe("what an index says of an image", () => {
  const [plain] = files("a");
  const listed = (text = "") => {
    const { mediaType, digest, size, platform } = plain.descriptor;
    const stated = { architecture: platform.architecture, os: platform.os, "os.version": platform.osVersion };
    const source = { ref: `${APP}:index`, digest: `sha256:${"1".repeat(64)}`, annotations: { "org.example.index": `mine${text}` } };
    return { ...plain, listing: { entry: JSON.stringify({ mediaType, digest, size, platform: stated, own: `{"Multiarch":1},"${text}` }), sources: [source] } };
  };
  const fileOf = ({ at }, list = LIST) => at(draftFileName(list), draftFileName(plain.ref));
  /** As docker writes a file that it has read: in its place, and without what it does not know. */
  async function rewrite(path, change = (file) => file) {
    const { Multiarch: _, ...known } = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify(change(known)));
  }

  test("outlives what docker writes, however the list was written, as often as that happens", async () => {
    const ways = {
      "a new list": (store) => store.write(LIST, [listed()]),
      "an entry of its own": (store) => store.writeEntry(LIST, listed()),
      "an entry beside others": (store) => store.write(LIST, files("b")).then(() => store.writeEntry(LIST, listed())),
      "several changes at once": (store) => store.write(LIST, files("b", "c")).then(() => store.write(LIST, [listed(), ...files("d")])),
      "one of several": (store) => store.write(LIST, [plain, ...files("b")]).then(() => store.write(LIST, [listed(), ...files("b")])),
    };
    for (const [about, write] of Object.entries(ways)) {
      const place = await open();
      await write(place.store);
      for (const version of ["8", "9"]) {
        await rewrite(fileOf(place), (file) => ({ ...file, Descriptor: { ...file.Descriptor, platform: { architecture: "amd64", os: "linux", "os.version": version } } }));
        const found = (await dockerStore({ config: place.config }).read(LIST)).find(({ ref }) => ref === plain.ref);
        assert.deepEqual([found.listing, found.descriptor.platform.osVersion ?? found.descriptor.platform["os.version"]], [listed().listing, version], about);
        assert.deepEqual((await place.store.readEntry(LIST, plain.ref)).listing, listed().listing, about);
        // Other entries come and go beside it.
        await place.store.writeEntry(LIST, entry(`${APP}:z`, version));
      }
    }
  });

  test("is the newest, and goes with the image, the index and the list that it was about", async () => {
    const place = await open();
    const { store, at } = place;
    await store.write(LIST, [listed()]);
    await store.write(LIST, [listed(" and newer")]);
    await rewrite(fileOf(place));
    assert.deepEqual((await store.read(LIST))[0].listing, listed(" and newer").listing);
    await store.write(LIST, [plain]);
    await rewrite(fileOf(place));
    assert.equal((await store.read(LIST))[0].listing, undefined, "named by itself");

    await store.write(LIST, [listed()]);
    const other = entry(plain.ref, "1", "another image");
    await writeFile(fileOf(place), encodeDraft(other));
    assert.equal((await store.read(LIST))[0].listing, undefined, "another image under that name");

    await store.write(LIST, [listed()]);
    await rm(at(draftFileName(LIST)), { recursive: true });
    await mkdir(at(draftFileName(LIST)));
    await writeFile(fileOf(place), encodeDraft(plain));
    assert.equal((await store.read(LIST))[0].listing, undefined, "a list that docker made anew");
  });

  test("does not count where the record is damaged, and the list is read all the same", async () => {
    const place = await open();
    await place.store.write(LIST, [listed()]);
    await rewrite(fileOf(place));
    const path = place.at(".multiarch", "names", draftFileName(LIST));
    const record = JSON.parse(await readFile(path, "utf8"));
    const name = draftFileName(plain.ref);
    for (const listings of [null, 7, [], { [name]: null }, { [name]: "x" }, { [name]: {} }, { [name]: { Entry: "{", Sources: [] } }, { __proto__: 1 }]) {
      await writeFile(path, JSON.stringify({ ...record, listings }));
      assert.deepEqual((await place.store.read(LIST)).map(({ ref, listing }) => [ref, listing]), [[plain.ref, undefined]], JSON.stringify(listings));
    }
  });
});

test("a file that docker made long ago stays as it is beside a change", async () => {
  const { store, at } = await open();
  const old = JSON.parse(encodeDraft(files("a")[0]));
  delete old.Raw;
  await mkdir(at(draftFileName(LIST)), { recursive: true });
  const file = at(draftFileName(LIST), draftFileName(`${APP}:a`));
  await writeFile(file, JSON.stringify(old));
  const [found] = await store.read(LIST);
  assert.equal(found.raw.length, 0);
  await store.write(LIST, [found, ...files("b", "c")]);
  assert.equal(await readFile(file, "utf8"), JSON.stringify(old));
  assert.equal(decodeDraft(await readFile(file)).ref, `${APP}:a`);
});

test("the store's errors have the hints of the core", async () => {
  const { draftError } = await import("../../../../pkg/node/store/failure.js");
  for (const code of ["DRAFT_COLLISION", "DRAFT_LOCKED", "DRAFT_UNAVAILABLE"]) {
    const { hint, retryable } = draftError(code, "message");
    assert.deepEqual({ hint, retryable }, DRAFT_ERRORS[code], code);
  }
});
