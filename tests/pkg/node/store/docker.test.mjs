/** Lists that docker writes to, before the store and beside it. */

import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { decodeDraft, draftFileName, encodeDraft } from "multiarch";
import { dockerStore } from "multiarch/node";

import { dockerVersion } from "../../../support/docker.mjs";
import { entry, stateOf } from "../../../support/draft-lists.mjs";
import { APP, LIST, files, openStore } from "../../../support/draft-store.mjs";
import { run } from "../../../support/run.mjs";

test("lists that only docker wrote to go by the likeliest name", async () => {
  const { store, at } = await openStore();
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

test("docker reads what we write, and we read what docker writes", async () => {
  if (!(await dockerVersion())) return;
  const { store, config } = await openStore();
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
      const place = await openStore();
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
    const place = await openStore();
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
    const place = await openStore();
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
  const { store, at } = await openStore();
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
