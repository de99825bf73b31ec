/** The documents that are shown to docker and to multiarch, by name. */

import { artifact, dockerImage, dockerList, entry, ociImage, ociIndex, samples, sha256 } from "./images.mjs";

const ODD = { "org.example.note": "<b>&amp; \"quoted\" \\ tab\t – Größe 名前 \u2028 😀", "zz": "", "aa": "first" };

/** An image whose document is other bytes. */
function spelled(image, write) {
  const bytes = Buffer.from(write(image.bytes.toString()));
  return { ...image, bytes, digest: sha256(bytes), size: bytes.length };
}

const compact = (text) => JSON.stringify(JSON.parse(text));
const edited = (change) => (text) => JSON.stringify(change(JSON.parse(text)), undefined, 2);

const windows = ociIndex(
  ociImage({ os: "windows", osVersion: "10.0.17763.6532", osFeatures: ["win32k"] }),
  ociImage({ os: "windows", osVersion: "10.0.20348.2762", osFeatures: ["win32k", "<other>"] }),
  ociImage(),
);

/** @returns {Record<string, import("./images.mjs").Image>} */
export function documents() {
  const { single, list, attested, nested, bare } = samples();
  return {
    "docker-single": single,
    "docker-single-arm": dockerImage({ architecture: "arm", variant: "v7" }),
    "docker-single-compact": spelled(single, compact),
    "docker-single-newline": spelled(single, (text) => `${text}\n`),
    "oci-single": ociImage(),
    "oci-single-annotated": ociImage({ annotations: ODD }),
    "oci-single-untyped": spelled(ociImage(), edited(({ mediaType, ...rest }) => rest)),
    "oci-single-windows": ociImage({ os: "windows", osVersion: "10.0.20348.2762", osFeatures: ["win32k"] }),
    "docker-single-unknown-fields": spelled(single, edited((json) => ({ ...json, "x-big": 1e21, "x-deep": { "<k>": [[], {}] } }))),
    "docker-list": list,
    "docker-list-of-one": dockerList(dockerImage({ architecture: "arm64", variant: "v8" })),
    "oci-index": ociIndex(ociImage(), ociImage({ architecture: "arm64" }), ociImage({ architecture: "arm", variant: "v6" })),
    "oci-index-annotated": spelled(
      ociIndex(entry(ociImage(), { annotations: ODD }), ociImage({ architecture: "riscv64" })),
      edited((json) => ({ ...json, annotations: ODD }))),
    "oci-index-of-docker": ociIndex(dockerImage(), dockerImage({ architecture: "s390x" })),
    "attested": attested,
    "windows": windows,
    "without-platform": bare,
    "odd-platform": ociIndex(entry(ociImage(), { platform: { os: "<linux>&", architecture: "größe\u2028", variant: "\u007f" } })),
    "nested": nested,
    "empty": ociIndex(),
    "artifact": artifact(),
  };
}
