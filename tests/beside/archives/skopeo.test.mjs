/** Archives that skopeo makes, read by multiarch, and the other way round: the same documents, the same digests. */

import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { openArchive } from "multiarch/archive";

import { dockerMembers, tarOf } from "../../support/archives.mjs";
import { dockerImage, ociImage, ociIndex, sha256, writeLayout } from "../../support/images.mjs";
import { multiarch, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const docker = dockerImage({ layers: 3 });
const deep = ociImage({ layers: 3 });
const multi = ociIndex(amd64, arm64);

let folder;
before(async () => {
  folder = await scratch();
  await writeLayout(folder.join("layout"), "app", amd64);
  await writeLayout(folder.join("multi"), "multi", multi);
  await writeLayout(folder.join("deep"), "deep", deep);
});
after(() => folder.remove());

async function skopeo(...args) {
  const { code, stdout, stderr } = await run("skopeo", ["--insecure-policy", ...args]);
  assert.equal(code, 0, `skopeo ${args.join(" ")}: ${stderr}`);
  return stdout;
}

async function cli(...args) {
  const { code, stdout, stderr } = await multiarch(args, { env: { HOME: folder.path } });
  assert.equal(code, 0, `multiarch ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** The document of both, byte for byte, and the digest of both. */
async function assertSame(place) {
  const [theirs, ours] = [await skopeo("inspect", "--raw", place), await cli("inspect", "--raw", place)];
  assert.equal(ours, theirs, place);
  assert.equal((await cli("digest", place)).trim(), sha256(Buffer.from(theirs)), place);
}

describe("what skopeo writes", () => {
  for (const [source, image] of [["layout:app", amd64], ["deep:deep", deep]]) {
    const from = () => `oci:${folder.join(source)}`;

    test(`oci and oci-archive of ${source}`, async () => {
      for (const place of [`oci:${folder.join("theirs")}:app`, `oci-archive:${folder.join("theirs.tar")}:app`]) {
        await skopeo("copy", "--preserve-digests", "--format", "oci", from(), place).catch(() => skopeo("copy", from(), place));
        await assertSame(place);
      }
    });

    test(`docker-archive of ${source}`, async () => {
      const place = `docker-archive:${folder.join(`theirs-${source.split(":")[1]}.tar`)}`;
      await skopeo("copy", from(), `${place}:localhost/app:1.0`);
      await assertSame(place);
      await assertSame(`${place}:localhost/app:1.0`);
      const archive = await openArchive(place.slice("docker-archive:".length));
      const { layers, config } = await archive.manifest();
      for (const { digest } of [config, ...layers]) await new Response(await archive.blob("localhost/app:1.0", digest)).arrayBuffer();
      await archive.close();
      assert.equal(layers.length, image.blobs.length - 1);
    });
  }

  test("dir of an image, and of an index with all of its images", async () => {
    await skopeo("copy", `oci:${folder.join("deep")}:deep`, `dir:${folder.join("dir-one")}`);
    await skopeo("copy", "--all", `oci:${folder.join("multi")}:multi`, `dir:${folder.join("dir-all")}`);
    for (const [name, digest] of [["dir-one", deep.digest], ["dir-all", multi.digest]]) {
      const place = `dir:${folder.join(name)}`;
      await assertSame(place);
      assert.equal((await cli("digest", place)).trim(), digest);
      assert.match(await cli("check", "--blobs", place), /all is well/);
    }
    const inspected = JSON.parse(await skopeo("inspect", `dir:${folder.join("dir-one")}`));
    assert.equal(inspected.Digest, deep.digest);
  });

  test("all of an index", async () => {
    const place = `oci-archive:${folder.join("all.tar")}:all`;
    await skopeo("copy", "--all", `oci:${folder.join("multi")}:multi`, place);
    await assertSame(place);
    assert.equal((await cli("digest", place)).trim(), multi.digest);
    assert.match(await cli("check", "--blobs", place), /all is well/);
  });
});

test("an archive of docker before version 25 is one manifest for both", async () => {
  const path = folder.join("old.tar");
  await writeFile(path, tarOf(dockerMembers([[["app:1", "app:2"], docker], [["other:1"], dockerImage({ architecture: "arm64" })]])));
  for (const name of ["app:1", "app:2", "other:1"]) await assertSame(`docker-archive:${path}:${name}`);
  const inspected = JSON.parse(await skopeo("inspect", `docker-archive:${path}:other:1`));
  assert.equal((await cli("digest", `docker-archive:${path}:other:1`)).trim(), inspected.Digest);
});

describe("what multiarch writes", () => {
  const from = () => `oci:${folder.join("multi")}:multi`;

  test("oci and oci-archive", async () => {
    for (const place of [`oci:${folder.join("ours")}:x`, `oci-archive:${folder.join("ours.tar")}:x`]) {
      await cli("copy", from(), place);
      await assertSame(place);
      await skopeo("copy", "--all", place, `oci:${folder.join(`back-${place.split(":")[0]}`)}:x`);
      assert.equal(sha256(Buffer.from(await skopeo("inspect", "--raw", `oci:${folder.join(`back-${place.split(":")[0]}`)}:x`))), multi.digest);
    }
  });

  test("dir of an index, and of one image in the place of it", async () => {
    const place = `dir:${folder.join("ours-dir")}`;
    for (const [source, image, all] of [[from(), multi, ["--all"]], [`oci:${folder.join("deep")}:deep`, deep, []]]) {
      await cli("copy", source, place);
      await assertSame(place);
      const back = `oci:${folder.join(`from-dir-${image.digest.slice(7, 15)}`)}:x`;
      await skopeo("copy", ...all, place, back);
      assert.equal(sha256(Buffer.from(await skopeo("inspect", "--raw", back))), image.digest);
      const theirs = folder.join(`theirs-${image.digest.slice(7, 15)}`);
      await skopeo("copy", ...all, source, `dir:${theirs}`);
      assert.deepEqual((await readdir(folder.join("ours-dir"))).sort(), (await readdir(theirs)).sort(), "the same files");
    }
  });

  test("docker-archive: skopeo loads its config and its layers, compressed or not", async () => {
    const place = `docker-archive:${folder.join("ours-docker.tar")}:app:1.0`;
    await cli("copy", "--platform", "linux/arm64", from(), place);
    await skopeo("copy", place, `dir:${folder.join("loaded")}`);
    const { config, layers } = JSON.parse(await readFile(folder.join("loaded/manifest.json")));
    assert.equal(config.digest, arm64.blobs[0].digest);
    assert.equal(layers.length, 1);
    await cli("copy", `docker-archive:${folder.join("old.tar")}:app:1`, `docker-archive:${folder.join("again.tar")}:app:1`);
    await skopeo("copy", `docker-archive:${folder.join("again.tar")}:app:1`, `dir:${folder.join("loaded-again")}`);
    assert.equal(JSON.parse(await readFile(folder.join("loaded-again/manifest.json"))).config.digest, docker.blobs[0].digest);
  });
});
