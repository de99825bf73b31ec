/** What the best of other tools do as they copy and delete, and what none of them does: one test for each promise. */

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { createClient } from "multiarch";
import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { artifact, pushAll } from "../../support/images.mjs";
import { IMAGES, useLab } from "./lab.mjs";

const lab = useLab();
const { at } = lab;
const client = createClient();
const digestsOf = ({ manifests }) => manifests.map(({ digest }) => digest);

describe("a copy of some platforms", () => {
  test("has their attestations and what refers to them", async () => {
    const note = artifact({ subject: IMAGES.amd64 });
    await pushAll(fetch, lab.url, "lab/app", "note", note);
    const listing = {
      schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [{ mediaType: note.mediaType, digest: note.digest, size: note.size, artifactType: "application/vnd.example.note" }],
    };
    const { status } = await fetch(`${lab.url}/v2/lab/app/manifests/${IMAGES.amd64.digest.replace(":", "-")}`, {
      method: "PUT", body: JSON.stringify(listing), headers: { "content-type": listing.mediaType },
    });
    assert.equal(status, 201);
    const to = `${lab.domain}/lab/some:1`;
    const { code, stderr } = await lab.cli("copy", "-q", "--referrers", "--platform", "linux/amd64,linux/arm64", at("multi"), to);
    assert.equal(code, 0, stderr);
    const copied = await client.manifest(to);
    const attestations = IMAGES.multi.children.slice(6).map(({ digest }) => digest);
    assert.deepEqual(digestsOf(copied), [IMAGES.amd64.digest, IMAGES.arm64.digest, ...attestations]);
    const found = [];
    for await (const { digest } of client.referrers(`${lab.domain}/lab/some@${IMAGES.amd64.digest}`)) found.push(digest);
    assert.deepEqual(found, [note.digest]);
  });

  test("is an index of what is there, and keeps the whole index and its digest only where it may be sparse", async (t) => {
    const registry = createMemoryRegistry();
    const server = await serve(registry.fetch);
    t.after(() => server.close());
    const to = `${new URL(server.url).host}/lab/app`;
    const copy = (tag, ...flags) => lab.cli("copy", "-q", ...flags, "--platform", "linux/amd64,linux/arm64", at("multi"), `${to}:${tag}`);
    assert.equal((await copy("dense")).code, 0);
    const dense = await client.manifest(`${to}:dense`);
    for (const { digest } of dense.manifests) assert.ok(registry.manifest("lab/app", digest), `${digest} is listed and there`);
    assert.notEqual(dense.digest, IMAGES.multi.digest);
    const sparse = await copy("sparse", "--sparse");
    assert.deepEqual([sparse.code, (await client.resolve(`${to}:sparse`)).digest], [0, IMAGES.multi.digest], sparse.stderr);
    assert.equal(registry.manifest("lab/app", IMAGES.s390x.digest), undefined);
  });

  test("that is sparse is refused by a registry that wants all of it, and the error has the remedy", async () => {
    const { code, stderr } = await lab.cli("copy", "-q", "--sparse", "--platform", "linux/amd64", at("multi"), `${lab.domain}/lab/sparse:1`);
    assert.equal(code, 1);
    assert.match(stderr, /MANIFEST_BLOB_UNKNOWN[\s\S]*\nhint: .*leave `sparse` \(--sparse\) out/);
    await assert.rejects(client.resolve(`${lab.domain}/lab/sparse:1`), { code: "MANIFEST_UNKNOWN" });
  });
});

describe("a delete of an index with its children", () => {
  const name = () => `${lab.domain}/lab/deleted`;
  before(async () => {
    for (const [tag, sources] of [["one", ["amd64", "arm64", "win"]], ["two", ["amd64", "s390x"]]]) {
      await client.create(`${name()}:${tag}`, sources.map(at));
    }
  });

  test("has a plan that names every digest, and deletes nothing that it was not confirmed for", async () => {
    const root = (await client.resolve(`${name()}:one`)).digest;
    const { code, stdout, stderr } = await lab.cli("delete", "--with-children", "--dry-run", `${name()}:one`);
    assert.equal(code, 0, stderr);
    for (const digest of [root, IMAGES.arm64.digest, IMAGES.win.digest]) assert.match(stdout, new RegExp(`delete +${digest}`));
    assert.match(stdout, new RegExp(`keep +${IMAGES.amd64.digest}.*two`));
    const unconfirmed = await lab.cli("delete", "--with-children", `${name()}:one`);
    assert.notEqual(unconfirmed.code, 0);
    assert.equal((await client.resolve(`${name()}:one`)).digest, root);
  });

  test("keeps the child that another tag lists", async () => {
    const { code, stderr } = await lab.cli("delete", "--with-children", "--yes", `${name()}:one`);
    assert.equal(code, 0, stderr);
    await assert.rejects(client.resolve(`${name()}:one`), { code: "MANIFEST_UNKNOWN" });
    for (const gone of [IMAGES.arm64, IMAGES.win]) await assert.rejects(client.manifest(`${name()}@${gone.digest}`), { code: "MANIFEST_UNKNOWN" });
    const kept = await client.manifest(`${name()}:two`);
    for (const digest of digestsOf(kept)) assert.equal((await client.manifest(`${name()}@${digest}`)).digest, digest);
    const again = await lab.cli("delete", "--with-children", "--yes", "--ignore-missing", `${name()}:one`);
    assert.equal(again.code, 0, again.stderr);
  });
});
