/** A program of a user, compiled but never run: what it does must type, and what it marks must not. */

import {
  applySpec,
  attestationsOf,
  buildIndex,
  checkLock,
  createClient,
  createDigester,
  createManifests,
  describeAttestation,
  diff,
  digest,
  editIndex,
  formatPlatform,
  imagesOf,
  init,
  isAttestation,
  MultiarchError,
  isMultiarchError,
  layerType,
  listLayer,
  normalizePlatform,
  openImage,
  parseDigest,
  parseImageConfig,
  parseManifest,
  parsePlatform,
  parseReference,
  parseSpec,
  pin,
  printable,
  selectPlatform,
  specFromTemplate,
  verifyStream,
  version,
} from "multiarch";
import type {
  Client, ClientOptions, CredentialProvider, Descriptor, Difference, Document, DraftListing, FindingCode, Platform, Published, Selection, Spec, SpecLock,
} from "multiarch";
import { createMemoryRegistry, QUIRKS } from "multiarch/testing";
import { archiveFetch, openArchive } from "multiarch/archive";
import type { Archive, ArchiveFindingCode } from "multiarch/archive";
import { createEdge } from "multiarch/edge";
import type { EdgeInspection, EdgeResolution } from "multiarch/edge";
import { createProxy } from "multiarch/proxy";
import { dockerCredentials, hostPlatform, nodeFetch, serve } from "multiarch/node";

export async function main(): Promise<void> {
  await init();
  await init(new URL("https://cdn.example/multiarch.wasm"));
  await init(fetch("https://cdn.example/multiarch.wasm"));
  await init(new Uint8Array(8));

  const archive: Archive = await openArchive(new Blob([]), { onProgress: (done, total) => void (done + total) });
  const faults: ArchiveFindingCode[] = archive.findings.map(({ code }) => code);
  const copied = await createClient({ fetch: archiveFetch([archive]) }).copy(archive.reference(archive.images[0]?.name), `a/b:${faults.length}`);
  void [copied.digest, (await archive.resolve(undefined, { platform: "linux/arm64" })).selection];
  await archive.close();

  const { domain, tag } = parseReference("alpine:3.20");
  const label: string = domain + (tag ?? "");
  const platform: Platform = parsePlatform("linux/arm64", { host: { os: "linux", architecture: "amd64" } });
  const text: string = formatPlatform(normalizePlatform(platform));
  const { algorithm, encoded } = parseDigest(digest("text", "sha512"));
  const digester = createDigester("sha256");
  digester.update(new Uint8Array(1));

  const index: Document = parseManifest(new Uint8Array(0), { mediaType: "a/b", digest: digester.digest() });
  const selection: Selection = selectPlatform(index, "linux/arm64", { policy: "strict" });
  for (const { descriptor, rank = Infinity, reason } of selection.candidates) {
    console.log(printable(`${descriptor.digest} ${rank} ${reason}`));
  }
  if (index.kind === "index") console.log(index.manifests.map((entry: Descriptor) => entry.platform?.os));

  const edited: Document = editIndex(index)
    .add(index, { platform: "linux/arm64", annotations: { a: "b" }, onDuplicate: "replace" })
    .remove(platform)
    .setPlatform("linux/arm64", { variant: "" })
    .annotate("index", { a: null })
    .order("platform")
    .build();
  const built = buildIndex([{ descriptor: index, platform: "linux/arm64" }], { type: "docker", order: "platform" });
  for (const { descriptor, attestations } of imagesOf(built)) console.log(isAttestation(descriptor), attestations.length);
  const { text: rewritten, changes } = await pin("FROM alpine:3.20", { name: "Dockerfile", resolve: async () => digest("") });
  console.log(rewritten, changes.map(({ line, from, to }) => `${line}: ${from} ${to ?? ""}`));
  // @ts-expect-error no such kind
  await pin("", { kind: "make" });
  console.log(edited.digest, editIndex({ mediaType: "a/b" }).build().size);
  // @ts-expect-error an unknown way to treat duplicates
  editIndex().add(index, { onDuplicate: "both" });

  const credentials: CredentialProvider = async (registry, { repository, actions }) =>
    registry === "ghcr.io" && repository && actions.includes("pull") ? { username: "a", password: "b" } : undefined;
  const options: ClientOptions = { fetch, credentials, insecure: ["localhost:5000"], registries: ["ghcr.io", "*.example.com"], privateAddresses: "listed", via: "/r/", timeoutMs: 1000 };
  const client: Client = createClient(options);
  const { signal } = new AbortController();
  const found = await client.resolve("alpine", { platform, policy: "containerd", signal });
  const chosen: number | undefined = found.selection?.path?.[0];
  const config = await client.config("alpine", { platform: "linux/arm64" });
  const stream = (await client.blob("alpine", found.digest)).pipeThrough(verifyStream({ digest: found.digest }));
  for await (const one of client.tags("alpine", { signal })) console.log(one.length);
  for await (const one of client.referrers("alpine", { artifactType: "application/spdx+json", signal })) console.log(one.digest);
  const there: boolean = await client.has("alpine", found.digest, { signal });
  const { ok, images, findings } = await client.check("alpine", { platforms: ["linux/amd64", platform], exact: there, attestations: true, configs: true, blobs: true, signal });
  const codes: FindingCode[] = findings.map(({ code }) => code);
  console.log(ok, images[0]?.attestations, codes);
  const { root, signatures } = await attestationsOf("alpine:3.20", { client, contents: (count) => count < 10 });
  for (const { relation, contents = [] } of root.nodes) console.log(relation, signatures, contents.map(({ kind }) => kind));
  const [{ provenance, sbom }] = await describeAttestation("{}", { mediaType: "application/json" });
  console.log(provenance?.commit, sbom?.packages.map(({ purl }) => purl));
  // @ts-expect-error a client is needed
  await attestationsOf("alpine:3.20", {});
  const changed: Difference = await diff("alpine:3.19", { from: client, reference: "alpine:3.20" }, { client, platform });
  console.log(changed.orderOnly, changed.platforms.map(({ change, layers, config }) => [change, layers?.added.length, config?.[0]?.path]));
  const opened = await openImage(client, "alpine", { platform, signal });
  const layerEntries = listLayer(await client.blob("alpine", opened.layers[0]!.digest), opened.layers[0]!.mediaType, { diffId: opened.layers[0]?.diffId ?? "", maxBytes: 1 });
  for await (const { path, type, findings = [] } of layerEntries) console.log(path, type === "whiteout", findings.length);
  console.log(layerEntries.summary?.entries, layerType("a/b").kind === "foreign", listLayer(new Blob([]), "a/b").summary);
  const merged = await opened.files({ onChange: (change, entry, layer) => console.log(change === "removed", entry.path, layer) });
  for (const { path, entry, layer } of merged.below(merged.find("/etc", { follow: false }))) console.log(path, entry?.mode, layer, merged.wastedBytes);
  const { entry: own, stream: content } = await opened.readFile("/etc/os-release", { signal });
  console.log(own.layer, content.locked, opened.steps[0]?.createdBy, opened.layers[0]?.step?.created);
  const image = await client.manifest("alpine", { platform: "linux/arm64" });
  const pushed = await client.push(image, ["registry.example/app:1", "registry.example/app:2"], { expect: null, wait: true });
  const mounted: boolean = await client.mount(pushed.digest, "registry.example/a", "registry.example/b", { signal });
  await client.upload("registry.example/app", new Uint8Array(1), { digest: pushed.digest, size: 1 });
  await client.upload("registry.example/app", stream, { digest: pushed.digest, size: 1 }, { signal });
  const { preserved } = await client.copy("alpine", "registry.example/alpine", { platforms: ["linux/amd64", { os: "linux", architecture: "arm64" }] });
  const patched: Published = await client.edit("registry.example/app:1", async (list, document) => {
    list.add("registry.example/app:1-arm", { onDuplicate: "keep" }).replace("linux/arm64", image).remove(document.digest).subject(null);
    list.annotate("index", { a: null }).setPlatform("linux/arm", { variant: "v7" }).order("platform");
  }, { expect: null, merge: false, to: "2", dryRun: true, wrap: true, ignoreMissing: true, onDuplicate: "replace", signal });
  console.log(patched.references, patched.descriptor.digest, patched.document.manifests, patched.steps, patched.conflicts);
  await client.delete("registry.example/app:1");
  console.log(mounted, preserved);
  const taken: boolean = await client.login("registry.example", { signal });
  console.log(taken);
  const manifests = createManifests({ client });
  console.log(await manifests.inspect("alpine", { verbose: true, signal }));
  const { entries, flattened, warnings } = await manifests.create("registry.example/app:1", ["registry.example/app:1-amd64", ":1-arm64"], {
    platforms: ["linux/amd64", { os: "linux", architecture: "arm64" }], attestations: false, type: "oci", onDuplicate: "keep",
  });
  const listing: DraftListing | undefined = entries[0]?.listing;
  console.log(listing?.sources.map(({ ref, annotations }) => annotations?.[ref]), flattened.map(({ entries: all }) => all.length), warnings);
  console.log((await manifests.push("registry.example/app:1", { type: "docker" })).warnings);
  console.log(label, text, algorithm, encoded, chosen, config.platform.os, stream, version, parseImageConfig("{}").created);

  try {
    await client.manifest("alpine");
  } catch (error) {
    if (error instanceof MultiarchError) console.log(error.code, error.hint, error.status, error.retryable);
    if (isMultiarchError(error, "PLATFORM_NOT_FOUND")) error.details.available satisfies string[];
    if (isMultiarchError(error, "UPDATE_CONFLICT")) error.details.conflicts satisfies string[];
    if (isMultiarchError(error, "TOO_MANY_REQUESTS")) error.details.retryAfterMs satisfies number | undefined;
    // @ts-expect-error the details of a code have its names
    if (isMultiarchError(error, "DIGEST_MISMATCH")) console.log(error.details.available);
  }
  throw new MultiarchError({ code: "MINE", message: "mine", cause: 1 });
}

export async function others(): Promise<void> {
  const registry = createMemoryRegistry({
    auth: { type: "bearer", users: { ada: "secret" }, anonymous: ["pull"] },
    faults: [{ match: { method: "GET", path: /a/, times: 1 }, answer: { status: 503 } }, { answer: "reset" }],
    quirks: ["oneTagPerPage"],
  });
  const { digest: stored } = await registry.putManifest("a/b", "1", "{}");
  const client = createClient({ fetch: registry.fetch });
  await client.manifest(`registry.example/a/b@${stored}`);
  createClient({ fetch: nodeFetch({ insecure: true, proxy: false }), credentials: dockerCredentials() });
  const { url, close } = await serve(createProxy({ registries: ["docker.io"], path: "/r/", fetch: registry.fetch }));
  console.log(url, hostPlatform().architecture, QUIRKS.oneTagPerPage, registry.requests[0]?.status);
  await close();
  const edge = createEdge({
    registries: (domain) => domain === "docker.io", policy: "strict", budget: { subrequests: 40, ms: 1000 }, origins: ["*"], cache: false,
    privateAddresses: false, path: "/images/", fetch: registry.fetch, onError: console.error, credentials: async () => undefined,
  });
  const { pinned } = (await (await edge(new Request("https://a.example/resolve/alpine"))).json()) as EdgeResolution;
  const { platforms, leftOut } = (await (await edge(new Request("https://a.example/inspect/alpine"), {}, {})).json()) as EdgeInspection;
  console.log(pinned, platforms?.map(({ platform, bytes }) => [platform, bytes]), leftOut);
}

export function refused(client: Client, document: Document): void {
  // @ts-expect-error a reference is a text
  parseReference(5);
  // @ts-expect-error no such policy
  selectPlatform(document, "linux/arm64", { policy: "best" });
  // @ts-expect-error what was parsed stays as it is
  document.digest = "sha256:";
  // @ts-expect-error a blob needs a digest
  void client.blob("alpine");
  // @ts-expect-error nothing is called so
  createClient({ transport: fetch });
  // @ts-expect-error a rank may be absent
  document.manifests.map((entry) => entry.platform.os);
  // @ts-expect-error no such algorithm
  digest("", "md5");
  // @ts-expect-error a service names the registries that it asks
  createEdge({ origins: [] });
  // @ts-expect-error no such quirk
  createMemoryRegistry({ quirks: ["none"] });
}

export async function specifications(): Promise<void> {
  const spec: Spec = await parseSpec("image: a\nsources: [b]", { name: "a.yaml", variables: { A: "b" } });
  const { lists } = await specFromTemplate("a-ARCH", { platforms: ["linux/arm64"], target: "a", tags: ["b"], type: "oci" });
  const client = createClient();
  const { lock } = await applySpec({ lists: [...spec.lists, ...lists] }, { client, dryRun: true, ignoreMissing: true });
  const again = await applySpec(lock, { client, lock: JSON.parse(JSON.stringify(lock)) as SpecLock });
  const found = await checkLock(again.lock, { client, spec });
  console.log(again.lists[0]?.descriptor.digest, again.lists[0]?.missing, found.map(({ code, from, to }) => `${code} ${from ?? ""} ${to ?? ""}`));
  // @ts-expect-error no type of an index
  await specFromTemplate("a", { platforms: [], target: "b", type: "OCI" });
  // @ts-expect-error no client
  await applySpec(spec, {});
}
