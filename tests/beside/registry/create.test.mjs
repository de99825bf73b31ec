/** Indexes that `create` makes in two real registries, as skopeo reads them. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "multiarch";

import { built } from "../../support/buildx-indexes.mjs";
import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { ociImage } from "../../support/images.mjs";
import { run } from "../../support/run.mjs";

let registries;
before(async () => {
  registries = await Promise.all([startDockerRegistry(), startDockerRegistry()]);
});
after(() => Promise.all(registries.map((registry) => registry.close())));

async function skopeo(reference) {
  const { code, stdout, stderr } = await run("skopeo", ["inspect", "--raw", "--tls-verify=false", `docker://${reference}`]);
  assert.equal(code, 0, stderr);
  return stdout;
}

test("two builds merged into three repositories of two registries: attestations and all, and again without a write", async () => {
  const [one, two] = registries;
  const builds = { amd64: built(ociImage()), arm64: built(ociImage({ architecture: "arm64" })) };
  for (const [tag, image] of Object.entries(builds)) await push(one, "ci/app", tag, image);
  const requests = [];
  const client = createClient({
    fetch: (url, init) => {
      requests.push(init?.method ?? "GET");
      return fetch(url, init);
    },
  });
  const targets = [`${one.domain}/ci/app:1`, `${one.domain}/mirror/app:1`, `${two.domain}/app:1`];
  const { document, steps, conflicts } = await client.create(targets, [":amd64", ":arm64"]);
  assert.equal(steps.length, 2 * 4 + 3);
  assert.deepEqual(conflicts, []);
  const entries = Object.values(builds).flatMap(({ bytes }) => JSON.parse(bytes).manifests);
  for (const target of targets) {
    const text = await skopeo(target);
    assert.equal(text, new TextDecoder().decode(document.bytes));
    assert.deepEqual(JSON.parse(text).manifests, entries);
    for (const { digest } of entries) assert.ok(JSON.parse(await skopeo(target.replace(/:1$/, `@${digest}`))).layers.length > 0);
  }
  requests.length = 0;
  assert.deepEqual((await client.create(targets, [":amd64", ":arm64"])).steps, []);
  assert.deepEqual(requests.filter((method) => !["GET", "HEAD"].includes(method)), []);
});
