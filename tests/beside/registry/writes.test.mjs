/** Every call that writes, against a registry of docker's own, with and without its login. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { createClient, digest } from "multiarch";

import { collected, documentOf, failed } from "../../support/calls.mjs";
import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { artifact, dockerImage, indexWithAttestations, ociImage } from "../../support/images.mjs";

const LOGIN = { username: "ada", password: "se:cret" };
const index = indexWithAttestations(ociImage(), ociImage({ architecture: "arm64" }));

for (const auth of [undefined, LOGIN]) {
  describe(`writes to docker-registry ${auth ? "with htpasswd" : "without auth"}`, () => {
    let registry, client, repository;
    before(async () => {
      registry = await startDockerRegistry({ auth });
      client = createClient({ credentials: () => auth });
      repository = `${registry.domain}/team/app`;
      await push(registry, "team/app", "1", index);
    });
    after(() => registry.close());

    test("nothing is written without the login", async () => {
      const anonymous = createClient();
      const writes = [
        anonymous.push(documentOf(index), `${repository}:2`),
        anonymous.upload(repository, new Uint8Array(1), { digest: digest(new Uint8Array(1)), size: 1 }),
        anonymous.copy(`${repository}:1`, `${repository}:2`),
        anonymous.delete(`${repository}@${digest("nothing")}`),
      ];
      const codes = await Promise.all(writes.map(failed));
      const expected = auth ? "UNAUTHORIZED" : undefined;
      assert.deepEqual(codes, [expected, expected, expected, auth ? expected : "MANIFEST_UNKNOWN"]);
    });

    test("push: several tags, a condition, and what refers to it", async () => {
      await client.push(documentOf(index), [`${repository}:2`, `${repository}:3`], { wait: true });
      assert.equal((await client.resolve(`${repository}:3`)).digest, index.digest);
      const child = documentOf(index.children[0]);
      assert.equal(await failed(client.push(child, `${repository}:2`, { expect: null })), "PRECONDITION_FAILED");
      assert.equal(await failed(client.push(child, `${repository}:2`, { expect: digest("other") })), "PRECONDITION_FAILED");
      await client.push(child, `${repository}:2`, { expect: index.digest });
      assert.equal((await client.resolve(`${repository}:2`)).digest, child.digest);
      const notes = ["a", "b"].map((text) => artifact({ subject: index, text }));
      for (const note of notes) {
        for (const { bytes, ...blob } of note.blobs) await client.upload(repository, bytes, blob);
        await client.push(documentOf(note), `${repository}@${note.digest}`);
      }
      const found = await collected(client.referrers(`${repository}:1`, { artifactType: "application/vnd.example.note" }));
      assert.deepEqual(found.map((one) => one.digest), notes.map((note) => note.digest));
      assert.deepEqual(await collected(client.referrers(`${repository}:1`, { artifactType: "application/other" })), []);
    });

    test("upload in one piece and in chunks, mount, and copy", async () => {
      const big = new Uint8Array((17 << 20) + 1).map((_, at) => at ^ (at >> 9));
      for (const bytes of [big, big.subarray(0, 1000), big.subarray(0, 0)]) {
        const blob = { digest: digest(bytes), size: bytes.length };
        await client.upload(repository, new Blob([bytes]).stream(), blob);
        assert.equal(await client.mount(blob.digest, repository, `${registry.domain}/mounted`), true);
        const read = await new Response(await client.blob(`${registry.domain}/mounted`, blob.digest)).arrayBuffer();
        assert.equal(Buffer.compare(new Uint8Array(read), bytes), 0);
      }
      assert.equal(await client.mount(digest("nothing"), repository, `${registry.domain}/mounted`), false);
      const copied = await client.copy(`${repository}:1`, `${registry.domain}/copied`);
      assert.equal(copied.digest, index.digest);
      const arm = await client.manifest(`${registry.domain}/copied:1`, { platform: "linux/arm64" });
      assert.equal(arm.digest, index.children[1].digest);
      const some = await client.copy(`${repository}:1`, `${registry.domain}/some`, { platforms: ["linux/amd64"], attestations: false });
      assert.equal(some.digest, index.children[0].digest);
    });

    test("delete takes a manifest with its tags, and no single tag", async () => {
      await client.push(documentOf(index), `${repository}:gone`);
      assert.equal(await failed(client.delete(`${repository}:gone`)), "DELETE_UNSUPPORTED");
      assert.equal((await client.resolve(`${repository}:gone`)).digest, index.digest);
      await client.delete(`${repository}@${index.digest}`);
      assert.equal(await failed(client.resolve(`${repository}:gone`)), "MANIFEST_UNKNOWN");
      assert.equal(await failed(client.delete(`${repository}@${index.digest}`)), "MANIFEST_UNKNOWN");
      assert.equal(await failed(client.delete(`${repository}@${dockerImage({ text: "never" }).digest}`)), "MANIFEST_UNKNOWN");
    });
  });
}
