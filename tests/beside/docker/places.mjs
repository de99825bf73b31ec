/** Registries to run a scenario against. Each run gets a space of its own: the first component of every repository. */

import { createServer } from "node:net";

import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { startDockerRegistry } from "../../support/docker-registry.mjs";
import { pushAll } from "../../support/images.mjs";
import { IMAGES } from "./images.mjs";

export const LOGIN = { username: "ada", password: "se:cret" };

/**
 * What the scenarios of one file share.
 *
 * @returns {{ open: (scenario: object, kind: "docker" | "memory") => Promise<Place>, close: () => Promise<void> }}
 *
 * @typedef {object} Place
 * @property {string} domain
 * @property {string} space
 * @property {string} nowhere `127.0.0.1:PORT`, without a listener
 * @property {(name: string, image: string) => Promise<void>} seed
 * @property {(path: string) => Promise<Record<string, { mediaType: string, bytes: Buffer }>>} tags
 * @property {(path: string, digest: string) => Promise<boolean>} holds whether a repository has a manifest and its blobs
 * @property {(path: string, reference: string, document: { mediaType: string, bytes: Buffer }) => Promise<void>} put
 * @property {() => number} [arrived] how many requests there were, of a memory registry
 * @property {() => Promise<void>} close
 */
export function createPlaces() {
  const started = {};
  let count = 0;
  // No hexadecimal digit and no part of any word in the scenarios.
  const nextSpace = () => `zq${String(++count).padStart(4, "0")}`;
  const shared = (key, options) => (started[key] ??= startDockerRegistry(options));

  async function open({ registry }, kind) {
    const nowhere = (await (started.nowhere ??= reserve())).domain;
    const common = { space: nextSpace(), nowhere };
    if (typeof registry === "object") return memoryPlace(common, registry);
    if (kind === "memory") return memoryPlace(common, registry === "login" ? { auth: basic() } : {});
    if (registry === "login") return dockerPlace(common, await shared("login", { auth: LOGIN }));
    return dockerPlace(common, await shared("docker", {}));
  }

  const close = async () => {
    for (const server of Object.values(started)) await (await server).close();
  };
  return { open, close };
}

const basic = () => ({ type: "basic", users: { [LOGIN.username]: LOGIN.password } });

function dockerPlace(common, { domain, url, auth }) {
  const login = auth && Buffer.from(`${auth.username}:${auth.password}`).toString("base64");
  const headers = login && { authorization: `Basic ${login}` };
  const send = (to, init) => fetch(to, { ...init, headers: { ...init?.headers, ...headers } });
  return { ...common, domain, ...contentOver(send, url, common.space), close: async () => {} };
}

/** Seeds are stored without a request, so that they may be what no registry accepts. */
async function memoryPlace(common, options) {
  const registry = createMemoryRegistry(options);
  const server = await serve(registry.fetch);
  const { host } = new URL(server.url);
  const within = (path) => `${common.space}/${path}`;

  async function seed(name, image) {
    const [path, tag] = split(name);
    const add = async (document, reference) => {
      for (const blob of document.blobs) await registry.putBlob(within(path), blob.bytes);
      for (const child of document.children) await add(child);
      const { mediaType } = document;
      return registry.putManifest(within(path), reference, new Uint8Array(document.bytes), { mediaType });
    };
    await add(IMAGES[image], tag);
  }
  const tags = async (path) => Object.fromEntries(registry.tags(within(path)).map((tag) => {
    const { mediaType, bytes } = registry.manifest(within(path), tag);
    return [tag, { mediaType, bytes: Buffer.from(bytes) }];
  }));
  const holds = async (path, digest) => {
    const document = registry.manifest(within(path), digest);
    if (document === undefined) return false;
    return blobsOf(document.bytes).every((blob) => registry.blob(within(path), blob) !== undefined);
  };
  const put = async (path, reference, { mediaType, bytes }) => {
    await registry.putManifest(within(path), reference, new Uint8Array(bytes), { mediaType });
  };
  const arrived = () => registry.requests.length;
  return { ...common, domain: host, seed, tags, holds, put, arrived, close: () => server.close() };
}

function contentOver(send, url, space) {
  const at = (path, rest) => `${url}/v2/${space}/${path}/${rest}`;
  const accept = ACCEPT.join(", ");
  const get = async (path, reference) => {
    const response = await send(at(path, `manifests/${reference}`), { headers: { accept } });
    const bytes = Buffer.from(await response.arrayBuffer());
    return response.ok ? { mediaType: response.headers.get("content-type"), bytes } : undefined;
  };
  const seed = async (name, image) => {
    const [path, tag] = split(name);
    await pushAll(send, url, `${space}/${path}`, tag, IMAGES[image]);
  };
  const tags = async (path) => {
    const response = await send(at(path, "tags/list"));
    const names = (await response.json()).tags ?? [];
    const found = {};
    for (const tag of names.sort()) found[tag] = await get(path, tag);
    return found;
  };
  const holds = async (path, digest) => {
    const document = await get(path, digest);
    if (!document) return false;
    for (const blob of blobsOf(document.bytes)) {
      const { ok } = await send(at(path, `blobs/${blob}`), { method: "HEAD" });
      if (!ok) return false;
    }
    return true;
  };
  const put = async (path, reference, { mediaType, bytes }) => {
    const headers = { "content-type": mediaType };
    const response = await send(at(path, `manifests/${reference}`), { method: "PUT", headers, body: bytes });
    if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  return { seed, tags, holds, put };
}

const ACCEPT = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
];

function blobsOf(bytes) {
  const { config, layers = [] } = JSON.parse(Buffer.from(bytes).toString());
  return [config, ...layers].filter((blob) => blob && !blob.urls).map(({ digest }) => digest);
}

/** `team/app:1`, `team/app@sha256:…` -> the path and the tag or digest; without, an image goes by its own digest. */
function split(name) {
  const [path, digest] = name.split("@");
  return digest ? [path, digest] : name.split(":");
}

/** A port that was free a moment ago: connections to it are refused. */
function reserve() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve({ domain: `127.0.0.1:${port}`, close: async () => {} }));
    });
  });
}
