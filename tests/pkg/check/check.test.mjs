/** What a check finds, and what it asks for. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { beforeEach, describe, test } from "node:test";

import { createClient, digest } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { FINDINGS, exitCodeOf } from "../../../pkg/check/codes.js";
import { artifact, dockerImage, dockerList, entry, indexWithAttestations, ociImage, ociIndex, pushAll } from "../../support/images.mjs";

const APP = "registry.example/team/app";
const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const v8 = ociImage({ architecture: "arm64", variant: "v8" });
const armv6 = ociImage({ architecture: "arm", variant: "v6" });
const windows = ociImage({ os: "windows", osVersion: "10.0.20348.2762" });
const attested = indexWithAttestations(amd64, arm64);
const GONE = { status: 404, headers: { "content-type": "application/json" }, body: { errors: [{ code: "MANIFEST_UNKNOWN" }] } };

let registry, client;
beforeEach(() => {
  registry = createMemoryRegistry();
  client = createClient({ fetch: registry.fetch, retry: { attempts: 1 } });
});

/** Puts an image under a tag of its own, and checks it. */
async function checked(image, options, faults = []) {
  await pushAll(registry.fetch, "https://registry.example", "team/app", "1", image);
  registry.requests.length = 0;
  registry.faults.push(...faults);
  return client.check(`${APP}:1`, options);
}
const requests = () => registry.requests.map(({ method, url }) => `${method} ${url.includes("/blobs/") ? "blob" : "manifest"}`);
const count = (what) => requests().filter((one) => one === what).length;
const codes = ({ findings }) => findings.map(({ code }) => code);
const fault = (image, answer, method) => ({ match: { method, path: new RegExp(image.digest) }, answer });

describe("requests", () => {
  test("a list costs one GET, and a HEAD for each manifest", async () => {
    const { ok, images, findings, kind } = await checked(attested, { platforms: ["linux/amd64", "linux/arm64/v8"], exact: true, attestations: true });
    assert.deepEqual([ok, findings, kind], [true, [], "index"]);
    assert.deepEqual(images.map(({ platform, attestations }) => [platform.architecture, attestations]), [["amd64", 1], ["arm64", 1]]);
    assert.deepEqual(requests().sort(), ["GET manifest", ...Array(4).fill("HEAD manifest")]);
  });

  test("what is missing is found by HEADs: the platform, and the manifest that is not there", async () => {
    const platforms = ["linux/amd64", "linux/s390x"];
    const found = await checked(attested, { platforms }, [fault(arm64, GONE)]);
    assert.deepEqual(codes(found), ["MANIFEST_MISSING", "PLATFORM_MISSING"]);
    const [manifest, platform] = found.findings;
    assert.deepEqual([manifest.digest, manifest.platform], [arm64.digest, { os: "linux", architecture: "arm64" }]);
    assert.match(manifest.message, new RegExp(arm64.digest));
    assert.match(platform.message, /linux\/s390x is required, and there are linux\/amd64, linux\/arm64/);
    assert.equal(exitCodeOf([platform]), 3);
    assert.equal(exitCodeOf([manifest]), 4);
    assert.deepEqual(requests().sort(), ["GET manifest", ...Array(4).fill("HEAD manifest")]);
  });

  test("configs cost two GETs for each image, blobs a GET for each manifest and a HEAD for each blob once", async () => {
    assert.equal((await checked(attested, { configs: true })).ok, true);
    assert.deepEqual([count("GET manifest"), count("HEAD manifest"), count("GET blob"), count("HEAD blob")], [3, 2, 2, 0]);
    assert.equal((await checked(attested, { blobs: true })).ok, true);
    const blobs = new Set(attested.children.flatMap((child) => child.blobs.map((blob) => blob.digest)));
    assert.deepEqual([count("GET manifest"), count("HEAD manifest"), count("GET blob"), count("HEAD blob")], [5, 0, 0, blobs.size]);
  });

  test("a single image is read with its config", async () => {
    const found = await checked(amd64, { platforms: ["linux/x86_64"] });
    assert.deepEqual([found.ok, found.kind, found.images[0].platform], [true, "image", { os: "linux", architecture: "amd64" }]);
    assert.deepEqual(requests(), ["GET manifest", "GET blob"]);
  });
});

test("platforms are compared after normalisation, an os.version is a beginning", async () => {
  const index = ociIndex(amd64, v8, armv6, windows);
  for (const platform of ["linux/arm64", "linux/aarch64", "linux/x86_64", "linux/arm/v6", "windows/amd64", "windows(10.0.20348)/amd64", { os: "linux", architecture: "arm64", variant: "v8" }]) {
    assert.deepEqual(codes(await checked(index, { platforms: [platform] })), [], String(platform));
  }
  for (const platform of ["linux/arm/v7", "linux/amd64/v2", "windows(10.0.2034)/amd64", "windows(10.0.17763)/amd64", "linux/386"]) {
    assert.deepEqual(codes(await checked(index, { platforms: [platform] })), ["PLATFORM_MISSING"], platform);
  }
  const exact = await checked(index, { platforms: ["linux/amd64", "linux/arm64"], exact: true });
  assert.deepEqual(exact.findings.map(({ code, digest: found }) => [code, found]), [["PLATFORM_UNEXPECTED", armv6.digest], ["PLATFORM_UNEXPECTED", windows.digest]]);
});

const orphan = ociIndex(arm64, ...attested.children.filter((child) => child.platform?.os === "unknown").map((child) => entry(child, {
  annotations: { "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": amd64.digest },
})));
const wrongPlatform = ociIndex(entry(amd64, { platform: { os: "linux", architecture: "s390x" } }));
const wrongVersion = ociIndex(entry(windows, { platform: { os: "windows", architecture: "amd64" } }));

/** An index with one of its members changed in its text. */
const changed = (index, change) => {
  const json = JSON.parse(index.bytes);
  change(json);
  const bytes = Buffer.from(JSON.stringify(json));
  return { ...index, bytes, size: bytes.length, digest: digest(bytes), mediaType: json.mediaType };
};

const unknown = changed(ociIndex(amd64, entry(artifact(), { platform: null })), ({ manifests }) => (manifests[1].artifactType = "a/b"));

/** What is put, the options, and the findings as `CODE severity digest`. */
const VECTORS = [
  ["an index of two images", ociIndex(amd64, arm64), {}, []],
  ["an artifact beside an image is none", unknown, { platforms: ["linux/amd64"], exact: true, attestations: false }, []],
  ["arm64 and arm64/v8", ociIndex(amd64, arm64, v8), {}, [`PLATFORM_DUPLICATE error ${v8.digest}`]],
  ["one digest twice", ociIndex(amd64, amd64), {}, [`DIGEST_DUPLICATE warning ${amd64.digest}`]],
  ["two builds of Windows are no duplicates", ociIndex(windows, ociImage({ os: "windows", osVersion: "10.0.17763.6532" })), {}, []],
  ["a nested index", ociIndex(arm64, entry(ociIndex(amd64), { platform: undefined })), { platforms: ["linux/amd64", "linux/arm64"], exact: true },
    [`INDEX_NESTED note ${ociIndex(amd64).digest}`]],
  ["an image without a platform", ociIndex(entry(amd64, { platform: null })), {}, [`PLATFORM_UNSTATED warning ${amd64.digest}`]],
  ["no attestation", ociIndex(amd64), { attestations: true }, [`ATTESTATION_MISSING error ${amd64.digest}`]],
  ["no attestation of a single image", amd64, { attestations: true }, [`ATTESTATION_MISSING error ${amd64.digest}`]],
  ["an attestation about another image", orphan, {}, JSON.parse(orphan.bytes).manifests.slice(1).map((one) => `ATTESTATION_ORPHANED warning ${one.digest}`)],
  ["another platform than the config's", wrongPlatform, { configs: true }, [`PLATFORM_CONTRADICTION error ${amd64.digest}`]],
  ["... is seen with configs only", wrongPlatform, {}, []],
  ["an os.version that the entry does not state", wrongVersion, { configs: true }, [`PLATFORM_CONTRADICTION warning ${windows.digest}`]],
  ["another size", changed(ociIndex(amd64), (json) => (json.manifests[0].size += 1)), {}, [`SIZE_CONTRADICTION error ${amd64.digest}`]],
  ["another size, with the document", changed(ociIndex(amd64), (json) => (json.manifests[0].size += 1)), { configs: true }, [`SIZE_CONTRADICTION error ${amd64.digest}`]],
  ["another media type", changed(ociIndex(amd64), (json) => (json.manifests[0].mediaType = dockerImage().mediaType)), {}, [`MEDIA_TYPE_CONTRADICTION error ${amd64.digest}`]],
  ["annotations in a Docker list", changed(dockerList(dockerImage()), (json) => (json.annotations = { a: "b" })), {}, ["ANNOTATIONS_IGNORED warning"]],
  ["an index that lists nothing", ociIndex(), {}, [`INDEX_EMPTY warning ${ociIndex().digest}`]],
  ["an index that lists nothing inside another", ociIndex(amd64, entry(ociIndex(), { platform: undefined })), {}, [`INDEX_EMPTY warning ${ociIndex().digest}`, `INDEX_NESTED note ${ociIndex().digest}`]],
  ["an entry that cannot be used", changed(ociIndex(amd64, arm64), (json) => (json.manifests[1].size = -1)), {}, [`ENTRY_INVALID error ${arm64.digest}`]],
];

for (const [name, image, options, expected] of VECTORS) {
  test(name, async () => {
    const { findings } = await checked(image, options);
    const found = findings.map(({ code, severity, digest: of }) => [code, severity, ...(code === "ANNOTATIONS_IGNORED" ? [] : [of])].join(" "));
    assert.deepEqual(found, expected);
    for (const { message, hint, code, digest: of } of findings) {
      assert.ok(message.includes(of), `${code} names what it is about: ${message}`);
      assert.ok(hint?.length > 10 || code === "NOT_CHECKED", `${code} says what to do`);
    }
  });
}

test("a duplicate names both digests", async () => {
  const { findings: [{ message, others }] } = await checked(ociIndex(arm64, v8));
  assert.ok(message.includes(arm64.digest) && message.includes(v8.digest), message);
  assert.deepEqual(others, [arm64.digest]);
});

describe("one that fails spoils its own row only", () => {
  const index = ociIndex(amd64, arm64, ociImage({ architecture: "s390x" }));
  const FAULTS = [
    ["429", { status: 429 }, {}, "NOT_CHECKED", "TOO_MANY_REQUESTS"],
    ["500", { status: 500 }, {}, "NOT_CHECKED", "REGISTRY_UNAVAILABLE"],
    ["the network", "reset", {}, "NOT_CHECKED", "NETWORK"],
    ["404", GONE, {}, "MANIFEST_MISSING", undefined],
    ["another document", { body: "{}" }, { configs: true }, "CONTENT_INVALID", "DIGEST_MISMATCH"],
  ];
  for (const [name, answer, options, code, error] of FAULTS) {
    test(name, async () => {
      const { findings } = await checked(index, options, [fault(arm64, answer)]);
      assert.deepEqual(findings.map((one) => [one.code, one.error, one.digest]), [[code, error, arm64.digest]]);
    });
  }

  test("a config that is none, or not there", async () => {
    const [config] = arm64.blobs;
    const broken = await checked(index, { configs: true }, [fault(config, { body: "{" })]);
    assert.deepEqual(broken.findings.map((one) => [one.code, one.digest]), [["CONTENT_INVALID", config.digest]]);
    registry.faults.length = 0;
    const gone = await checked(index, { configs: true }, [fault(config, { status: 404, headers: { "content-type": "application/json" }, body: {} })]);
    assert.deepEqual(gone.findings.map((one) => [one.code, one.digest]), [["BLOB_MISSING", config.digest]]);
  });

  test("a layer that is not there, or of another size", async () => {
    const [, layer] = arm64.blobs;
    const gone = await checked(index, { blobs: true }, [fault(layer, { status: 404, headers: { "content-type": "application/json" } })]);
    assert.deepEqual(gone.findings.map((one) => [one.code, one.digest, one.platform.architecture]), [["BLOB_MISSING", layer.digest, "arm64"]]);
    registry.faults.length = 0;
    const longer = await checked(index, { blobs: true }, [fault(layer, { headers: { "content-length": String(layer.size + 1) } }, "HEAD")]);
    assert.deepEqual(longer.findings.map((one) => [one.code, one.digest]), [["SIZE_CONTRADICTION", layer.digest]]);
    assert.equal((await checked(index, {})).ok, true, "it is not looked for without `blobs`");
  });

  test("what a store refuses a HEAD for is asked for by GET, unread", async () => {
    const [, layer] = arm64.blobs;
    registry.faults.push(fault(layer, { status: 403 }, "HEAD"));
    await pushAll(registry.fetch, "https://registry.example", "team/app", "1", arm64).catch(() => {});
    assert.equal(await client.has(APP, layer.digest), true);
    assert.equal(await client.has(APP, digest("none")), false);
    await assert.rejects(client.has(APP, "sha256"), { code: "DIGEST_INVALID" });
  });
});

test("what cannot be read at all is an error, and so is a wrong option", async () => {
  await checked(amd64);
  await assert.rejects(client.check(`${APP}:none`), { code: "MANIFEST_UNKNOWN" });
  await assert.rejects(client.check(`${APP}:1`, { platforms: [] }), { code: "OPTION_INVALID" });
  await assert.rejects(client.check(`${APP}:1`, { platforms: ["a/b/c/d"] }), { code: "PLATFORM_INVALID" });
  const signal = AbortSignal.abort();
  await assert.rejects(client.check(`${APP}:1`, { signal }), { code: "ABORTED" });
});

test("the exit code is the lowest of the errors, with strict of the warnings too", () => {
  const all = Object.entries(FINDINGS).map(([code, { severity }]) => ({ code, severity }));
  assert.equal(exitCodeOf(all), 1);
  assert.deepEqual([3, 4, 5, 6, 7].map((exit) => exitCodeOf(all.filter(({ code }) => FINDINGS[code].exit >= exit))), [3, 4, 5, 6, 7]);
  const warnings = all.filter(({ severity }) => severity === "warning");
  assert.deepEqual([exitCodeOf(warnings), exitCodeOf(warnings, true), exitCodeOf([])], [0, 5, 0]);
});

test("the documentation and the types list every code", async () => {
  const [page, types] = await Promise.all(["docs/check.md", "pkg/types/findings.d.ts"].map((path) => readFile(new URL(`../../../${path}`, import.meta.url), "utf8")));
  const rows = Object.entries(FINDINGS).map(([code, { severity, exit, about }]) => `| \`${code}\` | ${severity} | ${exit} | ${about} |`);
  assert.ok(page.includes(rows.join("\n")), `docs/check.md has this table:\n${rows.join("\n")}`);
  const union = types.match(/export type FindingCode =([^;]*);/)[1].match(/[A-Z_]{2,}/g);
  assert.deepEqual(union, Object.keys(FINDINGS));
  const { items } = JSON.parse(await readFile(new URL("../../../pkg/schemas/check.json", import.meta.url), "utf8"));
  assert.deepEqual(items.properties.findings.items.properties.code.enum, Object.keys(FINDINGS));
});
