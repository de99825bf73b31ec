/** An image as people have them: eight platforms, eight layers each with a docker-library style history, attestations beside. */

import { attestation, ociIndex, sha256 } from "./images.mjs";

const TYPES = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
};

/** Platform, and how large its base layers are in comparison. */
const PLATFORMS = [
  [{ os: "linux", architecture: "amd64" }, 1.03],
  [{ os: "linux", architecture: "arm", variant: "v5" }, 0.81],
  [{ os: "linux", architecture: "arm", variant: "v7" }, 0.86],
  [{ os: "linux", architecture: "arm64", variant: "v8" }, 1],
  [{ os: "linux", architecture: "386" }, 1.07],
  [{ os: "linux", architecture: "ppc64le" }, 1.24],
  [{ os: "linux", architecture: "riscv64" }, 0.95],
  [{ os: "linux", architecture: "s390x" }, 0.91],
];

const APT = ["set -eux;", "apt-get update;", "apt-get install -y --no-install-recommends", "\tca-certificates", "\tnetbase", "\ttzdata", ";", "rm -rf /var/lib/apt/lists/*"];
const PYTHON = ["set -eux;", "\tsavedAptMark=\"$(apt-mark showmanual)\";", "apt-get update;", ...Array.from({ length: 34 }, (_, at) => `\tmake step-${at};`), "python3 --version"];

/** Steps in order: the instruction, the size in bytes and whether all platforms share the layer; without a size, a setting. */
const STEPS = [
  { text: "# debian.sh --arch 'ARCH' out/ 'bookworm' '@1762202650'", size: 4_750_000 },
  { text: `RUN /bin/sh -c ${APT.join("\t\t")} # buildkit`, size: 369_000 },
  { text: "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  { text: "ENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305" },
  { text: "ENV PYTHON_VERSION=VERSION" },
  { text: `RUN /bin/sh -c ${PYTHON.join(" \t")} # buildkit`, size: 1_160_000 },
  { text: "RUN /bin/sh -c set -eux; \tfor src in idle3 pip3 pydoc3 python3 python3-config; do \t\tdst=\"$(echo \"$src\" | tr -d 3)\"; \tdone # buildkit", size: 283 },
  { text: "CMD [\"python3\"]" },
  { text: "WORKDIR /app", size: 143, isShared: true },
  { text: "COPY requirements.txt . # buildkit", size: 923, isShared: true },
  { text: "RUN /bin/sh -c pip install --no-cache-dir -r requirements.txt # buildkit", size: 2_520_000, changes: true },
  { text: "COPY . . # buildkit", size: 48_000, isShared: true },
  { text: "EXPOSE map[8080/tcp:{} 9090/tcp:{}]" },
  { text: "USER 10001:10001" },
  { text: "ENTRYPOINT [\"/usr/local/bin/docker-entrypoint.sh\"]" },
  { text: "CMD [\"gunicorn\" \"--bind\" \"0.0.0.0:8080\" \"app.wsgi:application\"]" },
];

const blobs = new Map();

/** Bytes of a size that begin with a text, so that equal texts are equal layers. */
function blobOf(mediaType, text, size) {
  const bytes = Buffer.alloc(Math.max(size, text.length));
  bytes.write(text);
  const digest = sha256(bytes);
  const blob = { mediaType, digest, size: bytes.length, bytes };
  if (!blobs.has(digest)) blobs.set(digest, blob);
  return blobs.get(digest);
}

const descriptor = ({ mediaType, digest, size }) => ({ mediaType, digest, size });

function image(platform, scale, { version }) {
  const name = Object.values(platform).join("/");
  const layers = STEPS.filter(({ size }) => size !== undefined).map(({ text, size, isShared, changes }, at) => {
    const own = isShared ? "" : `${name} `;
    return blobOf(TYPES.layer, `${own}${at} ${changes ? version : ""} ${text.slice(0, 40)}`, isShared || size < 1000 ? size : Math.round(size * scale));
  });
  const said = (text) => text.replace("ARCH", platform.architecture).replace("=VERSION", `=${version}`);
  const config = blobOf(TYPES.config, JSON.stringify({
    architecture: platform.architecture, os: platform.os, ...(platform.variant && { variant: platform.variant }),
    created: "2026-11-04T09:12:44Z",
    config: {
      User: "10001:10001",
      ExposedPorts: { "8080/tcp": {}, "9090/tcp": {} },
      Env: ["PATH=/usr/local/bin:/usr/bin:/bin", `PYTHON_VERSION=${version}`, ...(platform.architecture === "arm64" ? ["OPENBLAS_CORETYPE=ARMV8"] : []), "GUNICORN_CMD_ARGS=--access-logfile - --log-level info"],
      Entrypoint: ["/usr/local/bin/docker-entrypoint.sh"],
      Cmd: ["gunicorn", "--bind", "0.0.0.0:8080", "app.wsgi:application"],
      WorkingDir: "/app",
      Labels: { "org.opencontainers.image.title": "shop", "org.opencontainers.image.source": "https://github.com/example/shop" },
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
    history: STEPS.map(({ text, size }) => ({ created: "2026-11-04T09:12:44Z", created_by: said(text), ...(size === undefined && { empty_layer: true }) })),
  }), 0);
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: TYPES.manifest, config: descriptor(config), layers: layers.map(descriptor) }, undefined, 2));
  return { bytes, digest: sha256(bytes), mediaType: TYPES.manifest, size: bytes.length, platform, blobs: [config, ...layers], children: [] };
}

/** @param {{ version?: string, platforms?: number }} [options] another version has one other layer in each image */
export function shop({ version = "3.13.9", platforms = PLATFORMS.length } = {}) {
  const images = PLATFORMS.slice(0, platforms).map(([platform, scale]) => image(platform, scale, { version }));
  return ociIndex(...images, ...images.map((one) => attestation(one)));
}

/** One image of the shop alone. */
export const shopImage = () => image(...PLATFORMS[0], { version: "3.13.9" });
