/** The store of drafts in a browser: it lasts, and pages share it. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as multiarch from "multiarch";
import * as testing from "multiarch/testing";

import { drafted, registryOf } from "../hosts/program.mjs";
import { openPage, startBrowser } from "../support/browser.mjs";
import { startPackageFiles } from "../support/package-files.mjs";

const LIST = "localhost:5000/team/list:1";
let browser;
let server;

before(async () => {
  server = await startPackageFiles();
  browser = await startBrowser();
});
after(async () => {
  await browser.close();
  await server.close();
});

const open = () => openPage(browser, server.url, "page/");

test("drafts outlive the page that wrote them", async () => {
  const page = await open();
  const written = await page.evaluate(async (list) => {
    const { browserStore } = await import(new URL("../pkg/entry/browser.js", location.href).href);
    const store = browserStore();
    const missing = [await store.read(list), await store.list(), await store.remove(list)];
    const descriptor = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: `sha256:${"a".repeat(64)}`, size: 2 };
    await store.write(list, [{ ref: "localhost:5000/team/app:1", descriptor, raw: new TextEncoder().encode("{}") }]);
    await store.write("localhost:5000/a:1", []);
    return missing;
  }, LIST);
  assert.deepEqual(written, [undefined, [], false]);
  await page.reload();
  const found = await page.evaluate(async (list) => {
    const { browserStore } = await import(new URL("../pkg/entry/browser.js", location.href).href);
    const store = browserStore();
    const [{ ref, descriptor, raw }] = await store.read(list);
    const seen = { lists: await store.list(), ref, size: descriptor.size, raw: raw instanceof Uint8Array && new TextDecoder().decode(raw) };
    return { ...seen, removed: await store.remove(list), left: await store.list(), other: await browserStore({ name: "other" }).list() };
  }, LIST);
  assert.deepEqual(found, {
    lists: ["localhost:5000/a:1", LIST], ref: "localhost:5000/team/app:1", size: 2, raw: "{}", removed: true, left: ["localhost:5000/a:1"], other: [],
  });
  page.watch.clean();
});

test("create, annotate, inspect, push and rm over the browser's database do what they do over memory", async () => {
  const page = await open();
  // As a text: the page may load no scripts but its own.
  const found = await page.evaluate(`(async () => {
    ${registryOf}
    const pkg = (path) => import(new URL("../pkg/" + path, location.href).href);
    const [multiarch, testing] = await Promise.all([pkg("entry/browser.js"), pkg("testing/index.js")]);
    const store = multiarch.browserStore({ name: "manifests" });
    const databases = async () => (await indexedDB.databases()).some(({ name }) => name === "manifests");
    return [await (${drafted})(multiarch, testing, store), await databases()];
  })()`);
  assert.deepEqual(found, [await drafted(multiarch, testing, multiarch.memoryStore()), true]);
  page.watch.clean();
});

test("many changes at once, from several stores and without the browser's locks: none lost", async () => {
  const page = await open();
  for (const without of [false, true]) {
    const count = await page.evaluate(async ([list, isWithout]) => {
      if (isWithout) Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
      const { browserStore } = await import(new URL("../pkg/entry/browser.js", location.href).href);
      const stores = [1, 2, 3].map(() => browserStore({ name: `many ${isWithout}` }));
      await Promise.all(Array.from({ length: 30 }, (_, number) => {
        const store = stores[number % 3];
        return store.lock(list, async () => {
          const entries = (await store.read(list)) ?? [];
          await store.write(list, [...entries, { ref: `localhost:5000/app:${number}` }]);
        });
      }));
      return (await stores[0].read(list)).length;
    }, [LIST, without]);
    assert.equal(count, 30);
  }
  page.watch.clean();
});

test("a write that fails leaves the list as it was, and says so", async () => {
  const page = await open();
  const found = await page.evaluate(async (list) => {
    const { browserStore } = await import(new URL("../pkg/entry/browser.js", location.href).href);
    const store = browserStore({ name: "failing" });
    await store.write(list, [{ ref: "old" }]);
    const tell = ({ name, code, message, hint }) => ({ name, code, message, hint });
    const odd = await store.write(list, [{ ref: () => "no data" }]).catch(tell);
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("no room is left", "QuotaExceededError");
    };
    const refused = await store.write(list, [{ ref: "new" }]).catch(tell);
    IDBObjectStore.prototype.put = put;
    const after = await store.read(list);
    await new Promise((resolve) => (indexedDB.deleteDatabase("failing").onsuccess = resolve));
    const anew = await store.read(list);
    Object.defineProperty(globalThis, "indexedDB", { value: undefined, configurable: true });
    const none = await browserStore({ name: "none" }).list().catch(tell);
    return { odd, refused, after, anew, none };
  }, LIST);
  assert.equal(found.odd.code, "OPTION_INVALID");
  assert.equal(found.refused.code, "DRAFT_UNAVAILABLE");
  assert.match(found.refused.message, /no room is left/);
  assert.deepEqual(found.after, [{ ref: "old" }]);
  assert.equal(found.anew, undefined, "somebody deleted the database");
  assert.equal(found.none.code, "DRAFT_UNAVAILABLE");
  assert.match(found.none.message, /no IndexedDB/);
  page.watch.clean();
});
