/** `manifest.json` of an archive that `docker load` takes: for each image its config, its names and its layers. */

import { pathOf } from "../../archive/contents.js";
import { parsed } from "../../archive/documents.js";
import { failure } from "../../archive/failure.js";
import { counted } from "../../core/counted.js";
import { MANIFEST_BYTES } from "../../core/facts.js";
import { isAttestation } from "../../lists/images.js";
import { parseReference } from "../../nouns/reference.js";

/**
 * @param {{ name?: string, descriptor: object }[]} images
 * @param {(digest: string) => Promise<object | undefined>} content
 * @returns {Promise<string>} rejects with ARCHIVE_UNSUPPORTED for what docker cannot load
 */
export async function dockerList(images, content) {
  const named = new Map();
  for (const { name, descriptor } of images) {
    const names = named.get(descriptor.digest) ?? [];
    if (name !== undefined) names.push(familiar(name));
    named.set(descriptor.digest, names);
  }
  const list = [];
  for (const [digest, names] of named) {
    const { config, layers } = await imageOf(digest, content);
    list.push({ Config: pathOf(config.digest), RepoTags: names.length > 0 ? names : null, Layers: layers.map((layer) => pathOf(layer.digest)) });
  }
  return JSON.stringify(list);
}

/** The manifest of an image, or of the only image of an index. */
async function imageOf(digest, content) {
  const document = await documentOf(digest, content);
  if (Array.isArray(document?.layers) && document.config) return document;
  const images = (document?.manifests ?? []).filter((entry) => entry && !isAttestation(entry));
  const [image] = images;
  if (images.length === 1) return imageOf(image.digest, content);
  const what = document?.manifests ? `an index of ${counted(images.length, "image")}` : "no image";
  throw failure("ARCHIVE_UNSUPPORTED", `${digest} is ${what}, and docker loads one image under a name`, {
    hint: "Choose one with --platform, or write an OCI layout: oci:DIR or oci-archive:FILE.",
  });
}

async function documentOf(digest, content) {
  const found = await content(digest);
  return found && found.size <= MANIFEST_BYTES ? parsed(await found.bytes()) : undefined;
}

/** As docker writes it: without what a short name stands for. */
function familiar(name) {
  const { familiar: short, tag } = parseReference(name);
  return tag ? short : `${short}:latest`;
}
