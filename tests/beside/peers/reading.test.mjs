/** What the best of other tools do as they read, and what none of them does: one test for each promise. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { createClient, createManifests, isMultiarchError, memoryStore } from "multiarch";
import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { canary } from "../../support/canary.mjs";
import { installHelper } from "../../support/credential-helper.mjs";
import { startDockerRegistry, push } from "../../support/docker-registry.mjs";
import { artifact, pushAll, sha256 } from "../../support/images.mjs";
import { startForwardProxy, startServer } from "../../support/recording.mjs";
import { multiarch } from "../../support/run.mjs";
import { assertValid } from "../../support/schemas.mjs";
import { startTokenServer } from "../../support/token-server.mjs";
import { IMAGES, useLab } from "./lab.mjs";

const { digest: arm64 } = IMAGES.arm64;

const lab = useLab();

const INDEXES = ["multi", "dlist", "nested", "bx-amd64"];

describe("an inspect", () => {
  test("has raw bytes that hash to the registry's digest, of OCI, Docker, nested and annotated indexes", async () => {
    for (const tag of [...INDEXES, "amd64"]) {
      const { bytes, code } = await lab.cli("inspect", "--raw", `${lab.name}:${tag}`);
      const head = await fetch(`${lab.registry.url}/v2/lab/app/manifests/${tag}`, { method: "HEAD", headers: { accept: IMAGES[tag].mediaType } });
      assert.deepEqual([code, sha256(bytes)], [0, head.headers.get("docker-content-digest")], tag);
    }
  });

  test("of an index with eight entries costs at most two requests", async () => {
    const asked = await lab.asked(async () => assert.equal((await lab.cli("inspect", `${lab.name}:multi`)).code, 0));
    assert.equal(IMAGES.multi.children.length, 8);
    assert.ok(asked.length <= 2, asked.join("\n"));
  });
});

describe("an overview", () => {
  const overview = async (...args) => {
    const { code, stdout, stderr } = await lab.cli("inspect", ...args, `${lab.name}:multi`);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  test("has six rows and the count of attestations, and none for unknown/unknown", async () => {
    const text = await overview("--format", "table");
    assert.match(text, /6 images, 2 attestations/);
    assert.equal(text.split("\n").filter((line) => /^(?:linux|windows)/.test(line)).length, 6, text);
    assert.doesNotMatch(text, /unknown/);
  });

  test("has the sum of config and layers as the size of an image", async () => {
    const { images } = JSON.parse(await overview("--format", "json"));
    const sizes = new Map(images.map(({ digest, pullSize }) => [digest, pullSize]));
    for (const image of [IMAGES.amd64, IMAGES.arm64, IMAGES.win]) {
      const { config, layers } = JSON.parse(image.bytes);
      assert.equal(sizes.get(image.digest), [config, ...layers].reduce((sum, { size }) => sum + size, 0));
    }
  });

  test("costs one HEAD where a template names the digest alone", async () => {
    const asked = await lab.asked(async () => assert.equal((await overview("--format", "{{.Digest}}")).trim(), IMAGES.multi.digest));
    assert.deepEqual(asked, ["HEAD manifests/multi"]);
  });

  test("is JSON that the shipped schema describes", async () => {
    assertValid("inspect", await overview("--format", "json"));
  });
});

describe("one platform engine", () => {
  const { digest: windows } = IMAGES.win;
  const SPELLINGS = {
    aarch64: arm64, "linux/arm64": arm64, "linux/arm64/v8": arm64, "linux/aarch64": arm64,
    "windows/amd64:10.0.17763": windows, "windows(10.0.17763)/amd64": windows, "windows/amd64,osver=10.0.17763.1234": windows,
    "linux/x86_64": IMAGES.amd64.digest, "linux/arm": IMAGES.arm.digest, "linux/armhf": IMAGES.arm.digest,
  };
  for (const [specifier, digest] of Object.entries(SPELLINGS)) {
    test(`reads ${specifier}, of crane, containerd, regctl or uname`, async () => {
      const { code, stdout, stderr } = await lab.cli("resolve", "--platform", specifier, `${lab.name}:multi`);
      assert.deepEqual([code, stdout], [0, `${lab.name}@${digest}\n`], stderr);
    });
  }
});

test("an explanation says side by side what docker, podman and crane choose, each with its ranked candidates", async () => {
  const reference = `${lab.name}:three`;
  await createClient().create(reference, ["arm", "arm64", "amd64"].map((tag) => `${lab.name}:${tag}`));
  const explained = async (platform, policy) => {
    const { stdout } = await lab.cli("resolve", "--explain", "--json", "--platform", platform, "--policy", policy, reference);
    return stdout === "" ? undefined : JSON.parse(stdout);
  };
  const { choices } = await explained("linux/arm64/v8", "containerd");
  assert.deepEqual(choices.map(({ tool, digest }) => [tool, digest]), [
    ["docker, containerd", arm64], ["exact", arm64], ["crane", undefined], ["podman, skopeo", arm64],
  ]);
  // Positions in the index, ranked; crane compares the variant as it is written, so that nothing fits.
  const ranked = { containerd: [1, 0], podman: [1] };
  for (const [policy, positions] of Object.entries(ranked)) {
    const { candidates } = await explained("linux/arm64/v8", policy);
    assert.equal(candidates.length, 3);
    assert.deepEqual(candidates.filter(({ rank }) => rank !== undefined).map(({ index }) => index), positions, policy);
    for (const { reason } of candidates) assert.ok(reason.length > 10, policy);
  }
  assert.equal(await explained("linux/arm64/v8", "first"), undefined);
  assert.deepEqual((await explained("linux/arm64", "first")).candidates.filter(({ rank }) => rank !== undefined).map(({ index }) => index), [1]);
});

test("with all Docker-* headers hidden, digests are still right", async () => {
  const registry = createMemoryRegistry();
  for (const [tag, image] of Object.entries(IMAGES)) await pushAll(registry.fetch, "http://registry.example", "lab/app", tag, image);
  const client = createClient({
    fetch: async (url, init) => {
      const { status, body, headers } = await registry.fetch(url, init);
      return new Response(body, { status, headers: [...headers].filter(([name]) => !name.startsWith("docker-")) });
    },
  });
  for (const [tag, { digest, bytes }] of Object.entries(IMAGES)) {
    const reference = `registry.example/lab/app:${tag}`;
    assert.equal((await client.resolve(reference)).digest, digest, tag);
    assert.deepEqual(Buffer.from((await client.manifest(reference)).bytes), bytes, tag);
  }
});

describe("authentication", () => {
  test("asks only to pull, and no secret appears in what debugging prints", async (t) => {
    const ada = { username: "ada", password: canary() };
    const tokens = await startTokenServer(lab.folder, { users: { ada: ada.password } });
    const registry = await startDockerRegistry({ tokens });
    t.after(() => Promise.all([registry.close(), tokens.close()]));
    const filling = createClient({ credentials: () => ada });
    for (const { bytes, ...blob } of IMAGES.amd64.blobs) await filling.upload(`${registry.domain}/lab/app`, bytes, blob);
    const source = createClient();
    await filling.push(await source.manifest(`${lab.name}:amd64`), `${registry.domain}/lab/app:1`);

    const config = lab.folder.join("with-login");
    const helpers = await installHelper(lab.folder.join("helpers"), "lab", {}, { [registry.domain]: { Username: ada.username, Secret: ada.password } });
    await writeFile(lab.folder.join("config.json"), JSON.stringify({ credHelpers: { [registry.domain]: "lab" } }));
    const start = tokens.asked.length;
    const env = { DOCKER_CONFIG: lab.folder.path, PATH: `${lab.folder.join("helpers")}:${process.env.PATH}`, XDG_RUNTIME_DIR: config };
    const { code, stderr } = await multiarch(["-D", "inspect", `${registry.domain}/lab/app:1`], { env });
    assert.equal(code, 0, stderr);
    const asked = tokens.asked.slice(start);
    assert.deepEqual(asked.map(({ user, scopes }) => [user, scopes]), [["ada", ["repository:lab/app:pull"]]]);
    assert.deepEqual(await helpers.asked(), [["get", registry.domain]]);
    assert.ok(stderr.length > 0);
    assert.ok(!stderr.includes(ada.password) && !stderr.includes(Buffer.from(`ada:${ada.password}`).toString("base64")));
  });
});

test("referrers of every child are found, at a registry without that API too", async () => {
  const client = createClient();
  const notes = new Map();
  for (const child of [IMAGES.amd64, IMAGES.arm64]) {
    const note = artifact({ subject: child, text: `about ${child.platform.architecture}` });
    notes.set(child.digest, note.digest);
    await push(lab.registry, "lab/app", undefined, note);
    const listing = JSON.stringify({
      schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [{ mediaType: note.mediaType, digest: note.digest, size: note.size, artifactType: "application/vnd.example.note" }],
    });
    const { status } = await fetch(`${lab.registry.url}/v2/lab/app/manifests/${child.digest.replace(":", "-")}`, {
      method: "PUT", body: listing, headers: { "content-type": "application/vnd.oci.image.index.v1+json" },
    });
    assert.equal(status, 201);
  }
  const found = new Map();
  for (const { digest } of (await client.manifest(`${lab.name}:multi`)).manifests) {
    for await (const referrer of client.referrers(`${lab.name}@${digest}`)) found.set(digest, referrer.digest);
  }
  assert.deepEqual(found, notes);
});

test("429 with Retry-After: 2, twice, succeeds after four seconds; the rate limit is that of a HEAD", async () => {
  let refusals = 2;
  const methods = [];
  const limits = { "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "76;w=21600" };
  const server = await startServer((request, response) => {
    if (request.url === "/v2/") return response.writeHead(200).end();
    methods.push(request.method);
    if (refusals > 0) return response.writeHead(429, { "retry-after": "2" }).end(void (refusals -= 1));
    const { bytes, mediaType, digest } = IMAGES.amd64;
    return response.writeHead(200, { ...limits, "content-type": mediaType, "content-length": bytes.length, "docker-content-digest": digest })
      .end(request.method === "HEAD" ? undefined : bytes);
  });
  try {
    const start = performance.now();
    const { digest } = await createClient().manifest(`${server.domain}/lab/app:1`);
    assert.equal(digest, IMAGES.amd64.digest);
    assert.ok(performance.now() - start >= 4000, `${performance.now() - start} ms`);
    methods.length = 0;
    const { stdout } = await lab.cli("ratelimit", "--json", `${server.domain}/lab/app:1`);
    const { limit, remaining } = JSON.parse(stdout);
    assert.deepEqual([limit, remaining, methods], [100, 76, ["HEAD"]]);
  } finally {
    await server.close();
  }
});

describe("the digest toolbox", () => {
  test("finds the index, the platform and the tags of a platform's digest", async () => {
    const { stdout } = await lab.cli("find", "--json", IMAGES.s390x.digest, lab.name);
    const byTag = Object.fromEntries(JSON.parse(stdout).map(({ tag, index, platform }) => [tag, [index, platform]]));
    assert.deepEqual(byTag, {
      multi: [IMAGES.multi.digest, "linux/s390x"], nested: [IMAGES.nested.digest, "linux/s390x"], s390x: [IMAGES.s390x.digest, undefined],
    });
  });

  test("pins the FROM lines of a Dockerfile to index digests", async () => {
    const file = lab.folder.join("Dockerfile");
    await writeFile(file, `FROM ${lab.name}:multi AS base\nFROM ${lab.name}:dlist\nCOPY --from=base /a /a\n`);
    assert.equal((await lab.cli("pin", file)).code, 0);
    const pinned = `FROM ${lab.name}:multi@${IMAGES.multi.digest} AS base\nFROM ${lab.name}:dlist@${IMAGES.dlist.digest}\nCOPY --from=base /a /a\n`;
    assert.equal(await readFile(file, "utf8"), pinned);
    const sum = await lab.cli("digest", "--algorithm", "sha512", file);
    assert.match(sum.stdout, /^sha512:[0-9a-f]{128}\n$/);
  });
});

describe("errors", () => {
  test("of a missing platform list those that exist", async () => {
    const { code, stderr } = await lab.cli("resolve", "--platform", "linux/mips", `${lab.name}:multi`);
    assert.equal(code, 1);
    for (const platform of ["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/s390x", "linux/ppc64le", "windows(10.0.17763.1234)/amd64"]) {
      assert.ok(stderr.includes(platform), stderr);
    }
    assert.doesNotMatch(stderr, /unknown\/unknown/);
  });

  test("401, 404, a web page and plain http have four codes, each with a remedy", async (t) => {
    const answers = {
      UNAUTHORIZED: () => new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="lab"' } }),
      MANIFEST_UNKNOWN: () => Response.json({ errors: [{ code: "MANIFEST_UNKNOWN" }] }, { status: 404 }),
      NOT_A_REGISTRY: () => new Response("<!doctype html><title>Sign in</title>", { headers: { "content-type": "text/html" } }),
    };
    const errors = new Map();
    for (const [code, answer] of Object.entries(answers)) {
      const error = await createClient({ fetch: async () => answer(), retry: { attempts: 1 } }).manifest("registry.example/lab/app:1").catch((thrown) => thrown);
      assert.ok(isMultiarchError(error, code), `${code}: ${error.code}`);
      errors.set(code, error);
    }
    const proxy = await startForwardProxy();
    t.after(() => proxy.close());
    const env = { HTTPS_PROXY: proxy.url, DOCKER_CONFIG: lab.folder.path };
    const { stderr } = await multiarch(["resolve", "--json", `registry.example:${new URL(lab.url).port}/lab/app:multi`], { env });
    errors.set("PLAIN_HTTP", JSON.parse(stderr).error);
    assert.equal(errors.get("PLAIN_HTTP").code, "PLAIN_HTTP");
    const hints = [...errors.values()].map(({ hint }) => hint);
    assert.equal(new Set(hints).size, 4);
    assert.ok(hints.every((hint) => hint.length > 20), hints.join("\n"));
  });
});

test("a dry run of a push writes nothing, and has the digest of the push", async () => {
  const manifests = createManifests({ client: createClient(), store: memoryStore() });
  const list = `${lab.name}:list`;
  await manifests.create(list, [`${lab.name}:amd64`, `${lab.name}:arm64`, `${lab.name}:win`]);
  let dry;
  const asked = await lab.asked(async () => {
    dry = await manifests.push(list, { dryRun: true });
  });
  assert.deepEqual(asked.filter((line) => !/^(GET|HEAD) /.test(line)), []);
  assert.ok(dry.steps.length > 0);
  const { digest } = await manifests.push(list);
  assert.equal(digest, dry.digest);
  assert.equal((await createClient().resolve(list)).digest, digest);
});

test("tags with columns of a repository of a thousand tags are looked up within a cap of requests at once", async () => {
  const registry = createMemoryRegistry();
  const { bytes, mediaType, digest } = IMAGES.amd64;
  await pushAll(registry.fetch, "https://registry.example", "lab/many", "v0", IMAGES.amd64);
  for (let at = 1; at < 1000; at++) await registry.putManifest("lab/many", `v${at}`, bytes, { mediaType });
  let [now, most] = [0, 0];
  const server = await serve(async (request) => {
    most = Math.max(most, ++now);
    // Those that come together are counted together.
    await new Promise(setImmediate);
    try {
      return await registry.fetch(request);
    } finally {
      now -= 1;
    }
  });
  try {
    const name = `${new URL(server.url).host}/lab/many`;
    const { code, stdout, stderr } = await multiarch(["tags", "--columns", "digest", "--no-trunc", "--most", "1000", "--concurrency", "12", name]);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.split("\n").filter((line) => line.includes(digest)).length, 1000);
    assert.ok(most > 1 && most <= 12, `${most} requests at once`);
  } finally {
    await server.close();
  }
});
