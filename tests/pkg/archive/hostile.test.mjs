/**
 * Archives that mean harm, or are broken: each has its code, as an error or as findings, and what is whole in it can be read.
 * No case takes more than a second, writes a file or ends the core.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { openArchive } from "multiarch/archive";

import { folderInput, layoutMembers, tarOf } from "../../support/archives.mjs";
import { FOUND, REFUSED, blob, docker, good, layer, other, replaced } from "../../support/hostile-archives.mjs";
import { LIES, WHOLE } from "../../support/hostile-kinds.mjs";
import { ociIndex } from "../../support/images.mjs";

const codes = (archive) => archive.findings.map(({ code }) => code);

describe("archives that cannot be read at all", () => {
  for (const [name, bytes, code] of REFUSED) {
    test(name, async () => {
      await assert.rejects(openArchive(new Blob([bytes])), (error) => {
        assert.equal(error.code, code, error.stack);
        assert.ok(error.hint && !/[\x00-\x1f]/.test(error.message), error.message);
        return true;
      });
    });
  }
});

describe("archives with something wrong", () => {
  for (const [name, bytes, expected, { image: wanted, digest }] of FOUND) {
    test(name, async () => {
      const archive = await openArchive(new Blob([bytes]));
      if (expected) assert.deepEqual(codes(archive).sort(), [...expected].sort(), JSON.stringify(archive.findings));
      for (const { message, severity, path } of archive.findings) {
        assert.ok(!/[\x00-\x1f]/.test(message), message);
        assert.ok(["error", "warning", "note"].includes(severity) && (path?.length ?? 0) < 5000);
      }
      assert.equal((await archive.manifest(wanted)).digest, digest);
      assert.ok((await archive.config(wanted)).platform.os);
    });
  }
});

describe("archives that lie, by the kind of lie", () => {
  for (const [kind, cases] of Object.entries(LIES)) {
    test(kind, async () => {
      for (const [name, bytes, expected] of cases()) {
        const outcome = await openArchive(new Blob([bytes])).then((archive) => ({ archive, found: codes(archive) }), ({ code, hint, stack }) => ({ found: hint && code, stack }));
        assert.deepEqual(outcome.found, expected, `${name}: ${outcome.stack ?? ""}`);
        const { archive } = outcome;
        if (archive) assert.equal((await archive.manifest(kind === "directories" ? undefined : "good")).digest, WHOLE.digest, name);
      }
    });
  }

  test("there are more than two hundred of them all", () => {
    const all = [REFUSED, FOUND, ...Object.values(LIES).map((cases) => cases())].flat();
    assert.ok(all.length > 300, String(all.length));
    assert.equal(new Set(all.map(([name]) => name)).size, all.length, "each has a name of its own");
  });
});

describe("content that is not what it is called", () => {
  const [, goodLayer] = good.blobs;
  for (const [name, path, read] of [
    ["a manifest", blob(good), (archive) => archive.manifest("good")],
    ["a config", blob(good.blobs[0]), (archive) => archive.config("good")],
    ["a layer", blob(goodLayer), async (archive) => new Response(await archive.blob("good", goodLayer.digest)).arrayBuffer()],
  ]) {
    for (const [how, change] of [["changed", (bytes) => Buffer.from(bytes).fill(0x20, 3, 9)], ["cut short", (bytes) => bytes.subarray(0, -5)], ["longer", (bytes) => Buffer.concat([bytes, Buffer.from(" ")])]]) {
      test(`${name} that is ${how} is refused, and the other image is whole`, async () => {
        const members = layoutMembers({ good, other });
        const changed = members.map((member) => (member.path === path ? { ...member, content: change(Buffer.from(member.content)) } : member));
        for (const input of [new Blob([tarOf(changed)]), folderInput(changed)]) {
          const archive = await openArchive(input);
          await assert.rejects(read(archive), ({ code }) => /^(DIGEST_MISMATCH|SIZE_MISMATCH)$/.test(code), `${name} ${how}`);
          assert.equal((await archive.config("other")).platform.architecture, "arm64");
        }
      });
    }
  }

  test("a layer of docker's archive that is not the one of the config is refused where it is read", async () => {
    const archive = await openArchive(new Blob([tarOf(replaced(docker, layer.path, { content: Buffer.from(layer.content).fill(1, 0, 4) }))]));
    const [{ digest }] = (await archive.manifest("good:1")).layers;
    await assert.rejects(new Response(await archive.blob("good:1", digest)).arrayBuffer(), { code: "DIGEST_MISMATCH" });
  });
});

test("wherever a layout is cut off, there is a code, and no call hangs", async () => {
  const tar = tarOf(layoutMembers({ index: ociIndex(good, other), good }));
  for (let length = 0; length < tar.length; length += 257) {
    try {
      const archive = await openArchive(new Blob([tar.subarray(0, length)]));
      await archive.config("good").catch((error) => assert.match(error.code, /^(MANIFEST_UNKNOWN|BLOB_UNKNOWN|ARCHIVE_IMAGE_UNKNOWN)$/));
    } catch (error) {
      assert.match(error.code ?? error.message, /^ARCHIVE_(INVALID|TRUNCATED)$/, `at ${length}`);
    }
  }
});
