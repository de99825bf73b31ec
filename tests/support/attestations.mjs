/** Attestations, signatures and bills of materials as their tools write them, with made-up contents. */

import { entry, sha256 } from "./images.mjs";

const IN_TOTO = "application/vnd.in-toto+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** A statement about an image. */
export const statement = (about, predicateType, predicate) => ({
  _type: "https://in-toto.io/Statement/v0.1",
  predicateType,
  subject: [{ name: "pkg:docker/team/app@1", digest: { sha256: about.digest.slice("sha256:".length) } }],
  predicate,
});

export const envelope = (content, signatures = 1) => ({
  payloadType: IN_TOTO,
  payload: Buffer.from(JSON.stringify(content)).toString("base64"),
  signatures: Array.from({ length: signatures }, (_, at) => ({ keyid: String(at), sig: "c2ln" })),
});

/** As BuildKit states it in version 0.2. */
export const PROVENANCE_02 = {
  builder: { id: "https://github.com/ada/app/actions/runs/42" },
  buildType: "https://mobyproject.org/buildkit@v1",
  materials: [
    { uri: "pkg:docker/alpine@3.20?platform=linux%2Famd64", digest: { sha256: "0".repeat(64) } },
    { uri: "https://github.com/ada/app.git#refs/heads/main", digest: { sha1: "1234567890123456789012345678901234567890" } },
  ],
  invocation: {
    configSource: { uri: "https://github.com/ada/app.git#refs/heads/main", digest: { sha1: "1234567890123456789012345678901234567890" }, entryPoint: "Dockerfile" },
    parameters: { frontend: "dockerfile.v0" },
  },
  metadata: {
    buildInvocationID: "abc",
    buildStartedOn: "2026-01-02T03:04:05Z",
    buildFinishedOn: "2026-01-02T03:05:06.123456789Z",
    "https://mobyproject.org/buildkit@v1#metadata": { vcs: { revision: "1234567890123456789012345678901234567890", source: "https://github.com/ada/app.git" } },
  },
};

/** As GitHub's actions/attest-build-provenance states it in version 1. */
export const PROVENANCE_1 = {
  buildDefinition: {
    buildType: "https://actions.github.io/buildtypes/workflow/v1",
    externalParameters: { workflow: { ref: "refs/heads/main", repository: "https://github.com/ada/app", path: ".github/workflows/release.yml" } },
    resolvedDependencies: [{ uri: "git+https://github.com/ada/app@refs/heads/main", digest: { gitCommit: "abcdefabcdefabcdefabcdefabcdefabcdefabcd" } }],
  },
  runDetails: {
    builder: { id: "https://github.com/ada/app/.github/workflows/release.yml@refs/heads/main" },
    metadata: { invocationId: "https://github.com/ada/app/actions/runs/43/attempts/1", startedOn: "2026-02-03T04:05:06Z" },
  },
};

export const SPDX = {
  spdxVersion: "SPDX-2.3",
  name: "app",
  creationInfo: { created: "2026-01-02T03:04:05Z", creators: ["Tool: syft-1.0"] },
  packages: [
    { name: "musl", versionInfo: "1.2.5-r0", licenseConcluded: "MIT", externalRefs: [{ referenceType: "purl", referenceLocator: "pkg:apk/alpine/musl@1.2.5-r0" }] },
    { name: "openssl", versionInfo: "3.3.1-r3", licenseConcluded: "NOASSERTION", licenseDeclared: "Apache-2.0" },
    { name: "app" },
  ],
};

export const CYCLONEDX = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  metadata: { timestamp: "2026-01-02T03:04:05Z", component: { name: "app", version: "1" } },
  components: [
    { type: "library", name: "left-pad", version: "1.3.0", purl: "pkg:npm/left-pad@1.3.0", licenses: [{ license: { id: "WTFPL" } }], components: [{ type: "library", name: "inner" }] },
    { type: "library", name: "openssl", version: "3.3.1" },
  ],
};

/** What cosign signs. */
export const simpleSigning = (about) => ({
  critical: { identity: { "docker-reference": "registry.test/team/app" }, image: { "docker-manifest-digest": about.digest }, type: "cosign container image signature" },
  optional: null,
});

/** A manifest with these contents as its layers: `[media type, content, annotations]`. */
export function manifestOf(layers, { artifactType, subject, config = "application/vnd.oci.empty.v1+json" } = {}) {
  const blobs = layers.map(([mediaType, content, annotations]) => {
    const bytes = Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
    return { mediaType, digest: sha256(bytes), size: bytes.length, bytes, annotations };
  });
  const own = { mediaType: config, digest: sha256("{}"), size: 2, bytes: Buffer.from("{}") };
  const descriptor = ({ mediaType, digest, size, annotations }) => ({ mediaType, digest, size, ...(annotations && { annotations }) });
  const bytes = Buffer.from(JSON.stringify({
    schemaVersion: 2, mediaType: MANIFEST, ...(artifactType && { artifactType }), config: descriptor(own), layers: blobs.map(descriptor),
    ...(subject && { subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size } }),
  }));
  return { bytes, digest: sha256(bytes), mediaType: MANIFEST, size: bytes.length, blobs: [own, ...blobs], children: [] };
}

/** BuildKit's entry of an index about an image, with provenance and a bill of materials. */
export function buildkitEntry(about, layers = [
  [IN_TOTO, statement(about, "https://slsa.dev/provenance/v0.2", PROVENANCE_02), { "in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2" }],
  [IN_TOTO, statement(about, "https://spdx.dev/Document", SPDX), { "in-toto.io/predicate-type": "https://spdx.dev/Document" }],
]) {
  const platform = { os: "unknown", architecture: "unknown" };
  const annotations = { "vnd.docker.reference.digest": about.digest, "vnd.docker.reference.type": "attestation-manifest" };
  return entry({ ...manifestOf(layers), platform }, { platform, annotations });
}

export const cosignTag = ({ digest }, kind) => `${digest.replace(":", "-")}.${kind}`;

export const cosignSignature = (about) =>
  manifestOf([["application/vnd.dev.cosign.simplesigning.v1+json", simpleSigning(about), { "dev.cosignproject.cosign/signature": "c2ln" }]]);

export const cosignAttestation = (about) =>
  manifestOf([["application/vnd.dsse.envelope.v1+json", envelope(statement(about, "https://cyclonedx.org/bom", CYCLONEDX)), { predicateType: "https://cyclonedx.org/bom" }]]);

/** A bundle of Sigstore, as GitHub's attestations and cosign 3 push one. */
export const bundle = (about) => manifestOf(
  [["application/vnd.dev.sigstore.bundle.v0.3+json", {
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json", verificationMaterial: { certificate: { rawBytes: "AA==" } },
    dsseEnvelope: envelope(statement(about, "https://slsa.dev/provenance/v1", PROVENANCE_1)),
  }]],
  { artifactType: "application/vnd.dev.sigstore.bundle.v0.3+json", subject: about },
);

/** A bill of materials alone, as oras attaches one. */
export const spdxReferrer = (about) => manifestOf([["application/spdx+json", SPDX]], { artifactType: "application/spdx+json", subject: about });
