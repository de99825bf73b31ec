/** What the scenarios seed registries with, by name: usual images, and documents that no builder would make. */

import {
  artifact, attestation, dockerImage, dockerList, entry, indexWithAttestations, ociImage, ociIndex, sha256,
} from "../../support/images.mjs";

const DOCKER = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  list: "application/vnd.docker.distribution.manifest.list.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  foreign: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
};
const OCI = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
};

function blobOf(mediaType, content) {
  const bytes = Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
  return { mediaType, digest: sha256(bytes), size: bytes.length, bytes };
}

const descriptor = ({ mediaType, digest, size }) => ({ mediaType, digest, size });

/** A document by its very text. */
function written(mediaType, text, blobs = [], children = []) {
  const bytes = Buffer.from(text);
  return { bytes, digest: sha256(bytes), mediaType, size: bytes.length, blobs, children };
}

/** An image whose config is any text; `config: null` names one that the registry does not have. */
function withConfig(types, config, { extra = {}, text, layers = [] } = {}) {
  const blob = blobOf(types.config, config ?? "missing");
  const named = { config: descriptor(blob), layers: layers.map(descriptor) };
  const body = { schemaVersion: 2, mediaType: types.manifest, ...named, ...extra };
  return written(types.manifest, text?.(body) ?? JSON.stringify(body), [...(config === null ? [] : [blob]), ...layers]);
}

const config = (platform) => JSON.stringify({ ...platform, rootfs: { type: "layers", diff_ids: [] } });
const LINUX = { architecture: "amd64", os: "linux" };
/** A document of one type that declares another, or none. */
const declaring = (type, body, mediaType, children) =>
  written(type, JSON.stringify({ schemaVersion: 2, ...(mediaType !== undefined && { mediaType }), ...body }), [], children);

const amd64 = dockerImage();
const arm64 = dockerImage({ architecture: "arm64", variant: "v8" });
const armv7 = dockerImage({ architecture: "arm", variant: "v7" });
const ociAmd64 = ociImage();
const ociArm64 = ociImage({ architecture: "arm64" });
const layer = blobOf(DOCKER.layer, "no tar at all");
const statement = attestation(ociAmd64).image;

export const IMAGES = {
  amd64,
  arm64,
  armv7,
  "amd64-2": dockerImage({ text: "another" }),
  386: dockerImage({ architecture: "386" }),
  s390x: dockerImage({ architecture: "s390x" }),
  ppc64le: dockerImage({ architecture: "ppc64le" }),
  riscv64: dockerImage({ architecture: "riscv64" }),
  "arm-plain": dockerImage({ architecture: "arm" }),
  windows: dockerImage({ os: "windows", osVersion: "10.0.17763.6532" }),
  "windows-features": dockerImage({ os: "windows", osVersion: "10.0.20348.2762", osFeatures: ["win32k", "<x&y>"] }),
  "oci-amd64": ociAmd64,
  "oci-arm64": ociArm64,
  "oci-windows": ociImage({ os: "windows", osVersion: "10.0.20348.2762" }),
  "oci-annotated": ociImage({ annotations: { "org.example.note": "<a & b> é \u2028" } }),

  list: dockerList(amd64, arm64, armv7),
  index: ociIndex(ociAmd64, ociArm64),
  attested: indexWithAttestations(ociAmd64, ociArm64),
  "mixed-index": ociIndex(amd64, ociArm64),
  "mixed-list": dockerList(ociAmd64, arm64),
  "bare-index": ociIndex(entry(ociAmd64, { platform: null }), ociArm64),
  "annotated-index": ociIndex(entry(ociAmd64, { annotations: { "org.example.a": "1" } }), entry(ociArm64)),
  "windows-index": ociIndex(ociImage({ os: "windows", osVersion: "10.0.17763.6532", osFeatures: ["win32k"] })),
  "nested-index": ociIndex(ociArm64, entry(ociIndex(ociAmd64))),
  "empty-index": ociIndex(),
  statement,
  note: artifact(),

  // Platforms as configs may have them.
  "no-platform": withConfig(DOCKER, "{}"),
  "no-arch": withConfig(DOCKER, config({ os: "linux" })),
  "oci-no-platform": withConfig(OCI, "{}"),
  beos: withConfig(DOCKER, config({ architecture: "zzz", os: "beos" })),
  loong64: withConfig(DOCKER, config({ architecture: "loong64", os: "linux" })),
  "odd-case": withConfig(DOCKER, config({ Architecture: "ARM64", OS: "Linux", "OS.Version": "1.2", Variant: "V8" })),
  "html-platform": withConfig(DOCKER, config({ ...LINUX, variant: "<&>", "os.version": "é \u2028 \" \\ \t" })),
  layered: withConfig(DOCKER, config(LINUX), { layers: [layer] }),

  // Texts that must survive as they are.
  "odd-layout": withConfig(DOCKER, config(LINUX), {
    extra: { zulu: 1, alpha: { empty: {}, none: [], html: "<a&b>" } },
    text: (body) => `\n  ${JSON.stringify(body).replace('"zulu":1', '"zulu" : 1.0e3')}\n`,
  }),
  "compact-escapes": withConfig(OCI, config(LINUX), {
    extra: { annotations: { "a/b": "<&> é" } },
    text: (body) => JSON.stringify(body).replace('"a/b"', '"a\\/b"'),
  }),

  // What documents carry along although the specification forbids it.
  "odd-artifact-type": withConfig(OCI, config(LINUX), { extra: { artifactType: "sbom" } }),
  "odd-layer-type": withConfig(OCI, config(LINUX), { layers: [blobOf("tar", "no tar"), blobOf("text/plain; charset=utf-8", "text")] }),
  "odd-config-type": withConfig({ ...OCI, config: "application/json; charset=utf-8" }, config(LINUX)),
  "no-layers": withConfig(OCI, config(LINUX), { extra: { layers: undefined } }),
  "null-members": withConfig(OCI, config(LINUX), { extra: { layers: null, annotations: null, subject: null, artifactType: null } }),
  "no-version": withConfig(OCI, config(LINUX), { extra: { schemaVersion: undefined } }),
  "null-type": withConfig(OCI, config(LINUX), { extra: { mediaType: null } }),
  "null-index": declaring(OCI.index, {
    annotations: null,
    manifests: [
      { ...descriptor(ociAmd64), platform: { ...LINUX, "os.features": null }, urls: null, annotations: null, artifactType: "x" },
      { ...descriptor(ociArm64), platform: null },
    ],
  }, OCI.index, [ociAmd64, ociArm64]),

  // What is wrong with configs.
  "config-missing": withConfig(DOCKER, null),
  "config-not-json": withConfig(DOCKER, "not json"),
  "config-empty": withConfig(DOCKER, ""),
  "config-array": withConfig(DOCKER, "[1]"),
  "config-cut": withConfig(DOCKER, '{"os":"linux","architecture":'),
  "config-number": withConfig(DOCKER, '{"os":5,"architecture":"amd64"}'),
  "config-features": withConfig(DOCKER, '{"os":"linux","architecture":"amd64","os.features":"x"}'),

  "config-large": withConfig(DOCKER, config({ ...LINUX, padding: "x".repeat(4 << 20) })),

  // What is wrong with documents.
  "index-large": written(OCI.index, JSON.stringify({
    schemaVersion: 2, mediaType: OCI.index, manifests: [{ ...descriptor(ociAmd64), platform: LINUX }],
    annotations: { "org.example.padding": "x".repeat(8 << 20) },
  }), [], [ociAmd64]),
  schema1: written("application/vnd.docker.distribution.manifest.v1+prettyjws", '{"schemaVersion":1,"name":"app"}'),
  "unknown-type": written("application/vnd.example.thing+json", '{"schemaVersion":2}'),
  "html-type": written("text/html", "<html></html>"),
  "not-json": written(DOCKER.manifest, "nothing of the kind"),
  "oci-not-json": written(OCI.manifest, "{"),
  "manifest-array": written(DOCKER.manifest, "[]"),
  "docker-other-type": declaring(DOCKER.manifest, { config: descriptor(blobOf(DOCKER.config, "{}")), layers: [] }, "x/y"),
  "docker-no-type": declaring(DOCKER.manifest, { config: descriptor(blobOf(DOCKER.config, "{}")), layers: [] }),
  "list-no-type": declaring(DOCKER.list, { manifests: [] }),
  "oci-other-type": declaring(OCI.manifest, { config: descriptor(blobOf(OCI.config, "{}")), layers: [] }, "x/y"),
  "oci-no-type": withConfig(OCI, config(LINUX), { extra: { mediaType: undefined } }),
  "index-other-type": declaring(OCI.index, { manifests: [] }, "x/y"),
  "oci-with-manifests": declaring(
    OCI.manifest, { config: descriptor(blobOf(OCI.config, "{}")), layers: [], manifests: [] }, OCI.manifest),
  "index-with-layers": declaring(OCI.index, { manifests: [], layers: [] }, OCI.index),
  "child-missing": declaring(OCI.index, { manifests: [{ ...descriptor(ociAmd64), platform: LINUX }] }, OCI.index),
};

// Docker downloads no foreign layer, and registries take manifests whose foreign layers they lack.
IMAGES.foreign = (() => {
  const foreign = { ...descriptor(blobOf(DOCKER.foreign, "elsewhere")), urls: ["https://registry.example/layer"] };
  const own = blobOf(DOCKER.config, config({ architecture: "amd64", os: "windows" }));
  const body = { schemaVersion: 2, mediaType: DOCKER.manifest, config: descriptor(own), layers: [foreign] };
  return written(DOCKER.manifest, JSON.stringify(body), [own]);
})();

// A layer that no repository has: docker passes over it in an image for Windows, and in no other.
IMAGES["urls-empty"] = withLayerElsewhere(DOCKER.layer, { os: "linux", urls: [] });
IMAGES["urls-elsewhere"] = withLayerElsewhere(DOCKER.foreign, { os: "linux", urls: ["https://registry.example/layer"] });
IMAGES["windows-lacking"] = withLayerElsewhere(DOCKER.layer, { os: "windows", urls: [] });

function withLayerElsewhere(type, { os, urls }) {
  const layer = { ...descriptor(blobOf(type, `elsewhere for ${os}`)), urls };
  const own = blobOf(DOCKER.config, config({ architecture: "amd64", os }));
  const body = { schemaVersion: 2, mediaType: DOCKER.manifest, config: descriptor(own), layers: [layer] };
  return written(DOCKER.manifest, JSON.stringify(body), [own]);
}

// Docker reads the configs of an index's images although it prints the platforms of the index.
IMAGES["child-config"] = (() => {
  const child = IMAGES["config-not-json"];
  const body = { schemaVersion: 2, mediaType: DOCKER.list, manifests: [{ ...descriptor(child), platform: LINUX }] };
  return written(DOCKER.list, JSON.stringify(body), [], [child]);
})();

export const digestOf = (name) => IMAGES[name].digest;
