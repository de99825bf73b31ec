/** Pipes and devices in the place of files: one that no person has named is not waited for, and what is piped in is read. */

import assert from "node:assert/strict";
import { constants } from "node:fs";
import { mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { after, before, describe, test } from "node:test";

import { openArchive } from "multiarch/archive";

import { dockerCredentials } from "../../../pkg/node/credentials/docker.js";
import { exportPage } from "../../../pkg/node/export.js";
import { registryCertificates } from "../../../pkg/node/http/certificates.js";
import { openOffered } from "../../../pkg/node/offered.js";
import { layoutMembers, tarOf } from "../../support/archives.mjs";
import { ociImage, writeLayout } from "../../support/images.mjs";
import { BIN, multiarchHere, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const image = ociImage();
const pipes = [];
let folder;
before(async () => {
  folder = await scratch();
});
after(async () => {
  // What waits for a writer goes on, so that a failure here is no process that never ends.
  for (const path of pipes) await open(path, constants.O_RDWR | constants.O_NONBLOCK).then((file) => file.close(), () => {});
  await folder.remove();
});

/** A pipe that has no writer. */
async function pipe(...names) {
  const path = folder.join(...names);
  await mkdir(dirname(path), { recursive: true });
  assert.equal((await run("mkfifo", [path])).code, 0);
  pipes.push(path);
  return path;
}

describe("one that no person has named", { timeout: 20_000 }, () => {
  test("is no certificate of a registry", async () => {
    for (const name of ["ca.crt", "client.cert", "client.key"]) {
      const place = `certs-${name}`;
      await pipe(place, "registry.example", name);
      for (const other of name === "ca.crt" ? [] : ["client.cert", "client.key"]) {
        await writeFile(folder.join(place, "registry.example", other), "", { flag: "wx" }).catch(() => {});
      }
      await assert.rejects(registryCertificates(folder.join(place), "registry.example"), {
        code: "ERR_CERTIFICATE_FILE", message: `${folder.join(place, "registry.example", name)} cannot be read (ENOTSUP)`,
      });
    }
  });

  test("holds no logins", async () => {
    const path = await pipe("docker", "config.json");
    const message = `${path} cannot be read (ENOTSUP)`;
    await assert.rejects(dockerCredentials({ config: folder.join("docker"), env: {} })("registry.example"), { code: "CREDENTIALS_INVALID", message });
    const { code, stdout } = await multiarchHere(["__complete", "login", ""], { env: { DOCKER_CONFIG: folder.join("docker") } });
    assert.deepEqual([code, stdout], [0, ":4\n"]);
  });

  test("is not of an export of the page", async () => {
    await pipe("site", "_headers");
    await assert.rejects(exportPage(folder.join("site"), { registries: [] }), { code: "OPTION_INVALID", message: /holds _headers, which is not of an export/ });
    assert.deepEqual(await readdir(folder.join("site")), ["_headers"]);
  });

  test("is no content of an archive", async () => {
    await writeLayout(folder.join("layout"), "app", image);
    const [, layer] = image.blobs;
    const blob = ["layout", "blobs", ...layer.digest.split(":")];
    await rm(folder.join(...blob));
    await pipe(...blob);
    const archive = await openArchive(folder.join("layout"));
    await assert.rejects(archive.blob("app", layer.digest), { code: "BLOB_UNKNOWN" });
    await rm(folder.join("layout", "index.json"));
    await pipe("layout", "index.json");
    await assert.rejects(openArchive(folder.join("layout")), { code: "ARCHIVE_INVALID" });
  });
});

describe("an archive", { timeout: 20_000 }, () => {
  const spooled = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("multiarch-archive-"));

  test("that is piped in is read, and nothing of it stays on the disk", async () => {
    const bytes = tarOf(layoutMembers({ app: image }));
    const before = await spooled();
    const path = await pipe("archive");
    const [archive] = await Promise.all([openArchive(path), writeFile(path, bytes)]);
    assert.equal(archive.images[0].descriptor.digest, image.digest);
    await archive.close();
    const [offered] = await Promise.all([openOffered(path), writeFile(path, bytes)]);
    assert.equal(offered.source.size, bytes.length);
    await offered.close();
    assert.deepEqual((await spooled()).filter((name) => !before.includes(name)), []);
    const line = `multiarch() { "${process.execPath}" "$BIN" "$@"; }; multiarch resolve oci-archive:<(cat "$ARCHIVE"):app`;
    await writeFile(folder.join("archive.tar"), bytes);
    const { stdout, stderr } = await run("bash", ["-c", line], { env: { BIN, ARCHIVE: folder.join("archive.tar") } });
    assert.match(stdout, new RegExp(`^oci-archive:/dev/fd/\\d+@${image.digest}\n$`), stderr);
  });

  test("is no device, and is not written to a pipe", async () => {
    for (const path of ["/dev/zero", "/dev/null"]) {
      const facts = { code: "FILE_UNREADABLE", message: `cannot read ${path}: it is neither a file, a folder nor a pipe` };
      for (const opened of [openArchive, openOffered]) await assert.rejects(opened(path), facts);
    }
    const path = await pipe("target.tar");
    await writeLayout(folder.join("source"), "app", image);
    const { code, stderr } = await multiarchHere(["copy", `oci:${folder.join("source")}:app`, `oci-archive:${path}:app`]);
    assert.equal(code, 1);
    assert.match(stderr, /cannot write \S+target\.tar: it is neither a file nor a folder \[FILE_UNWRITABLE\]/);
    assert.deepEqual((await readdir(folder.path)).filter((name) => name.includes(".multiarch")), []);
  });
});
