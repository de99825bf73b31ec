/** An index that is edited in its registry, by the library and by the command line. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient, parseManifest } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";
import { serve } from "multiarch/node";

import { indexWithAttestations, ociImage, ociIndex, pushAll } from "../../support/images.mjs";
import { multiarchHere as here } from "../../support/run.mjs";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const attested = indexWithAttestations(ociImage({ architecture: "riscv64" }));

let registry, server, app, client;
before(async () => {
  registry = createMemoryRegistry();
  server = await serve(registry.fetch);
  app = `${new URL(server.url).host}/team/app`;
  client = createClient();
});
after(() => server.close());

const put = (tag, image) => pushAll(registry.fetch, server.url, "team/app", tag, image);
const stored = (tag) => {
  const { digest, bytes } = registry.manifest("team/app", tag);
  return { digest, text: new TextDecoder().decode(bytes), json: JSON.parse(new TextDecoder().decode(bytes)) };
};
const written = async (work) => {
  registry.requests.length = 0;
  await work();
  return registry.requests.filter(({ method }) => method !== "GET" && method !== "HEAD").length;
};

test("a dry run writes nothing and has the digest of the run, and the run again writes nothing", async () => {
  await put("dry", ociIndex(amd64, arm64));
  await put("riscv64", attested);
  const change = (index) => index.add(`${app}:riscv64`).annotate("index", { note: "new" });
  let plan;
  assert.equal(await written(async () => (plan = await client.edit(`${app}:dry`, change, { dryRun: true }))), 0);
  const edited = await client.edit(`${app}:dry`, change);
  assert.equal(edited.document.digest, plan.document.digest);
  assert.deepEqual(edited.references, [`${app}:dry@${stored("dry").digest}`]);
  assert.equal(stored("dry").json.manifests.length, 4);
  assert.equal(await written(() => client.edit(`${app}:dry`, change)), 0);
});

test("what is added keeps its members and its numbers as its index writes them", async () => {
  const [image] = JSON.parse(attested.bytes).manifests;
  const entry = JSON.stringify(image).replace('"size":', '"x-own":[1.50,1e2,{"b":null}],"size":');
  await put("odd-image", attested);
  const odd = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[${entry}]}`;
  await client.push(parseManifest(odd), `${app}:odd`);
  await put("keeps", ociIndex(amd64));
  await client.edit(`${app}:keeps`, (index) => index.add(`${app}:odd`));
  assert.ok(stored("keeps").text.replace(/\s/g, "").includes(entry));
});

test("podman's image with layers of zstd is added beside the same one with gzip", async () => {
  const zstd = ociImage({ text: "zstd" });
  await put("zstd-image", zstd);
  await put("podman", ociIndex(amd64));
  const { mediaType, digest, size } = zstd;
  const annotations = { "io.github.containers.compression.zstd": "true" };
  const platform = { os: "linux", architecture: "amd64" };
  await client.edit(`${app}:podman`, (index) => index.add({ mediaType, digest, size, platform, annotations }));
  assert.equal(stored("podman").json.manifests.length, 2);
  const { ok } = await client.check(`${app}:podman`);
  assert.equal(ok, true);
  const rival = (index) => index.add({ mediaType, digest, size, platform });
  await put("rival", ociIndex(amd64));
  await assert.rejects(client.edit(`${app}:rival`, rival), { code: "PLATFORM_DUPLICATE" });
});

test("the command line states a platform member by member, as the hint of a check says", async () => {
  const { mediaType, digest, size } = amd64;
  await put("whole", amd64);
  const bare = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [{ mediaType, digest, size }] };
  await client.push(parseManifest(JSON.stringify(bare)), `${app}:bare`);
  const checked = await here(["check", `${app}:bare`]);
  const [, line] = /multiarch (edit .*?), for example/.exec(checked.stdout + checked.stderr) ?? [];
  assert.ok(line, checked.stdout + checked.stderr);
  const edited = await here(line.split(" "));
  assert.equal(edited.code, 0, edited.stderr);
  assert.equal(edited.stdout, `${app}@${stored("bare").digest}\n`);
  assert.deepEqual(stored("bare").json.manifests[0].platform, { architecture: "amd64", os: "linux" });
});

test("an edit that is repeated ends in the same state, and what is not there is named with what is", async () => {
  await put("again", ociIndex(amd64, arm64));
  const removed = ["edit", "--remove", "linux/arm64", `${app}:again`];
  assert.equal((await here(removed)).code, 0);
  const { digest } = stored("again");
  const again = await here(removed);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /ENTRY_UNKNOWN\]\n(?:available: )?.*linux\/amd64/);
  assert.equal((await here([...removed, "--ignore-missing"])).code, 0);
  assert.equal(stored("again").digest, digest);
});
