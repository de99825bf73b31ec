/** `multiarch layers`: the layers of images, their sizes, and the steps that made them. */

import { openImage } from "../../layers/image.js";
import { inParallel } from "../../core/parallel.js";
import { formatPlatform, leavesOf, parseReference } from "../../entry/command.js";
import { wantedPlatform } from "../platform/wanted.js";
import { layersText } from "../reports/layers-text.js";
import { connect } from "../setup/connection.js";

/** How many images are read at once. */
const AT_ONCE = 8;

export async function execute([reference], flags, context) {
  const { terminal } = context;
  const client = await connect([reference], flags, context);
  const { name } = parseReference(reference);
  const document = await client.manifest(reference, wantedPlatform(flags.platform));
  const { images: leaves } = document.kind === "index"
    ? await leavesOf(document, ({ digest }) => client.manifest(`${name}@${digest}`))
    : { images: [{ descriptor: document }] };
  const images = [];
  await inParallel([...leaves.entries()], AT_ONCE, async ([at, { descriptor, platform }]) => {
    images[at] = described(await openImage(known(client, document), `${name}@${descriptor.digest}`), platform);
  });
  countShared(images);
  const found = { reference, digest: document.digest, images };
  if (flags.json) return terminal.printJson(found);
  return terminal.print(layersText(found, { full: flags["no-trunc"] === true, width: terminal.paper.width, bold: terminal.paper.bold }));
}

/** The client, which need not ask for the document that was read. */
const known = (client, document) => ({
  manifest: (reference, options) => (reference.endsWith(document.digest) ? document : client.manifest(reference, options)),
  blob: (...given) => client.blob(...given),
});

function described({ manifest, config, layers, steps, historyMatches }, stated) {
  const platform = stated ?? (config?.platform.os ? config.platform : undefined);
  const blobs = new Map(layers.map(({ digest, size }) => [digest, size]));
  return {
    ...(platform && { platform: formatPlatform(platform) }),
    digest: manifest.digest,
    size: [...blobs.values()].reduce((sum, size) => sum + size, manifest.config?.size ?? 0),
    historyMatches,
    layers: layers.map(({ index, digest, mediaType, size, kind, compression, diffId, step, urls, problem }) => ({
      index, digest, mediaType, size, kind, compression,
      ...(diffId && { diffId }),
      ...(EMPTY.has(digest) && { isEmpty: true }),
      ...(urls?.length && { urls }),
      ...(step?.createdBy && { createdBy: step.createdBy }),
      ...(step?.created && { created: step.created }),
      ...(problem && { problem }),
    })),
    steps,
  };
}

/** Layers without an entry, as docker and BuildKit write them. */
const EMPTY = new Set([
  "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4",
  "sha256:4f4fb700ef54461cfa02571ae0db9a0dc1e0cdb5577484a6d75e68dc38e8acc1",
]);

/** Says of every layer in how many of the images it is. */
function countShared(images) {
  const counts = new Map();
  for (const { layers } of images) for (const digest of new Set(layers.map((one) => one.digest))) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  for (const { layers } of images) for (const layer of layers) layer.images = counts.get(layer.digest);
}
