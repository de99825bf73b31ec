/** The calls that every attack is tried on. `prepare` runs before the setting is armed. */

import { randomBytes } from "node:crypto";

import { createManifests } from "multiarch";

import { sha256 } from "../support/images.mjs";
import { arm64 } from "./setting.mjs";

const platform = "linux/arm64";

const manifestsOf = (client) => createManifests({ client });

async function drafted({ client, reference, other }) {
  const manifests = manifestsOf(client);
  await manifests.create(`${reference}:list`, [`${reference}:single`, other]);
  return manifests;
}

async function collect(parts) {
  const all = [];
  for await (const part of parts) all.push(part);
  return all;
}

export const COMMANDS = {
  resolve: { run: ({ client, reference }) => client.resolve(`${reference}:1`) },
  resolvePlatform: { run: ({ client, reference }) => client.resolve(`${reference}:1`, { platform }) },
  manifest: { run: ({ client, reference }) => client.manifest(`${reference}:1`) },
  manifestPlatform: { run: ({ client, reference }) => client.manifest(`${reference}:1`, { platform }) },
  config: { run: ({ client, reference }) => client.config(`${reference}:1`, { platform }) },
  blob: { run: async ({ client, reference }) => collect(await client.blob(reference, arm64.blobs[1].digest)) },
  tags: { run: ({ client, reference }) => collect(client.tags(reference)) },
  inspect: { run: ({ client, reference }) => manifestsOf(client).inspect(`${reference}:1`) },
  inspectVerbose: { run: ({ client, reference }) => manifestsOf(client).inspect(`${reference}:1`, { verbose: true }) },
  create: { run: ({ client, reference }) => manifestsOf(client).create(`${reference}:list`, [`${reference}:single`]) },
  createPush: {
    run: ({ client, reference }) => manifestsOf(client).create(`${reference}:list`, [`${reference}:single`], { push: true }),
  },
  push: { prepare: drafted, run: ({ reference, prepared }) => prepared.push(`${reference}:list`) },
};

const ABSENT = `sha256:${"0".repeat(64)}`;

Object.assign(COMMANDS, {
  missingTag: { run: ({ client, reference }) => client.manifest(`${reference}:none`) },
  missingDigest: { run: ({ client, reference }) => client.resolve(`${reference}@${ABSENT}`) },
  missingTags: { run: ({ client, domain }) => collect(client.tags(`${domain}/team/none`)) },
  missingBlob: { run: ({ client, reference }) => client.blob(reference, ABSENT) },
});

const blobOf = (size) => {
  const bytes = randomBytes(size);
  return { bytes, descriptor: { digest: sha256(bytes), size } };
};

/** As a stream, in pieces of 1 MiB. */
async function* pieces(bytes) {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20));
}

const sent = ({ client, reference, prepared: { bytes, descriptor } }, body = bytes) =>
  client.upload(reference, body, descriptor);

Object.assign(COMMANDS, {
  pushDocument: {
    prepare: ({ client, reference }) => client.manifest(`${reference}:single`),
    run: ({ client, reference, prepared }) => client.push(prepared, `${reference}:new`),
  },
  pushTags: {
    prepare: ({ client, reference }) => client.manifest(`${reference}:single`),
    run: ({ client, reference, prepared }) => client.push(prepared, [`${reference}:new`, `${reference}:newer`]),
  },
  upload: { prepare: () => blobOf(5000), run: (call) => sent(call) },
  uploadChunks: {
    prepare: () => blobOf((8 << 20) + 5),
    run: (call) => sent(call, ReadableStream.from(pieces(call.prepared.bytes))),
  },
  expectDigest: {
    prepare: ({ client, reference }) => client.manifest(`${reference}:single`),
    run: ({ client, reference, prepared }) => client.push(prepared, `${reference}@${prepared.digest}`, { expect: null }),
  },
  expectTags: {
    prepare: ({ client, reference }) => client.manifest(`${reference}:single`),
    run: ({ client, reference, prepared }) => client.push(prepared, [`${reference}:new`, `${reference}:1`], { expect: null }),
  },
  /** By a caller without credentials, after a user of the same client. */
  afterwards: {
    prepare: async ({ client, reference, session }) => {
      await client.manifest(`${reference}:1`);
      session.isOpen = false;
    },
    run: ({ client, reference }) => client.manifest(`${reference}:1`),
  },
  copy: { run: ({ client, reference, domain }) => client.copy(`${reference}:1`, `${domain}/team/base:copy`) },
  copyForeign: {
    run: ({ client, domain, origins }) =>
      client.copy(`${origins.stranger.slice(8)}/team/app:foreign`, `${domain}/team/base:copy`),
  },
  copyAcross: {
    run: ({ client, domain, origins }) => client.copy(`${origins.stranger.slice(8)}/team/app:1`, `${domain}/team/base:copy`),
  },
  referrers: { run: ({ client, reference }) => collect(client.referrers(`${reference}:1`)) },
  delete: { run: ({ client, reference }) => client.delete(`${reference}:single`) },
  login: { run: ({ client, domain }) => client.login(domain) },
});
