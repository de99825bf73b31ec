/** An image on top of another one: one more layer, and another program, for every platform that the other has. */

import { digest, parseManifest, parseReference } from "../../pkg/entry/node.js";

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
 * @param {import("../../pkg/index.js").Client} client
 * @param {{ base: string, name: string, target: string }} references of an index or an image, with the name that the new one has
 *   for it; and of what is made
 * @param {{ bytes: Buffer, program: string, annotations: Record<string, string> }} added a tar archive, the path of a script for
 *   Node in it, and what the image says of itself
 * @returns {Promise<object>} descriptor of the new index
 */
export async function append(client, { base: reference, name, target }, { bytes, program, annotations }) {
  const base = await client.manifest(reference);
  const layer = { mediaType: LAYER, ...describe(bytes) };
  const [{ name: repository }, { name: into }] = [reference, target].map(parseReference);
  await client.upload(into, bytes, layer);
  const images = base.kind === "index" ? base.manifests.filter(({ platform }) => platform && platform.os !== "unknown") : [base];
  if (images.length === 0) throw new Error(`${reference} has no images`);
  const own = { ...annotations, "org.opencontainers.image.base.name": name, "org.opencontainers.image.base.digest": base.digest };
  const manifests = [];
  for (const image of images) {
    const source = `${repository}@${image.digest}`;
    manifests.push(await imageOn(client, { image: source, into }, { layer, program, annotations: own }));
  }
  return client.push(parseManifest(json({ schemaVersion: 2, mediaType: INDEX, manifests, annotations: own })), target);
}

const describe = (bytes) => ({ digest: digest(bytes), size: bytes.length });

/** One image on top of another, pushed by its digest. @returns its descriptor */
async function imageOn(client, { image, into }, { layer, program, annotations }) {
  const manifest = parsed((await client.manifest(image)).bytes);
  const config = await configOn({ client, image, manifest }, { layer, program, annotations });
  for (const one of manifest.layers) {
    if (!(await client.has(into, one.digest))) await client.upload(into, await client.blob(image, one.digest), one);
  }
  const layers = [...manifest.layers, layer].map((one) => ({ ...one, mediaType: OCI_TYPES.get(one.mediaType) ?? one.mediaType }));
  const described = { mediaType: "application/vnd.oci.image.config.v1+json", ...describe(json(config)) };
  await client.upload(into, json(config), described);
  const bytes = json({ schemaVersion: 2, mediaType: MANIFEST, config: described, layers, annotations });
  const made = describe(bytes);
  await client.push(parseManifest(bytes), `${into}@${made.digest}`);
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
