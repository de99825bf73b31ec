/** Layers and files beside `tar tvz`, `tar xO` and skopeo, from docker's own registry. */

import assert from "node:assert/strict";
import { mkdir, readFile, symlink, writeFile, link, chmod } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { layer, layeredImage } from "../../support/layers.mjs";
import { multiarch, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

let folder, registry, reference, image;
before(async () => {
  folder = await scratch();
  registry = await startDockerRegistry();
  const [lower, upper] = await Promise.all([made("lower", fillLower), made("upper", fillUpper)]);
  image = layeredImage([layer(lower), layer(upper)]);
  await push(registry, "team/app", "1", image);
  reference = `${registry.domain}/team/app:1`;
});
after(async () => {
  await registry?.close();
  await folder?.remove();
});

/** A tar that GNU tar makes of a folder. */
async function made(name, fill) {
  const root = folder.join(name);
  await mkdir(root);
  await fill((path) => folder.join(name, path));
  const { code, stderr, bytes } = await run("tar", ["--sort=name", "--format=posix", "--owner=root:0", "--group=root:0", "-C", root, "-c", "."]);
  assert.equal(code, 0, stderr);
  return bytes;
}

async function fillLower(at) {
  await mkdir(at(`etc/${"deep/".repeat(30)}`), { recursive: true });
  await writeFile(at("etc/motd"), "hello\n");
  await writeFile(at(`etc/${"deep/".repeat(30)}${"n".repeat(120)}`), "long");
  await writeFile(at("large"), Buffer.alloc(300_000, "large"));
  await symlink("etc/motd", at("link"));
  await link(at("large"), at("twin"));
  await chmod(at("etc/motd"), 0o4750);
  await writeFile(at("grün"), "");
}

async function fillUpper(at) {
  await mkdir(at("etc"));
  await writeFile(at("etc/motd"), "goodbye\n");
  await writeFile(at("etc/.wh.deep"), "");
}

const cli = async (...args) => {
  const { code, stdout, stderr, bytes } = await multiarch(["--config", folder.path, "--insecure", ...args].sort((a, b) => (a === "--insecure") - (b === "--insecure")));
  assert.equal(code, 0, stderr);
  return { stdout, bytes };
};

/** What `tar tvz` and `files --layer` both say of an entry: mode, size, minute, name and target. */
function facts(line) {
  const [mode, , size, day, minute, ...name] = line.trim().split(/\s+/);
  return [mode, size, day, minute, name.join(" ").replace(/^\.\/(?=.)/, "").replace(/ link to \.\//, " link to ")].join(" ");
}

describe("a layer", () => {
  test("is listed as tar lists it", async () => {
    const { stdout } = await cli("files", "--layer", "0", "--insecure", reference);
    const blob = folder.join("layer.tar.gz");
    await writeFile(blob, image.blobs[1].bytes);
    const listed = await run("tar", ["tvzf", blob, "--quoting-style=literal"], { env: { TZ: "UTC", LC_ALL: "C.UTF-8" } });
    assert.equal(listed.code, 0, listed.stderr);
    const lines = (text) => text.trim().split("\n").map(facts).map((line) => line.replace(/ \.\/$/, " ./"));
    assert.deepEqual(lines(stdout), lines(listed.stdout));
    assert.ok(listed.stdout.split("\n").length > 30);
  });

  test("of what skopeo copies is that of the registry", async () => {
    const copy = folder.join("copied");
    const { code, stderr } = await run("skopeo", ["--insecure-policy", "copy", "--src-tls-verify=false", `docker://${reference}`, `dir:${copy}`]);
    assert.equal(code, 0, stderr);
    const { layers } = JSON.parse(await readFile(`${copy}/manifest.json`, "utf8"));
    const { images: [found] } = JSON.parse((await cli("layers", "--json", "--insecure", reference)).stdout);
    assert.deepEqual(found.layers.map(({ digest, size }) => [digest, size]), layers.map(({ digest, size }) => [digest, size]));
    const { listLayer } = await import("multiarch");
    for (const [at, { digest, mediaType }] of layers.entries()) {
      const paths = [];
      const bytes = await readFile(`${copy}/${digest.split(":")[1]}`);
      for await (const { path } of listLayer(new Blob([bytes]), mediaType, { digest, diffId: found.layers[at].diffId })) paths.push(path);
      const listed = JSON.parse((await cli("files", "--json", "--layer", String(at), "--insecure", reference)).stdout);
      assert.deepEqual(listed.map(({ path }) => path), paths);
    }
  });
});

describe("a file", () => {
  test("is byte for byte what tar takes out, by its link too", async () => {
    const blob = folder.join("lower.tar");
    await writeFile(blob, await run("gunzip", ["-c"], { input: image.blobs[1].bytes }).then(({ bytes }) => bytes));
    const { bytes: wanted } = await run("tar", ["xOf", blob, "./large"]);
    assert.deepEqual((await cli("cat", "--insecure", reference, "/large")).bytes, wanted);
    assert.deepEqual((await cli("cat", "--insecure", reference, "twin")).bytes, wanted);
    await cli("cat", "--insecure", "--output", folder.join("saved"), reference, "/large");
    assert.deepEqual(await readFile(folder.join("saved")), wanted);
  });

  test("is that of the upper layer, and gone where that says so", async () => {
    assert.equal((await cli("cat", "--insecure", reference, "link")).stdout, "goodbye\n");
    const { stdout } = await cli("files", "--recursive", "--json", "--insecure", reference);
    assert.deepEqual(JSON.parse(stdout).map(({ path }) => path), ["etc", "etc/motd", "grün", "large", "link", "twin"]);
  });
});
