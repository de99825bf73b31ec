/** Registries that do not do what they are asked in the way that the specification has it, and what the command line says. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { artifact, indexWithAttestations, ociImage, pushAll } from "../../support/images.mjs";
import { multiarchHere as here } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const index = indexWithAttestations(amd64, arm64);
const signature = artifact({ subject: index, artifactType: "application/x.signature" });
const tag = index.digest.replace(":", "-");

let folder, registry, server, intercept, app;
before(async () => {
  folder = await scratch();
});
after(() => folder.remove());
beforeEach(async () => {
  intercept = undefined;
  registry = createMemoryRegistry();
  server = await serve(async (request) => (await intercept?.(request)) ?? registry.fetch(request));
  app = `${new URL(server.url).host}/team/app`;
  await pushAll(fetch, server.url, "team/app", "1", index);
  await pushAll(fetch, server.url, "team/app", undefined, signature);
});
afterEach(() => server.close());

const cli = (...args) => here(["--config", folder.join("docker"), "--retries", "0", ...args]);

async function printed(...args) {
  const { code, stdout, stderr } = await cli(...args);
  assert.deepEqual([code, stderr], [0, ""], args.join(" "));
  return stdout;
}

async function refused(...args) {
  const { code, stderr } = await cli(...args);
  assert.equal(code, 1, args.join(" "));
  return stderr;
}

const problem = (status, code, message) => Response.json({ errors: [{ code, message }] }, { status });
const page = (status) => new Response("<html>", { status, headers: { "content-type": "text/html" } });

/** Answers where method and path fit. */
const answering = (method, path, answer) => (intercept = (request) =>
  (request.method === method && path.test(request.url) ? answer(request) : undefined));

describe("referrers", () => {
  const spellings = {
    "406": () => new Response(null, { status: 406 }),
    "400 UNSUPPORTED": () => problem(400, "UNSUPPORTED", "no"),
    "a false 200": () => Response.json({}),
    "a page": () => page(200),
    "a redirect to a login page": () => new Response(null, { status: 307, headers: { location: "/login" } }),
  };
  for (const [name, answer] of Object.entries(spellings)) {
    test(`of a registry without the API, which says ${name}, are the tag's`, async () => {
      const listed = (request) => (/\/login$/.test(request.url) ? page(200) : /\/referrers\//.test(request.url) ? answer() : undefined);
      intercept = listed;
      assert.equal(await printed("referrers", `${app}:1`), "");
      const { mediaType, digest, bytes } = signature;
      await registry.putManifest("team/app", tag, {
        schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json",
        manifests: [{ mediaType, digest, size: bytes.length, artifactType: "application/x.signature" }],
      });
      assert.match(await printed("referrers", `${app}:1`), new RegExp(digest));
    });
  }

  test("that are denied are denied", async () => {
    answering("GET", /\/referrers\//, () => problem(403, "DENIED", "not for you"));
    assert.match(await refused("referrers", `${app}:1`), /not for you.*\[DENIED\]/);
  });
});

describe("a HEAD that is refused is followed by a GET", () => {
  for (const [name, answer] of Object.entries({
    "404 as a page": () => new Response(null, { status: 404, headers: { "content-type": "text/html" } }),
    "403": () => new Response(null, { status: 403 }),
    "405": () => new Response(null, { status: 405 }),
  })) {
    test(name, async () => {
      answering("HEAD", /\/manifests\//, answer);
      assert.equal(await printed("resolve", `${app}:1`), `${app}@${index.digest}\n`);
      assert.match(await printed("referrers", `${app}:1`), new RegExp(signature.digest));
      await printed("ratelimit", `${app}:1`);
      assert.equal(await printed("copy", "-q", `${app}:1`, `${app.replace("app", "other")}:1`), `${app.replace("app", "other")}@${index.digest}\n`);
      await printed("delete", `${app}:1@${index.digest}`);
    });
  }
});

describe("a tag that cannot be overwritten", () => {
  for (const [name, status, code, message] of [
    ["Amazon ECR", 400, "TAG_INVALID", "The image tag '2' already exists and cannot be overwritten because the repository is immutable."],
    ["Harbor", 412, "PRECONDITION", "Failed to process request due to '2' configured as immutable."],
  ]) {
    test(`${name}: the same again is done, another one is not`, async () => {
      answering("PUT", /\/manifests\/2$/, () => (registry.manifest("team/app", "2") ? problem(status, code, message) : undefined));
      for (let round = 0; round < 2; round += 1) {
        assert.equal(await printed("copy", `${app}:1`, `${app}:2`), `${app}@${index.digest}\n`);
      }
      const other = await refused("copy", "--platform", "linux/arm64", `${app}:1`, `${app}:2`);
      assert.match(other, new RegExp(`${index.digest}.*\\[TAG_IMMUTABLE\\]\nhint: .*another tag`));
    });

    test(`${name}: create --push twice`, async () => {
      answering("PUT", /\/manifests\/2$/, () => (registry.manifest("team/app", "2") ? problem(status, code, message) : undefined));
      const args = ["create", "--push", `${app}:2`, `${app}@${amd64.digest}`, `${app}@${arm64.digest}`];
      const first = await printed(...args);
      assert.equal(await printed(...args), first);
      const { code: exit, stderr } = await cli("create", "--push", `${app}:2`, `${app}@${amd64.digest}`);
      assert.equal(exit, 1);
      assert.match(stderr, /immutable/);
    });
  }
});

test("pages of tags are read whatever a proxy makes of their links", async () => {
  for (const link of [
    (url) => `<http://${url.hostname}:1/repository/hosted/v2/team/app/tags/list?last=1>; rel="next"`,
    (url) => `< https://${url.host}/v2/team/app/tags/list/?last=1 >; rel="next"`,
  ]) {
    answering("GET", /\/tags\/list$/, (request) => Response.json({ tags: ["1"] }, { headers: { link: link(new URL(request.url)) } }));
    const first = intercept;
    intercept = (request) => (/last=1$/.test(request.url) ? Response.json({ tags: ["2"] }) : first(request));
    assert.equal(await printed("tags", app), "1\n2\n");
  }
  answering("GET", /\/tags\/list$/, () => Response.json({ tags: ["1"] }, { headers: { link: "</v2/team/secret/tags/list?last=1>; rel=next" } }));
  assert.match(await refused("tags", app), /the path \/v2\/team\/secret\/tags\/list is not the listing's \[LINK_REFUSED\]/);
});

test("a write that is redirected elsewhere needs the user's word, and has it", async () => {
  const second = createMemoryRegistry();
  const store = await serve((request) => second.fetch(request));
  try {
    intercept = (request) => (["POST", "PUT", "PATCH"].includes(request.method)
      ? new Response(null, { status: 307, headers: { location: store.url + new URL(request.url).pathname } }) : undefined);
    const args = ["copy", "-q", "--platform", "linux/arm64", `${app}:1`, `${app.replace("app", "other")}:2`];
    assert.match(await refused(...args), new RegExp(`redirects a POST to ${store.url}.*\\[REDIRECT_REFUSED\\]\nhint: .*add --upload-origin ${store.url}`));
    await printed(...args, "--upload-origin", store.url);
    assert.ok(second.manifest("team/other", "2"));
  } finally {
    await store.close();
  }
});

test("attestations that are not there can be left out", async () => {
  const [attestation] = index.children.slice(2);
  answering("GET", new RegExp(`/manifests/${attestation.digest}$`), () => problem(404, "MANIFEST_UNKNOWN", "manifest unknown"));
  for (const platforms of [[], ["--platform", "linux/amd64,linux/arm64"]]) {
    const args = ["copy", "-q", ...platforms, `${app}:1`, `${app.replace("app", "other")}:3`];
    const said = await refused(...args);
    assert.match(said, new RegExp(`is an attestation of the image ${amd64.digest} for linux/amd64.*\\[MANIFEST_UNKNOWN\\]\nhint: .*--no-attestations`));
    await printed(...args, "--no-attestations");
    const { manifests } = JSON.parse(Buffer.from(registry.manifest("team/other", "3").bytes).toString());
    assert.deepEqual(manifests.map(({ digest }) => digest), [amd64.digest, arm64.digest]);
  }
});

test("a stated digest that is none says nothing, another one is refused", async () => {
  const stating = (digest) => async (request) => {
    const { body, status, headers } = await registry.fetch(request);
    const stated = new Headers(headers);
    stated.set("docker-content-digest", digest);
    return new Response(body, { status, headers: stated });
  };
  intercept = stating("00000");
  assert.equal(await printed("resolve", `${app}:1`), `${app}@${index.digest}\n`);
  assert.equal((await cli("inspect", `${app}:1`)).code, 0);
  assert.equal(await printed("copy", "-q", `${app}:1`, `${app}:again`), `${app}@${index.digest}\n`);
  intercept = stating(`sha256:${"0".repeat(64)}`);
  assert.equal((await cli("inspect", "--raw", `${app}:1`)).code, 1);
});
