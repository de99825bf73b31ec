/**
 * The images that other tools were measured with, in a docker-registry: an index of six platforms with two attestations and
 * annotations, a Docker list, a nested index, and what single builds push.
 */

import { after, before } from "node:test";

import { startDockerRegistry, push } from "../../support/docker-registry.mjs";
import { attestation, dockerImage, dockerList, entry, indexWithAttestations, ociImage, ociIndex, sha256 } from "../../support/images.mjs";
import { startRecorder } from "../../support/recording.mjs";
import { multiarch } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const linux = (architecture, variant) => ociImage({ architecture, variant });
const amd64 = linux("amd64");
const arm64 = linux("arm64");
const windows = ociImage({ os: "windows", osVersion: "10.0.17763.1234" });
const rest = { arm: linux("arm", "v7"), s390x: linux("s390x"), ppc64le: linux("ppc64le") };

/** An index with annotations of its own. */
function annotated(index, annotations) {
  const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(index.bytes), annotations }, undefined, 2));
  return { ...index, bytes, digest: sha256(bytes), size: bytes.length };
}

const multi = annotated(
  ociIndex(
    entry(amd64, { annotations: { "org.example.desc": "the first" } }), arm64, rest.arm, rest.s390x, rest.ppc64le, windows,
    attestation(amd64), attestation(arm64),
  ),
  { "org.opencontainers.image.source": "https://example.com/lab" },
);

/** By tag of the repository `lab/app`. */
export const IMAGES = {
  multi,
  dlist: dockerList(dockerImage(), dockerImage({ architecture: "arm64" })),
  nested: ociIndex(arm64, entry(ociIndex(amd64, rest.s390x))),
  amd64,
  arm64,
  win: windows,
  "bx-amd64": indexWithAttestations(amd64),
  "bx-arm64": indexWithAttestations(arm64),
  ...rest,
};

/**
 * A registry with the images, a server in front of it that writes requests down, and the command line.
 *
 * @returns {Promise<{ name: string, registry: { domain: string, url: string }, requests: { method: string, url: string }[],
 *   cli: (...args: string[]) => ReturnType<typeof multiarch>, folder: Awaited<ReturnType<typeof scratch>>, close: () => Promise<void> }>}
 */
export async function startLab() {
  const folder = await scratch();
  const registry = await startDockerRegistry();
  for (const [tag, image] of Object.entries(IMAGES)) await push(registry, "lab/app", tag, image);
  const recorder = await startRecorder(registry.url);
  const name = `${recorder.domain}/lab/app`;
  const env = { DOCKER_CONFIG: folder.join("docker") };
  return {
    name, registry, folder, requests: recorder.requests, domain: recorder.domain, url: recorder.url,
    cli: (...args) => multiarch(args, { env }),
    /** What a work asks for, besides whether the registry is there: `GET manifests/multi`. */
    async asked(work) {
      const start = recorder.requests.length;
      await work();
      return recorder.requests.slice(start).map(({ method, url }) => `${method} ${url.replace("/v2/lab/app/", "")}`);
    },
    async close() {
      await recorder.close();
      await registry.close();
      await folder.remove();
    },
  };
}

/** A lab for the tests of a file, which is there once they run. */
export function useLab() {
  const lab = { at: (tag) => `${lab.name}:${tag}` };
  before(async () => Object.assign(lab, await startLab()));
  after(() => lab.close());
  return lab;
}
