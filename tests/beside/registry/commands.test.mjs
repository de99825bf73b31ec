/** `multiarch copy` and the other calls that write, as processes, against docker's own registry. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { dockerWith } from "../../support/docker.mjs";
import { indexWithAttestations, ociImage } from "../../support/images.mjs";
import { multiarch } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const LOGIN = { username: "ada", password: "correct horse" };
const [amd64, arm64, arm] = ["amd64", "arm64", "arm"].map((architecture) =>
  ociImage({ architecture, text: architecture.repeat(400_000) }));
const index = indexWithAttestations(amd64, arm64, arm);

describe("against docker registries", () => {
  let folder, source, target, env;
  before(async () => {
    folder = await scratch();
    [source, target] = await Promise.all([startDockerRegistry(), startDockerRegistry({ auth: LOGIN })]);
    await push(source, "team/app", "1", index);
    const { config } = await dockerWith(folder, { [target.domain]: LOGIN });
    env = { DOCKER_CONFIG: config };
  });
  after(async () => {
    await Promise.all([source.close(), target.close()]);
    await folder.remove();
  });
  const cli = (...args) => multiarch(args, { env });
  const from = () => `${source.domain}/team/app:1`;
  const to = (tag) => `${target.domain}/mirror/app:${tag}`;
  const pinned = (digest) => `${target.domain}/mirror/app@${digest}\n`;

  test("an index with attestations arrives whole, with a login; a second time sends no blob", async () => {
    const first = await cli("copy", from(), to("1"));
    assert.deepEqual([first.code, first.stdout], [0, pinned(index.digest)], first.stderr);
    const large = [amd64, arm64, arm].map(({ blobs: [, { digest }] }) => digest).sort();
    const lines = first.stderr.trimEnd().split("\n").map((line) => line.replace(/ done, \d+(\.\d+)?MB$/, ""));
    assert.deepEqual(lines.sort(), large);
    const second = await cli("-D", "copy", from(), to("1"));
    assert.deepEqual([second.code, second.stdout], [0, pinned(index.digest)], second.stderr);
    assert.doesNotMatch(second.stderr, /^(POST|PATCH) /m);
    const read = await cli("inspect", "--raw", to("1"));
    assert.deepEqual(read.bytes, index.bytes);
  });

  test("some platforms, one platform, and within the registry", async () => {
    const two = await cli("copy", "--platform", "linux/amd64,linux/arm64", from(), to("two"));
    assert.match(two.stdout, /@sha256:[0-9a-f]{64}\n$/);
    assert.match(two.stderr, /^note: .*another digest/m);
    const resolved = await cli("resolve", "--platform", "linux/arm64", to("two"));
    assert.equal(resolved.stdout, pinned(arm64.digest));
    const attested = await cli("copy", "-q", "--platform", "linux/arm/v7", from(), to("attested"));
    assert.equal(attested.code, 0, attested.stderr);
    const raw = JSON.parse((await cli("inspect", "--raw", to("attested"))).stdout);
    assert.deepEqual(raw.manifests.map(({ platform }) => platform.os), ["linux", "unknown"]);
    const one = await cli("copy", "-q", "--no-attestations", "--platform", "linux/arm/v7", from(), to("one"));
    assert.deepEqual([one.code, one.stdout, one.stderr], [0, pinned(arm.digest), ""]);
    const within = await cli("copy", "-q", to("1"), `${target.domain}/other/app:1`);
    assert.equal(within.stdout, `${target.domain}/other/app@${index.digest}\n`);
  });

  test("a manifest is deleted by its digest; this registry deletes no tag alone", async () => {
    await cli("copy", "-q", from(), to("1"));
    const tag = await cli("delete", to("1"));
    assert.equal(tag.code, 1);
    assert.match(tag.stderr, /\[DELETE_UNSUPPORTED\]\nhint: This registry deletes no single tag\./);
    const manifest = `${target.domain}/mirror/app@${index.digest}`;
    const deleted = await cli("delete", manifest);
    assert.deepEqual([deleted.code, deleted.stdout], [0, `Deleted ${manifest}\n`], deleted.stderr);
    assert.match((await cli("resolve", to("1"))).stderr, /\[MANIFEST_UNKNOWN\]/);
  });

  test("a registry without referrers and without limits says so", async () => {
    const none = await cli("referrers", from());
    assert.deepEqual([none.code, none.stdout, none.stderr], [0, "", ""]);
    const limit = await cli("ratelimit", from());
    assert.deepEqual([limit.code, limit.stdout], [0, `${source.domain} tells of no limit\n`]);
  });
});
