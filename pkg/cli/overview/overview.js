/** What a reference stands for, as a person asks: its images, each with what there is to pull. */

import { REFERENCE_DIGEST } from "../../core/facts.js";
import { formatPlatform, inParallel } from "../../entry/command.js";
import { sum } from "./contents.js";

/** How many images are read at once. What goes to one registry, the client paces. */
const AT_ONCE = 8;
/** How many images are read at most, unless all are asked for. */
const MOST_READ = 64;
/**
 * @param {import("./contents.js").Contents} contents
 * @param {"auto" | "always" | "never"} [sizes] whether the manifest and the config of each image are read; "auto": as far as that is polite
 * @returns {Promise<object>} as pkg/schemas/inspect.json says
 */
export async function overviewOf(contents, sizes = "auto") {
  const document = await contents.document();
  const leaves = await contents.leaves();
  const { read, reason } = await budget(contents, leaves.images, { sizes, isIndex: document.kind === "index" });
  const details = new Map();
  const failures = new Map();
  let isRefused = false;
  await inParallel(leaves.images.slice(0, read), AT_ONCE, async (image) => {
    if (isRefused) return;
    try {
      details.set(image, await contents.details(image));
    } catch (error) {
      if (error.code === "ABORTED" || error.code === "INTERNAL" || error.code === undefined) throw error;
      // The others would be refused as well.
      if (error.code === "TOO_MANY_REQUESTS") isRefused = true;
      failures.set(image, error);
    }
  });
  const images = leaves.images.map((image) => imageRow(image, { document, details: details.get(image), failure: failures.get(image) }));
  const left = leaves.images.length - details.size - failures.size;
  const whole = details.size === images.length ? { pullSize: sum(new Map([...details.values()].flatMap(({ blobs }) => [...blobs])).values()) } : {};
  return {
    ...factsOf(contents, document), ...whole, images, others: othersOf(leaves),
    ...(left > 0 && { unread: { images: left, reason: isRefused ? "the registry refuses more requests" : reason } }),
  };
}

/** How many images are read, and why not the others. */
async function budget(contents, images, { sizes, isIndex }) {
  const count = images.length;
  if (sizes === "never") return { read: 0, reason: "their sizes were not asked for" };
  // What is read already costs the config only.
  if (sizes === "always" || !isIndex) return { read: count };
  const refused = await contents.pullsRefused(count);
  if (refused) return { read: 0, reason: refused };
  return { read: Math.min(count, MOST_READ), reason: `${MOST_READ} are read unless all are asked for` };
}

function factsOf({ reference }, { digest, mediaType, size, kind, artifactType, annotations, subject }) {
  return {
    reference, digest, mediaType, kind, size,
    ...(artifactType && { artifactType }),
    ...(subject && { subject: subject.digest }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function imageRow({ descriptor, platform, attestations, index }, { document, details, failure }) {
  const { digest, mediaType, size, artifactType, annotations } = descriptor;
  const known = platform ?? details?.platform;
  return {
    ...(known && { platform: formatPlatform(known) }),
    digest, mediaType, size,
    ...(details && { pullSize: details.pullSize, layers: details.layers }),
    ...(details?.created && { created: details.created }),
    ...(artifactType && { artifactType }),
    ...(index && index !== document && { index: index.digest }),
    // Those of a single image are the document's own.
    ...(index && annotations && Object.keys(annotations).length > 0 && { annotations }),
    attestations: attestations.map(({ descriptor: own }) => ({ digest: own.digest, size: own.size })),
    ...(failure && { problem: { code: failure.code, message: failure.message } }),
  };
}

/** What is no image: artifacts, attestations about no image of the index, and what cannot be used or read. */
function othersOf({ others, orphans, problems, unread }) {
  const row = ({ descriptor: { digest, mediaType, size, artifactType } }, more) =>
    ({ digest, mediaType, size, ...(artifactType && { artifactType }), ...more });
  return [
    ...others.map((leaf) => row(leaf)),
    ...orphans.map((leaf) => row(leaf, { about: leaf.descriptor.annotations[REFERENCE_DIGEST] ?? "" })),
    ...problems.map((leaf) => row(leaf, { problem: { code: "DESCRIPTOR_INVALID", message: leaf.descriptor.problem } })),
    ...unread.map((leaf) => row(leaf, { problem: { code: leaf.error.code ?? "INTERNAL", message: String(leaf.error.message) } })),
  ];
}
