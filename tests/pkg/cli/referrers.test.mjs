/** `referrers --tree`: what refers to an index and to its images, for a person and for a program. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { assertGolden } from "../../support/golden.mjs";
import {
  buildkitEntry, bundle, cosignAttestation, cosignSignature, cosignTag, manifestOf, spdxReferrer, statement,
} from "../../support/attestations.mjs";
import { ociImage, ociIndex, pushAll, samples } from "../../support/images.mjs";
import { multiarchHere as here } from "../../support/run.mjs";

const amd = ociImage();
const arm = ociImage({ architecture: "arm64" });
const index = ociIndex(amd, arm, buildkitEntry(amd), buildkitEntry(arm));

let registry, server, host;
const push = (tag, image) => pushAll(registry.fetch, server.url, "team/app", tag, image);
before(async () => {
  registry = createMemoryRegistry();
  server = await serve(registry.fetch);
  host = new URL(server.url).host;
  await push("1", index);
  await push("single", samples().single);
  await push(cosignTag(index, "sig"), cosignSignature(index));
  // About another image than the one that its tag names.
  await push(cosignTag(arm, "att"), cosignAttestation(amd));
  const spdx = spdxReferrer(amd);
  for (const image of [bundle(index), spdx, bundle(spdx)]) await push(undefined, image);
});
after(() => server?.close());

const tree = (args = [], options = {}, tag = "1") => here(["referrers", "--tree", ...args, `${host}/team/app:${tag}`], options);

test("the tree is as recorded", async () => {
  const texts = [];
  for (const args of [[], ["--packages", "*ss*"], ["--no-contents"], ["--artifact-type", "application/spdx+json"], ["--no-trunc"]]) {
    const { code, stdout, stderr } = await tree(args);
    assert.deepEqual([code, stderr], [0, ""]);
    texts.push(`$ multiarch referrers --tree ${[...args, ""].join(" ")}registry.test/team/app:1\n${stdout.replaceAll(host, "registry.test")}`);
  }
  await assertGolden("cli/referrers-tree.txt", texts.join("\n"));
});

test("it fits the terminal, and that signatures are not checked always stands there", async () => {
  for (const columns of [80, 40]) {
    const { stdout } = await tree([], { tty: true, columns, env: { NO_COLOR: "1" } });
    for (const line of stdout.split("\n")) assert.ok(line.length <= columns, `${columns}: ${line}`);
    assert.match(stdout, /\nSignatures are not checked.*\n$/);
  }
  const { stdout } = await tree([], {}, "single");
  assert.match(stdout, /:single {2}Docker image {2}sha256:[0-9a-f]{12}\n└── nothing refers to it\n\nSignatures are not checked/);
  assert.match((await tree([], { tty: true, columns: 80 })).stdout, /^\u001b\[1m.*\u001b\[22m\n/);
});

describe("--json", () => {
  test("has packages only where they are asked for", async () => {
    const sboms = ({ contents = [], nodes }) => [...contents.map(({ sbom }) => sbom).filter(Boolean), ...nodes.flatMap(sboms)];
    const without = sboms(JSON.parse((await tree(["--json"])).stdout).root);
    assert.deepEqual(without.map(({ packageCount, packages }) => [packageCount, packages]), Array(4).fill([3, undefined]));
    const found = sboms(JSON.parse((await tree(["--json", "--packages", "openssl"])).stdout).root);
    assert.ok(found.every(({ packages }) => packages.length === 1 && packages[0].name === "openssl"));
  });

  test("says everywhere that signatures are not checked", async () => {
    const { signatures, root } = JSON.parse((await tree(["--json"])).stdout);
    const all = ({ contents = [], nodes }) => [...contents, ...nodes.flatMap(all)];
    assert.equal(signatures, "not checked");
    assert.ok(all(root).length >= 8 && all(root).every(({ signature }) => signature === "not checked"));
  });
});

test("flags that need the tree say so", async () => {
  for (const flag of ["--no-contents", "--packages=a", "--no-trunc"]) {
    const { code, stderr } = await here(["referrers", flag, `${host}/team/app:1`]);
    assert.equal(code, 125);
    assert.match(stderr, /needs --tree/);
  }
});

test("what a stranger states reaches no terminal as it is", async () => {
  const evil = "\u001b[2J|\u009b31m|\u202egpj|\u200b|a\nb|\u{e0041}";
  const about = ociImage({ text: "evil" });
  const predicates = [
    ["https://slsa.dev/provenance/v1", { buildDefinition: { externalParameters: { source: evil } }, runDetails: { builder: { id: evil }, metadata: { startedOn: evil } } }],
    ["https://spdx.dev/Document", { spdxVersion: evil, packages: [{ name: evil, versionInfo: evil, licenseConcluded: evil }] }], [evil, {}],
  ];
  const layers = predicates.map(([type, predicate]) => ["application/vnd.in-toto+json", { ...statement(about, type, predicate), subject: [{ digest: { [evil]: evil } }] }, { "in-toto.io/predicate-type": evil }]);
  await push("evil", ociIndex(about, buildkitEntry(about, [...layers, [`application/vnd.x+json`, evil]])));
  await push(undefined, manifestOf([["application/json", evil]], { artifactType: "application/vnd.evil", subject: about }));
  for (const args of [[], ["--packages", "*"], ["--json", "--packages", "*"], ["--no-trunc"]]) {
    for (const options of [{}, { tty: true, columns: 60, env: { NO_COLOR: "1" } }]) {
      const { code, stdout, stderr } = await tree(args, options, "evil");
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]|[\u{e0000}-\u{e007f}]/u);
    }
  }
});
