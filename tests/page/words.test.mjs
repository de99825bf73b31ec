/** How the page puts things: sizes, steps of an image, statements, addresses. Without a browser. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { atOf, hashOf, readAt, readRoute } from "../../www/state/route.js";
import { ago } from "../../www/words/ago.js";
import { differing, digestParts } from "../../www/words/digests.js";
import { kindOfFile } from "../../www/words/files.js";
import { dockerfileOf } from "../../www/words/dockerfile.js";
import { joinSteps, stepOf } from "../../www/words/history.js";
import { machinesFor } from "../../www/words/machines.js";
import { nearest } from "../../www/words/nearest.js";
import { count, decimal, exactSize, grouped, pulledSize, sizeText } from "../../www/words/sizes.js";
import { statedHost } from "../../www/words/stated.js";
import { statementWords } from "../../www/words/statements.js";

test("digits stand in groups of three", () => {
  const groups = [0, 7, 100, 1000, 12_345, 999_999, 1_000_000, 2_180_000_000].map(grouped);
  assert.deepEqual(groups, ["0", "7", "100", "1,000", "12,345", "999,999", "1,000,000", "2,180,000,000"]);
  assert.deepEqual([exactSize(1), exactSize(1536), count(1, "layer"), count(1000, "entry", "entries")], ["1 byte", "1,536 bytes", "1 layer", "1,000 entries"]);
});

test("sizes are decimal with three digits, as docker's", () => {
  for (const [bytes, text] of [[0, "0 B"], [999, "999 B"], [1000, "1.00 kB"], [48_000, "48.0 kB"], [369_000, "369 kB"], [999_499, "999 kB"], [999_500, "1.00 MB"], [8_858_000, "8.86 MB"], [11_000_000, "11.0 MB"], [2.18e9, "2.18 GB"]]) {
    assert.equal(sizeText(bytes), text);
  }
  assert.deepEqual(decimal(8_858_000), { number: "8.86", unit: "MB" });
});

test("a layer that stands twice is pulled once", () => {
  assert.equal(pulledSize([{ digest: "a", size: 5 }, { digest: "b", size: 7 }, { digest: "a", size: 5 }]), 12);
});

test("tabs and line ends of a step are layout, never escapes", () => {
  const { instruction, lines, summary } = stepOf({ created_by: "RUN /bin/sh -c set -eux; \tapt-get update; \tapt-get install -y \t\tca-certificates \t\ttzdata \t; # buildkit" });
  assert.equal(instruction, "RUN");
  assert.deepEqual(lines, ["set -eux;", "apt-get update;", "apt-get install -y", "ca-certificates", "tzdata"]);
  assert.equal(summary, "apt-get update; apt-get install -y ca-certificates tzdata");
  assert.ok(!lines.join("").includes("\t"));
});

test("the old builder's words are those of a Dockerfile", () => {
  assert.deepEqual(stepOf({ created_by: "/bin/sh -c #(nop)  CMD [\"/bin/sh\"]" }).summary, "[\"/bin/sh\"]");
  assert.equal(stepOf({ created_by: "/bin/sh -c #(nop)  CMD [\"/bin/sh\"]" }).instruction, "CMD");
  assert.equal(stepOf({ created_by: "/bin/sh -c apk add curl" }).instruction, "RUN");
  assert.equal(stepOf({ created_by: "|1 VERSION=3 /bin/sh -c make" }).summary, "make");
  assert.equal(stepOf({ comment: "Imported from -" }).summary, "Imported from -");
  assert.deepEqual(stepOf(null), { instruction: "", lines: [], summary: "" });
});

test("history is joined with layers where it adds up, and left out where it does not", () => {
  const layers = [{ digest: "a" }, { digest: "b" }];
  const history = [{ created_by: "ADD x /" }, { created_by: "ENV A=b", empty_layer: true }, { created_by: "ENV C=d", empty_layer: true }, { created_by: "RUN y" }];
  const rows = joinSteps(layers, history);
  assert.deepEqual(rows.map((row) => row.index ?? row.settings.length), [0, 2, 1]);
  assert.deepEqual(joinSteps(layers, history.slice(0, 2)), [{ layer: layers[0], index: 0 }, { layer: layers[1], index: 1 }]);
  assert.deepEqual(joinSteps(layers, "nonsense").length, 2);
  assert.match(dockerfileOf(rows), /^# Reconstructed.*\nADD x \/\nENV A=b\nENV C=d\nRUN y\n$/s);
});

test("what is stated is said in words, and what cannot be read says why", () => {
  const provenance = { version: "0.2", builder: "https://github.com/ada", source: "https://github.com/ada/app", commit: "abc", finishedOn: "2026-01-02T03:04:05Z", materials: 2 };
  assert.deepEqual(statementWords({ kind: "provenance", provenance }), {
    title: "Provenance (SLSA 0.2)", packages: [],
    facts: [["Built by", "https://github.com/ada"], ["Source", "https://github.com/ada/app"], ["Commit", "abc"], ["Finished", "2026-01-02T03:04:05Z"], ["Materials", "2"]],
  });
  const sbom = { format: "spdx", version: "2.3", packages: [{ name: "musl", version: "1.2" }], packageCount: 1 };
  assert.deepEqual(statementWords({ kind: "sbom", sbom }), { title: "Bill of materials (SPDX 2.3)", facts: [], packages: sbom.packages, packageCount: 1 });
  assert.deepEqual(statementWords({ kind: "unknown", mediaType: "a/b", problem: { code: "JSON_INVALID", message: "no JSON" } }).facts, [["Not read", "no JSON"]]);
  assert.equal(statementWords({ kind: "statement", predicateType: "https://example.com/x" }).title, "https://example.com/x");
});

test("addresses are read as they are written", () => {
  for (const route of [{ ref: "alpine:3.20", platform: "windows(10.0.20348)/amd64", at: "manifests/3/config" }, { a: "a:1", b: "b:2" }, { ref: "a/b+c" }, {}]) {
    assert.deepEqual(readRoute(hashOf(route)), route);
  }
  for (const [at, read] of [["", {}], ["config", { tab: "config" }], ["manifests/3", { path: [3] }], ["manifests/1.0/json", { path: [1, 0], tab: "json" }], ["layers/2", { tab: "layers", item: 2 }],
    ["files", { tab: "files" }], ["files/etc/a b?&=#\n%", { tab: "files", file: "etc/a b?&=#\n%" }], ["manifests/1/layers/2/files/x", { path: [1], tab: "files", item: 2, file: "x" }],
    ["filesystem", {}], ["layers/x/files", {}], ["\"]*{", {}], ["manifests/x", {}]]) {
    assert.deepEqual(readAt(at), read, at);
  }
  assert.equal(atOf({ path: [1, 0], tab: "config" }), "manifests/1.0/config");
  assert.equal(atOf({ tab: "layers" }), undefined);
  for (const at of ["files", "files/etc/passwd", "layers/2/files", "manifests/1.0/layers/0/files/a//b", "files/layers/2/files"]) {
    assert.equal(atOf(readAt(at)), at);
    assert.deepEqual(readRoute(hashOf({ at, by: "size", find: "\u{1f600} +&#%" })), { at, by: "size", find: "\u{1f600} +&#%" });
  }
  assert.equal(readRoute(hashOf({ find: "half \ud83d" })).find, "half \ufffd", "half of a character is none");
});

test("files are known by their first bytes", () => {
  const tar = new Uint8Array(512);
  tar.set(new TextEncoder().encode("ustar"), 257);
  for (const archive of [tar, Uint8Array.of(0x1f, 0x8b), Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)]) assert.equal(kindOfFile(archive).isArchive, true);
  assert.match(kindOfFile(Uint8Array.of(0x50, 0x4b, 3, 4)).says, /zip/);
  assert.match(kindOfFile(new TextEncoder().encode("<!DOCTYPE html>")).says, /web page/);
  assert.equal(kindOfFile(new TextEncoder().encode('{"schemaVersion":2}')).isDocument, true);
  assert.equal(kindOfFile(new Uint8Array()).isDocument, true);
});

test("a browser is believed where it states its machine, and else asked", async () => {
  const says = (values) => statedHost({ userAgentData: { getHighEntropyValues: async () => values } });
  assert.equal(await says({ architecture: "arm", bitness: "64" }), "linux/arm64");
  assert.equal(await says({ architecture: "x86", bitness: "64" }), "linux/amd64");
  assert.equal(await says({ architecture: "", bitness: "" }), undefined);
  assert.equal(await statedHost({}), undefined);
});

test("a platform is for machines that people have words for", () => {
  assert.equal(machinesFor({ os: "linux", architecture: "arm64", variant: "v8" }), machinesFor({ os: "linux", architecture: "arm64" }));
  assert.match(machinesFor({ os: "linux", architecture: "arm64" }), /Apple silicon Mac/);
  assert.match(machinesFor({ os: "linux", architecture: "arm", variant: "v6" }), /Raspberry Pi Zero/);
  assert.equal(machinesFor({ os: "windows", architecture: "amd64", osVersion: "10.0.20348.2700" }), "Windows Server 2022");
  assert.equal(machinesFor({ os: "windows", architecture: "amd64" }), undefined);
  assert.equal(machinesFor({ os: "linux", architecture: "mips64le" }), undefined);
});

test("small words", () => {
  assert.deepEqual(nearest("3.20.9", ["latest", "3.19", "3.20.3", "3.20"]).slice(0, 2), ["3.20.3", "3.20"]);
  assert.deepEqual(differing("sha256:abcd", "sha256:abff"), { same: "sha256:ab", one: "cd", other: "ff" });
  assert.deepEqual(digestParts("sha256:0123456789abcdef"), { algorithm: "sha256:", short: "0123456789ab", encoded: "0123456789abcdef" });
  assert.equal(ago(0, 2 * 60_000), "2 minutes ago");
  assert.equal(ago(0, 86_400_000), "yesterday");
});
