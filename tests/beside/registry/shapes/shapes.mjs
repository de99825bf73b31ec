/**
 * Images as builders and publishers push them: the media types, the members and the white space of each one's documents.
 *
 * A shape has the documents by the tag that they are pushed under, and the tags that an index is made of.
 */

import { dockerImage, ociImage, sha256 } from "../../../support/images.mjs";

const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const BASE = { "org.opencontainers.image.base.digest": sha256("base"), "org.opencontainers.image.base.name": "cgr.dev/chainguard/static:latest" };

const ARM = { architecture: "arm64" };
const ARM_V8 = { architecture: "arm64", variant: "v8" };
const ARM_V7 = { architecture: "arm", variant: "v7" };

/** A document written anew: compact as Go's json.Marshal does it, or with spaces, with what a change makes of it. */
function written(image, { space = 0, change = (json) => json } = {}) {
  const bytes = Buffer.from(JSON.stringify(change(JSON.parse(image.bytes)), undefined, space));
  return { ...image, bytes, digest: sha256(bytes), size: bytes.length };
}

const blob = (mediaType, content, annotations) => {
  const bytes = Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
  return { mediaType, digest: sha256(bytes), size: bytes.length, bytes, annotations };
};
const described = ({ mediaType, digest, size, annotations }) => ({ mediaType, digest, size, ...(annotations && { annotations }) });

/** A manifest of any config and layers. */
function manifest(config, layers, { space = 0, ...members } = {}) {
  const json = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: described(config), layers: layers.map(described), ...members };
  const bytes = Buffer.from(JSON.stringify(json, undefined, space));
  return { bytes, digest: sha256(bytes), mediaType: OCI_MANIFEST, size: bytes.length, blobs: [config, ...layers], children: [] };
}

const platformOf = ({ os, architecture, variant }) => ({ architecture, os, ...(variant && { variant }) });
/** An entry, with the members that stand before and behind its platform. */
const entry = (image, { platform = platformOf(image.platform), ...members } = {}) =>
  ({ image, json: { ...described(image), ...members, platform } });

/** An index of entries. */
function index(entries, { mediaType = OCI_INDEX, space = 0, change = (json) => json, ...members } = {}) {
  const json = change({ schemaVersion: 2, mediaType, manifests: entries.map((one) => one.json), ...members });
  const bytes = Buffer.from(JSON.stringify(json, undefined, space));
  return { bytes, digest: sha256(bytes), mediaType, size: bytes.length, blobs: [], children: entries.map(({ image }) => image) };
}

/** What BuildKit says of an image: layers with statements that have it as their subject. */
function attestation(about, predicates, annotations = {}) {
  const statements = predicates.map((type) => blob("application/vnd.in-toto+json", {
    _type: "https://in-toto.io/Statement/v0.1", predicateType: type,
    subject: [{ name: "pkg:docker/app@1", digest: { sha256: about.digest.slice(7) } }], predicate: {},
  }, { "in-toto.io/predicate-type": type }));
  const unknown = { architecture: "unknown", os: "unknown" };
  const config = blob(OCI_CONFIG, { ...unknown, config: {}, rootfs: { type: "layers", diff_ids: statements.map(({ digest }) => digest) } });
  return entry(manifest(config, statements, { space: 2 }), {
    annotations: { ...annotations, "vnd.docker.reference.digest": about.digest, "vnd.docker.reference.type": "attestation-manifest" }, platform: unknown,
  });
}
const SBOM = "https://spdx.dev/Document";
const PROVENANCE = "https://slsa.dev/provenance/v1";

/** What one job of a matrix pushes with buildx. */
const built = (platform) => {
  const image = written(ociImage({ ...platform, text: "buildx" }), { space: 2 });
  return index([entry(image), attestation(image, [SBOM, PROVENANCE])], { space: 2 });
};

/** Docker's official images are BuildKit's, with annotations on every entry: what `docker push` passes on from containerd's store. */
function official(...images) {
  return index(images.flatMap((image) => {
    const annotations = { "com.docker.official-images.bashbrew.arch": image.platform.architecture, "org.opencontainers.image.version": "3.20" };
    const { image: about, json } = attestation(image, [SBOM, PROVENANCE], annotations);
    return [entry(image, { annotations }), { image: about, json }];
  }), { space: 2, annotations: { "org.opencontainers.image.title": "app" } });
}

/** What `ko build` pushes: images with the annotations of their base, and an SBOM under a tag for each of them. */
function ko(...platforms) {
  const images = platforms.map((platform) => written(ociImage({ ...platform, text: "ko" }), { change: (json) => ({ ...json, annotations: BASE }) }));
  const whole = index(images.map((image) => entry(image)), { annotations: BASE });
  const sboms = [whole, ...images].map((about) => [about.digest.replace(":", "-") + ".sbom", sbom(about)]);
  return { latest: whole, ...Object.fromEntries(sboms) };
}
const sbom = ({ digest }) => manifest(blob(OCI_CONFIG, { architecture: "", os: "", config: {}, rootfs: { type: "layers", diff_ids: [] } }), [blob("text/spdx+json", { spdxVersion: "SPDX-2.3", name: digest })]);

/** Podman's second entry for a platform: the same image with layers of zstd. */
function podmanZstd() {
  const gzip = written(ociImage());
  const zstd = written(ociImage({ text: "zstd" }), { change: (json) => {
    for (const layer of json.layers) layer.mediaType = "application/vnd.oci.image.layer.v1.tar+zstd";
    return json;
  } });
  for (const layer of zstd.blobs.slice(1)) layer.mediaType = "application/vnd.oci.image.layer.v1.tar+zstd";
  return index([entry(gzip), entry(zstd, { annotations: { "io.github.containers.compression.zstd": "true" } })]);
}

/** `rules_oci` writes descriptors in an order of its own, and no media type of the index. */
function bazel(...images) {
  return index(images.map((image) => {
    const { mediaType, digest, size } = image;
    return { image, json: { mediaType, size, digest, platform: { os: image.platform.os, architecture: image.platform.architecture } } };
  }), { space: 2, change: ({ schemaVersion, manifests }) => ({ schemaVersion, manifests }) });
}

const docker = (platform, space = 3) => written(dockerImage(platform), { space });

/** @type {Record<string, { pushes: Record<string, object>, sources: string[] }>} */
export const SHAPES = {
  "buildx with provenance and SBOM": {
    pushes: { amd64: built({}), arm64: built(ARM) },
    sources: ["amd64", "arm64"],
  },
  "buildx --provenance=false, one platform each": { pushes: { amd64: docker({}, 2), arm64: docker(ARM, 2), arm: docker(ARM_V7, 2) }, sources: ["amd64", "arm64", "arm"] },
  "buildx --provenance=false, all platforms at once": {
    pushes: { all: index([docker({}, 2), docker(ARM, 2)].map((image) => entry(image)), { mediaType: DOCKER_LIST, space: 2 }), riscv64: docker({ architecture: "riscv64" }, 2) },
    sources: ["all", "riscv64"],
  },
  "docker push from containerd's store": { pushes: { one: official(ociImage()), more: official(ociImage(ARM_V8), ociImage({ architecture: "s390x" })) }, sources: ["one", "more"] },
  "podman manifest push": { pushes: { list: index([ociImage(), ociImage(ARM)].map((image) => entry(written(image)))), arm: written(ociImage(ARM_V7)) }, sources: ["list", "arm"] },
  "podman with layers of zstd": { pushes: { list: podmanZstd() }, sources: ["list"] },
  "ko, with SBOMs under tags": { pushes: ko({}, ARM), sources: ["latest"] },
  kaniko: { pushes: { amd64: docker({}, 0), arm64: docker(ARM, 0) }, sources: ["amd64", "arm64"] },
  "crane append to a base": { pushes: { amd64: written(dockerImage({ layers: 3 })), arm64: written(ociImage({ ...ARM, annotations: BASE })) }, sources: ["amd64", "arm64"] },
  "crane index append": { pushes: { all: index([ociImage(), ociImage(ARM)].map((image) => entry(written(image), { annotations: { "org.example.by": "crane" } }))) }, sources: ["all"] },
  jib: { pushes: { all: index([{}, ARM].map((platform) => entry(written(dockerImage({ ...platform, layers: 4 })))), { mediaType: DOCKER_LIST }) }, sources: ["all"] },
  "bazel's rules_oci": { pushes: { linux: bazel(ociImage(), ociImage(ARM)), windows: bazel(ociImage({ os: "windows" })) }, sources: ["linux", "windows"] },
  "docker manifest push, as GoReleaser calls it": {
    pushes: { list: index([docker({}), docker(ARM_V8)].map((image) => entry(image)), { mediaType: DOCKER_LIST, space: 3 }), arm: docker(ARM_V7) },
    sources: ["list", "arm"],
  },
  "manifest-tool": { pushes: { list: index([docker({}), docker(ARM_V7), docker(ARM_V8)].map((image) => entry(image)), { mediaType: DOCKER_LIST, space: 2 }), s390x: docker({ architecture: "s390x" }) }, sources: ["list", "s390x"] },
};

/** What each source becomes, in the order of the sources: an index its entries, an image one entry. */
export const entriesOf = ({ pushes, sources }) =>
  sources.flatMap((tag) => JSON.parse(pushes[tag].bytes).manifests ?? [entry(pushes[tag]).json]);

export const isIndex = ({ mediaType }) => mediaType === OCI_INDEX || mediaType === DOCKER_LIST;

/** What `crane append` makes of a layer alone: a config without a platform. */
export const blankImage = () =>
  manifest(blob(OCI_CONFIG, { architecture: "", created: "0001-01-01T00:00:00Z", os: "", rootfs: { type: "layers", diff_ids: [] }, config: {} }), []);
