/** Every command that takes a reference takes an archive of each word in its place, to read and to write: two tables. */

import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { dockerMembers, layoutMembers, tarOf, writeDirectory } from "../../support/archives.mjs";
import { dockerImage, ociImage, ociIndex, writeLayout } from "../../support/images.mjs";
import { serveRegistry } from "../../support/memory-server.mjs";
import { multiarchHere } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const multi = ociIndex(amd64, arm64);

let registry, server, host, folder;
before(async () => {
  server = await serveRegistry({ "team/app:multi": multi, "team/app:amd64": amd64, "team/app:arm64": arm64 });
  ({ registry, host } = server);
  folder = await scratch();
  await writeLayout(folder.join("layout"), "app", multi);
  await writeFile(folder.join("layout.tar"), tarOf(layoutMembers({ app: multi })));
  await writeFile(folder.join("docker.tar"), tarOf(dockerMembers([[["app:1"], dockerImage()]])));
  await writeDirectory(folder.join("one"), multi);
});
after(async () => {
  await server.close();
  await folder.remove();
});

const run = (args) => multiarchHere(args, { env: { HOME: folder.path, DOCKER_CONFIG: folder.join("docker") } });

async function cli(...args) {
  const { code, stdout, stderr } = await run(args);
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

/** A source of each word: how it is named, and without the name of its image. */
const SOURCES = { oci: ["layout", ":app"], "oci-archive": ["layout.tar", ":app"], "docker-archive": ["docker.tar", ":app:1"], dir: ["one", ""] };

for (const [word, [file, name]] of Object.entries(SOURCES)) {
  test(`${word} is read by every command`, async () => {
    const repository = `${word}:${folder.join(file)}`;
    const archive = `${repository}${name}`;
    const digest = await cli("digest", archive);
    const platform = ["--platform", "linux/amd64"];
    const table = [
      [["inspect", archive], /"schemaVersion": 2/],
      [["inspect", "--raw", archive], /schemaVersion/],
      [["inspect", "--verbose", archive], /sha256:/],
      [["inspect", "--format", "table", archive], /linux\/amd64/],
      [["resolve", archive], `${repository}@${digest}`],
      [["resolve", ...platform, archive], /@sha256:/],
      [["ls", repository], new RegExp(digest)],
      [["tags", repository], word === "dir" ? "" : /./],
      [["find", digest, repository], word === "dir" ? undefined : new RegExp(digest)],
      [["check", archive], /all is well/],
      [["check", "--json", "--blobs", archive], /"ok": true/],
      [["diff", archive, archive], /same/],
      [["referrers", archive], ""],
      [["layers", archive], /linux\/amd64/],
      [["files", ...platform, archive], undefined],
      [["cat", ...platform, archive, "/etc/nothing"], undefined],
      [["imagetools", "inspect", archive], new RegExp(digest)],
      [["copy", archive, `${host}/table/${word}:1`], `${host}/table/${word}@${digest}`],
      [["create", "-t", `${host}/table/${word}:2`, archive], /@sha256:/],
      [["edit", `${host}/table/${word}:2`, "--add", archive, "--on-duplicate", "replace", "--dry-run"], /@sha256:/],
    ];
    for (const [args, wanted] of table) {
      const { code, stdout, stderr } = await run(args);
      const line = `${args.join(" ")}: ${stdout}${stderr}`;
      assert.ok(!line.includes(".invalid"), line);
      // What is no image's file, or no tag, is said of the archive: no command fails to understand its name.
      if (wanted === undefined) assert.ok(!/\[(?:REFERENCE|OPTION)_INVALID\]|unknown/.test(stderr), line);
      else assert.equal(code, 0, line);
      if (typeof wanted === "string") assert.equal(stdout.trim(), wanted, line);
      else if (wanted) assert.match(stdout, wanted, line);
    }
  });
}

/** A target of each word, and which of the images it can have. */
const TARGETS = { oci: ["t", ":app:1"], "oci-archive": ["t.tar", ":app:1"], "docker-archive": ["t-docker.tar", ":app:1"], dir: ["t-dir", ""] };

for (const [word, [file, name]] of Object.entries(TARGETS)) {
  test(`${word} is written by every command that writes`, async () => {
    const repository = `${word}:${folder.join(file)}`;
    const archive = `${repository}${name}`;
    const only = word === "docker-archive" ? ["--platform", "linux/arm64"] : [];
    const copied = word === "docker-archive" ? arm64.digest : multi.digest;
    assert.equal(await cli("copy", ...only, `${host}/team/app:multi`, archive), `${repository}@${copied}`);
    assert.equal(await cli("digest", archive), copied);
    assert.match(await cli("check", "--blobs", archive), /all is well/);
    assert.equal(await cli("copy", archive, `${host}/back/${word}:1`), `${host}/back/${word}@${copied}`);
    for (const source of Object.keys(SOURCES)) {
      const from = `${source}:${folder.join(SOURCES[source][0])}${SOURCES[source][1]}`;
      const one = word === "docker-archive" ? ["--platform", "linux/amd64"] : [];
      const found = await cli("copy", ...one, from, archive);
      assert.match(found, /@sha256:[0-9a-f]{64}$/, from);
      assert.equal(await cli("digest", archive), found.slice(found.indexOf("@") + 1), from);
    }
    const parts = word === "docker-archive" ? [`${host}/team/app:amd64`] : [`${host}/team/app:amd64`, `${host}/team/app:arm64`];
    assert.match(await cli("create", "-t", archive, ...parts), /@sha256:/);
    assert.match(await cli("inspect", archive), /manifests/);
    const removal = await run(["delete", archive]);
    if (word === "dir") assert.match(removal.stderr, /has no name.*\[ARCHIVE_IMAGE_UNKNOWN\]/s);
    else assert.equal((await run(["digest", archive])).code, 1, removal.stderr);
  });
}

test("dir: leaves a folder alone that has other files, and an archive with two lists is read with a warning", async () => {
  await mkdir(folder.join("mine"));
  await writeFile(folder.join("mine/notes.txt"), "mine");
  const { code, stderr } = await run(["copy", `${host}/team/app:amd64`, `dir:${folder.join("mine")}`]);
  assert.equal(code, 1);
  assert.match(stderr, /notes\.txt.*\[ARCHIVE_UNSUPPORTED\]/);
  assert.deepEqual(await readdir(folder.join("mine")), ["notes.txt"]);
  const [config] = arm64.blobs;
  const list = JSON.stringify([{ Config: `blobs/${config.digest.replace(":", "/")}`, RepoTags: ["app:latest"], Layers: [] }]);
  await writeFile(folder.join("two.tar"), tarOf([...layoutMembers({ app: amd64 }), { path: "manifest.json", content: list }]));
  const place = `docker-archive:${folder.join("two.tar")}`;
  const found = await run(["digest", place]);
  assert.deepEqual([found.code, found.stdout.trim()], [0, amd64.digest]);
  assert.match(found.stderr, /^warning: docker-archive:.*app:latest is another image.*\[LISTS_DIFFER\]/m);
  assert.match((await run(["ls", place])).stderr, /^warning: .*\[LISTS_DIFFER\]/m);
});
