/** Specifications that are followed: what is asked and written, locks, and runs from a lock. */

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { applySpec, checkLock, createClient, parseSpec, specFromTemplate } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { indexWithAttestations, ociImage, ociIndex, pushAll } from "../../support/images.mjs";

const amd64 = ociImage({ text: "one" });
const arm64 = ociImage({ architecture: "arm64", text: "one" });
const newer = ociImage({ architecture: "arm64", text: "two" });
const windows = ociImage({ os: "windows", osVersion: "10.0.17763.1234" });
const NAME = "registry.example/team/app";
const ABSENT = `sha256:${"0".repeat(64)}`;

let registry, client, requests;
beforeEach(async () => {
  registry = createMemoryRegistry();
  for (const [tag, image] of Object.entries({ amd64: indexWithAttestations(amd64), arm64, windows })) {
    await pushAll(registry.fetch, "http://registry.example", "team/app", tag, image);
  }
  requests = [];
  client = createClient({
    fetch: (url, init) => {
      requests.push(`${init.method} ${new URL(url).pathname.replace("/v2/team/app/", "")}`);
      return registry.fetch(url, init);
    },
  });
});

const writes = () => requests.filter((line) => !/^(GET|HEAD) /.test(line));
const bytesAt = (reference) => Buffer.from(registry.manifest("team/app", reference).bytes);
const specOf = (text) => parseSpec(text.replaceAll("NAME", NAME));
const LIST = "image: NAME:1.0\ntags: [latest]\nsources: [':amd64', ':arm64', ':windows']\n";

describe("a specification", () => {
  test("becomes a list under all its references, with what its images state", async () => {
    const { lists: [list], lock } = await applySpec(await specOf(LIST), { client });
    const { digest } = registry.manifest("team/app", "1.0");
    assert.deepEqual([list.descriptor.digest, list.references], [digest, [`${NAME}:1.0@${digest}`, `${NAME}:latest@${digest}`]]);
    assert.deepEqual(bytesAt("1.0"), bytesAt("latest"));
    assert.deepEqual(list.sources.map(({ reference }) => reference), [`${NAME}:amd64`, `${NAME}:arm64`, `${NAME}:windows`]);
    assert.deepEqual(list.missing, []);
    const { manifests } = JSON.parse(bytesAt("1.0"));
    assert.equal(manifests.length, 4, "three images and an attestation");
    assert.deepEqual(manifests.find(({ platform }) => platform.os === "windows").platform["os.version"], "10.0.17763.1234");
    assert.deepEqual(lock.lists[0].sources.map(({ digest }) => digest), list.sources.map(({ digest }) => digest));
    assert.equal(lock.lists[0].digest, list.descriptor.digest);
  });

  test("of manifest-tool's and a template make the same list", async () => {
    const yaml = "image: NAME:yaml\nmanifests:\n" + ["amd64", "arm64"].map((architecture) =>
      `- image: NAME:${architecture}\n  platform: {architecture: ${architecture}, os: linux}\n`).join("");
    await applySpec(await specOf(yaml), { client });
    const template = await specFromTemplate(`${NAME}:ARCHVARIANT`, { platforms: ["linux/amd64", "linux/arm64"], target: `${NAME}:template` });
    await applySpec(template, { client });
    assert.deepEqual(bytesAt("template"), bytesAt("yaml"));
    assert.deepEqual(JSON.parse(bytesAt("yaml")).manifests.map(({ platform }) => platform.architecture).filter((one) => one !== "unknown"), ["amd64", "arm64"]);
  });

  test("says what a platform lacks, and the config says the rest", async () => {
    await applySpec(await specOf("image: NAME:1.0\nmanifests:\n- {image: 'NAME:windows', platform: {os: windows, architecture: amd64}}\n- {image: 'NAME:amd64', platform: {architecture: amd64, os: linux}}\n"), { client });
    const platforms = JSON.parse(bytesAt("1.0")).manifests.map(({ platform }) => platform);
    assert.deepEqual(platforms.map(({ os, "os.version": version }) => [os, version]), [["windows", "10.0.17763.1234"], ["linux", undefined], ["unknown", undefined]]);
  });

  test("says of an index with one image what it says of an image, and of several images nothing", async () => {
    const text = "image: NAME:1.0\nsources:\n- {image: ':amd64', platform: 'windows(10.0.1)/amd64', annotations: {a: b}}\n- {image: ':windows', platform: {os: windows, architecture: amd64, os.version: '10.0.2'}}\n";
    await applySpec(await specOf(text), { client });
    const [image, attestation, other] = JSON.parse(bytesAt("1.0")).manifests;
    assert.deepEqual([image.platform, image.annotations], [{ architecture: "amd64", os: "windows", "os.version": "10.0.1" }, { a: "b" }]);
    assert.equal(attestation.annotations["vnd.docker.reference.digest"], image.digest);
    assert.deepEqual(other.platform, { architecture: "amd64", os: "windows", "os.version": "10.0.2" });
    const byHand = { lists: [{ references: [`${NAME}:2.0`], sources: [{ reference: `${NAME}:arm64`, platform: "linux/arm64/v9" }] }] };
    const { lists: [made] } = await applySpec(byHand, { client, dryRun: true });
    assert.deepEqual(made.document.json.manifests[0].platform, { architecture: "arm64", os: "linux", variant: "v9" });
    await pushAll(registry.fetch, "http://registry.example", "team/app", "two", ociIndex(amd64, arm64));
    await assert.rejects(applySpec(await specOf(text.replace(":amd64", ":two")), { client }), {
      code: "OPTION_INVALID", message: /is an index of 2 images: a descriptor is laid over one/, hint: /by its digest/,
    });
  });

  test("has its options: type, order, annotations of the index and of an entry, platforms, no attestations", async () => {
    const text = "image: NAME:1.0\ntype: oci\norder: platform\nattestations: false\nannotations: {a: b}\nplatforms: [linux/amd64, linux/arm64]\n" +
      "sources: [{image: ':arm64', annotations: {c: d}, platform: linux/arm64/v8}, ':windows', ':amd64']\n";
    await applySpec(await specOf(text), { client });
    const { annotations, manifests } = JSON.parse(bytesAt("1.0"));
    assert.deepEqual(annotations, { a: "b" });
    assert.deepEqual(manifests.map(({ platform, annotations: own }) => [platform.architecture, platform.variant, own]), [["amd64", undefined, undefined], ["arm64", "v8", { c: "d" }]]);
  });

  test("is worked out before anything is written", async () => {
    const text = `lists:\n- {image: 'NAME:1.0', sources: [':amd64']}\n- {image: 'NAME:2.0', sources: ['@${ABSENT}']}\n`;
    await assert.rejects(applySpec(await specOf(text), { client }), { code: "MANIFEST_UNKNOWN" });
    assert.deepEqual(writes(), []);
    assert.equal(registry.manifest("team/app", "1.0"), undefined);
  });

  test("that is tried writes nothing, and has the digest of the later run", async () => {
    const spec = await specOf(LIST);
    const { lists: [tried], lock } = await applySpec(spec, { client, dryRun: true });
    assert.deepEqual(writes(), []);
    assert.ok(tried.steps.length > 0);
    const { lists: [list], lock: written } = await applySpec(spec, { client });
    assert.equal(list.descriptor.digest, tried.descriptor.digest);
    assert.deepEqual(written, lock);
  });

  test("may not make one list of another", async () => {
    const text = "lists:\n- {image: 'NAME:1.0', sources: [':amd64']}\n- {image: 'NAME:2.0', sources: [':1.0', ':arm64']}\n";
    await assert.rejects(applySpec(await specOf(text), { client }), {
      code: "SPEC_INVALID", message: `lists[1] is made of ${NAME}:1.0, which lists[0] makes: name the sources of that list instead`,
    });
    assert.deepEqual(requests, []);
  });

  test("that fails half-way says what was written", async () => {
    const spec = await specOf("lists:\n- {image: 'NAME:1.0', sources: [':amd64']}\n- {image: 'NAME:2.0', sources: [':arm64']}\n");
    const failing = createClient({
      retry: { attempts: 1 },
      fetch: (url, init) => init.method === "PUT" && String(url).endsWith("/2.0") ? Promise.resolve(new Response("", { status: 500 })) : registry.fetch(url, init),
    });
    const error = await applySpec(spec, { client: failing }).then(() => undefined, (thrown) => thrown);
    assert.deepEqual(error.details.written, [`${NAME}:1.0@${registry.manifest("team/app", "1.0").digest}`]);
  });
});

describe("sources that do not exist", () => {
  const PARTLY = "image: NAME:1.0\nsources: [':amd64', ':none', ':arm64']\n";

  test("fail the whole", async () => {
    await assert.rejects(applySpec(await specOf(PARTLY), { client }), { code: "MANIFEST_UNKNOWN" });
    assert.deepEqual(writes(), []);
  });

  for (const [about, text, options] of [["of the file", `${PARTLY}ignore_missing: true\n`, {}], ["of the call", PARTLY, { ignoreMissing: true }]]) {
    test(`are left out at the word ${about}, and so they are from the lock`, async () => {
      const spec = await specOf(text);
      const { lists: [list], lock } = await applySpec(spec, { client, ...options });
      assert.deepEqual(list.missing, [`${NAME}:none`]);
      assert.deepEqual(lock.lists[0].sources[1], { reference: `${NAME}:none`, missing: true });
      await pushAll(registry.fetch, "http://registry.example", "team/app", "none", windows);
      const { lists: [again] } = await applySpec(spec, { client, lock });
      assert.deepEqual([again.missing, again.descriptor.digest], [list.missing, list.descriptor.digest]);
      const [found] = await checkLock(lock, { client });
      assert.deepEqual([found.code, found.reference, found.to], ["SOURCE_FOUND", `${NAME}:none`, windows.digest]);
    });
  }

  test("are too many where none exists", async () => {
    const spec = await specOf(`image: NAME:1.0\nsources: [':no', ':none', '@${ABSENT}']\n`);
    await assert.rejects(applySpec(spec, { client, ignoreMissing: true }), {
      code: "MANIFEST_UNKNOWN", message: `every source of ${NAME}:1.0 is missing: ${NAME}:no, ${NAME}:none, ${NAME}@${ABSENT}`,
    });
  });

  test("are not those that a registry refuses", async () => {
    const refusing = createClient({ fetch: async () => new Response("", { status: 403 }), retry: { attempts: 1 } });
    await assert.rejects(applySpec(await specOf(PARTLY), { client: refusing, ignoreMissing: true }), { code: "DENIED" });
  });
});

describe("a run from a lock", () => {
  let spec, lock, before;
  beforeEach(async () => {
    spec = await specOf(LIST);
    ({ lock } = await applySpec(spec, { client }));
    lock = JSON.parse(JSON.stringify(lock));
    before = bytesAt("1.0");
    requests.length = 0;
  });
  const moveOn = () => pushAll(registry.fetch, "http://registry.example", "team/app", "arm64", newer);

  test("asks for no tag of a source, and makes the same bytes when the tags have moved", async () => {
    await moveOn();
    await pushAll(registry.fetch, "http://registry.example", "team/app", "1.0", ociIndex(newer));
    const { lists: [list], lock: after } = await applySpec(spec, { client, lock });
    assert.deepEqual(bytesAt("1.0"), before);
    assert.equal(list.descriptor.digest, lock.lists[0].digest);
    assert.deepEqual(after, lock);
    assert.deepEqual(requests.filter((line) => /manifests\/(amd64|arm64|windows)$/.test(line)), []);
    const { lists: [moved] } = await applySpec(spec, { client });
    assert.notEqual(moved.descriptor.digest, lock.lists[0].digest);
  });

  test("needs the lock alone, and moves nothing where all is in place", async () => {
    const { lists: [list] } = await applySpec(lock, { client, lock });
    assert.equal(list.descriptor.digest, lock.lists[0].digest);
    assert.deepEqual(bytesAt("1.0"), before);
    assert.deepEqual([writes(), list.steps], [[], []]);
  });

  test("refuses the lock of another specification, and one that promises another digest", async () => {
    const other = await specOf(LIST.replace("':arm64'", "':newer'"));
    await assert.rejects(applySpec(other, { client, lock }), {
      code: "LOCK_MISMATCH",
      message: `the lock is of another specification: lists[0].sources[1].reference is ${NAME}:newer here and ${NAME}:arm64 there`,
    });
    lock.lists[0].digest = ABSENT;
    await assert.rejects(applySpec(spec, { client, lock }), { code: "LOCK_MISMATCH", message: new RegExp(`promises ${ABSENT} for ${NAME}:1\\.0, and its sources make sha256:`) });
    assert.deepEqual(writes(), []);
  });

  test("refuses what is no lock", async () => {
    const broken = [
      [{}, /version|lists/], [{ ...lock, version: 2 }, /not of version 1/], [{ version: 1, lists: "a" }, /list/], [null, /object/], ["a", /object/],
      [{ version: 1, lists: [{ ...lock.lists[0], digest: undefined }] }, /digest/],
      [{ version: 1, lists: [{ ...lock.lists[0], sources: [{ reference: "a" }] }] }, /lists\[0\]\.sources\[0\] .*takes a digest, or missing: true/],
    ];
    for (const [given, message] of broken) {
      await assert.rejects(applySpec(spec, { client, lock: given }), { code: "LOCK_INVALID", message });
      await assert.rejects(checkLock(given, { client }), { code: "LOCK_INVALID", message });
    }
    assert.deepEqual(requests, []);
  });

  test("a check finds nothing, and then each thing that is no longer so, with a request for each reference", async () => {
    assert.deepEqual(await checkLock(lock, { client, spec }), []);
    assert.equal(requests.length, 5, requests.join("\n"));
    assert.ok(requests.every((line) => line.startsWith("HEAD ")), requests.join("\n"));
    await moveOn();
    await client.delete(`${NAME}:windows`);
    await pushAll(registry.fetch, "http://registry.example", "team/app", "latest", ociIndex(newer));
    await client.delete(`${NAME}:1.0`);
    const other = await specOf(LIST.replace("[latest]", "[newest]"));
    const found = await checkLock(lock, { client, spec: other });
    assert.deepEqual(found.map(({ code, reference }) => [code, reference]), [
      ["SPEC_CHANGED", undefined], ["SOURCE_MOVED", `${NAME}:arm64`], ["SOURCE_MISSING", `${NAME}:windows`], ["LIST_MISSING", `${NAME}:1.0`], ["LIST_MOVED", `${NAME}:latest`],
    ]);
    const [, moved] = found;
    assert.equal(moved.message, `${NAME}:arm64 has moved from ${arm64.digest} to ${newer.digest}`);
  });
});

test("what is no specification and no client is refused", async () => {
  const spec = await specOf(LIST);
  for (const given of [undefined, null, "a", {}, { lists: [] }, { lists: [{}] }, { lists: [{ references: [], sources: [] }] }]) {
    await assert.rejects(applySpec(given, { client }), { code: "OPTION_INVALID" }, JSON.stringify(given));
  }
  for (const options of [undefined, {}, { client: {} }]) {
    await assert.rejects(applySpec(spec, options), { code: "OPTION_INVALID" });
    await assert.rejects(checkLock({ version: 1, lists: [] }, options), { code: "OPTION_INVALID" });
  }
  assert.deepEqual(requests, []);
});
