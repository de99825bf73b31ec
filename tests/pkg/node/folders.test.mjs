/** Folders with their parents, also where the file system takes none. */

import assert from "node:assert/strict";
import { readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { makeFolders } from "../../../pkg/node/folders.js";
import { serveRegistry } from "../../support/memory-server.mjs";
import { ociImage } from "../../support/images.mjs";
import { multiarch } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const PACKAGE = new URL("../../../pkg/", import.meta.url);
/** A folder that is there, in which none can be made: mkdir answers ENOENT. */
const NOWHERE = "/proc/nowhere/inside";

let folder, registry;
before(async () => {
  folder = await scratch();
  registry = await serveRegistry({ "team/app:1": ociImage() });
});
after(async () => {
  await registry?.close();
  await folder?.remove();
});

describe("folders", () => {
  test("are made with their parents and their mode, and may be there", async () => {
    const path = folder.join("a/b/c");
    await makeFolders(path, { mode: 0o700 });
    await makeFolders(path);
    for (const made of ["a", "a/b", "a/b/c"]) assert.equal((await stat(folder.join(made))).mode & 0o777, 0o700, made);
    await symlink(folder.join("a"), folder.join("link"));
    await makeFolders(folder.join("link"));
    await makeFolders(folder.join("link/d"));
    assert.deepEqual((await readdir(folder.join("a"))).sort(), ["b", "d"]);
    await Promise.all(Array.from({ length: 8 }, () => makeFolders(folder.join("e/f/g"))));
  });

  test("that cannot be made fail, and never take for ever", { timeout: 10_000 }, async () => {
    await writeFile(folder.join("file"), "");
    await symlink(folder.join("gone"), folder.join("dangling"));
    for (const [path, code] of [[NOWHERE, "ENOENT"], [folder.join("file"), "EEXIST"], [folder.join("file/a/b"), "ENOTDIR"], [folder.join("dangling/a"), "EEXIST"]]) {
      await assert.rejects(makeFolders(path), { code }, path);
    }
  });
});

test("a command that is given such a folder says so", { timeout: 60_000 }, async () => {
  const app = `${registry.host}/team/app:1`;
  for (const [args, env] of [
    [["serve", "--export", NOWHERE]],
    [["create", `${registry.host}/team/list:1`, app], { DOCKER_CONFIG: NOWHERE }],
    [["login", "-u", "ada", "--password-stdin", registry.host], { DOCKER_CONFIG: NOWHERE }],
    [["copy", app, `oci:${NOWHERE}`]],
    [["copy", app, `oci-archive:${NOWHERE}/a.tar`]],
    [["copy", app, `dir:${NOWHERE}`]],
  ]) {
    const { code, stderr } = await multiarch(args, { env, input: "secret" });
    assert.equal(code, 1, args.join(" "));
    assert.match(stderr, /\/proc/, args.join(" "));
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});

test("nothing else makes folders with their parents", async () => {
  const names = (await readdir(PACKAGE, { recursive: true })).filter((name) => /^(?:node|cli)\/.*\.js$/.test(name));
  assert.ok(names.length > 100);
  for (const name of names) assert.doesNotMatch(await readFile(new URL(name, PACKAGE), "utf8"), /mkdir\w*\([^;]*recursive/, name);
});
