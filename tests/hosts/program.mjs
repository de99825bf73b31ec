/**
 * The same small program for every kind of host: parse, select, digest, a manifest over an injected fetch, an abort, an
 * error code, a list from its draft to the registry, and an index that is created, checked, compared and edited there. Needs
 * nothing but the package; what it returns must be the same text everywhere.
 *
 * @param {typeof import("multiarch")} multiarch
 * @param {typeof import("multiarch/testing")} testing
 */
export async function program(multiarch, testing) {
  const { createClient, digest, init, parseManifest, parseReference, selectPlatform } = multiarch;
  await init();
  const document = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: ["amd64", "arm64"].map((architecture) => ({
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest: digest(architecture),
      size: 2,
      platform: { os: "linux", architecture },
    })),
    annotations: { "org.example.note": "Größe 名前" },
  });
  const index = parseManifest(document);
  const selection = selectPlatform(index, "linux/aarch64");

  const calls = [];
  const fetch = async (url, { method, headers }) => {
    calls.push(`${method} ${url} ${headers.accept.split(", ").length} types`);
    return new Response(document, { headers: { "content-type": index.mediaType } });
  };
  const client = createClient({ fetch });
  const found = await client.manifest("registry.example/a/b:1.0");
  const hundred = await Promise.all(Array.from({ length: 100 }, () => client.manifest("registry.example/a/b:1.0")));

  const controller = new AbortController();
  const stuck = createClient({ fetch: (_, { signal }) => new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    Promise.resolve().then(() => controller.abort("a string"));
  }) });
  const aborted = await stuck.manifest("registry.example/a/b:1.0", { signal: controller.signal }).catch((error) => error);
  const missing = createClient({ fetch: async () => new Response("{}", { status: 404 }) });
  const unknown = await missing.manifest("registry.example/a/b:1.0").catch((error) => error);

  return JSON.stringify({
    reference: parseReference("alpine:3.20").canonical,
    digest: index.digest,
    annotations: found.annotations,
    selected: selection.descriptor.platform.architecture,
    reasons: selection.candidates.map(({ reason }) => reason),
    found: found.digest,
    hundred: new Set(hundred.map((one) => one.digest)).size,
    call: calls[0],
    aborted: [aborted.code, aborted.message, aborted instanceof multiarch.MultiarchError],
    unknown: [unknown.code, unknown.status, unknown.retryable],
    after: parseReference("alpine").familiar,
    list: await drafted(multiarch, testing, multiarch.memoryStore()),
    index: await created(multiarch, testing),
  }, undefined, 2);
}

/** A registry with an image for each of two platforms. */
export async function registryOf({ createMemoryRegistry }) {
  const registry = createMemoryRegistry();
  for (const architecture of ["amd64", "arm64"]) {
    const platform = { architecture, os: "linux" };
    const config = await registry.putBlob("team/app", { ...platform, rootfs: { type: "layers", diff_ids: [] } });
    const types = "application/vnd.oci.image";
    await registry.putManifest("team/app", architecture, {
      schemaVersion: 2, mediaType: `${types}.manifest.v1+json`, config: { mediaType: `${types}.config.v1+json`, ...config }, layers: [],
    });
  }
  return registry;
}

/** An index that is created, added to, checked, compared and edited in a registry in memory: what came of each step. */
async function created({ createClient, diff }, testing) {
  const registry = await registryOf(testing);
  const client = createClient({ fetch: registry.fetch });
  const app = "registry.example/team/app";
  const one = await client.create(`${app}:1`, [":amd64"]);
  const both = await client.create([`${app}:1`, `${app}:2`], [":arm64"], { append: true });
  const checked = await client.check(`${app}:1`, { platforms: ["linux/amd64", "linux/s390x"], configs: true, blobs: true });
  const compared = await diff(`${app}@${one.descriptor.digest}`, `${app}:1`, { client });
  const edited = await client.edit(`${app}:2`, (index) => index.remove("linux/amd64").annotate("index", { note: "one" }));
  const refused = await client.create(`${app}:1`, [":amd64"], { expect: null }).catch((error) => error);
  return {
    created: [one.references, one.steps],
    added: [both.references, both.document.manifests.map(({ platform }) => platform.architecture)],
    checked: [checked.ok, checked.findings.map(({ code, message }) => [code, message]), checked.images.length],
    compared: compared.platforms.map(({ change, platform, fetchBytes }) => [change, platform.architecture, fetchBytes]),
    edited: [edited.references, edited.steps, edited.document.annotations],
    refused: refused.code,
    tags: registry.tags("team/app"),
  };
}

/**
 * `docker manifest` from create to rm over a store without drafts, and a registry in memory: what came of each step.
 *
 * @param {import("multiarch").Store} store
 */
export async function drafted({ createClient, createManifests }, testing, store) {
  const registry = await registryOf(testing);
  const app = "registry.example/team/app";
  const list = "registry.example/team/list:1";
  const manifests = createManifests({ client: createClient({ fetch: registry.fetch }), store });

  const created = await manifests.create(list, [`${app}:amd64`]);
  const amended = await manifests.create(list, [`${app}:arm64`], { amend: true });
  const { entry, known } = await manifests.annotate(list, `${app}:arm64`, { variant: "v8", osFeatures: ["a", "b"] });
  const text = await manifests.inspect(list);
  const lists = await manifests.ls();
  const { digest, names, pushed, purged } = await manifests.push(list, { purge: true, tags: ["latest"] });
  const stored = registry.manifest("team/list", "latest");
  const purgedAway = [await store.read(list), await manifests.ls()];
  const unknown = await manifests.push(list).catch((error) => error);

  await manifests.create(list, [`${app}:amd64`]);
  await manifests.rm([list]);
  return {
    created: created.entries.map(({ ref }) => ref),
    amended: [amended.reused, amended.entries.map(({ ref }) => ref)],
    annotated: [entry.descriptor.platform, known],
    inspected: JSON.parse(text),
    lists,
    pushed: { digest, names, pushed, purged },
    isWhatWasShown: `${new TextDecoder().decode(stored.bytes)}\n` === text && stored.digest === digest,
    purgedAway: [purgedAway[0] === undefined, purgedAway[1]],
    unknown: [unknown.code, unknown.message],
    removed: [(await store.read(list)) === undefined, await store.list()],
    tags: registry.tags("team/list"),
    // Images are read side by side.
    requests: [...new Set(registry.requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`))].sort(),
  };
}
