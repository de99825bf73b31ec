/** The page in Firefox: what it is there for works without what Chromium alone has. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { layoutMembers, tarOf } from "../support/archives.mjs";
import { startServe } from "../support/browser.mjs";
import { startDockerRegistry } from "../support/docker-registry.mjs";
import { filesImage } from "../support/file-images.mjs";
import { startFirefox } from "../support/firefox.mjs";
import { pushAll } from "../support/images.mjs";
import { shop } from "../support/shop.mjs";

const ENTER = "\ue007";
let registry;
let server;
let firefox;

before(async () => {
  registry = await startDockerRegistry();
  await pushAll(fetch, registry.url, "shop", "2.4.0", shop());
  await pushAll(fetch, registry.url, "shop", "2.4.1", shop({ version: "3.13.10" }));
  server = await startServe(["--registry", registry.domain]);
  firefox = await startFirefox();
  await firefox.size(1400, 1000);
});
after(async () => {
  await firefox?.close();
  await server?.close();
  await registry?.close();
});

const reference = (tag) => `${registry.domain}/shop:${tag}`;

/** Drops a file onto the page, as a person does. */
const drop = (bytes, name) =>
  firefox.evaluate((base64, name) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, bytes.toString("base64"), name);

test("a pull line in the field: the answer, the platforms and the layers; then each tab", async () => {
  await firefox.open(server.url);
  await firefox.see(".start h1");
  await firefox.type("#omnibox", `docker pull --platform linux/arm64 ${reference("2.4.0")}`);
  await firefox.see("#understood", "asked for linux/arm64");
  await firefox.type("#omnibox", ENTER);
  await firefox.see(".hero .because", "because");
  await firefox.see(".layers .layer:not(.ghost) .summary", "apt-get");
  assert.equal(await firefox.evaluate(() => document.querySelectorAll(".platforms .row").length), 8);
  await firefox.click("#tab-config");
  await firefox.see(".detail .config", "gunicorn");
  await firefox.click("#tab-attestations");
  await firefox.see(".detail .attestation", "Stated, signature not checked");
  await firefox.click("#tab-json");
  await firefox.see(".detail .tree", "schemaVersion");
});

test("two images compared, by their address", async () => {
  await firefox.open(`${server.url}#a=${reference("2.4.0")}&b=${reference("2.4.1")}`);
  await firefox.see(".sentence .line-1", "8 changed");
  await firefox.see(".differences .new", "3.13.10");
});

test("an archive that is dropped, and its files", async () => {
  await firefox.open(server.url);
  await firefox.see(".start h1");
  await drop(tarOf(layoutMembers({ "app:1.0": filesImage() })), "layout.tar");
  await firefox.see("#tab-files");
  await firefox.click("#tab-files");
  await firefox.see(".files-sum", "48 files");
});

test("a list is composed of what was open, with the command that makes the same", async () => {
  await firefox.open(`${server.url}#ref=${reference("2.4.0")}`);
  await firefox.see(".platforms .row .segment");
  await firefox.click("[data-compose]");
  await firefox.see(".compose .add .actions button + button", "shop:2.4.0");
  await firefox.click(".compose .add .actions button + button");
  await firefox.see(".compose .source .add-row");
  await firefox.click(".compose .source .add-row");
  await firefox.see(".compose", "multiarch create");
});
