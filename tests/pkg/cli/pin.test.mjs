/** `multiarch pin`: files are rewritten in one step, or not at all. */

import assert from "node:assert/strict";
import { chmod, lstat, readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { ociImage, ociIndex, pushAll } from "../../support/images.mjs";
import { multiarchHere as here } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const first = ociIndex(ociImage());
const second = ociIndex(ociImage({ architecture: "arm64" }));

let folder, server, app, requests;
before(async () => {
  const registry = createMemoryRegistry();
  server = await serve((request) => {
    requests.push(`${request.method} ${new URL(request.url).pathname}`);
    return registry.fetch(request);
  });
  requests = [];
  app = `${new URL(server.url).host}/team/app`;
  await pushAll(fetch, server.url, "team/app", "1", first);
});
after(() => server.close());
beforeEach(async () => {
  folder = await scratch();
  requests = [];
});
afterEach(() => folder.remove());

const cli = (args, options) => here(["--config", folder.join("docker"), "--retries", "0", "pin", ...args], options);
const write = (name, text) => writeFile(folder.join(name), text);
const read = (name) => readFile(folder.join(name), "utf8");

test("files are pinned, renewed, checked and unpinned", async () => {
  const files = [folder.join("Dockerfile"), folder.join("compose.yaml")];
  const texts = [`FROM ${app}:1 # base\n`, `services: {a: {image: "${app}:1"}}\n`];
  await write("Dockerfile", texts[0]);
  await write("compose.yaml", texts[1]);
  const open = await cli(["--check", ...files]);
  assert.deepEqual([open.code, open.stdout, requests], [3, files.map((file) => `${file}:1: ${app}:1 is not pinned\n`).join(""), []]);

  const pinned = await cli(files);
  assert.deepEqual([pinned.code, pinned.stderr], [0, ""]);
  assert.equal(pinned.stdout, files.map((file) => `${file}:1: ${app}:1 -> ${app}:1@${first.digest}\n`).join(""));
  assert.equal(await read("Dockerfile"), `FROM ${app}:1@${first.digest} # base\n`);
  assert.equal(await read("compose.yaml"), `services: {a: {image: "${app}:1@${first.digest}"}}\n`);
  assert.equal(requests.length, 1, `one tag is asked for once: ${requests}`);
  assert.deepEqual((await cli(["--check", ...files])).code, 0);
  assert.deepEqual((await cli(["--check", "--update", ...files])).code, 0);

  await pushAll(fetch, server.url, "team/app", "1", second);
  assert.equal((await cli(["--check", ...files])).code, 0, "it is still pinned");
  const moved = await cli(["--check", "--update", files[0]]);
  assert.deepEqual([moved.code, moved.stdout], [3, `${files[0]}:1: ${app}:1@${first.digest} -> ${app}:1@${second.digest}\n`]);
  assert.equal((await cli(["--update", ...files])).code, 0);
  assert.equal(await read("Dockerfile"), `FROM ${app}:1@${second.digest} # base\n`);
  assert.equal((await cli(["--unpin", ...files])).code, 0);
  assert.deepEqual([await read("Dockerfile"), await read("compose.yaml")], texts);
  await pushAll(fetch, server.url, "team/app", "1", first);
});

test("one reference that cannot be resolved leaves every file as it was", async () => {
  await write("Dockerfile", `FROM ${app}:1\n`);
  await write("compose.yaml", `services: {a: {image: ${app}:none}}\n`);
  const { code, stdout, stderr } = await cli([folder.join("Dockerfile"), folder.join("compose.yaml")]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /compose\.yaml: .*app:none: .* answered 404 .*\[MANIFEST_UNKNOWN\]/);
  assert.equal(await read("Dockerfile"), `FROM ${app}:1\n`);
  assert.deepEqual((await readdir(folder.path)).sort(), ["Dockerfile", "compose.yaml"]);
});

test("one file that cannot be written leaves every file as it was", async () => {
  // There is no room for the name of the file that is to take its place.
  const names = ["Dockerfile", `${"x".repeat(240)}.Dockerfile`];
  for (const name of names) await write(name, `FROM ${app}:1\n`);
  const { code, stdout, stderr } = await cli(names.map((name) => folder.join(name)));
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /cannot write .*x\.Dockerfile: ENAMETOOLONG \[FILE_UNWRITABLE\]/);
  for (const name of names) assert.equal(await read(name), `FROM ${app}:1\n`);
  assert.deepEqual((await readdir(folder.path)).sort(), names.sort());
});

test("what stays is a note, and --json has it all", async () => {
  await write("Dockerfile", `FROM ${app}:1\nFROM $X\n`);
  const file = folder.join("Dockerfile");
  const dry = await cli(["--dry-run", file], { tty: true });
  assert.match(dry.stderr, /Dockerfile:2: \$X stays: X has no value here/);
  assert.equal(await read("Dockerfile"), `FROM ${app}:1\nFROM $X\n`);
  const { stdout } = await cli(["--json", file]);
  assert.deepEqual(JSON.parse(stdout), [{
    file,
    changes: [{ line: 1, from: `${app}:1`, to: `${app}:1@${first.digest}` }],
    skipped: [{ line: 2, reference: "$X", reason: "X has no value here" }],
  }]);
});

test("control characters of a file do not reach the terminal", async () => {
  await write("compose.yaml", 'services: {a: {image: "\\x1b[2Ja:1"}}\n');
  const { code, stderr } = await cli([folder.join("compose.yaml")], { tty: true });
  assert.equal(code, 0);
  assert.match(stderr, /compose\.yaml:1: .*stays/);
  assert.doesNotMatch(stderr, /\u001b\[2J/);
});

test("standard input goes to standard output", async () => {
  const { stdout, stderr } = await cli(["-", "--kind", "dockerfile"], { input: `FROM ${app}:1\n` });
  assert.equal(stdout, `FROM ${app}:1@${first.digest}\n`);
  assert.equal(stderr, `-:1: ${app}:1 -> ${app}:1@${first.digest}\n`);
});

test("permissions and links stay", async () => {
  await write("real", `FROM ${app}:1\n`);
  await chmod(folder.join("real"), 0o640);
  await symlink("real", folder.join("Dockerfile"));
  assert.equal((await cli([folder.join("Dockerfile")])).code, 0);
  assert.ok((await lstat(folder.join("Dockerfile"))).isSymbolicLink());
  assert.equal((await stat(folder.join("real"))).mode & 0o777, 0o640);
  assert.equal(await read("real"), `FROM ${app}:1@${first.digest}\n`);
});

test("a file that is missing, no text, of no kind, or of another kind is named", async () => {
  await writeFile(folder.join("Dockerfile"), Buffer.from([0xff, 0xfe]));
  await write("notes.txt", "FROM a:1\n");
  await write("compose.yaml", "a: [\n");
  const cases = [["none", /cannot read .*none: there is no such file/], ["Dockerfile", /not UTF-8.*FILE_UNREADABLE/],
    ["notes.txt", /nothing tells the kind of .*notes\.txt.*OPTION_INVALID/], ["compose.yaml", /compose\.yaml: the text is no YAML/]];
  for (const [name, message] of cases) {
    const { code, stdout, stderr } = await cli([folder.join(name)]);
    assert.deepEqual([code, stdout], [1, ""], name);
    assert.match(stderr, message);
  }
  for (const pair of [["--unpin", "--check"], ["--unpin", "--update"]]) {
    assert.equal((await cli([...pair, folder.join("compose.yaml")])).code, 125);
  }
});

test("find prints the tags that list a digest, and says by its exit code whether there are any", async () => {
  const args = ["--config", folder.join("docker"), "find"];
  const image = first.children[0].digest;
  const found = await here([...args, image, app]);
  assert.deepEqual([found.code, found.stdout], [0, `1  ${first.digest}  linux/amd64\n`]);
  assert.deepEqual(JSON.parse((await here([...args, "--json", first.digest, app])).stdout), [{ tag: "1", index: first.digest }]);
  const none = await here([...args, `sha256:${"0".repeat(64)}`, app]);
  assert.deepEqual([none.code, none.stdout], [3, ""]);
  assert.match((await here([...args, "sha256:x", app])).stderr, /DIGEST_INVALID/);
});
