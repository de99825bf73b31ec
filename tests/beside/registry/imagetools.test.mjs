/**
 * What `docker buildx imagetools create` makes of the same sources, byte for byte, as recorded in
 * tests/data/golden/imagetools.json. With BUILDX=path the recording is made anew: by that program, against docker-registry.
 */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createClient } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { attestationOf, built, indexOf, listed } from "../../support/buildx-indexes.mjs";
import { startDockerRegistry } from "../../support/docker-registry.mjs";
import { dockerImage, ociImage, pushAll } from "../../support/images.mjs";
import { run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const RECORDING = fileURLToPath(new URL("../../data/golden/imagetools.json", import.meta.url));
const REPOSITORY = "team/app";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const arm = ociImage({ architecture: "arm" });
const windows = ociImage({ os: "windows", osVersion: "10.0.17763.1234" });
const s390x = ociImage({ architecture: "s390x" });
const odd = listed(s390x, {
  urls: ["https://example.com/a?b&c"], annotations: { "org.example.a": "1", "org.example.b": "<2>" },
  data: s390x.bytes.toString("base64"), artifactType: "application/vnd.example",
});
const SOURCES = {
  amd64, arm64, arm, windows, armV8: ociImage({ architecture: "arm64", variant: "v8" }), docker: dockerImage(), dockerArm: dockerImage({ architecture: "arm64" }),
  builtAmd64: built(amd64), builtArm64: built(arm64), builtArm: built(arm), odd: indexOf([odd]),
  all: built(amd64, arm64, arm), list: indexOf([dockerImage(), dockerImage({ architecture: "s390x" })], { type: "docker" }),
  compact: indexOf([amd64, arm64], { space: 0 }),
  annotated: indexOf([amd64, attestationOf(amd64)], { members: { annotations: { "org.example.built": "1" } } }),
  describes: indexOf([listed(amd64, { annotations: { "org.example.b": "1", "org.example.z": "1" } })]),
  describesToo: indexOf([listed(amd64, { annotations: { "org.example.a": "2", "org.example.b": "2" } })]),
};
const annotate = [
  "index:org.example.b=<1>&2", "index:org.example.a=ü\u2028", "manifest-descriptor[linux/arm64]:org.example.c=3",
  "index,manifest-descriptor:org.example.d=4=5", "manifest-descriptor[linux/amd64]:a:b=c",
];
const onEntries = ["manifest-descriptor:vnd.z=1", "manifest-descriptor:a=2"];

/**
 * @typedef {object} Case
 * @property {string[]} from tags, or with an @ the digests of what they point at
 * @property {object} [options] of `create`
 * @property {Record<string, object>} [over] descriptors that are laid over a source
 * @property {(index: object) => void} [loses] takes away what buildx loses: the rest has to be the same
 */
/** @type {Record<string, Case>} */
const CASES = {
  "two attested": { from: ["builtAmd64", "builtArm64"] },
  "image and index": { from: ["arm", "builtAmd64"] },
  "images of all kinds": { from: ["amd64", "docker", "arm64", "arm"], options: { onDuplicate: "keep" } },
  "Docker's only": { from: ["dockerArm", "docker"] },
  "a Docker list and an image": { from: ["list", "dockerArm"] },
  "a Docker list and an OCI image": { from: ["list", "arm64"] },
  duplicates: { from: ["amd64", "builtAmd64", "all", "@amd64"] },
  "duplicates that say different things": { from: ["describes", "describesToo"] },
  "digests alone": { from: ["@builtAmd64", "@builtArm"] },
  "one index": { from: ["all"] },
  "one index in one line": { from: ["compact"] },
  "one Docker list": { from: ["list"] },
  "one image": { from: ["armV8"] },
  "one Docker image": { from: ["docker"] },
  annotations: { from: ["builtAmd64", "builtArm64"], options: { annotate } },
  "annotations of one index": { from: ["all"], options: { annotate } },
  "annotations of one index in one line": { from: ["compact"], options: { annotate } },
  "annotations of entries": { from: ["describes", "odd"], options: { annotate: onEntries } },
  "some platforms of one index": { from: ["all"], options: { platforms: ["linux/arm64", "linux/arm/v7"] } },
  "some platforms of an annotated index": { from: ["annotated"], options: { platforms: ["linux/amd64"] } },
  "some platforms of one index in one line": { from: ["compact"], options: { platforms: ["linux/arm64"] } },
  "some platforms of two sources": { from: ["builtArm64", "all"], options: { platforms: ["linux/arm64"] } },
  "members of entries": { from: ["odd", "builtAmd64"] },
  "a descriptor of a file": {
    from: ["amd64", "arm64"],
    over: { amd64: { annotations: { "org.example.b": "1", "org.example.a": "2" } }, arm64: { platform: { os: "linux", architecture: "arm64", variant: "v9" } } },
  },
  "os.version of an image": { from: ["amd64", "windows"], loses: ({ manifests }) => delete manifests[1].platform["os.version"] },
  "annotations of an index": { from: ["annotated", "builtArm64"], loses: (index) => delete index.annotations },
};

const recorded = process.env.BUILDX ? await record() : JSON.parse(await readFile(RECORDING, "utf8"));

describe("as docker buildx imagetools create", async () => {
  const registry = createMemoryRegistry();
  for (const [tag, image] of Object.entries(SOURCES)) await pushAll(registry.fetch, "https://registry.example", REPOSITORY, tag.toLowerCase(), image);
  const client = createClient({ fetch: registry.fetch });

  test("every case is recorded", () => assert.deepEqual(Object.keys(recorded), Object.keys(CASES)));

  for (const [name, { from, options, over = {}, loses }] of Object.entries(CASES)) {
    test(name, async () => {
      const sources = from.map((tag) => {
        const reference = spelled(tag, "registry.example");
        return over[tag] ? { reference, descriptor: over[tag] } : reference;
      });
      const { document } = await client.create("registry.example/team/app:new", sources, { ...options, dryRun: true });
      if (!loses) return assert.equal(new TextDecoder().decode(document.bytes), recorded[name]);
      const { json } = document;
      assert.notDeepEqual(json, JSON.parse(recorded[name]));
      loses(json);
      assert.deepEqual(json, JSON.parse(recorded[name]));
    });
  }
});

function spelled(tag, domain) {
  return tag.startsWith("@") ? SOURCES[tag.slice(1)].digest : `${domain}/${REPOSITORY}:${tag.toLowerCase()}`;
}

/** Lets the real program say what it makes of each case. */
async function record() {
  const registry = await startDockerRegistry();
  const folder = await scratch();
  try {
    for (const [tag, image] of Object.entries(SOURCES)) await pushAll(fetch, registry.url, REPOSITORY, tag.toLowerCase(), image);
    const outputs = {};
    for (const [name, { from, options = {}, over = {} }] of Object.entries(CASES)) {
      const args = [
        ...(options.annotate ?? []).flatMap((annotation) => ["--annotation", annotation]),
        ...(options.platforms ?? []).flatMap((platform) => ["--platform", platform]),
      ];
      for (const tag of from) {
        if (over[tag]) {
          const { mediaType, digest, size } = SOURCES[tag];
          await writeFile(folder.join(`${tag}.json`), JSON.stringify({ mediaType, digest, size, ...over[tag] }));
          args.push("--file", folder.join(`${tag}.json`));
        } else args.push(spelled(tag, registry.domain));
      }
      const words = ["imagetools", "create", "--dry-run", "--tag", `${registry.domain}/${REPOSITORY}:new`, ...args];
      const { code, stdout, stderr } = await run(process.env.BUILDX, words, { env: { HOME: folder.join("."), PATH: process.env.PATH } });
      assert.equal(code, 0, `${name}: ${stderr}`);
      outputs[name] = stdout.replace(/\n$/, "");
    }
    await writeFile(RECORDING, `${JSON.stringify(outputs, undefined, 1)}\n`);
    return outputs;
  } finally {
    await registry.close();
    await folder.remove();
  }
}
