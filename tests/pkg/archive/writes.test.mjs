/** Writing archives on the command line: what is there stays as it is until all of the new is there. */

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import { openArchive } from "multiarch/archive";

import { dockerMembers, skopeosManifest, tarOf } from "../../support/archives.mjs";
import { artifact, dockerImage, indexWithAttestations, ociImage, ociIndex, pushAll, sha256, writeLayout } from "../../support/images.mjs";
import { serveRegistry } from "../../support/memory-server.mjs";
import { multiarchHere } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const multi = ociIndex(amd64, arm64);

let registry, server, host, folder;
before(async () => {
  server = await serveRegistry({ "team/app:multi": multi, "team/app:amd64": amd64, "team/app:arm64": arm64 });
  ({ registry, host } = server);
});
after(() => server.close());
beforeEach(async () => (folder = await scratch()));
afterEach(() => folder.remove());

async function cli(...args) {
  const answer = await multiarchHere(args, { env: { HOME: folder.path, DOCKER_CONFIG: folder.join("docker") } });
  assert.equal(answer.code, 0, `${args.join(" ")}: ${answer.stderr}`);
  return answer.stdout.trim();
}

async function refused(code, ...args) {
  const answer = await multiarchHere(args, { env: { HOME: folder.path, DOCKER_CONFIG: folder.join("docker") } });
  assert.equal(answer.code, 1, `${args.join(" ")}: ${answer.stdout}`);
  assert.ok(answer.stderr.includes(`[${code}]`), answer.stderr);
  assert.ok(!answer.stderr.includes(".invalid"), answer.stderr);
  assert.equal(answer.stdout, "");
  return answer.stderr;
}

/** Every file below a folder with its bytes, as text to compare. */
async function snapshot(path) {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`).sort();
  return Promise.all(files.map(async (file) => `${file} ${sha256(await readFile(file))}`));
}

async function images(path) {
  const archive = await openArchive(path);
  await archive.close();
  return archive.images.map(({ name, descriptor }) => [name, descriptor.digest]);
}

for (const [word, file] of [["oci", "layout"], ["oci-archive", "layout.tar"]]) {
  describe(word, () => {
    const place = (name) => `${word}:${folder.join(file)}${name ? `:${name}` : ""}`;

    test("a copy out of a registry and back keeps every digest", async () => {
      assert.equal(await cli("copy", `${host}/team/app:multi`, place("app:1.0")), `${place()}@${multi.digest}`);
      assert.equal(await cli("resolve", "--platform", "linux/arm64", place("app:1.0")), `${place()}@${arm64.digest}`);
      assert.equal(await cli("copy", place("app:1.0"), `${host}/back/app:${word}`), `${host}/back/app@${multi.digest}`);
      assert.equal(registry.manifest("back/app", word).digest, multi.digest);
      assert.deepEqual((await readdir(folder.path)).sort(), [file].sort(), "nothing is left beside it");
    });

    test("other images stay, one of the same name is replaced, and an unnamed one is another", async () => {
      await cli("copy", `${host}/team/app:multi`, place("a"));
      await cli("copy", `${host}/team/app:amd64`, place("b"));
      await cli("copy", `${host}/team/app:arm64`, place("a"));
      await cli("copy", `${host}/team/app:amd64`, place());
      assert.deepEqual(await images(folder.join(file)), [["a", arm64.digest], ["b", amd64.digest], [undefined, amd64.digest]]);
    });

    test("create, edit and delete write to it", async () => {
      await cli("copy", `${host}/team/app:amd64`, place("amd64"));
      const created = await cli("create", "-t", place("new"), place("amd64"), `${host}/team/app:arm64`);
      assert.match(created, new RegExp(`^${place("new")}@sha256:`));
      assert.equal(await cli("resolve", "--platform", "linux/arm64", place("new")), `${place()}@${arm64.digest}`);
      const before = await cli("digest", place("new"));
      const edited = await cli("edit", place("new"), "--remove", "linux/arm64", "--annotate", "index:a=b", "--to", place("other"));
      assert.ok(edited.startsWith(`${place()}@sha256:`), edited);
      assert.equal(await cli("digest", place("new")), before, "the edited one stays with --to");
      await cli("edit", place("new"), "--remove", "linux/amd64");
      assert.notEqual(await cli("digest", place("new")), before);
      await cli("delete", place("other"));
      assert.deepEqual((await images(folder.join(file))).map(([name]) => name), ["amd64", "new"]);
    });

    test("several are deleted by one command, and stay so", async () => {
      for (const name of ["a", "b", "c"]) await cli("copy", `${host}/team/app:${name === "b" ? "arm64" : "amd64"}`, place(name));
      await cli("delete", place("a"), place("b"));
      assert.deepEqual((await images(folder.join(file))).map(([name]) => name), ["c"]);
    });

    test("several commands at once write it, and what one has written no other undoes", async () => {
      const names = ["a", "b", "c", "d", "e"];
      const env = { HOME: folder.path, DOCKER_CONFIG: folder.join("docker") };
      const ended = await Promise.all(names.map((name) => multiarchHere(["copy", "-q", `${host}/team/app:multi`, place(name)], { env })));
      const written = names.filter((_, at) => ended[at].code === 0);
      for (const { code, stderr } of ended) {
        assert.ok(code === 0 || (word === "oci-archive" && stderr.includes("another program has changed it meanwhile [FILE_UNWRITABLE]")), stderr);
      }
      assert.deepEqual((await images(folder.join(file))).map(([name]) => name).sort(), written);
      assert.deepEqual(await readdir(folder.path), [file], "nothing is left beside it");
      assert.equal(await cli("resolve", "--platform", "linux/arm64", place(written[0])), `${place()}@${arm64.digest}`);
    });

    test("signatures come along, and their subject keeps them", async () => {
      const signature = artifact({ subject: amd64 });
      await pushAll(registry.fetch, server.url, "team/app", "signature", signature);
      await cli("copy", "--referrers", `${host}/team/app:amd64`, place("signed"));
      assert.match(await cli("referrers", place("signed")), new RegExp(signature.digest));
    });

    test("a copy that fails leaves nothing, or what was there", async () => {
      await refused("MANIFEST_UNKNOWN", "copy", `${host}/team/app:nowhere`, place("x"));
      assert.deepEqual(await readdir(folder.path), []);
      await cli("copy", `${host}/team/app:multi`, place("a"));
      const before = await snapshot(folder.path);
      registry.faults.push({ match: { method: "GET", path: new RegExp(arm64.blobs[1].digest) }, answer: { status: 403 } });
      await refused("DENIED", "copy", `${host}/team/app:arm64`, place("a").replace(file, `other-${file}`));
      registry.faults.length = 0;
      assert.deepEqual(await snapshot(folder.path), before);
    });

    test("an archive that cannot be written is refused with its path", async () => {
      const path = folder.join("file", file);
      await writeFile(folder.join("file"), "no folder");
      assert.match(await refused("FILE_UNWRITABLE", "copy", `${host}/team/app:amd64`, `${word}:${path}:x`), new RegExp(`cannot write ${path}: E`));
    });

    test("a folder in the place of a file, and the other way round, is refused", async () => {
      const other = word === "oci" ? "oci-archive" : "oci";
      await cli("copy", `${host}/team/app:amd64`, place("a"));
      const before = await snapshot(folder.path);
      await refused("ARCHIVE_INVALID", "copy", `${host}/team/app:arm64`, `${other}:${folder.join(file)}:b`);
      await refused("ARCHIVE_INVALID", "resolve", `${other}:${folder.join(file)}`);
      assert.deepEqual(await snapshot(folder.path), before);
    });
  });
}

describe("docker-archive", () => {
  const place = (name) => `docker-archive:${folder.join("app.tar")}${name ? `:${name}` : ""}`;

  test("an image is written as docker load takes it, old and new", async () => {
    await cli("copy", `${host}/team/app:amd64`, place("app:1.0"));
    assert.deepEqual(await images(folder.join("app.tar")), [["docker.io/library/app:1.0", amd64.digest]]);
    const text = (await readFile(folder.join("app.tar"))).toString("latin1");
    const [config, layer] = amd64.blobs.map(({ digest }) => `blobs/${digest.replace(":", "/")}`);
    assert.ok(text.includes(JSON.stringify([{ Config: config, RepoTags: ["app:1.0"], Layers: [layer] }])), "manifest.json");
    assert.equal(await cli("resolve", place("app:1.0")), `${place()}@${amd64.digest}`);
    await cli("copy", `${host}/team/app:arm64`, place("app:2.0"));
    assert.equal((await images(folder.join("app.tar"))).length, 2);
  });

  test("an index has to have one image", async () => {
    assert.match(await refused("ARCHIVE_UNSUPPORTED", "copy", `${host}/team/app:multi`, place("app:1.0")), /--platform/);
    assert.deepEqual(await readdir(folder.path), []);
    await pushAll(registry.fetch, server.url, "team/app", "attested", indexWithAttestations(amd64));
    await cli("copy", `${host}/team/app:attested`, place("app:1.0"));
    assert.equal((await images(folder.join("app.tar"))).length, 1);
  });

  test("one that docker wrote before version 25 is added to, and keeps its images", async () => {
    const old = dockerImage();
    await writeFile(folder.join("app.tar"), tarOf(dockerMembers([[["old:1"], old]])));
    await cli("copy", `${host}/team/app:arm64`, place("new:1"));
    assert.deepEqual(await images(folder.join("app.tar")), [["docker.io/library/old:1", sha256(skopeosManifest(old))], ["docker.io/library/new:1", arm64.digest]]);
    assert.equal(await cli("copy", place("old:1"), `${host}/old/app:1`), `${host}/old/app@${sha256(skopeosManifest(old))}`);
  });

  test("standard input is read, gzipped too, and nothing of it stays on the disk", async (t) => {
    const { TMPDIR } = process.env;
    process.env.TMPDIR = folder.path;
    t.after(() => (TMPDIR === undefined ? delete process.env.TMPDIR : (process.env.TMPDIR = TMPDIR)));
    const tar = tarOf(dockerMembers([[["app:1"], dockerImage()]]));
    for (const input of [tar, gzipSync(tar)]) {
      const { stdout, code } = await multiarchHere(["digest", "docker-archive:-"], { input, env: { HOME: folder.path } });
      assert.deepEqual([code, stdout.trim()], [0, sha256(skopeosManifest(dockerImage()))]);
    }
    await refused("OPTION_INVALID", "copy", `${host}/team/app:amd64`, "docker-archive:-");
    const broken = await multiarchHere(["digest", "docker-archive:-"], { input: "no archive", env: { HOME: folder.path } });
    assert.match(broken.stderr, /^multiarch: -: .*\[ARCHIVE_[A-Z]+\]/);
    assert.deepEqual(await readdir(folder.path), []);
  });
});

test("docker's own verbs still mean images that are called so", async () => {
  const { stderr } = await multiarchHere(["rm", "oci:1.0"], { env: { HOME: folder.path, DOCKER_CONFIG: folder.join("docker") } });
  assert.match(stderr, /oci:1\.0/);
});
