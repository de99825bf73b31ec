/**
 * Every export and every function that a caller passes in: a call, and arguments with which it succeeds. What the caller's own
 * function gives is written as an argument too, so that each part of it is a place; `isOwn` says that what
 * the function throws comes out, `mayWait` that the call waits for what it gives.
 */

import {
  MultiarchError, applySpec, browserStore, buildIndex, checkLock, createClient, createDigester, createManifests, decodeDraft, diff, digest, draftFileName, editIndex, isMultiarchError,
  encodeDraft, formatPlatform, imagesOf, init, isAttestation, layerType, listLayer, memoryStore, normalizePlatform, openImage, parseDigest, parseImageConfig, parseManifest, parsePlatform,
  parseReference, parseSpec, pin, printable, selectPlatform, specFromTemplate, verifyStream,
} from "multiarch";
import { archiveFetch, openArchive } from "multiarch/archive";
import { createEdge } from "multiarch/edge";
import { createProxy } from "multiarch/proxy";
import { createMemoryRegistry } from "multiarch/testing";

import { folderInput, layoutMembers, tarOf } from "../support/archives.mjs";
import { dockerImage, ociImage, ociIndex } from "../support/images.mjs";

const DOMAIN = "registry.example";
const REPOSITORY = `${DOMAIN}/a/b`;
const amd64 = ociImage();
const index = ociIndex(amd64, ociImage({ architecture: "arm64", variant: "v8" }));
const image = dockerImage();
const [blob] = image.blobs;
const platform = { os: "linux", architecture: "arm64", variant: "v8", osVersion: "1", osFeatures: ["a"] };
const arm64 = { os: "linux", architecture: "arm64", variant: "v8" };
const entry = () => ({
  ref: `${REPOSITORY}:single`,
  descriptor: {
    mediaType: image.mediaType, digest: image.digest, size: image.bytes.length, urls: ["https://a.example/"],
    annotations: { a: "b" }, platform: { os: "linux", architecture: "amd64", osFeatures: [] },
  },
  raw: new Uint8Array(image.bytes),
});
/** How long a call may take whose arguments never come to an end. */
const timeoutMs = 250;
const retry = { attempts: 1 };

async function world(options) {
  const registry = createMemoryRegistry(options);
  const put = async ({ blobs, children, bytes, mediaType }, reference) => {
    for (const one of blobs) await registry.putBlob("a/b", one.bytes);
    for (const child of children) await put(child);
    await registry.putManifest("a/b", reference, bytes, { mediaType });
  };
  await put(index, "1");
  await put(image, "single");
  return registry;
}

const members = layoutMembers({ app: index });
const tar = new Uint8Array(tarOf(members));
const folder = folderInput(members);
let opened;
/** A call on an archive. */
const onArchive = (work) => async (...given) => work(await (opened ??= openArchive(new Blob([tar]))), ...given);
const ranges = () => ({ size: tar.length, read: async (offset, length) => tar.subarray(offset, offset + length) });

/** A call on a client of a registry; one registry for all values of a position. */
const onClient = (work) => {
  let made;
  return async (...given) => work(createClient({ fetch: (await (made ??= world())).fetch, timeoutMs, retry }), ...given);
};

let shared;
let locked;

/** A call on `docker manifest` with a draft. */
const onManifests = (work) => async (...given) => {
  const { fetch } = await (shared ??= world());
  const store = memoryStore();
  await store.write(`${REPOSITORY}:list`, [entry()]);
  return work(createManifests({ client: createClient({ fetch, timeoutMs, retry }), store }), ...given);
};

const wanted = () => ({ platform: arm64, policy: "containerd", host: platform, signal: new AbortController().signal });
const signal = () => ({ signal: new AbortController().signal });

const added = () => ({
  mediaType: image.mediaType, digest: image.digest, size: image.bytes.length, urls: ["https://a.example/"], annotations: { a: "b" },
  platform: { os: "linux", architecture: "s390x" }, artifactType: "a/b",
});
const EDITS = {
  add: () => [added(), { platform: { ...platform, architecture: "riscv64" }, annotations: { c: "d" }, onDuplicate: "keep" }],
  replace: () => [arm64, added(), { platform: "linux/s390x", annotations: { c: "d" } }],
  remove: () => [arm64],
  setPlatform: () => [arm64, platform],
  annotate: () => [amd64.digest, { a: "b", c: null }],
  order: () => ["platform"],
  subject: () => [added()],
  artifactType: () => ["a/b"],
  convert: () => [index.mediaType],
};

const NOUNS = {
  parseReference: [parseReference, () => ["alpine"]],
  parsePlatform: [parsePlatform, () => ["linux/arm64", { host: platform }]],
  normalizePlatform: [normalizePlatform, () => [platform, { host: platform }]],
  formatPlatform: [formatPlatform, () => [platform]],
  parseDigest: [parseDigest, () => [image.digest]],
  digest: [digest, () => ["text", "sha256"]],
  createDigester: [(name, ...chunks) => {
    const digester = createDigester(name);
    chunks.forEach((chunk) => digester.update(chunk));
    return digester.digest();
  }, () => ["sha256", new Uint8Array(3)]],
  verifyStream: [(expected, chunk) => {
    const stream = new ReadableStream({ start: (controller) => (controller.enqueue(chunk), controller.close()) });
    return stream.pipeThrough(verifyStream(expected));
  }, () => [{ digest: blob.digest, size: blob.size }, new Uint8Array(blob.bytes)]],
  parseManifest: [parseManifest, () => [index.bytes, { mediaType: index.mediaType, digest: index.digest }]],
  parseImageConfig: [parseImageConfig, () => [blob.bytes, { digest: blob.digest }]],
  selectPlatform: [selectPlatform, () => [
    { bytes: index.bytes, mediaType: index.mediaType, digest: index.digest, manifests: [] }, arm64, { policy: "strict", host: platform },
  ]],
  editIndex: [(from) => editIndex(from).build(), () => [{ bytes: index.bytes, mediaType: index.mediaType, digest: index.digest }]],
  "editIndex of a type": [(from) => editIndex(from).build(), () => [{ mediaType: index.mediaType }]],
  ...Object.fromEntries(Object.entries(EDITS).map(([method, given]) => [
    `editIndex.${method}`, [(...values) => editIndex({ bytes: index.bytes })[method](...values).build(), given],
  ])),
  "editIndex.add of a document": [(document) => editIndex().add(document).build(), () => [{ bytes: amd64.bytes, mediaType: amd64.mediaType, digest: amd64.digest }]],
  buildIndex: [buildIndex, () => [
    [{ descriptor: { mediaType: amd64.mediaType, digest: amd64.digest, size: 7 }, platform: "linux/amd64", annotations: { a: "b" } }],
    { type: "oci", order: "platform", annotations: { a: "b" }, onDuplicate: "keep" },
  ]],
  "buildIndex of a document": [buildIndex, () => [[{ bytes: amd64.bytes, mediaType: amd64.mediaType, digest: amd64.digest }]]],
  imagesOf: [imagesOf, () => [{ bytes: index.bytes, mediaType: index.mediaType, digest: index.digest }]],
  isAttestation: [isAttestation, () => [{ mediaType: amd64.mediaType, digest: amd64.digest, size: 7, annotations: { a: "b" } }]],
  encodeDraft: [encodeDraft, () => [{ ...entry(), manifest: undefined }]],
  decodeDraft: [decodeDraft, () => [encodeDraft(entry()), { path: "/a" }]],
  draftFileName: [draftFileName, () => ["docker.io/library/a:1"]],
  pin: [pin, () => ["FROM a:1\n", { name: "Dockerfile", kind: "dockerfile", mode: "check" }]],
  "pin with resolve": [(resolve) => pin("FROM a:1\n", { name: "Dockerfile", resolve }), () => [() => index.digest], { isOwn: true }],
  "pin with a digest": [(given) => pin("FROM a:1\n", { name: "Dockerfile", resolve: () => given }), () => [index.digest], { isOwn: true, mayWait: true }],
  parseSpec: [parseSpec, () => ["image: a:${A}\nsources: [b]\n", { name: "a.yaml", variables: { A: "1" } }]],
  specFromTemplate: [specFromTemplate, () => ["a-ARCH", {
    platforms: ["linux/arm64"], target: REPOSITORY, tags: ["a"], annotations: { a: "b" }, type: "oci", ignoreMissing: true,
  }]],
  printable: [printable, () => ["text"]],
  init: [init, () => [undefined]],
  browserStore: [browserStore, () => [{ name: "a" }]],
  isMultiarchError: [isMultiarchError, () => [new MultiarchError({ code: "A", message: "b" }), "A"]],
  MultiarchError: [(facts) => void new MultiarchError(facts), () => [{ code: "A", message: "b", hint: "c", cause: 1, details: {} }]],
};

const CLIENT = {
  createClient: [(options) => createClient(options).resolve(`${REPOSITORY}:1`), () => [{
    fetch: async () => response(), insecure: ["a.example"], privateAddresses: "listed", trustedRealms: ["a.example"], uploadOrigins: ["a.example"], userAgent: "a", concurrency: 2,
    retry: { attempts: 1, maxDelayMs: 5 }, timeouts: { connectMs: 500, headersMs: 500, idleMs: 500 }, timeoutMs: 500, ...signal(),
  }]],
  "createClient with functions": [(options) => createClient(options).resolve(`${REPOSITORY}:1`), () => [{
    timeoutMs, retry, fetch: async () => response(), credentials: () => undefined, onEvent: () => {}, registries: () => true,
  }], { isOwn: true }],
  "createClient with registries": [(registries) => createClient({ registries, timeoutMs, retry, fetch: async () => response() }).resolve(`${REPOSITORY}:1`), () => [[DOMAIN, "*.a.example"]], { isOwn: true }],
  "registries gives": [(given) => createClient({ registries: () => given, timeoutMs, retry, fetch: async () => response() }).resolve(`${REPOSITORY}:1`), () => [true], { isOwn: true, mayWait: true }],
  "createClient with via": [(via) => void createClient({ via }), () => ["https://a.example/"]],
  resolve: [onClient((client, ...given) => client.resolve(...given)), () => [`${REPOSITORY}:1`, wanted()]],
  resolveAll: [onClient((client, ...given) => client.resolveAll(...given)), () => [[`${REPOSITORY}:1`], wanted()]],
  find: [onClient((client, ...given) => client.find(...given)), () => [amd64.digest, REPOSITORY, signal()]],
  has: [onClient((client, ...given) => client.has(...given)), () => [REPOSITORY, blob.digest, signal()]],
  check: [onClient((client, ...given) => client.check(...given)), () => [
    `${REPOSITORY}:1`, { platforms: [arm64, "linux/amd64"], exact: false, attestations: false, configs: true, blobs: true, ...signal() },
  ]],
  diff: [onClient((client, a, b) => diff(a, b, { client })), () => [
    `${REPOSITORY}:1`, { bytes: index.bytes, mediaType: index.mediaType, digest: index.digest },
  ]],
  "diff of documents": [(options) => diff({ bytes: index.bytes }, { bytes: amd64.bytes }, options), () => [{ platform: "linux/amd64", ...signal() }]],
  "diff of a reference with its client": [onClient((client, from, reference) => diff({ from: from ?? client, reference }, `${REPOSITORY}:1`, { client })), () => [undefined, `${REPOSITORY}:1`]],
  "diff with a client": [(client) => diff("a", "b", { client }).catch(known), () => [undefined]],
  manifest: [onClient((client, ...given) => client.manifest(...given)), () => [`${REPOSITORY}:1`, wanted()]],
  config: [onClient((client, ...given) => client.config(...given)), () => [`${REPOSITORY}:1`, wanted()]],
  blob: [onClient((client, ...given) => client.blob(...given)), () => [REPOSITORY, blob.digest, signal()]],
  login: [onClient((client, ...given) => client.login(...given)), () => [DOMAIN, signal()]],
  rateLimit: [onClient((client, ...given) => client.rateLimit(...given)), () => [`${REPOSITORY}:1`, signal()]],
  tags: [onClient((client, ...given) => client.tags(...given)), () => [REPOSITORY, signal()]],
  referrers: [onClient((client, ...given) => client.referrers(...given)), () => [`${REPOSITORY}:1`, { artifactType: "a/b", ...signal() }]],
  push: [onClient((client, ...given) => client.push(...given)), () => [
    { bytes: index.bytes, mediaType: index.mediaType, digest: index.digest }, [`${REPOSITORY}:2`, `${REPOSITORY}:3`], { expect: null, wait: false, ...signal() },
  ]],
  mount: [onClient((client, ...given) => client.mount(...given)), () => [blob.digest, REPOSITORY, `${DOMAIN}/c/d`, signal()]],
  upload: [onClient((client, ...given) => client.upload(...given)), () => [`${DOMAIN}/c/d`, blob.bytes, { digest: blob.digest, size: blob.size }, signal()], { isOwn: true }],
  create: [onClient((client, ...given) => client.create(...given)), () => [
    [`${DOMAIN}/c/d:1`], [`${REPOSITORY}:1`, { reference: `${REPOSITORY}:single`, descriptor: { annotations: { a: "b" } } }],
    {
      type: "oci", annotations: { a: "b" }, annotate: ["index:a=b"], order: "platform", onDuplicate: "keep", platforms: ["linux/amd64"],
      attestations: true, artifactType: "application/x", expect: null, dryRun: true, ...signal(),
    },
  ]],
  copy: [onClient((client, ...given) => client.copy(...given)), () => [
    `${REPOSITORY}:1`, `${DOMAIN}/c/d:1`, { platforms: [arm64, "linux/amd64"], policy: "containerd", ...signal() },
  ]],
  planDeletion: [onClient((client, ...given) => client.planDeletion(...given)), () => [`${REPOSITORY}:1`, signal()]],
  edit: [onClient((client, reference, options) => client.edit(reference, (list) => list.annotate("index", { a: "b" }), options)), () => [
    `${REPOSITORY}:1`, { expect: index.digest, merge: true, dryRun: true, wrap: false, ignoreMissing: true, onDuplicate: "keep", ...signal() },
  ]],
  "edit to": [onClient((client, to) => client.edit(`${REPOSITORY}:1`, (list) => list.order("platform"), { to, dryRun: true })), () => ["2"]],
  "edit with a function": [onClient((client, change) => client.edit(`${REPOSITORY}:1`, change, { dryRun: true })), () => [() => {}], { isOwn: true }],
  ...Object.fromEntries(Object.entries(EDITS).map(([method, given]) => [
    `edit.${method}`, [onClient((client, ...values) => client.edit(`${REPOSITORY}:1`, (list) => list[method](...values), { dryRun: true })), () => given()],
  ])),
  "edit.add of a reference": [onClient((client, reference) => client.edit(`${REPOSITORY}:1`, (list) => list.add(reference), { dryRun: true, onDuplicate: "keep" })), () => [`${REPOSITORY}:single`]],
  "edit.add of a document": [onClient((client, document) => client.edit(`${REPOSITORY}:1`, (list) => list.add(document), { dryRun: true })), () => [{ bytes: amd64.bytes, mediaType: amd64.mediaType, digest: amd64.digest }]],
  delete: [onClient((client, ...given) => client.delete(...given)), () => [`${REPOSITORY}:1`, signal()]],
};

const layer = image.blobs[1];
const imageOf = (client, work) => openImage(client, `${REPOSITORY}:single`).then(work);
const LAYERS = {
  layerType: [layerType, () => ["a/b"]],
  listLayer: [(...given) => listLayer(new Blob([layer.bytes]), ...given), () => [layer.mediaType, { digest: layer.digest, size: layer.size, maxBytes: 1 << 20, ...signal() }]],
  "listLayer of": [(given) => listLayer(given, layer.mediaType, { signal: AbortSignal.timeout(timeoutMs) }), () => [new Blob([layer.bytes])], { isOwn: true }],
  "listLayer of a stream that gives": [(step) => {
    let steps = 0;
    return listLayer({ getReader: () => ({ read: async () => (steps++ === 0 ? step : { done: true }), cancel() {} }) }, layer.mediaType, { signal: AbortSignal.timeout(timeoutMs) });
  }, () => [{ done: false, value: new Uint8Array(layer.bytes) }], { isOwn: true }],
  openImage: [onClient((client, ...given) => openImage(client, ...given)), () => [`${REPOSITORY}:1`, { ...wanted() }]],
  "openImage of": [(source) => openImage(source, "a").catch(known), () => [{ manifest: async () => ({}), blob: async () => {} }], { isOwn: true }],
  "image.listLayer": [onClient((client, ...given) => imageOf(client, (one) => one.listLayer(...given))), () => [0, { maxBytes: 1 << 20, ...signal() }]],
  "image.files": [onClient((client, options) => imageOf(client, (one) => one.files(options)).then(() => {})), () => [{ maxBytes: 1 << 20, maxEntries: 100, onLayer: () => {}, onChange: () => {}, ...signal() }], { isOwn: true }],
  "image.readFile": [onClient((client, ...given) => imageOf(client, (one) => one.readFile(...given)).then(({ stream }) => stream)), () => ["etc/platform", { maxBytes: 1 << 20, ...signal() }]],
};

const list = () => ({
  references: [`${REPOSITORY}:new`], platforms: ["linux/amd64", { os: "linux", architecture: "arm64" }], attestations: true, type: "oci", order: "platform",
  annotations: { a: "b" }, onDuplicate: "refuse", artifactType: "a/b", ignoreMissing: true,
});
const source = { reference: `${REPOSITORY}:1` };
const annotated = { reference: `${REPOSITORY}:single`, platform: { ...platform, architecture: "s390x" }, annotations: { c: "d" } };
const spec = () => ({ lists: [{ ...list(), sources: [source, annotated] }] });
const lock = () => ({
  version: 1, lists: [{ ...list(), digest: index.digest, mediaType: index.mediaType, size: index.bytes.length, sources: [{ ...source, digest: index.digest }, { reference: `${REPOSITORY}:none`, missing: true }] }],
});
const SPECS = {
  applySpec: [onClient((client, given) => applySpec(given, { client, ignoreMissing: true, dryRun: true })), () => [spec()]],
  "applySpec's options": [(options) => applySpec(spec(), options).catch(known), () => [
    { client: createClient({ fetch: async () => response(), retry }), lock: lock(), ignoreMissing: true, dryRun: true, ...signal() },
  ]],
  "applySpec with a lock": [onClient((client, given) => applySpec(given, { client, lock: given, dryRun: true }).catch(known)), () => [lock()]],
  checkLock: [onClient((client, given) => checkLock(given, { client })), () => [lock()]],
  "checkLock's options": [(options) => checkLock(lock(), options).catch(known), () => [
    { client: createClient({ fetch: async () => response(), retry }), spec: spec(), ...signal() },
  ]],
};

const MANIFESTS = {
  createManifests: [(client, store) => createManifests({ client: client ?? createClient(), store }).ls(), () => [undefined, memoryStore()]],
  create: [onManifests((manifests, ...given) => manifests.create(...given)), () => [
    `${REPOSITORY}:new`, [`${REPOSITORY}:single`], { amend: false, replace: true, refresh: false, push: false, dryRun: true, tags: ["a"],
      platforms: ["linux/amd64"], attestations: true, type: "oci", onDuplicate: "keep", ...signal() },
  ]],
  annotate: [onManifests((manifests, ...given) => manifests.annotate(...given)), () => [
    `${REPOSITORY}:list`, `${REPOSITORY}:single`, { os: "linux", arch: "arm64", variant: "v8", osVersion: "1", osFeatures: ["a"], unset: ["variant"] },
  ]],
  inspect: [onManifests((manifests, ...given) => manifests.inspect(...given)), () => [
    `${REPOSITORY}:single`, { list: `${REPOSITORY}:list`, verbose: true, ...signal() },
  ]],
  "push of a draft": [onManifests((manifests, ...given) => manifests.push(...given)), () => [`${REPOSITORY}:list`, { purge: true, dryRun: false, tags: ["b"], type: "oci", ...signal() }]],
  rm: [onManifests((manifests, ...given) => manifests.rm(...given)), () => [[`${REPOSITORY}:list`]]],
  "memoryStore.write": [async (...given) => {
    const store = memoryStore();
    await store.write(...given);
    return store.read(given[0]);
  }, () => ["a", [entry()]]],
  "memoryStore.read": [(list) => memoryStore().read(list), () => ["a"]],
  "memoryStore.remove": [(list) => memoryStore().remove(list), () => ["a"]],
  "memoryStore.lock": [(...given) => memoryStore().lock(...given), () => ["a", () => {}], { isOwn: true }],
};

const HEADERS = [
  "content-encoding", "content-length", "content-range", "content-type", "docker-content-digest", "link", "location",
  "oci-chunk-min-length", "oci-filters-applied", "oci-subject", "oci-tag", "range", "ratelimit-limit", "ratelimit-remaining",
  "docker-ratelimit-source", "retry-after", "www-authenticate",
];

/** A response, hand-written, part by part. */
const parts = (type, bytes) => ({
  status: 200, type: "basic", url: "https://registry.example/", headers: Object.fromEntries(HEADERS.map((name) => [name, name === "content-type" ? type : null])),
  step: { done: false, value: new Uint8Array(bytes) },
});
function made({ status, type, url, headers, step }) {
  let steps = 0;
  const read = async () => (steps++ === 0 ? step : { done: true });
  return { status, type, url, headers: { get: (name) => headers[name] }, body: { getReader: () => ({ read, cancel() {} }), cancel() {} } };
}
const response = () => made(parts(index.mediaType, index.bytes));
const bodyOf = (body) => ({ status: 200, headers: new Headers({ "content-type": index.mediaType }), body });
const reading = (fetch, more) => createClient({ fetch, timeoutMs, retry, ...more }).manifest(`${REPOSITORY}:1`);
const user = { auth: { type: "basic", users: { ada: "secret" } } };

const STORE = {
  list: async () => [`${REPOSITORY}:list`], read: async () => [entry()], write: async () => {}, remove: async () => true,
};
/** What a store's method gives, in a call that asks it. */
const fromStore = (method, work) => async (given) => {
  const { fetch } = await (shared ??= world());
  const store = { ...STORE, [method]: typeof given === "function" ? given : async () => given };
  return work(createManifests({ client: createClient({ fetch, timeoutMs, retry }), store }));
};

const CALLBACKS = {
  "fetch gives": [(given) => reading(async () => given), () => [response()]],
  "fetch gives, part by part": [(given) => reading(async () => made(given)), () => [parts(index.mediaType, index.bytes)]],
  "fetch gives the headers": [(headers) => reading(async () => ({ ...response(), headers })), () => [new Headers({ "content-type": index.mediaType })]],
  "fetch gives a blob, part by part": [
    (given) => createClient({ fetch: async () => made(given), timeoutMs, retry }).blob(REPOSITORY, blob.digest), () => [parts("a/b", blob.bytes)],
  ],
  "fetch gives the body": [(body) => reading(async () => bodyOf(body)), () => [new Blob([index.bytes]).stream()]],
  "fetch gives the reader": [(reader) => reading(async () => bodyOf({ getReader: () => reader })), () => [new Blob([index.bytes]).stream().getReader()]],
  "fetch gives arrayBuffer": [(given) => reading(async () => ({ ...bodyOf(undefined), arrayBuffer: async () => given })), () => [new Uint8Array(index.bytes).buffer]],
  "fetch throws": [(given) => reading(() => { throw given; }).catch(known), () => [new TypeError("fetch failed")]],
  "fetch rejects": [(given) => reading(async () => { throw given; }).catch(known), () => [new TypeError("fetch failed", { cause: new Error("b") })]],
  "a read rejects": [
    (given) => reading(async () => bodyOf({ getReader: () => ({ read: async () => { throw given; } }) })).catch(known), () => [new Error("cut")],
  ],
  "credentials give": [async (given) => reading((await (locked ??= world(user))).fetch, { credentials: async () => given }), () => [{ username: "ada", password: "secret" }], { isOwn: true }],
  "credentials throw": [async (given) => own(given, reading((await (locked ??= world(user))).fetch, { credentials: () => { throw given; } })), () => [new Error("mine")]],
  "onEvent gives": [async (given) => reading((await (shared ??= world())).fetch, { onEvent: () => given }), () => [undefined], { isOwn: true }],
  "onEvent throws": [async (given) => own(given, reading((await (shared ??= world())).fetch, { onEvent: () => { throw given; } })), () => [new Error("mine")]],
  "an upload's stream gives": [onClient((client, step) => {
    let steps = 0;
    const body = { getReader: () => ({ read: async () => (steps++ === 0 ? step : { done: true }), cancel() {} }) };
    return client.upload(`${DOMAIN}/c/d`, body, { digest: blob.digest, size: blob.size });
  }), () => [{ done: false, value: new Uint8Array(blob.bytes) }], { isOwn: true }],
  "an upload's stream throws": [onClient((client, given) => {
    const body = { getReader: () => ({ read: async () => { throw given; }, cancel() {} }) };
    return own(given, client.upload(`${DOMAIN}/c/d`, body, { digest: blob.digest, size: blob.size }));
  }), () => [new Error("mine")]],
  "a signal's reason": [onClient((client, reason) => {
    const controller = new AbortController();
    controller.abort(reason);
    return client.manifest(`${REPOSITORY}:1`, { signal: controller.signal }).catch(known);
  }), () => ["enough"]],
  "openArchive of ranges": [openArchive, () => [ranges(), { signal: new AbortController().signal, timeoutMs, onProgress: () => {} }], { isOwn: true }],
  "openArchive of a Blob": [openArchive, () => [new Blob([tar])], { isOwn: true }],
  "openArchive of a folder": [openArchive, () => [{ ...folder }, { timeoutMs }], { isOwn: true }],
  "an archive's read gives": [(given) => openArchive({ ...ranges(), read: async (offset, length) => (offset === 0 && length === tar.length ? given : tar.subarray(offset, offset + length)) }, { timeoutMs }), () => [tar], { isOwn: true }],
  "an archive's folder gives": [(given) => openArchive({ open: (path) => (path === "index.json" ? given : folder.open(path)) }, { timeoutMs }), () => [new Blob([members[1].content])], { isOwn: true }],
  "archiveFetch": [onArchive((archive, archives, ask) => createClient({ fetch: archiveFetch(archives ?? [archive], ask) }).resolve(archive.reference("app"))), () => [undefined, async () => response()], { isOwn: true }],
  "archive.reference": [onArchive((archive, name) => archive.reference(name)), () => ["app"]],
  "archive.resolve": [onArchive((archive, name, options) => archive.resolve(name, options)), () => ["app", { platform: { ...arm64 }, signal: new AbortController().signal }]],
  "archive.manifest": [onArchive((archive, name, options) => archive.manifest(name, options)), () => ["app", {}]],
  "archive.config": [onArchive((archive, name, options) => archive.config(name, options)), () => [`@${amd64.digest}`, {}]],
  "archive.blob": [onArchive((archive, name, digest, options) => archive.blob(name, digest, options)), () => ["app", amd64.blobs[1].digest, {}]],
  "store.list gives": [fromStore("list", (manifests) => manifests.ls()), () => [["a"]]],
  "store.read gives": [fromStore("read", (manifests) => manifests.inspect(`${REPOSITORY}:single`, { list: `${REPOSITORY}:list` })), () => [[entry()]]],
  "store.readEntry gives": [fromStore("readEntry", (manifests) => manifests.inspect(`${REPOSITORY}:single`, { list: `${REPOSITORY}:list` })), () => [entry()]],
  "store.remove gives": [fromStore("remove", (manifests) => manifests.rm([`${REPOSITORY}:list`])), () => [true], { mayWait: true }],
  "store.read throws": [(given) => fromStore("read", (manifests) => manifests.push(`${REPOSITORY}:list`).catch(known))(() => { throw given; }), () => [new Error("mine")]],
  "store.list throws": [(given) => fromStore("list", (manifests) => manifests.ls().catch(known))(() => { throw given; }), () => [new Error("mine")]],
  "store.lock is": [fromStore("lock", (manifests) => manifests.annotate(`${REPOSITORY}:list`, `${REPOSITORY}:single`, { os: "linux" })), () => [(_, action) => action()]],
};

const asked = (path) => new Request(`http://127.0.0.1/${DOMAIN}/v2/a/b/${path}`);
const PROXY = {
  createProxy: [(options) => createProxy(options)(asked("manifests/1")), () => [{
    registries: [DOMAIN], privateAddresses: false, path: "/", origins: ["https://a.example"], credentials: () => undefined, fetch: async () => response(),
    insecure: false, trustedRealms: [], onError: () => {}, cache: { match: async () => undefined, put: async () => {} },
  }]],
  "the proxy is asked": [async (request) => createProxy({ registries: [DOMAIN], fetch: (await (shared ??= world())).fetch })(request), () => [asked("manifests/1")]],
  "the proxy's cache gives": [async (given) => {
    const cache = { match: async () => given, put: async () => {} };
    return createProxy({ registries: [DOMAIN], fetch: (await (shared ??= world())).fetch, cache })(asked(`manifests/${index.digest}`));
  }, () => [undefined], { mayWait: true }],
  "the proxy's onError throws": [(given) => createProxy({
    registries: [DOMAIN], fetch: async () => response(), credentials: () => { throw given; }, onError: () => { throw given; },
    cache: { match: () => { throw given; } },
  })(asked(`manifests/${index.digest}`)), () => [new Error("mine")]],
};

const question = (path = "resolve") => new Request(`http://127.0.0.1/${path}/${REPOSITORY}:1`);
const EDGE = {
  createEdge: [(options) => createEdge(options)(question()), () => [{
    registries: [DOMAIN], privateAddresses: false, policy: "strict", credentials: () => undefined, budget: { subrequests: 9, ms: 500 }, origins: ["https://a.example"],
    path: "/", insecure: false, trustedRealms: [], onError: () => {}, fetch: async () => response(), cache: { match: async () => undefined, put: async () => {} },
  }]],
  "the service is asked": [async (request) => createEdge({ registries: [DOMAIN], fetch: (await (shared ??= world())).fetch })(request), () => [question("inspect")]],
  "the service's host passes": [async (...context) => createEdge({ registries: [DOMAIN], fetch: (await (shared ??= world())).fetch })(question(), ...context), () => [{}, { waitUntil: () => {} }]],
  "the service's cache gives": [async (given) => {
    const cache = { match: async () => given, put: async () => {} };
    return createEdge({ registries: [DOMAIN], fetch: (await (shared ??= world())).fetch, cache })(question());
  }, () => [undefined], { mayWait: true }],
  "the service's registries give": [(given) => createEdge({ registries: () => given, fetch: async () => response() })(question()), () => [true], { mayWait: true }],
};

// Where no fetch function is passed: nothing leaves this machine.
globalThis.fetch = async () => response();

/** A failure that was to be expected. */
function known(error) {
  if (!(error instanceof MultiarchError)) throw error;
}

/** What a caller's own function threw comes out as it is. */
const own = (given, promise) => promise.then(() => undefined, (error) => {
  if (!Object.is(error, given)) known(error);
});

export const POSITIONS = { ...NOUNS, ...CLIENT, ...LAYERS, ...SPECS, ...MANIFESTS, ...CALLBACKS, ...PROXY, ...EDGE };
