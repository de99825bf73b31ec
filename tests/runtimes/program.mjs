/**
 * The same small program for every kind of host: parse, select, digest, a manifest over an injected fetch, an abort, an
 * error code. Needs nothing but the package; what it returns must be the same text everywhere.
 */

export async function program(multiarch) {
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
  }, undefined, 2);
}
