// How often a registry is asked, counted by the registry. Docker is asked the same where it is installed.

import { createClient, createManifests } from "multiarch";
import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { dockerVersion, dockerWith } from "../support/docker.mjs";
import { samples } from "../support/images.mjs";
import { scratch } from "../support/scratch.mjs";

const REPOSITORY = "bench/list";
const BEARER = { type: "bearer", users: { pusher: "secret" }, anonymous: ["pull"] };

/** A registry that holds a list of eight entries and has not been asked yet. */
async function stage(auth) {
  const registry = createMemoryRegistry({ auth });
  const { list } = samples();
  await registry.putManifest(REPOSITORY, "1", list.bytes, { mediaType: list.mediaType });
  for (const { bytes, mediaType, blobs } of list.children) {
    await registry.putManifest(REPOSITORY, undefined, bytes, { mediaType });
    for (const blob of blobs) await registry.putBlob(REPOSITORY, blob.bytes);
  }
  return registry;
}

/** What `ask` makes a new client send, as `3 (GET 401, GET 200, GET 200)`. */
async function ours(auth, ask) {
  const registry = await stage(auth);
  await ask(createClient({ fetch: registry.fetch }), `registry.example/${REPOSITORY}:1`);
  return listed(registry.requests);
}

async function docker(auth) {
  const version = await dockerVersion();
  if (!version) return "docker is not installed";
  const registry = await stage(auth);
  const { url, close } = await serve(registry.fetch);
  const folder = await scratch();
  const { run } = await dockerWith(folder);
  const { code, stderr } = await run(["manifest", "inspect", "--insecure", `${new URL(url).host}/${REPOSITORY}:1`]);
  await Promise.all([close(), folder.remove()]);
  if (code !== 0) throw new Error(`docker: ${stderr}`);
  return `docker ${version} ${registry.requests.length}`;
}

const listed = (requests) =>
  `${requests.length} (${requests.map(({ method, status }) => `${method} ${status}`).join(", ")})`;

export async function requests() {
  const inspect = (client, reference) => createManifests({ client }).inspect(reference);
  const resolve = (client, reference) => client.resolve(reference);
  const select = (client, reference) => client.resolve(reference, { platform: "linux/arm64" });
  return [
    `requests, inspect of 8 entries: ${await ours(undefined, inspect)}; ${await docker(undefined)}`,
    `requests, inspect of 8 entries, cold Bearer: ${await ours(BEARER, inspect)}; ${await docker(BEARER)}`,
    `requests, resolve of a tag: ${await ours(undefined, resolve)}`,
    `requests, resolve for a platform: ${await ours(undefined, select)}`,
  ];
}
