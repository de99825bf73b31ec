/** Archives in a browser: Blobs and folders of them, the broken ones too, with the same answers as in Node. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";


import { dockerMembers, layoutMembers, skopeosManifest, tarOf } from "../support/archives.mjs";
import { startBrowser } from "../support/browser.mjs";
import { FOUND, REFUSED } from "../support/hostile-archives.mjs";
import { dockerImage, ociImage, ociIndex, sha256 } from "../support/images.mjs";
import { startPackageFiles } from "../support/package-files.mjs";
import { BIN, run } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";


const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const layout = layoutMembers({ multi: ociIndex(amd64, arm64) });
const old = dockerImage();
/** What the page fetches, by its path. */
const files = new Map([
  ["/layout.tar", tarOf(layout)], ["/layout.tgz", gzipSync(tarOf(layout))], ["/docker.tar", tarOf(dockerMembers([[["app:1"], old]]))],
  ...[...REFUSED, ...FOUND].map(([, bytes], at) => [`/case/${at}`, bytes]),
]);

let server, browser, page;
before(async () => {
  server = await startPackageFiles(files);
  browser = await startBrowser();
  page = await browser.newPage();
  await page.goto(`${server.url}page/`);
  await page.evaluate(() => {
    globalThis.blobOf = async (path) => (await fetch(path)).blob();
    globalThis.opened = async (from) => (await import("multiarch/archive")).openArchive(from);
  });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("a layout reads the same as a Blob, gzipped, and as a folder", async () => {
  for (const path of ["/layout.tar", "/layout.tgz"]) {
    const found = await page.evaluate(async (from) => {
      const archive = await opened(await blobOf(from));
      const { digest } = await archive.resolve("multi", { platform: "linux/arm64" });
      const { layers } = await archive.manifest(`@${digest}`);
      const size = (await new Response(await archive.blob("multi", layers[0].digest)).arrayBuffer()).byteLength;
      return { kind: archive.kind, digest, size, findings: archive.findings };
    }, path);
    assert.deepEqual(found, { kind: "oci-layout", digest: arm64.digest, size: arm64.blobs[1].size, findings: [] });
  }
  const members = layout.map(({ path, content }) => [path, Buffer.from(content).toString("base64")]);
  const digest = await page.evaluate(async (all) => {
    const contents = new Map(all.map(([path, text]) => [path, new Blob([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))])]));
    const archive = await opened({ list: async () => [...contents.keys()], open: async (path) => contents.get(path) });
    return (await archive.resolve("multi", { platform: "linux/amd64" })).digest;
  }, members);
  assert.equal(digest, amd64.digest);
});

test("what docker save wrote before version 25 has the manifest that skopeo makes", async () => {
  const digest = await page.evaluate(async () => (await (await opened(await blobOf("/docker.tar"))).resolve("app:1")).digest);
  assert.equal(digest, sha256(skopeosManifest(old)));
});

test("broken archives have the codes that they have in Node", async () => {
  for (const [at, [name, , code]] of REFUSED.entries()) {
    const found = await page.evaluate((path) => blobOf(path).then(opened).then(() => "opened", (error) => error.code ?? String(error)), `/case/${at}`);
    assert.equal(found, code, name);
  }
  for (const [at, [name, , codes, { image, digest }]] of FOUND.entries()) {
    const found = await page.evaluate(async ([path, wanted]) => {
      const archive = await opened(await blobOf(path));
      return [archive.findings.map((finding) => finding.code).sort(), (await archive.manifest(wanted)).digest];
    }, [`/case/${REFUSED.length + at}`, image]);
    assert.deepEqual(found, [codes ? [...codes].sort() : found[0], digest], name);
  }
});

test("an archive that is compressed with zstd is read by Nodes that know it, and by the others", async (t) => {
  const folder = await scratch();
  t.after(() => folder.remove());
  const [tar, compressed] = [folder.join("layout.tar"), folder.join("layout.tar.zst")];
  await writeFile(tar, files.get("/layout.tar"));
  const node = (version) => fileURLToPath(new URL(`../node_modules/${version}/bin/node`, import.meta.url));
  const compress = "const [,from,to]=process.argv;fs.writeFileSync(to,zlib.zstdCompressSync(fs.readFileSync(from)))";
  assert.equal((await run(node("node24"), ["-e", compress, tar, compressed])).code, 0);
  for (const program of [node("node22"), node("node24"), process.execPath]) {
    const { stdout, stderr } = await run(program, [BIN, "digest", `oci-archive:${compressed}`]);
    assert.equal(stdout.trim(), ociIndex(amd64, arm64).digest, stderr);
  }
});
