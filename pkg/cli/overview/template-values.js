/** What the members of a template mean, for `inspect` and for `imagetools inspect`. */

import { formatPlatform, parseReference } from "../../entry/command.js";
import { Lazy } from "../template/members.js";
import { overviewOf } from "./overview.js";

/**
 * The names of buildx: Name, Manifest and Image.
 *
 * @param {import("./contents.js").Contents} contents
 */
export function buildxValues(contents) {
  return new Lazy(buildxMembers(contents));
}

/**
 * The names of buildx, and members of their own for what costs less or is not there.
 *
 * @param {import("./contents.js").Contents} contents
 */
export function inspectValues(contents) {
  const { name, manifest, image } = buildxMembers(contents);
  const ofDocument = (member) => async () => (await contents.document())[member];
  return new Lazy({
    name,
    reference: () => contents.reference,
    ...ofDescriptor(contents),
    kind: ofDocument("kind"),
    artifactType: ofDocument("artifactType"),
    annotations: ofDocument("annotations"),
    subject: ofDocument("subject"),
    platforms: async () => [...new Set((await contents.leaves()).images.filter(({ platform }) => platform).map(({ platform }) => formatPlatform(platform)))],
    images: async () => (await contents.leaves()).images.map((leaf) => imageValues(contents, leaf)),
    manifest,
    image,
  }, () => overviewOf(contents), { isClosed: true });
}

function buildxMembers(contents) {
  return {
    name: () => parseReference(contents.reference).canonical,
    manifest: () => new Lazy(ofDescriptor(contents), async () => manifestOf(await contents.document())),
    image: () => imageOf(contents),
  };
}

function ofDescriptor(contents) {
  const member = (name) => async () => (await contents.descriptor())[name];
  return { mediaType: member("mediaType"), digest: member("digest"), size: member("size") };
}

/** The descriptor of a document, with the members of an index. */
function manifestOf({ kind, mediaType, digest, size, json }) {
  const { schemaVersion, mediaType: _, ...members } = kind === "index" ? json : {};
  return { ...(schemaVersion !== undefined && { schemaVersion }), mediaType, digest, size, ...members };
}

/** The config of an image, or those of an index by their platforms. */
async function imageOf(contents) {
  const document = await contents.document();
  const { images } = await contents.leaves();
  if (document.kind !== "index") return images.length > 0 ? (await contents.config(images[0])).json : undefined;
  const entries = images.filter(({ platform }) => platform)
    .map((leaf) => [formatPlatform(leaf.platform), async () => (await contents.config(leaf)).json]);
  return new Lazy(Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1))));
}

function imageValues(contents, leaf) {
  const { descriptor: { digest, mediaType, size, artifactType, annotations = {} }, platform, attestations } = leaf;
  const detail = (member) => async () => (await contents.details(leaf))[member];
  return new Lazy({
    platform: async () => {
      const known = platform ?? (await contents.details(leaf)).platform;
      return known && formatPlatform(known);
    },
    digest: () => digest,
    mediaType: () => mediaType,
    size: () => size,
    artifactType: () => artifactType,
    annotations: () => annotations,
    attestations: () => attestations.map(({ descriptor }) => descriptor),
    pullSize: detail("pullSize"),
    layers: detail("layers"),
    created: detail("created"),
  });
}
