/** `multiarch/archive`: every form of an archive, read by every kind of input. */

import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import { createClient } from "multiarch";
import { archiveFetch, openArchive } from "multiarch/archive";
import { createMemoryRegistry } from "multiarch/testing";

import { dockerMembers, folderInput, layoutMembers, longNamed, paxNamed, skopeosManifest, tarOf } from "../../support/archives.mjs";
import { artifact, dockerImage, ociImage, ociIndex, sha256, writeLayout } from "../../support/images.mjs";
import { scratch } from "../../support/scratch.mjs";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const multi = ociIndex(amd64, arm64);

let folder;
before(async () => (folder = await scratch()));
after(() => folder.remove());

const read = async (stream) => Buffer.from(await new Response(stream).arrayBuffer());

const textOf = async (archive, name) => Buffer.from((await archive.manifest(name)).bytes).toString();

/** Counts what is read of bytes. */
function counting(bytes) {
  const input = { size: bytes.length, read: async (offset, length) => ((input.bytes += length), bytes.subarray(offset, offset + length)), bytes: 0 };
  return input;
}

describe("an OCI layout reads the same in every form", () => {
  const members = layoutMembers({ multi, app: amd64 });
  const tar = tarOf(members);
  const inputs = {
    "a Blob": () => new Blob([tar]),
    "an object that reads ranges": () => counting(tar),
    "a folder of Blobs": () => folderInput(members),
    "a gzipped Blob": () => new Blob([gzipSync(tar)]),
    "a path of a tar": async () => (await writeFile(folder.join("layout.tar"), tar), folder.join("layout.tar")),
    "a path of a gzipped tar": async () => (await writeFile(folder.join("layout.tgz"), gzipSync(tar)), folder.join("layout.tgz")),
    "a path of a folder": async () => (await writeLayout(folder.join("layout"), "multi", multi), await write("layout", members), folder.join("layout")),
    "members with ./ in front": () => new Blob([tarOf(members.map((member) => ({ ...member, path: `./${member.path}` })))]),
    "long names of GNU": () => new Blob([tarOf(members.flatMap((member) => longNamed(member.path, member)))]),
    "pax records": () => new Blob([tarOf(members.flatMap((member) => paxNamed(member.path, member)))]),
  };
  for (const [name, make] of Object.entries(inputs)) {
    test(name, async () => {
      const archive = await openArchive(await make());
      assert.equal(archive.kind, "oci-layout");
      assert.deepEqual(archive.findings, []);
      assert.deepEqual(archive.images.map(({ name: one, descriptor }) => [one, descriptor.digest]), [["multi", multi.digest], ["app", amd64.digest]]);
      assert.equal((await archive.resolve("multi")).digest, multi.digest);
      const chosen = await archive.resolve("multi", { platform: "linux/arm64" });
      assert.equal(chosen.digest, arm64.digest);
      assert.equal(chosen.reference, `@${arm64.digest}`);
      assert.deepEqual(Buffer.from((await archive.manifest("app")).bytes), amd64.bytes);
      assert.equal((await archive.config(chosen.reference)).platform.architecture, "arm64");
      const [, layer] = amd64.blobs;
      assert.deepEqual(await read(await archive.blob("app", layer.digest)), layer.bytes);
      await archive.close();
    });
  }

  async function write(name, all) {
    for (const { path, content } of all) {
      await mkdir(dirname(folder.join(name, path)), { recursive: true });
      await writeFile(folder.join(name, path), content);
    }
  }
});

describe("what docker save wrote before version 25", () => {
  const images = [[["app:1.0", "docker.io/library/other:2"], dockerImage({ layers: 2 })], [null, dockerImage({ architecture: "arm64" })]];
  const made = images.map(([, image]) => skopeosManifest(image));

  test("its images get the manifests that skopeo makes, and a note says so", async () => {
    const archive = await openArchive(new Blob([tarOf(dockerMembers(images))]));
    assert.equal(archive.kind, "docker-archive");
    assert.deepEqual(archive.images.map(({ name, descriptor }) => [name, descriptor.digest]), [
      ["app:1.0", sha256(made[0])], ["docker.io/library/other:2", sha256(made[0])], [undefined, sha256(made[1])],
    ]);
    assert.deepEqual(archive.findings.map(({ code, severity }) => [code, severity]), [["MANIFEST_MADE", "note"], ["MANIFEST_MADE", "note"]]);
    assert.equal(await textOf(archive, "docker.io/library/app:1.0"), made[0]);
    assert.equal(await textOf(archive, "other:2"), made[0]);
    for (const { digest } of (await archive.manifest("app:1.0")).layers) await read(await archive.blob("app:1.0", digest));
  });

  test("only headers and documents are read until content is asked for", async () => {
    const large = { path: "large.bin", content: Buffer.alloc(20 << 20) };
    const input = counting(tarOf([large, ...dockerMembers(images), { ...large, path: "other.bin" }]));
    const archive = await openArchive(input);
    assert.equal(archive.images.length, 3);
    assert.ok(input.bytes < 1 << 20, `${input.bytes} bytes were read`);
  });

  for (const [who, rename] of Object.entries({
    "podman and nix": (path, digest) => path.endsWith("layer.tar") ? `${digest}.tar` : path,
    "bazel": (path) => `./${path}`,
  })) {
    test(`as ${who} lay it out`, async () => {
      const image = dockerImage();
      const members = dockerMembers([[["app:1"], image]]).filter(({ type }) => type !== "5");
      const paths = new Map(members.map(({ path, content }) => [path, rename(path, sha256(content).slice(7))]));
      const renamed = members.map((member) => ({
        ...member,
        path: paths.get(member.path),
        content: member.path === "manifest.json" ? [...paths].reduce((text, [from, to]) => text.replace(`"${from}"`, `"${to}"`), member.content) : member.content,
      }));
      const archive = await openArchive(new Blob([tarOf(renamed)]));
      assert.equal(await textOf(archive), skopeosManifest(image));
    });
  }

  test("kaniko's layers are compressed, and keep their bytes and digests", async () => {
    const image = dockerImage();
    const [config, layer] = image.blobs;
    const list = [{ Config: config.digest, RepoTags: ["app:1"], Layers: [`${layer.digest.slice(7)}.tar.gz`] }];
    const members = [
      { path: config.digest, content: config.bytes }, { path: `${layer.digest.slice(7)}.tar.gz`, content: layer.bytes },
      { path: "manifest.json", content: JSON.stringify(list) },
    ];
    const named = await openArchive(new Blob([tarOf(members)]));
    const [listed] = (await named.manifest()).layers;
    assert.deepEqual([listed.digest, listed.size], [layer.digest, layer.size]);
    assert.deepEqual(await read(await named.blob("app:1", layer.digest)), layer.bytes);
    const unnamed = members.map((member) => ({ ...member, path: member.path.replace(/^[0-9a-f]{64}/, "layer"), content: String(member.path) === "manifest.json" ? member.content.replace(/"[0-9a-f]{64}\.tar/, '"layer.tar') : member.content }));
    assert.equal((await (await openArchive(new Blob([tarOf(unnamed)]))).manifest()).layers[0].digest, layer.digest, "a layer without a digest in its name is hashed");
  });
});

test("what docker save writes since version 25 is a layout, with docker's names", async () => {
  const annotations = { "io.containerd.image.name": "docker.io/library/app:1.0", "org.opencontainers.image.ref.name": "1.0" };
  const entry = { mediaType: multi.mediaType, digest: multi.digest, size: multi.size, annotations };
  const members = layoutMembers({ multi }, { index: { manifests: [entry] } });
  const list = [{ Config: `blobs/${amd64.blobs[0].digest.replace(":", "/")}`, RepoTags: ["app:1.0"], Layers: amd64.blobs.slice(1).map(({ digest }) => `blobs/${digest.replace(":", "/")}`) }];
  const archive = await openArchive(new Blob([tarOf([...members, { path: "manifest.json", content: JSON.stringify(list) }])]));
  assert.equal(archive.kind, "oci-layout");
  assert.deepEqual(archive.findings, []);
  for (const name of ["docker.io/library/app:1.0", "app:1.0", "1.0", undefined, `@${multi.digest}`]) {
    assert.equal((await archive.resolve(name)).digest, multi.digest, name);
  }
});

test("a name that is not there is refused with those that are", async () => {
  const archive = await openArchive(new Blob([tarOf(layoutMembers({ one: amd64, two: arm64 }))]));
  for (const name of ["three", undefined, "", "@7", "one@two"]) {
    await assert.rejects(archive.resolve(name), ({ code, details }) => code === "ARCHIVE_IMAGE_UNKNOWN" && details.available.join() === "one,two");
  }
  await assert.rejects(archive.manifest(`@${multi.digest}`), { code: "MANIFEST_UNKNOWN" });
  await assert.rejects(archive.blob("one", multi.digest), { code: "BLOB_UNKNOWN" });
});

test("a client reads archives beside registries, and copies out of them", async () => {
  const registry = createMemoryRegistry();
  const archive = await openArchive(new Blob([tarOf(layoutMembers({ "app:1.0": multi, "Not A Tag": amd64 }))]));
  const client = createClient({ fetch: archiveFetch([archive], registry.fetch) });
  await client.copy(archive.reference("app:1.0"), "registry.example/team/app:1.0");
  assert.equal((await client.resolve("registry.example/team/app:1.0")).digest, multi.digest);
  assert.ok(registry.blob("team/app", arm64.blobs[1].digest));
  assert.equal((await client.resolve(archive.reference("Not A Tag"))).digest, amd64.digest);
  assert.deepEqual(registry.requests.filter(({ url }) => url.includes(".invalid")), []);
  const { ok, images } = await client.check(archive.reference("app:1.0"), { blobs: true });
  assert.deepEqual([ok, images.length], [true, 2]);
  await assert.rejects(client.push(await client.manifest(archive.reference("app:1.0")), archive.reference("app:1.0")), { code: "ARCHIVE_UNSUPPORTED" });
  const found = [];
  for await (const { tag } of client.find(arm64.digest, archive.reference("app:1.0").split(":")[0])) found.push(tag);
  assert.deepEqual(found, ["1.0"]);
});

test("referrers are those at the root", async () => {
  const signature = artifact({ subject: amd64 });
  const archive = await openArchive(new Blob([tarOf(layoutMembers({ app: amd64, signature }))]));
  const client = createClient({ fetch: archiveFetch([archive]) });
  const found = [];
  for await (const { digest } of client.referrers(archive.reference("app"))) found.push(digest);
  assert.deepEqual(found, [signature.digest]);
});

test("a link of a folder that leads out of it is not followed", async () => {
  await writeLayout(folder.join("linked"), "app", amd64);
  const [, layer] = amd64.blobs;
  await writeFile(folder.join("outside"), layer.bytes);
  const place = folder.join("linked/blobs", layer.digest.replace(":", "/"));
  await rm(place);
  await symlink(folder.join("outside"), place);
  const archive = await openArchive(folder.join("linked"));
  await assert.rejects(archive.blob("app", layer.digest), { code: "BLOB_UNKNOWN" });
});

test("what reads the archive fails in its own words, and a signal ends it", async () => {
  const mine = new Error("the disk is gone");
  await assert.rejects(openArchive({ size: 4096, read: async () => { throw mine; } }), (error) => error === mine);
  await assert.rejects(openArchive({ size: 4096, read: async () => "text" }), { code: "OPTION_INVALID" });
  await assert.rejects(openArchive({ size: 4096, read: async () => new Uint8Array(8192) }), { code: "OPTION_INVALID" });
  for (const wrong of [undefined, null, 5, {}, [], { size: -1, read() {} }, { get open() { throw mine; } }]) await assert.rejects(openArchive(wrong), { code: "OPTION_INVALID" });
  await assert.rejects(openArchive(new Blob([tarOf(layoutMembers({ app: amd64 }))]), { signal: AbortSignal.abort() }), { code: "ABORTED" });
  // A limit alone keeps no process alive.
  const alive = setInterval(() => {}, 1000);
  const compressed = gzipSync(tarOf(layoutMembers({ app: amd64 })));
  const stuckAfter = (bytes) => async (offset, length) => (offset + length > bytes ? new Promise(() => {}) : compressed.subarray(offset, offset + length));
  for (const bytes of [0, 6]) await assert.rejects(openArchive({ size: compressed.length, read: stuckAfter(bytes) }, { timeoutMs: 20 }), { code: "TIMEOUT" });
  clearInterval(alive);
  await assert.rejects(openArchive(folder.join("nowhere")), { code: "FILE_UNREADABLE" });
});
