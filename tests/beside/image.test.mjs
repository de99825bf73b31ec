/** The container image of `cargo xtask image`: what skopeo and a real registry make of it, and that its program runs. */

import assert from "node:assert/strict";
import { mkdir, readFile, readdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { serve } from "../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../pkg/testing/index.js";
import { startDockerRegistry } from "../support/docker-registry.mjs";
import { dockerImage, dockerList, indexWithAttestations, ociImage, pushAll, sha256 } from "../support/images.mjs";
import { multiarch, run } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";

const MAIN = fileURLToPath(new URL("../../xtask/image/main.mjs", import.meta.url));
const PLATFORMS = ["linux/amd64", "linux/arm64"];
const BASES = {
  oci: indexWithAttestations(ociImage(), ociImage({ architecture: "arm64", variant: "v8" })),
  docker: dockerList(dockerImage({ text: "docker's" }), dockerImage({ architecture: "arm64", variant: "v8" })),
};

let folder, server, host, registry;
before(async () => {
  folder = await scratch();
  const memory = createMemoryRegistry();
  server = await serve(memory.fetch);
  host = new URL(server.url).host;
  for (const [tag, image] of Object.entries(BASES)) await pushAll(memory.fetch, server.url, "library/node", tag, image);
  await pushAll(memory.fetch, server.url, "library/node", "single", ociImage());
  registry = await startDockerRegistry();
});
after(async () => {
  await server?.close();
  await registry?.close();
  await folder?.remove();
});

async function succeeds(command, args, options) {
  const { code, stdout, stderr } = await run(command, args, options);
  assert.equal(code, 0, `${command} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

const build = (tag, output) => succeeds(process.execPath, [MAIN, "--base", `${host}/library/node:${tag}`, "--output", folder.join(output)]);
const blob = (output, digest) => readFile(folder.join(output, "blobs", ...digest.split(":")));
const document = async (output, digest) => JSON.parse(await blob(output, digest));

/** Every file of a layout. */
async function contents(output) {
  const files = await readdir(folder.join(output), { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`.slice(folder.join(output).length)).sort();
}

for (const tag of Object.keys(BASES)) {
  test(`on ${tag} images it is an image for each platform, with one layer more`, async () => {
    const digest = (await build(tag, tag)).trim().split("\n").at(-1);
    const { manifests: [root] } = JSON.parse(await readFile(folder.join(tag, "index.json"), "utf8"));
    assert.equal(root.digest, digest);
    const index = await document(tag, digest);
    assert.deepEqual(index.manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`), PLATFORMS);
    assert.equal(index.annotations["org.opencontainers.image.base.digest"], BASES[tag].digest);
    for (const [at, { digest: image }] of index.manifests.entries()) {
      const manifest = await document(tag, image);
      const config = await document(tag, manifest.config.digest);
      const base = JSON.parse(BASES[tag].children[at].blobs[0].bytes);
      assert.deepEqual(config.rootfs.diff_ids, [...base.rootfs.diff_ids, manifest.layers.at(-1).digest]);
      assert.deepEqual(config.config.Entrypoint, ["node", "/usr/local/lib/multiarch/bin/multiarch.cjs"]);
      assert.ok(manifest.layers.every(({ mediaType }) => mediaType.startsWith("application/vnd.oci.image.layer.v1.tar")));
    }
  });
}

test("the same base makes the same bytes, also once more", async () => {
  await build("oci", "one");
  await build("oci", "two");
  await build("oci", "two");
  assert.deepEqual(await contents("one"), await contents("two"));
  for (const file of await contents("one")) assert.deepEqual(await readFile(folder.join("one", file)), await readFile(folder.join("two", file)), file);
});

test("skopeo reads it and pushes it, as multiarch does, and what they pushed is whole", async () => {
  await build("oci", "pushed");
  const inspected = JSON.parse(await succeeds("skopeo", ["inspect", "--override-arch", "arm64", "--config", `oci:${folder.join("pushed")}`]));
  assert.equal(inspected.architecture, "arm64");
  const target = `${registry.domain}/multiarch/multiarch:1`;
  await succeeds("skopeo", ["copy", "--all", "--preserve-digests", "--dest-tls-verify=false", `oci:${folder.join("pushed")}`, `docker://${target}`]);
  const { code, stdout, stderr } = await multiarch(["check", "--blobs", "--configs", "--exact", "--platform", "linux/amd64,linux/arm64/v8", target]);
  assert.equal(code, 0, stdout + stderr);
  const own = await multiarch(["create", "-t", `${registry.domain}/multiarch/own:1`, "-t", `${registry.domain}/multiarch/own:latest`, `oci:${folder.join("pushed")}`]);
  assert.equal(own.code, 0, own.stderr);
  const digest = (await succeeds("skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", `docker://${registry.domain}/multiarch/own:latest`])).trim();
  assert.ok(own.stdout.endsWith(`@${digest}\n`), own.stdout);
  assert.equal(digest, JSON.parse(await readFile(folder.join("pushed/index.json"), "utf8")).manifests[0].digest);
});

test("its program runs from the layer alone", async () => {
  await build("single", "single");
  const { manifests: [root] } = JSON.parse(await readFile(folder.join("single/index.json"), "utf8"));
  const { manifests: [image] } = await document("single", root.digest);
  const { layers } = await document("single", image.digest);
  await mkdir(folder.join("root"));
  await succeeds("tar", ["--extract", "--directory", folder.join("root"), "--file", folder.join("single/blobs", ...layers.at(-1).digest.split(":"))]);
  const program = folder.join("root/usr/local/bin/multiarch");
  const { version } = JSON.parse(await readFile(folder.join("root/usr/local/lib/multiarch/package.json"), "utf8"));
  assert.equal(await succeeds(program, ["--version"]), `multiarch ${version}\n`);
  const resolved = await succeeds(program, ["resolve", `${host}/library/node:oci`]);
  assert.equal(resolved.trim(), `${host}/library/node@${BASES.oci.digest}`);
  assert.match(await succeeds(program, ["serve", "--export", folder.join("page")]), /files for any web server/);
});

test("a base without a shell is asked for Node by its own path, and keeps what it is", async () => {
  const base = ociImage();
  const [config, ...layers] = base.blobs;
  const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(config.bytes), config: { Entrypoint: ["/nodejs/bin/node"], Cmd: ["-"], User: "65532", Env: ["A=b"] } }));
  const described = { ...config, bytes, digest: sha256(bytes), size: bytes.length };
  const { config: { mediaType }, ...rest } = JSON.parse(base.bytes);
  const manifest = Buffer.from(JSON.stringify({ ...rest, config: { mediaType, digest: described.digest, size: described.size } }));
  const image = { ...base, bytes: manifest, digest: sha256(manifest), size: manifest.length, blobs: [described, ...layers] };
  await pushAll(fetch, server.url, "library/node", "distroless", image);
  await build("distroless", "distroless");
  const { manifests: [root] } = JSON.parse(await readFile(folder.join("distroless/index.json"), "utf8"));
  const { manifests: [own] } = await document("distroless", root.digest);
  const made = await document("distroless", (await document("distroless", own.digest)).config.digest);
  const { Labels, ...kept } = made.config;
  assert.deepEqual(kept, { Entrypoint: ["/nodejs/bin/node", "/usr/local/lib/multiarch/bin/multiarch.cjs"], User: "65532", Env: ["A=b"] });
  assert.equal(Labels["org.opencontainers.image.title"], "multiarch");
});

test("the base may be a layout, as skopeo writes it", async () => {
  await succeeds("skopeo", ["copy", "--all", "--src-tls-verify=false", `docker://${host}/library/node:docker`, `oci:${folder.join("base")}:24`]);
  const printed = await succeeds(process.execPath, [MAIN, "--base", `oci:${folder.join("base")}:24`, "--output", folder.join("based")]);
  const index = await document("based", printed.trim().split("\n").at(-1));
  assert.deepEqual(index.manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`), PLATFORMS);
});

test("a base that is not there is an error with a hint, and nothing in a folder is lost", async () => {
  const missing = await run(process.execPath, [MAIN, "--base", `${host}/library/node:none`, "--output", folder.join("none")]);
  assert.deepEqual([missing.code, /MANIFEST_UNKNOWN\]\nhint: /.test(missing.stderr)], [1, true], missing.stderr);
  const kept = await run(process.execPath, [MAIN, "--base", `${host}/library/node:oci`, "--output", folder.join("root")]);
  assert.equal(kept.code, 0, kept.stderr);
  assert.ok((await readdir(folder.join("root"))).includes("usr"));
});
