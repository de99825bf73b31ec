/** `multiarch apply`: files and templates on the command line, locks, and their exit codes. */

import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { indexWithAttestations, ociImage, pushAll } from "../../support/images.mjs";
import { multiarchHere as here } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const arm64 = ociImage({ architecture: "arm64" });
const newer = ociImage({ architecture: "arm64", text: "newer" });

let registry, server, folder, app;
before(async () => {
  server = await serve((request) => registry.fetch(request));
  app = `${new URL(server.url).host}/team/app`;
});
after(() => server.close());
beforeEach(async () => {
  registry = createMemoryRegistry();
  folder = await scratch();
  await pushAll(fetch, server.url, "team/app", "1.0-amd64", indexWithAttestations(ociImage()));
  await pushAll(fetch, server.url, "team/app", "1.0-arm64", arm64);
});
afterEach(() => folder.remove());

const cli = (args, options) => here(["--config", folder.join("docker"), "--retries", "0", "apply", ...args], options);
const at = (tag) => registry.manifest("team/app", tag);
const TEXT = () => `image: ${app}:\${VERSION}\ntags: [latest]\nsources: [':\${VERSION}-amd64', ':\${VERSION}-arm64']\n`;

test("a file becomes a list, with variables of the line and of the environment", async () => {
  const file = folder.join("lists.yaml");
  await writeFile(file, TEXT());
  const open = await cli([file]);
  assert.deepEqual([open.code, open.stdout], [1, ""]);
  assert.match(open.stderr, /lists\.yaml:1: image: the variable VERSION has no value \[SPEC_INVALID\]\nhint: Give it a value: --set VERSION=VALUE, or export VERSION/);
  const dry = await cli(["--dry-run", "--set", "VERSION=1.0", file]);
  assert.deepEqual([dry.code, dry.stderr, at("1.0")], [0, "", undefined]);
  for (const [args, env] of [[["--set", "VERSION=1.0"], { VERSION: "2.0" }], [[], { VERSION: "1.0" }]]) {
    const { code, stdout, stderr } = await cli([...args, file], { env });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(stdout, `${app}:1.0@${at("1.0").digest}\n${app}:latest@${at("1.0").digest}\n`);
    assert.ok(dry.stdout.endsWith(stdout), dry.stdout);
  }
});

test("standard input is a file, too", async () => {
  const { code, stderr } = await cli(["-", "--set", "VERSION=1.0"], { input: TEXT() });
  assert.deepEqual([code, stderr], [0, ""]);
  const wrong = await cli(["-"], { input: "image: a\nsource: [b]\n" });
  assert.match(wrong.stderr, /^multiarch: -:2: the file has no member source: did you mean sources\? \[SPEC_INVALID\]\n/);
});

test("manifest-tool's lines work with two words replaced", async () => {
  const args = ["--platforms", "linux/amd64,linux/arm64", "--template", `${app}:1.0-ARCHVARIANT`, "--tags", "1,stable", "--target", `${app}:1.0`];
  const { code, stdout, stderr } = await cli([...args, "--type", "oci", "--annotations", "a=b,c=d"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(stdout.split("\n").map((line) => line.split("@")[0]), [`${app}:1.0`, `${app}:1`, `${app}:stable`, ""]);
  const { annotations, manifests } = JSON.parse(Buffer.from(at("1.0").bytes));
  assert.deepEqual([annotations, manifests.length], [{ a: "b", c: "d" }, 3]);
  const gone = await cli(["--platforms", "linux/amd64,linux/s390x", "--template", `${app}:1.0-ARCH`, "--target", `${app}:2.0`, "--ignore-missing"]);
  assert.deepEqual([gone.code, gone.stderr], [0, `note: ${app}:2.0 is made without ${app}:1.0-s390x, which does not exist\n`]);
});

test("a lock is written, followed and checked", async () => {
  const [file, lock] = [folder.join("lists.yaml"), folder.join("lists.lock.json")];
  await writeFile(file, TEXT());
  const set = ["--set", "VERSION=1.0", "--lock", lock];
  assert.equal((await cli([...set, "--dry-run", file])).code, 0);
  assert.deepEqual(await readdir(folder.path), ["lists.yaml"], "a dry run writes no file");
  assert.equal((await cli([...set, file])).code, 0);
  const [text, { digest, bytes }] = [await readFile(lock, "utf8"), at("1.0")];
  assert.ok(text.endsWith("}\n"));
  assert.deepEqual([(await cli([...set, "--check", file])).code, (await cli(["--lock", lock, "--check"])).code], [0, 0]);

  await pushAll(fetch, server.url, "team/app", "1.0-arm64", newer);
  const checked = await cli([...set, "--check", file]);
  assert.deepEqual([checked.code, checked.stdout], [3, `${app}:1.0-arm64 has moved from ${arm64.digest} to ${newer.digest} [SOURCE_MOVED]\n`]);
  const { stdout: found } = await cli([...set, "--check", "--json", file]);
  assert.deepEqual(JSON.parse(found).findings.map(({ code, from, to }) => [code, from, to]), [["SOURCE_MOVED", arm64.digest, newer.digest]]);
  for (const args of [[...set, "--locked", file], ["--lock", lock, "--locked"]]) {
    const { code, stderr } = await cli(args);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual([at("1.0").digest, at("1.0").bytes], [digest, bytes]);
  }
  assert.equal(await readFile(lock, "utf8"), text, "a run from a lock leaves it as it is");

  const other = await cli(["--set", "VERSION=1.1", "--lock", lock, "--locked", file]);
  assert.deepEqual([other.code, other.stdout], [1, ""]);
  assert.match(other.stderr, /another specification: lists\[0\]\.references\[0\] is .*:1\.1 here and .*:1\.0 there \[LOCK_MISMATCH\]/);
  assert.equal((await cli([...set, file])).code, 0);
  assert.notEqual(await readFile(lock, "utf8"), text, "a run without --locked renews it");
});

test("a lock that cannot be written is refused before a list is made", async () => {
  const file = folder.join("lists.yaml");
  await writeFile(file, TEXT());
  const count = registry.requests.length;
  for (const lock of [folder.join("nowhere", "lock.json"), folder.path]) {
    const { code, stdout, stderr } = await cli(["--set", "VERSION=1.0", "--lock", lock, file]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /cannot write .*\[FILE_UNWRITABLE\]\nhint: /);
  }
  assert.equal(registry.requests.length, count);
  assert.equal((await cli(["--dry-run", "--set", "VERSION=1.0", "--lock", folder.path, file])).code, 0);
  assert.deepEqual(await readdir(folder.path), ["lists.yaml"]);
});

test("--json has all lists", async () => {
  const { stdout } = await cli(["--json", "--set", "VERSION=1.0", "-"], { input: TEXT() });
  const { lists: [list], ...rest } = JSON.parse(stdout);
  assert.deepEqual(rest, {});
  const { digest } = at("1.0");
  assert.deepEqual([list.digest, list.references, list.missing], [digest, [`${app}:1.0@${digest}`, `${app}:latest@${digest}`], []]);
  assert.deepEqual(list.sources[1], { reference: `${app}:1.0-arm64`, digest: arm64.digest });
});

test("what does not go together, and what is no lock, is named", async () => {
  const [broken, file] = [folder.join("broken.json"), folder.join("a.yaml")];
  await writeFile(broken, "{");
  await writeFile(file, "image: a\nsources: [b]\n");
  const cases = [
    [[], /apply takes a FILE, or --template with --platforms and --target/],
    [["--lock", broken], /apply takes a FILE/],
    [[file, "--template", "a", "--platforms", "linux/amd64", "--target", "b"], /not both/],
    [[file, "--lock", broken, "--locked"], /broken\.json is no JSON \[LOCK_INVALID\]/],
    [[file, "--lock", folder.join("none"), "--check"], /cannot read .*none: there is no such file/],
    [[file, "--set", "VERSION"], /must be name=value/],
    [[file, "--locked"], /--locked needs --lock/],
    [["--template", "a"], /--template needs --platforms/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await cli(args);
    assert.notEqual(code, 0);
    assert.equal(stdout, "");
    assert.match(stderr, message);
  }
});

test("control characters of a file do not reach the terminal", async () => {
  const { code, stderr } = await cli(["-"], { input: 'image: a\n"\\x1b[2Jb": c\n', tty: true });
  assert.equal(code, 1);
  assert.match(stderr, /-:2: the file has no member/);
  assert.doesNotMatch(stderr, /\u001b\[2J/);
});
