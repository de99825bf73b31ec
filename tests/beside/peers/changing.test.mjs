/** What the best of other tools do as they change what is in a registry, and what none of them does. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createClient } from "multiarch";
import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { ociImage, ociIndex, pushAll } from "../../support/images.mjs";
import { IMAGES, useLab } from "./lab.mjs";

const lab = useLab();
const { at } = lab;
const client = createClient();
const textOf = async (reference) => Buffer.from((await client.manifest(reference)).bytes).toString();

test("an edit removes, replaces and annotates in one new index, and what is not touched keeps its bytes", async () => {
  const newer = ociImage({ architecture: "arm64", text: "newer" });
  await pushAll(fetch, lab.url, "lab/app", "newer", newer);
  const { code, stdout, stderr } = await lab.cli(
    "edit", at("multi"), "--to", "edited", "--remove", "linux/s390x", "--replace", `linux/arm64=${at("newer")}`,
    "--annotate", "index:k=v", "--unset-annotation", "index:org.opencontainers.image.source",
  );
  assert.equal(code, 0, stderr);
  const [before, text] = [await textOf(at("multi")), await textOf(at("edited"))];
  const { manifests, annotations } = JSON.parse(text);
  assert.equal(stdout.trim().split("@")[1], (await client.resolve(at("edited"))).digest);
  assert.deepEqual(annotations, { k: "v" });
  const digests = manifests.map(({ digest }) => digest);
  assert.ok(digests.includes(newer.digest) && !digests.includes(IMAGES.arm64.digest) && !digests.includes(IMAGES.s390x.digest));
  const untouched = JSON.parse(before).manifests.filter((entry) =>
    ![IMAGES.arm64.digest, IMAGES.s390x.digest].includes(entry.annotations?.["vnd.docker.reference.digest"] ?? entry.digest));
  assert.equal(untouched.length, 5, "four images, and the attestation of one");
  for (const entry of untouched) {
    const written = JSON.stringify(entry, undefined, 2).replaceAll("\n", "\n    ");
    assert.ok(before.includes(written) && text.includes(written), written);
  }
  assert.equal((await client.resolve(at("multi"))).digest, IMAGES.multi.digest, "the edited one stays where it is");
});

describe("two writers that add different platforms to one tag at once", () => {
  const images = ["riscv64", "loong64"].map((architecture) => ociImage({ architecture }));

  async function raced(url) {
    const name = `${new URL(url).host}/lab/raced`;
    await pushAll(fetch, url, "lab/raced", "1", ociIndex(IMAGES.amd64));
    for (const image of images) await pushAll(fetch, url, "lab/raced", image.platform.architecture, image);
    await Promise.all(images.map(({ platform: { architecture } }) =>
      createClient().edit(`${name}:1`, (index) => index.add(`:${architecture}`))));
    const { manifests } = await createClient().manifest(`${name}:1`);
    return manifests.map(({ platform }) => platform.architecture).sort();
  }

  for (const [about, quirks] of [["with If-Match", []], ["without If-Match", ["noConditions"]]]) {
    test(`end with both, at a registry ${about}`, async () => {
      const registry = createMemoryRegistry({ quirks });
      const server = await serve(registry.fetch);
      try {
        assert.deepEqual(await raced(server.url), ["amd64", "loong64", "riscv64"]);
      } finally {
        await server.close();
      }
    });
  }

  test("end with both, at docker's own registry", async () => {
    assert.deepEqual(await raced(lab.registry.url), ["amd64", "loong64", "riscv64"]);
  });
});
