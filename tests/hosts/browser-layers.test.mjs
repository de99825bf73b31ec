/** Layers in a browser, as Blobs: those of every tar tool, broken ones and odd ones, and files of archives, as in Node. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { listLayer, openImage } from "multiarch";
import { openArchive } from "multiarch/archive";

import { layoutMembers, tarOf } from "../support/archives.mjs";
import { BROKEN, ODD } from "../support/broken-layers.mjs";
import { startBrowser } from "../support/browser.mjs";
import { filesImage, oddImage } from "../support/file-images.mjs";
import { startPackageFiles } from "../support/package-files.mjs";

const TAR = "application/vnd.oci.image.layer.v1.tar";
const data = new URL("../data/tars/", import.meta.url);
const names = readdirSync(data).filter((name) => name.endsWith(".tar"));
const { image: odd, foreign } = oddImage();

/** What the page fetches, by its path. */
const files = new Map([
  ...names.flatMap((name) => {
    const bytes = readFileSync(new URL(name, data));
    return [[`/${name}`, bytes], [`/${name}.gz`, gzipSync(bytes)]];
  }),
  ...[...BROKEN, ...ODD].map(([, bytes], at) => [`/case/${at}`, bytes]),
  ["/app", tarOf(layoutMembers({ app: filesImage() }))],
  ["/odd", tarOf(layoutMembers({ app: odd }).filter(({ path }) => !path.endsWith(foreign.digest.slice(7))))],
]);

let server, browser, page;
before(async () => {
  server = await startPackageFiles(files);
  browser = await startBrowser();
  page = await browser.newPage();
  await page.goto(`${server.url}page/`);
  await page.evaluate(() => (globalThis.blobOf = async (path) => (await fetch(path)).blob()));
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** In Node and in the page: the entries of a layer, and what it fails with. */
async function listed({ listLayer }, blob, mediaType) {
  const listing = listLayer(blob, mediaType);
  const entries = [];
  try {
    for await (const entry of listing) entries.push(entry);
  } catch (error) {
    return { entries, code: error.code ?? String(error) };
  }
  return { entries, summary: listing.summary };
}

/** In Node and in the page: the files of an image merged, what is wasted and left out, and the content of one. */
async function merged({ openImage }, archive, path) {
  const image = await openImage(archive, "app");
  try {
    const files = await image.files();
    const all = [...files.below()].map(({ path, layer, entry }) => [path, layer, entry?.size]);
    const { stream } = await image.readFile(path);
    return { all, wasted: files.wastedBytes, layers: files.layers, text: await new Response(stream).text() };
  } catch (error) {
    return { code: error.code ?? String(error), message: error.message };
  }
}

/** Runs one of both in the page. They are functions of this file, whose text the page gets over its debugging protocol. */
const inPage = (work, ...given) =>
  page.evaluate(async ([text, path, more]) => {
    const [work, module, blob] = [new Function(`return ${text}`)(), await import("multiarch"), await globalThis.blobOf(path)];
    const from = more.isArchive ? await (await import("multiarch/archive")).openArchive(blob) : blob;
    return JSON.stringify(await work(module, from, more.given));
  }, [String(work), ...given]).then(JSON.parse);

/** As JSON has it: without what is undefined. */
const plain = (value) => JSON.parse(JSON.stringify(value));

test("the archives of every tar tool, as they are and gzipped, are listed as in Node", async () => {
  for (const name of names) {
    for (const path of [`/${name}`, `/${name}.gz`]) {
      const expected = await listed({ listLayer }, new Blob([files.get(path)]), TAR);
      assert.ok(expected.entries.length > 1 && expected.summary, path);
      assert.deepEqual(await inPage(listed, path, { given: TAR }), plain(expected), path);
    }
  }
});

test("broken layers have the codes that they have in Node, behind the same entries", async () => {
  for (const [at, [name, bytes, paths, code]] of BROKEN.entries()) {
    for (const found of [await listed({ listLayer }, new Blob([bytes]), TAR), await inPage(listed, `/case/${at}`, { given: TAR })]) {
      assert.equal(found.code, code, name);
      if (paths) assert.deepEqual(found.entries.map(({ path }) => path), paths, name);
    }
  }
});

test("what is odd about an entry is found as in Node", async () => {
  for (const [at, [name, bytes, findings]] of ODD.entries()) {
    for (const found of [await listed({ listLayer }, new Blob([bytes]), TAR), await inPage(listed, `/case/${BROKEN.length + at}`, { given: TAR })]) {
      assert.deepEqual(found.entries.at(-1)?.findings, findings, name);
    }
  }
});

test("an archive's images have the same files, and a file the same content", async () => {
  for (const [path, file] of [["/app", "/bin/sh"], ["/app", "/etc/passwd"], ["/app", "/no/such"], ["/odd", "/etc/passwd"]]) {
    const archive = await openArchive(new Blob([files.get(path)]));
    const expected = await merged({ openImage }, archive, file);
    assert.deepEqual(await inPage(merged, path, { isArchive: true, given: file }), plain(expected), `${path} ${file}`);
    assert.equal(expected.code, path === "/odd" ? "ARCHIVE_TRUNCATED" : file === "/no/such" ? "PATH_UNKNOWN" : undefined);
  }
});
