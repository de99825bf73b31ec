/** What changed from one index to another, and what is read to say so. */

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { buildIndex, createClient, diff, editIndex, parseManifest } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { configsThatDiffer, membersThatDiffer } from "../../../pkg/diff/members.js";
import { dockerImage, dockerList, entry, indexWithAttestations, ociImage, ociIndex, pushAll } from "../../support/images.mjs";

const APP = "registry.example/team/app";
const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const arm64v8 = ociImage({ architecture: "arm64", variant: "v8", text: "newer" });
const s390x = ociImage({ architecture: "s390x" });
const newer = ociImage({ text: "newer", layers: 2 });

let registry, client;
beforeEach(() => {
  registry = createMemoryRegistry();
  client = createClient({ fetch: registry.fetch, retry: { attempts: 1 } });
});

/** Puts both, and compares them. */
async function compared(a, b, options) {
  await pushAll(registry.fetch, "https://registry.example", "team/app", "a", a);
  await pushAll(registry.fetch, "https://registry.example", "team/app", "b", b);
  registry.requests.length = 0;
  return diff(`${APP}:a`, `${APP}:b`, { client, ...options });
}
const requests = () => registry.requests.map(({ method, url }) => `${method} ${url.includes("/blobs/") ? "blob" : "manifest"}`);
const rows = ({ platforms }) => platforms.map(({ platform, change }) => `${platform?.os ?? "-"}/${platform?.architecture ?? "-"} ${change}`);
const sizeOf = (...blobs) => blobs.reduce((total, { size }) => total + size, 0);

describe("requests", () => {
  test("the same digest costs two HEADs", async () => {
    const found = await compared(ociIndex(amd64, arm64), ociIndex(amd64, arm64));
    assert.deepEqual([found.same, found.sameBytes, found.platforms, found.fetchBytes], [true, true, [], 0]);
    assert.deepEqual(requests(), ["HEAD manifest", "HEAD manifest"]);
  });

  test("of eight platforms of which one differs, one is read", async () => {
    const others = ["386", "arm", "ppc64le", "riscv64", "mips64le", "loong64"].map((architecture) => ociImage({ architecture }));
    const found = await compared(ociIndex(amd64, arm64, ...others), ociIndex(newer, arm64, ...others));
    assert.equal(found.platforms.filter(({ change }) => change === "same").length, 7);
    assert.deepEqual(requests().sort(), [...Array(2).fill("GET blob"), ...Array(4).fill("GET manifest"), ...Array(2).fill("HEAD manifest")]);
  });

  test("order only: two HEADs and two GETs", async () => {
    const found = await compared(ociIndex(amd64, arm64), ociIndex(arm64, amd64));
    assert.deepEqual([found.same, found.orderOnly, found.index], [false, true, []]);
    assert.deepEqual(requests().sort(), ["GET manifest", "GET manifest", "HEAD manifest", "HEAD manifest"]);
  });
});

test("platforms are added, removed, changed or the same, with what there is to fetch", async () => {
  const found = await compared(indexWithAttestations(amd64, arm64, s390x), indexWithAttestations(newer, arm64, ociImage({ architecture: "riscv64" })));
  assert.deepEqual(rows(found), ["linux/amd64 changed", "linux/arm64 same", "linux/s390x removed", "linux/riscv64 added"]);
  const [changed, , , added] = found.platforms;
  const [config, ...layers] = newer.blobs;
  assert.equal(changed.fetchBytes, sizeOf(config, ...layers));
  assert.deepEqual([changed.layers.same, changed.layers.added.map(({ digest }) => digest), changed.layers.removed.map(({ digest }) => digest)],
    [0, layers.map(({ digest }) => digest), [amd64.blobs[1].digest]]);
  assert.deepEqual([changed.attestations.from.length, changed.attestations.to.length], [1, 1]);
  assert.equal(found.fetchBytes, changed.fetchBytes + added.fetchBytes);
});

test("arm64 and arm64/v8 are one platform, builds of one Windows release are compared, single images are found in an index", async () => {
  assert.deepEqual(rows(await compared(ociIndex(amd64, arm64), ociIndex(amd64, arm64v8))), ["linux/amd64 same", "linux/arm64 changed"]);
  const windows = (osVersion) => ociImage({ os: "windows", osVersion });
  const builds = await compared(ociIndex(windows("10.0.20348.1"), windows("10.0.17763.1")), ociIndex(windows("10.0.20348.2"), windows("10.0.26100.1")));
  assert.deepEqual(rows(builds), ["windows/amd64 changed", "windows/amd64 removed", "windows/amd64 added"]);
  assert.deepEqual(builds.platforms[0].entry, [{ path: "platform.os.version", from: "10.0.20348.1", to: "10.0.20348.2" }]);
  assert.deepEqual(rows(await compared(ociIndex(amd64, arm64), amd64)), ["linux/amd64 same", "linux/arm64 removed"]);
  assert.deepEqual(rows(await compared(amd64, newer)), ["linux/amd64 changed"]);
  assert.deepEqual(rows(await compared(amd64, arm64)), ["linux/amd64 removed", "linux/arm64 added"]);
});

test("duplicates are pairs by their digests first, nested indexes are flat", async () => {
  const duplicates = await compared(ociIndex(amd64, newer), ociIndex(ociImage({ text: "third" }), amd64));
  assert.deepEqual(rows(duplicates), ["linux/amd64 same", "linux/amd64 changed"]);
  const nested = ociIndex(arm64, entry(ociIndex(amd64), { platform: undefined }));
  assert.deepEqual(rows(await compared(nested, ociIndex(arm64, newer))), ["linux/arm64 same", "linux/amd64 changed"]);
});

test("what cannot be read spoils its own row only", async () => {
  const inner = ociIndex(s390x);
  const [one, other] = [ociIndex(amd64, arm64), ociIndex(newer, arm64v8, entry(inner, { platform: undefined }))];
  const answer = { status: 404, headers: { "content-type": "application/json" }, body: { errors: [{ code: "MANIFEST_UNKNOWN" }] } };
  registry.faults.push({ match: { method: "GET", path: new RegExp(`${newer.digest}|${inner.digest}`) }, answer });
  const difference = await compared(one, other);
  assert.deepEqual(rows(difference), ["linux/amd64 changed", "linux/arm64 changed", "-/- added"]);
  const [broken, read, nested] = difference.platforms;
  assert.equal(broken.error.code, "MANIFEST_UNKNOWN");
  assert.deepEqual([nested.to, nested.error.code], [inner.digest, "MANIFEST_UNKNOWN"]);
  assert.deepEqual([read.error, read.layers.same], [undefined, 0]);
  assert.equal(difference.fetchBytes, undefined);
});

test("annotations, members, media types", async () => {
  const annotated = await compared(ociIndex(entry(amd64, { annotations: { a: "1", b: "2" } })), ociIndex(entry(amd64, { annotations: { a: "2", c: "3" } })));
  assert.deepEqual(annotated.platforms[0].annotations, [
    { of: "entry", key: "a", from: "1", to: "2" }, { of: "entry", key: "b", from: "2" }, { of: "entry", key: "c", to: "3" },
  ]);
  assert.equal(annotated.platforms[0].fetchBytes, 0);
  const image = dockerImage();
  const list = await compared(dockerList(image), ociIndex(image));
  assert.deepEqual([rows(list), list.index.map(({ path }) => path), list.same], [["linux/amd64 same"], ["mediaType"], false]);
  const manifest = await compared(ociIndex(ociImage({ annotations: { a: "1" } })), ociIndex(amd64));
  assert.deepEqual(manifest.platforms[0].annotations, [{ of: "manifest", key: "a", from: "1" }]);
  assert.deepEqual([manifest.platforms[0].layers.same, manifest.platforms[0].config, manifest.platforms[0].fetchBytes], [1, [], 0]);
});

test("one platform alone", async () => {
  const found = await compared(ociIndex(amd64, arm64), ociIndex(newer, arm64v8), { platform: "linux/amd64" });
  assert.deepEqual(rows(found), ["linux/amd64 changed"]);
  const same = await compared(ociIndex(amd64, arm64), ociIndex(arm64v8, amd64), { platform: "linux/amd64" });
  assert.deepEqual([rows(same), same.same], [["linux/amd64 same"], true]);
  // Single images are compared with the platform as well.
  assert.deepEqual(rows(await compared(amd64, ociIndex(newer, arm64), { platform: "linux/amd64" })), ["linux/amd64 changed"]);
  await assert.rejects(compared(ociIndex(amd64), ociIndex(amd64, arm64), { platform: "linux/386" }), ({ code, details }) => {
    assert.deepEqual([code, details.available], ["PLATFORM_NOT_FOUND", ["linux/amd64", "linux/arm64"]]);
    return true;
  });
});

test("documents are compared by what they say themselves, and with a reference", async () => {
  const [a, b] = [ociIndex(amd64, arm64), ociIndex(newer, arm64)].map(({ bytes }) => parseManifest(bytes));
  const found = await diff(a, b);
  assert.deepEqual([rows(found), found.fetchBytes, found.platforms[0].layers], [["linux/amd64 changed", "linux/arm64 same"], undefined, undefined]);
  const noted = editIndex(a).annotate("index", { note: "x" }).build();
  assert.deepEqual((await diff(a, noted)).index, [{ path: "annotations.note", to: "x" }]);
  assert.deepEqual([(await diff(a, a)).sameBytes, rows(await diff(a, buildIndex([])))], [true, ["linux/amd64 removed", "linux/arm64 removed"]]);
  const spaced = parseManifest(JSON.stringify(a.json));
  const written = await diff(a, spaced);
  assert.deepEqual([written.same, written.sameBytes], [true, false]);
  await pushAll(registry.fetch, "https://registry.example", "team/app", "a", ociIndex(amd64, arm64));
  assert.equal((await diff(a, { from: client, reference: `${APP}:a` })).sameBytes, true);
  await assert.rejects(diff(`${APP}:a`, a), { code: "OPTION_INVALID" });
  await assert.rejects(diff({ from: {}, reference: `${APP}:a` }, a), { code: "OPTION_INVALID" });
  await assert.rejects(diff(`${APP}:a`, `${APP}:none`, { client }), { code: "MANIFEST_UNKNOWN" });
});

/** Two configs, and what differs. */
const CONFIGS = [
  ["nothing", { config: { Env: ["A=1"] } }, { config: { Env: ["A=1"] } }, []],
  ["the environment, by name", { config: { Env: ["A=1", "B=x=y"] } }, { config: { Env: ["B=x=z", "C"] } },
    [{ path: "config.Env.A", from: "1" }, { path: "config.Env.B", from: "x=y", to: "x=z" }, { path: "config.Env.C", to: "" }]],
  ["the order of the environment", { config: { Env: ["A=1", "B=2"] } }, { config: { Env: ["B=2", "A=1"] } },
    [{ path: "config.Env", from: ["A=1", "B=2"], to: ["B=2", "A=1"] }]],
  ["labels", { config: { Labels: { "a.b": "1" } } }, { config: { Labels: null } }, [{ path: "config.Labels.a.b", from: "1" }]],
  ["lists as a whole", { config: { Cmd: ["a", "b"] } }, { config: { Cmd: ["a"] } }, [{ path: "config.Cmd", from: ["a", "b"], to: ["a"] }]],
  ["no history, no layers", { history: [1], rootfs: {} }, { history: [2], rootfs: { a: 1 } }, []],
  ["null is nothing", { a: null }, {}, []],
  ["an empty object", {}, { a: {} }, [{ path: "a", to: {} }]],
  ["no config at all", undefined, { created: "x" }, [{ path: "created", to: "x" }]],
  ["odd names", JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":2}}'), [{ path: "__proto__.a", from: 1, to: 2 }]],
];
for (const [name, from, to, expected] of CONFIGS) {
  test(`configs: ${name}`, () => assert.deepEqual(configsThatDiffer(from, to), expected));
}

test("members that are skipped are those of the object itself", () => {
  assert.deepEqual(membersThatDiffer({ a: 1, b: { a: 1 } }, { a: 2, b: { a: 2 } }, ["a"]), [{ path: "b.a", from: 1, to: 2 }]);
});
