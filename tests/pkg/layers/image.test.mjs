/** `openImage`: layers joined to their history, the merged view, and files out of it. */

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { createClient, openImage } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { FileTree } from "../../../pkg/layers/tree.js";
import { stepText } from "../../../pkg/layers/history.js";
import { ociIndex, pushAll, sha256 } from "../../support/images.mjs";
import { layer, layeredImage, tar } from "../../support/layers.mjs";

const NAME = "registry.example/team/app:1";
const LOWER = [
  { path: "etc/", type: "folder", mode: 0o755 }, { path: "etc/motd", content: "hello" }, { path: "etc/hosts", content: "127.0.0.1" },
  { path: "usr/lib/", type: "folder" }, { path: "usr/lib/libc.so", content: "C".repeat(1000) }, { path: "lib", type: "symlink", target: "usr/lib" },
  { path: "cache/", type: "folder" }, { path: "cache/a", content: "aa" }, { path: "cache/b", content: "bbb" },
];
const UPPER = [
  { path: "etc/", type: "folder", mode: 0o755 }, { path: "etc/motd", content: "goodbye" }, { path: "etc/.wh.hosts" },
  { path: "cache/.wh..wh..opq" }, { path: "cache/c", content: "c" }, { path: "lib/extra.so", content: "E" }, { path: "etc/alias", type: "link", target: "etc/motd" },
];

let registry, client;
beforeEach(() => {
  registry = createMemoryRegistry();
  client = createClient({ fetch: registry.fetch, retry: { attempts: 1 } });
});

async function opened(layers, options) {
  await pushAll(registry.fetch, "https://registry.example", "team/app", "1", layeredImage(layers, options));
  return openImage(client, NAME);
}

const paths = (files) => [...files.below()].map(({ path }) => path);
const textOf = async (image, path) => new Response((await image.readFile(path)).stream).text();

/** The paths of layers that are merged without a registry. */
function merged(...layers) {
  const tree = new FileTree();
  for (const entries of layers) {
    tree.begin();
    for (const entry of entries) tree.add({ size: 0, mode: 0o644, ...entry });
  }
  return tree;
}
const file = (path, size = 1) => ({ path, type: "file", size, offset: 512 });
const at = (path, type, target) => ({ path, type, ...(target && { target }) });

describe("the merged view", () => {
  test("is what a container sees, with who owns each file and what is wasted", async () => {
    const files = await (await opened([layer(LOWER), layer(UPPER)])).files();
    assert.deepEqual(paths(files), [
      "cache", "cache/c", "etc", "etc/alias", "etc/motd", "lib", "usr", "usr/lib", "usr/lib/extra.so", "usr/lib/libc.so",
    ]);
    assert.deepEqual(["etc/motd", "usr/lib/libc.so", "usr/lib/extra.so"].map((path) => files.find(path).layer), [1, 0, 1]);
    assert.deepEqual(files.layers, [
      { entries: 9, added: 9, replaced: 0, removed: 0, ignored: 0, bytes: 1019, wastedBytes: 0 },
      { entries: 7, added: 3, replaced: 1, removed: 3, ignored: 0, bytes: 9, wastedBytes: 19 },
    ]);
    assert.equal(files.wastedBytes, 19);
    assert.deepEqual(files.unread, []);
  });

  test("is the same wherever whiteouts stand in their layer", () => {
    const lower = [at("a", "folder"), file("a/old", 7), file("b", 5)];
    const upper = [at("a", "folder"), file("a/new"), at("a", "whiteout"), at("b", "whiteout"), file("b", 3)];
    for (const order of [upper, [...upper].reverse()]) {
      const tree = merged(lower, order);
      assert.deepEqual(paths(tree), ["a", "a/new", "b"]);
      assert.deepEqual([tree.find("b").layer, tree.wastedBytes], [1, 12]);
    }
    assert.deepEqual(paths(merged(lower, [file("a/new"), at("a", "opaque")])), ["a", "a/new", "b"]);
  });

  test("counts a folder that becomes a file, and back, with all that was in it", () => {
    const tree = merged([at("a", "folder"), file("a/x", 3), file("a/y/z", 4)], [file("a", 9)], [at("a", "folder"), file("a/n", 1)]);
    assert.deepEqual(paths(tree), ["a", "a/n"]);
    assert.deepEqual(tree.layers.map(({ added, replaced, removed, wastedBytes }) => [added, replaced, removed, wastedBytes]), [[3, 0, 0, 0], [0, 1, 3, 7], [1, 1, 0, 9]]);
  });

  test("takes what has an odd path into no account, and a whiteout of nothing neither", () => {
    const odd = [{ ...file("a"), findings: ["PATH_UPWARDS"] }, { ...at("b", "other"), findings: ["TAR_TYPE_UNKNOWN"] }, at("c", "whiteout"), { ...file("d"), findings: ["PATH_ABSOLUTE"] }];
    const tree = merged(odd);
    assert.deepEqual([paths(tree), tree.layers[0].ignored], [["d"], 2]);
    assert.deepEqual(paths(merged([file("a")], [file("a/below/a/file")])), ["a"]);
  });

  test("keeps names apart that are no UTF-8, and finds them by what is shown", () => {
    const raw = (bytes) => ({ ...file("x\ufffd"), rawPath: Buffer.from(bytes, "latin1").toString("base64") });
    const tree = merged([raw("x\xfc"), raw("x\xfd"), file("x\ufffd/y")]);
    assert.equal(paths(tree).length, 4);
    assert.equal(tree.find("x\ufffd").isFolder, true);
    assert.equal(merged([raw("d\xfc/x")]).find("d\ufffd/x").entry.type, "file");
  });

  test("holds so many entries", () => {
    const tree = new FileTree(3);
    tree.begin();
    for (const path of ["a", "b", "b", "a", "c"]) tree.add(file(path));
    assert.throws(() => tree.add(file("d/e")), ({ code, details }) => code === "ARCHIVE_LIMIT" && details.limit === "merged");
  });

  test("follows links inside of the image only, and not in circles", () => {
    const tree = merged([
      at("etc", "folder"), file("etc/passwd"), at("up", "symlink", "../../../../etc/passwd"), at("abs", "symlink", "/etc"), at("loop", "symlink", "loop"),
      at("one", "symlink", "two"), at("two", "symlink", "one"), at("gone", "symlink", "nowhere"), at("etc/back", "symlink", ".."), at("file-below", "symlink", "etc/passwd/x"),
    ]);
    assert.equal(tree.find("up").path, "etc/passwd");
    assert.equal(tree.find("abs/passwd").path, "etc/passwd");
    assert.equal(tree.find("etc/back/etc/back/abs/passwd").path, "etc/passwd");
    for (const nothing of ["loop", "one", "gone", "file-below", "etc/passwd/..", "etc/passwd/x", "loop/x"]) assert.equal(tree.find(nothing), undefined, nothing);
    assert.equal(tree.find("loop", { follow: false }).entry.type, "symlink");
    let many = [file("f")];
    for (let at = 0; at < 60; at += 1) many.push({ path: `l${at}`, type: "symlink", target: at === 0 ? "f" : `l${at - 1}` });
    assert.equal(merged(many).find("l39").path, "f");
    assert.equal(merged(many).find("l40"), undefined);
  });

  test("a parent that is a link in a circle spoils its entry alone", () => {
    const tree = merged([at("loop", "symlink", "loop")], [file("loop/x"), file("y")]);
    assert.deepEqual([paths(tree), tree.layers[1].ignored], [["loop", "y"], 1]);
  });
});

describe("files", () => {
  test("are read through links, and of the layer that a container sees", async () => {
    const image = await opened([layer(LOWER), layer(UPPER)]);
    assert.equal(await textOf(image, "etc/motd"), "goodbye");
    assert.equal(await textOf(image, "/etc/alias"), "goodbye");
    assert.equal(await textOf(image, "lib/libc.so"), "C".repeat(1000));
    const { entry } = await image.readFile("lib/extra.so");
    assert.deepEqual([entry.path, entry.layer, entry.size], ["usr/lib/extra.so", 1, 1]);
  });

  test("that are gone, folders and devices are refused with their own codes", async () => {
    const image = await opened([layer([...LOWER, { path: "null", type: "character" }]), layer(UPPER)]);
    for (const path of ["etc/hosts", "cache/a", "nowhere", "etc/motd/x", "../etc/hosts"]) await assert.rejects(image.readFile(path), { code: "PATH_UNKNOWN" }, path);
    await assert.rejects(image.readFile("etc"), { code: "PATH_NOT_A_FILE", message: "etc is no regular file, but a folder" });
    await assert.rejects(image.readFile(""), { code: "PATH_NOT_A_FILE" });
    await assert.rejects(image.readFile("null"), { code: "PATH_NOT_A_FILE", message: /but a device/ });
  });

  test("cost one request for each layer, and one more where a link or a large file is read", async () => {
    const image = await opened([layer(LOWER), layer(UPPER)]);
    registry.requests.length = 0;
    await textOf(image, "etc/motd");
    assert.equal(registry.requests.length, 2);
    await textOf(image, "lib/libc.so");
    assert.equal(registry.requests.length, 5);
  });

  test("of a layer that states its folders cost the layers down to that one", async () => {
    const folders = [{ path: "etc/", type: "folder" }, { path: "usr/", type: "folder" }];
    const image = await opened([
      layer([...folders, { path: "etc/old", content: "old" }, { path: "usr/x", content: "x" }]),
      layer([...folders, { path: "etc/motd", content: "new" }]), layer([...folders.slice(1), { path: "usr/.wh.x", content: "" }]),
    ]);
    for (const [path, requests] of [["/etc/motd", 2], ["etc/old", 3]]) {
      registry.requests.length = 0;
      await textOf(image, path);
      assert.equal(registry.requests.length, requests, path);
    }
    registry.requests.length = 0;
    await assert.rejects(image.readFile("usr/x"), { code: "PATH_UNKNOWN" });
    assert.equal(registry.requests.length, 1);
  });

  test("larger than what is kept stream from their layer", async () => {
    const large = Buffer.alloc(9 << 20, "large");
    const image = await opened([layer([{ path: "large", content: large }, { path: "z", content: "z" }])]);
    const { stream } = await image.readFile("large");
    assert.equal(sha256(Buffer.from(await new Response(stream).arrayBuffer())), sha256(large));
  });
});

describe("layers", () => {
  const history = [
    { created: "2026-01-01T00:00:00Z", created_by: "/bin/sh -c #(nop) ADD file:abc in / " },
    { created_by: '/bin/sh -c #(nop)  CMD ["sh"]', empty_layer: true },
    { created_by: "RUN /bin/sh -c apt-get update # buildkit", comment: "buildkit.dockerfile.v0" },
  ];

  test("are joined to the steps that made them", async () => {
    const image = await opened([layer(LOWER), layer(UPPER)], { history });
    assert.equal(image.historyMatches, true);
    assert.deepEqual(image.steps.map(({ isEmpty, layer, ...step }) => [isEmpty, layer, stepText(step)]), [
      [false, 0, "ADD file:abc in /"], [true, undefined, 'CMD ["sh"]'], [false, 1, "RUN apt-get update"],
    ]);
    assert.deepEqual(image.layers.map(({ index, kind, compression, diffId, step }) => [index, kind, compression, diffId, stepText(step)]), [
      [0, "layer", "gzip", sha256(tar(LOWER)), "ADD file:abc in /"], [1, "layer", "gzip", sha256(tar(UPPER)), "RUN apt-get update"],
    ]);
  });

  test("of which the history has another number are joined to none of it", async () => {
    const image = await opened([layer(LOWER), layer(UPPER)], { history: history.slice(0, 2), diffIds: [] });
    assert.equal(image.historyMatches, false);
    assert.deepEqual(image.layers.map(({ step, diffId }) => [step, diffId]), [[undefined, undefined], [undefined, undefined]]);
  });

  test("that are not those of the config fail", async () => {
    const image = await opened([layer(LOWER)], { diffIds: [sha256("another")] });
    await assert.rejects(image.files(), { code: "DIGEST_MISMATCH", message: /^layer 0 .*diff_id/ });
    await assert.rejects(image.readFile("etc/motd"), { code: "DIGEST_MISMATCH" });
  });

  test("that are encrypted, and foreign ones that the registry has not, are left out and named", async () => {
    const foreign = layer([{ path: "windows" }], { mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" });
    const encrypted = layer([{ path: "secret" }], { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted" });
    const image = await opened([foreign, encrypted, layer(LOWER)]);
    registry.faults.push({ match: { path: new RegExp(foreign.digest) }, answer: { status: 404, body: { errors: [{ code: "BLOB_UNKNOWN" }] } } });
    const files = await image.files();
    assert.deepEqual(files.unread.map(({ index, error }) => [index, error.code, error.details.reason]), [[0, "LAYER_UNSUPPORTED", "foreign"], [1, "LAYER_UNSUPPORTED", "encrypted"]]);
    assert.equal(files.find("etc/motd").layer, 2);
    await assert.rejects(image.readFile("windows"), { code: "PATH_UNKNOWN", hint: /could not be read/ });
  });

  test("that are no tar are named by number and digest", async () => {
    const broken = layer(Buffer.from("no tar, but long enough for a header. ".repeat(20)));
    const image = await opened([layer(LOWER), broken]);
    const error = { code: "ARCHIVE_INVALID", message: new RegExp(`^layer 1 \\(${broken.digest}\\): `) };
    await assert.rejects(image.files(), error);
    await assert.rejects(image.listLayer(1).next(), error);
  });

  test("are listed one by one, by their numbers", async () => {
    const image = await opened([layer(LOWER), layer(UPPER)]);
    const found = [];
    for await (const { path, type } of image.listLayer(1)) found.push(`${type} ${path}`);
    assert.deepEqual(found.slice(1, 4), ["file etc/motd", "whiteout etc/hosts", "opaque cache"]);
    for (const index of [2, -1, 0.5]) {
      await assert.rejects(async () => {
        for await (const _ of image.listLayer(index)) assert.fail();
      }, { code: "OPTION_INVALID" });
    }
  });
});

test("an index needs a platform, and an artifact has no config", async () => {
  const [amd64, arm64] = ["amd64", "arm64"].map((architecture) => layeredImage([layer([{ path: architecture }])], { architecture }));
  await pushAll(registry.fetch, "https://registry.example", "team/app", "index", ociIndex(amd64, arm64));
  const index = "registry.example/team/app:index";
  await assert.rejects(openImage(client, index), { code: "OPTION_INVALID", message: /is an index/ });
  assert.deepEqual(paths(await (await openImage(client, index, { platform: "linux/arm64" })).files()), ["arm64"]);
  const bare = await opened([layer(LOWER)], { config: [] });
  assert.deepEqual([bare.config, bare.steps, paths(await bare.files()).length], [undefined, [], 10]);
  await assert.rejects(openImage({}, index), { code: "OPTION_INVALID" });
});
