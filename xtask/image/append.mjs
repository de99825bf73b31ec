/** An image on top of another one: one more layer, and another program, for every platform that the other has. */

import { parseReference } from "../../pkg/entry/node.js";

/** Docker's media types, and those of OCI for the same bytes. */
const OCI_TYPES = new Map([
  ["application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json"],
  ["application/vnd.docker.image.rootfs.diff.tar.gzip", "application/vnd.oci.image.layer.v1.tar+gzip"],
  ["application/vnd.docker.image.rootfs.diff.tar", "application/vnd.oci.image.layer.v1.tar"],
]);
const LAYER = "application/vnd.oci.image.layer.v1.tar";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

const json = (value) => Buffer.from(JSON.stringify(value));
const parsed = (bytes) => JSON.parse(Buffer.from(bytes).toString("utf8"));

/**
 * @param {object} base
 * @param {import("../../pkg/index.js").Client} base.client
 * @param {string} base.reference an index, or an image
 * @param {{ bytes: Buffer, program: string, annotations: Record<string, string> }} added a tar archive, the path of a script for
 *   Node in it, and what the image says of itself
 * @param {import("./layout.mjs").Layout} layout
 * @returns {Promise<object>} descriptor of the new index
 */
export async function append({ client, reference }, { bytes, program, annotations }, layout) {
  const base = await client.manifest(reference);
  const layer = { mediaType: LAYER, ...(await layout.add(bytes)) };
  const { name: repository } = parseReference(reference);
  const images = base.kind === "index" ? base.manifests.filter(({ platform }) => platform && platform.os !== "unknown") : [base];
  if (images.length === 0) throw new Error(`${reference} has no images`);
  const own = { ...annotations, "org.opencontainers.image.base.name": reference, "org.opencontainers.image.base.digest": base.digest };
  const manifests = [];
  for (const { digest } of images) {
    const source = { client, repository, digest };
    manifests.push(await imageOn(source, { layer, program, annotations: own }, layout));
  }
  const index = { schemaVersion: 2, mediaType: INDEX, manifests, annotations: own };
  return { mediaType: INDEX, ...(await layout.add(json(index))) };
}

/** One image on top of that with a digest. @returns its descriptor */
async function imageOn({ client, repository, digest }, { layer, program, annotations }, layout) {
  const image = `${repository}@${digest}`;
  const manifest = parsed((await client.manifest(image)).bytes);
  const config = await configOn({ client, image, manifest }, { layer, program, annotations });
  for (const { digest: blob } of manifest.layers) {
    if (!(await layout.has(blob))) await layout.addStream(blob, await client.blob(image, blob));
  }
  const layers = [...manifest.layers, layer].map((one) => ({ ...one, mediaType: OCI_TYPES.get(one.mediaType) ?? one.mediaType }));
  const described = { mediaType: "application/vnd.oci.image.config.v1+json", ...(await layout.add(json(config))) };
  const made = await layout.add(json({ schemaVersion: 2, mediaType: MANIFEST, config: described, layers, annotations }));
  const { os, architecture, variant, "os.version": version } = config;
  return { mediaType: MANIFEST, ...made, platform: { architecture, os, ...(version && { "os.version": version }), ...(variant && { variant }) } };
}

/** The config of the base with one more layer, and with our program. No time: it is as old as its base. */
async function configOn({ client, image, manifest }, { layer, program, annotations }) {
  const bytes = await new Response(await client.blob(image, manifest.config.digest)).arrayBuffer();
  const base = parsed(new Uint8Array(bytes));
  const { Cmd, ...kept } = base.config ?? {};
  const [first] = base.config?.Entrypoint ?? [];
  // Images without a shell name Node by its path; in all others it is found by PATH.
  const node = first?.endsWith("/node") ? first : "node";
  return {
    ...base,
    config: { ...kept, Entrypoint: [node, program], Labels: { ...kept.Labels, ...annotations } },
    rootfs: { ...base.rootfs, diff_ids: [...base.rootfs.diff_ids, layer.digest] },
    ...(base.history && { history: [...base.history, { created_by: "cargo xtask image" }] }),
  };
}
