/** `multiarch check` and `multiarch diff`: what people, CI systems and scripts get to see, and the exit codes. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, afterEach, before, describe, test } from "node:test";

import { assertGolden } from "../../support/golden.mjs";
import { dockerImage, dockerList, entry, indexWithAttestations, ociImage, ociIndex, pushAll } from "../../support/images.mjs";
import { lineRunner } from "../../support/lines.mjs";
import { serveRegistry } from "../../support/memory-server.mjs";
import { scratch } from "../../support/scratch.mjs";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const image = dockerImage();
const IMAGES = {
  1: indexWithAttestations(amd64, arm64),
  2: indexWithAttestations(ociImage({ text: "newer", layers: 2, annotations: { note: "\u001b[31mred" } }), arm64, ociImage({ architecture: "s390x" })),
  turned: ociIndex(arm64, amd64), plain: ociIndex(amd64, arm64), single: amd64,
  duplicates: ociIndex(amd64, arm64, ociImage({ architecture: "arm64", variant: "v8" })),
  evil: ociIndex(entry(amd64, { platform: { os: "linux", architecture: "a\u001b[2Jb\u202e" } })),
  list: dockerList(image), index: ociIndex(image),
};
const GONE = { status: 404, headers: { "content-type": "application/json" }, body: { errors: [{ code: "MANIFEST_UNKNOWN" }] } };

let registry, server, folder, host;
before(async () => {
  folder = await scratch();
  server = await serveRegistry(Object.fromEntries(Object.entries(IMAGES).map(([tag, one]) => [`team/app:${tag}`, one])));
  ({ registry, host } = server);
  await writeFile(folder.join("index.json"), IMAGES[2].bytes);
});
after(async () => {
  await server?.close();
  await folder?.remove();
});
afterEach(() => (registry.faults.length = 0));

const cli = lineRunner(() => ({ host, folder }));
const without = (one) => registry.faults.push({ match: { path: new RegExp(one.digest) }, answer: GONE });

describe("check", () => {
  test("the texts are as recorded", async () => {
    const shown = [];
    for (const line of [
      "check :1", "check --platform linux/amd64,linux/arm64/v8 --exact --attestations --configs --blobs :1", "check :single",
      "check --platform linux/amd64,linux/s390x :1 :none", "check --attestations :plain", "check -q :1 :duplicates", "check :evil",
      "check --exact :1", "check --json --junit - :1", "check --platform linux :1",
    ]) shown.push((await cli(line)).shown);
    without(arm64);
    shown.push((await cli("check --platform linux/amd64 :plain")).shown);
    await assertGolden("cli/check.txt", shown.join("\n"));
    assert.doesNotMatch(shown.join(""), /\u001b|\u202e/);
  });

  test("the exit code is that of the kind, the lowest of several", async () => {
    const CODES = [
      [0, "check :1"], [2, "check :none"], [3, "check --platform linux/386 :1"], [3, "check --platform linux/386 --attestations :duplicates"],
      [5, "check :duplicates"], [7, "check --attestations :plain"], [125, "check --exact :1"], [2, "check --platform linux/386 :1 :none"],
    ];
    for (const [code, line] of CODES) assert.equal((await cli(line)).code, code, line);
    without(amd64);
    assert.equal((await cli("check :plain")).code, 4);
    assert.equal((await cli("check --attestations :plain")).code, 4);
  });

  test("warnings fail with --strict only", async () => {
    await pushAll(fetch, server.url, "team/app", "twice", ociIndex(amd64, amd64));
    assert.equal((await cli("check :twice")).code, 0);
    assert.equal((await cli("check --strict :twice")).code, 5);
  });

  test("JUnit goes to a file beside the table, or to standard output in its place", async () => {
    const beside = await cli("check --platform linux/386 --junit $FOLDER/report.xml :duplicates :1 :evil");
    assert.match(beside.stdout, /PLATFORM_MISSING: linux\/386/);
    const xml = (await readFile(folder.join("report.xml"), "utf8")).replaceAll(host, "HOST");
    await assertGolden("cli/check-junit.xml", xml);
    assert.doesNotMatch(xml, /\u001b|\u202e/);
    const alone = await cli("check --platform linux/386 --junit - :duplicates :1 :evil");
    assert.equal(alone.stdout, xml);
    assert.equal((await cli("check --junit $FOLDER/none/report.xml :1")).code, 1);
  });

  test("GitHub gets its lines on stderr, by itself in its workflows", async () => {
    const { stdout, stderr } = await cli("check --platform linux/386 --json :duplicates", { env: { GITHUB_ACTIONS: "true" } });
    JSON.parse(stdout);
    const lines = stderr.trimEnd().split("\n");
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /^::error title=multiarch check%3A PLATFORM_[A-Z]+::HOST\/team\/app:duplicates: .*%0Ahint: /);
    assert.equal((await cli("check --platform linux/386 --github :duplicates")).stderr, stderr);
    assert.equal((await cli("check --platform linux/386 :duplicates")).stderr, "");
  });
});

describe("diff", () => {
  test("the texts are as recorded", async () => {
    const shown = [];
    for (const line of [
      "diff :1 :2", "diff --no-details :1 :2", "diff --platform linux/amd64 :1 :2", "diff :plain :turned", "diff :1 :1", "diff -q :1 :2", "diff :list :index",
      "diff :1 $FOLDER/index.json", "diff :1 :none", "diff :plain :single", "diff --platform linux/386 :1 :2", "diff :1", "diff $FOLDER/none.json :1",
    ]) shown.push((await cli(line)).shown);
    await assertGolden("cli/diff.txt", shown.join("\n"));
    assert.doesNotMatch(shown.join(""), /\u001b|\u202e/);
  });

  test("it exits as diff does", async () => {
    const CODES = [[0, "diff :1 :1"], [1, "diff :1 :2"], [1, "diff :plain :turned"], [2, "diff :1 :none"], [2, "diff :1"], [2, "diff :1 $FOLDER/none.json"], [125, "diff --none :1 :1"], [125, "diff - -"]];
    for (const [code, line] of CODES) assert.equal((await cli(line)).code, code, line);
  });

  test("a file and standard input are compared by what they say", async () => {
    const { code, stdout } = await cli("diff --json - $FOLDER/index.json", { input: IMAGES[1].bytes });
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(stdout).platforms.map(({ platform, change }) => `${platform} ${change}`), ["linux/amd64 changed", "linux/arm64 same", "linux/s390x added"]);
  });
});
