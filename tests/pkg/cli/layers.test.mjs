/** `multiarch layers`, `files` and `cat`: what people and scripts get to see, and what never reaches a terminal. */

import assert from "node:assert/strict";
import { lstat, readdir, readFile, writeFile } from "node:fs/promises";
import { after, afterEach, before, describe, test } from "node:test";

import { assertGolden } from "../../support/golden.mjs";
import { artifact, ociIndex, sha256, writeLayout } from "../../support/images.mjs";
import { layer, layeredImage } from "../../support/layers.mjs";
import { lineRunner } from "../../support/lines.mjs";
import { serveRegistry } from "../../support/memory-server.mjs";
import { BIN, multiarchHere, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const stored = { compress: (bytes) => bytes, mediaType: "application/vnd.oci.image.layer.v1.tar" };
const base = layer([
  { path: "bin/", type: "folder", mode: 0o755 }, { path: "bin/sh", content: "#!", mode: 0o755 }, { path: "etc/", type: "folder", mode: 0o755 },
  { path: "etc/os-release", content: "ID=demo\n", mtime: 1709210096 }, { path: "etc/hosts", content: "127.0.0.1\n" }, { path: "tmp/", type: "folder", mode: 0o1777 },
  { path: "sh", type: "symlink", target: "bin/sh", mode: 0o777 }, { path: "twin", type: "link", target: "bin/sh", mode: 0o755 },
  { path: "null", type: "character", over: [[329, "0000001\x000000003\0"]] }, { path: "pipe", type: "fifo" }, { path: "../outside", content: "no" },
], stored);
const evil = layer([
  { path: "etc/os-release", content: "ID=newer\n" }, { path: "etc/.wh.hosts" }, { path: "opt/.wh..wh..opq" }, { path: "ev\u001b[2Jil\nname", content: "\u001b[31mred\u202e\ttab\r\nline" },
  { path: Buffer.from("gr\xfcn", "latin1"), content: "latin" }, { path: "away", type: "symlink", target: "/\u001b]0;title\u0007" },
], stored);
const history = [{ created_by: "/bin/sh -c #(nop) ADD file:1 in /" }, { created_by: 'CMD ["sh"]', empty_layer: true }, { created_by: "RUN /bin/sh -c echo \u001b[2J # buildkit" }];
const amd64 = layeredImage([base, evil], { history });
const foreign = layer([{ path: "windows" }], { ...stored, mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar" });
const IMAGES = {
  1: ociIndex(amd64, layeredImage([base], { architecture: "arm64" })), single: amd64, note: artifact(),
  odd: layeredImage([foreign, layer([{ path: "secret" }], { ...stored, mediaType: "application/vnd.oci.image.layer.v1.tar+encrypted" }), base], { history: [] }),
  wrong: layeredImage([base], { diffIds: [sha256("another")] }),
};

let registry, server, folder, host;
before(async () => {
  folder = await scratch();
  server = await serveRegistry(Object.fromEntries(Object.entries(IMAGES).map(([tag, image]) => [`team/app:${tag}`, image])));
  ({ registry, host } = server);
});
after(async () => {
  await server?.close();
  await folder?.remove();
});
afterEach(() => (registry.faults.length = 0));

const cli = lineRunner(() => ({ host, folder }));
const withoutForeign = () => registry.faults.push({ match: { path: new RegExp(foreign.digest) }, answer: { status: 404, body: { errors: [{ code: "BLOB_UNKNOWN" }] } } });

test("the texts are as recorded", async () => {
  const shown = [];
  for (const line of [
    "layers :1", "layers --no-trunc --platform linux/arm64 :1", "layers :odd", "layers :note", "files --platform linux/amd64 :1", "files :single /etc", "files :single sh", "files :single bin/sh",
    "files -R :single", "files --tree :single", "files --tree :single /etc", "files --layer 0 :single", "files --layer 1 :single", "files --layer 1 :single /etc", "files --layer 7 :single", "files --changes :single", "files --changes :single /etc",
    "files :single /nowhere", "files --platform linux/s390x :1", "files :wrong", "files --changes --layer 1 :single", "files --tree --json :single", "files --layer x :single",
    "cat :single /etc/os-release", "cat :single sh", "cat :single twin", "cat :single etc", "cat :single etc/hosts", "cat :single null", "cat :single ../outside", "cat :single", "cat :single gr\ufffdn",
  ]) shown.push((await cli(line)).shown);
  withoutForeign();
  for (const line of ["files :odd", "files --layer 0 :odd", "files --layer 1 :odd", "cat :odd windows", "cat :odd bin/sh"]) shown.push((await cli(line)).shown);
  await assertGolden("cli/layers.txt", shown.join("\n"));
  assert.doesNotMatch(shown.join(""), /\u001b|\u202e|\u0007/);
});

describe("on a terminal", () => {
  test("nothing that it obeys comes out of names, links, steps and contents", async () => {
    for (const line of ["files -R :single", "files --tree :single", "files --layer 1 :single", "files --changes :single", "files --json -R :single", "layers :single", "layers --json :single"]) {
      const { code, stdout } = await cli(line, { tty: true, columns: 100 });
      assert.equal(code, 0, line);
      assert.doesNotMatch(stdout.replaceAll("\u001b[1m", "").replaceAll("\u001b[22m", ""), /[\u001b\u202e\u0007]/, line);
    }
    const shown = await multiarchHere(["--config", folder.join("docker"), "cat", `${host}/team/app:single`, "ev\u001b[2Jil\nname"], { tty: true });
    assert.equal(shown.stdout, "\\u{1b}[31mred\\u{202e}\ttab\r\nline");
  });

  test("lines of layers fit its width", async () => {
    for (const columns of [60, 80, 200]) {
      const { stdout } = await cli("layers :single", { tty: true, columns, env: { NO_COLOR: "1" } });
      for (const line of stdout.split("\n").slice(1)) assert.ok(line.length <= columns, line);
    }
  });
});

test("a pipe gets the bytes as they are", async () => {
  const { bytes } = await multiarchHere(["--config", folder.join("docker"), "cat", `${host}/team/app:single`, "ev\u001b[2Jil\nname"]);
  assert.equal(bytes.toString(), "\u001b[31mred\u202e\ttab\r\nline");
});

test("an archive is as good as a registry", async () => {
  await writeLayout(folder.join("layout"), "1", IMAGES[1]);
  for (const line of ["layers", "files --platform linux/arm64 -R", "files --platform linux/arm64 --layer 0 --json", "files --platform linux/amd64 --changes"]) {
    const [archive, there] = [await cli(`${line} oci:$FOLDER/layout:1`), await cli(`${line} :1`)];
    assert.deepEqual([archive.code, archive.stdout], [0, there.stdout], archive.stderr);
  }
  assert.equal((await cli("cat --platform linux/arm64 oci:$FOLDER/layout:1 sh")).stdout, "#!");
});

describe("--output", () => {
  test("writes a file whole", async () => {
    const { code, stdout } = await cli("cat --output $FOLDER/saved :single etc/os-release");
    assert.deepEqual([code, stdout, await readFile(folder.join("saved"), "utf8")], [0, "", "ID=newer\n"]);
  });

  test("writes to a pipe and to what is open already, and replaces neither", { timeout: 20_000 }, async () => {
    const pipe = folder.join("pipe");
    assert.equal((await run("mkfifo", [pipe])).code, 0);
    const [read, written] = await Promise.all([run("cat", [pipe]), cli("cat --output $FOLDER/pipe :single etc/os-release")]);
    assert.deepEqual([written.code, read.stdout], [0, "ID=newer\n"], written.stderr);
    assert.ok((await lstat(pipe)).isFIFO());
    assert.deepEqual((await readdir(folder.path)).filter((name) => name.includes("unfinished")), []);
    const line = `"${process.execPath}" "${BIN}" cat --output /dev/fd/3 ${host}/team/app:single etc/os-release 3> "$FILE"`;
    const open = await run("bash", ["-c", line], { env: { FILE: folder.join("open"), DOCKER_CONFIG: folder.path } });
    assert.deepEqual([open.code, await readFile(folder.join("open"), "utf8")], [0, "ID=newer\n"], open.stderr);
  });

  test("leaves what was there when the layer is not what it should be, and no other file", async () => {
    await writeFile(folder.join("kept"), "before");
    const before = await readdir(folder.path);
    const { code, stderr } = await cli("cat --output $FOLDER/kept :wrong etc/os-release");
    assert.deepEqual([code, await readFile(folder.join("kept"), "utf8"), await readdir(folder.path)], [1, "before", before]);
    assert.match(stderr, /DIGEST_MISMATCH/);
    assert.match((await cli("cat --output $FOLDER/none/such :single etc/os-release")).stderr, /FILE_UNWRITABLE/);
  });
});
