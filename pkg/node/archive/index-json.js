/** `index.json` of a layout that is written: what was there is kept, an image of the same name is replaced in its place. */

import { OCI_INDEX } from "../../core/facts.js";
import { parseReference } from "../../nouns/reference.js";

const REF_NAME = "org.opencontainers.image.ref.name";
const CONTAINERD_NAME = "io.containerd.image.name";

/**
 * @param {string | undefined} before the text of the index that was there
 * @param {{ name?: string, descriptor: object }[]} there the images of an archive without an index
 * @param {{ written: { name?: string, descriptor: object }[], removed: Set<string> }} changes
 * @param {string} kind of the archive
 * @returns {{ text: string, images: { name?: string, descriptor: object }[] }} the new index, and what it lists
 */
export function entriesOf(before, there, { written, removed }, kind) {
  const { schemaVersion = 2, mediaType = OCI_INDEX, manifests, ...rest } = before === undefined ? {} : JSON.parse(before);
  const entries = before === undefined
    ? there.map(({ name, descriptor }) => ({ name, descriptor: entryOf(name, descriptor, kind) }))
    : (Array.isArray(manifests) ? manifests : []).map((descriptor) => ({ name: nameIn(descriptor), descriptor }));
  const isSame = sameNames(kind);
  const images = entries.filter(({ name, descriptor }) => !removed.has(name) && !removed.has(descriptor?.digest));
  for (const { name, descriptor } of written) {
    const image = { name, descriptor: entryOf(name, descriptor, kind) };
    const at = images.findLastIndex((other) => isSame(other.name, name) && (name !== undefined || other.descriptor?.digest === descriptor.digest));
    if (at < 0) images.push(image);
    else images[at] = image;
  }
  return { text: JSON.stringify({ schemaVersion, mediaType, ...rest, manifests: images.map(({ descriptor }) => descriptor) }), images };
}

/** The name of an entry, as the core reads it. */
function nameIn(entry) {
  const annotations = entry?.annotations ?? {};
  return [annotations[CONTAINERD_NAME], annotations[REF_NAME]].find((name) => typeof name === "string" && name !== "");
}

/** As skopeo names images; as docker does in what it saves, where the tag alone is the name of the layout. */
function entryOf(name, descriptor, kind) {
  if (name === undefined) return descriptor;
  const annotations = kind === "docker-archive"
    ? { [CONTAINERD_NAME]: fullName(name), [REF_NAME]: parseReference(name).tag ?? "latest" }
    : { [REF_NAME]: name };
  return { ...descriptor, annotations: { ...descriptor.annotations, ...annotations } };
}

/** Whether two names are one: docker completes them, in a layout they are what they are. */
function sameNames(kind) {
  const completed = (name) => {
    try {
      return fullName(name);
    } catch {
      return name;
    }
  };
  return kind === "docker-archive" ? (one, other) => completed(one) === completed(other) : (one, other) => one === other;
}

function fullName(name) {
  const { name: repository, tag } = parseReference(name);
  return `${repository}:${tag ?? "latest"}`;
}
