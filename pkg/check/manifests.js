/** What a repository has of that which an index lists: manifests, and with them configs and blobs. */

import { are, counted } from "../core/counted.js";
import { parseImageConfig } from "../nouns/document.js";
import { normalizePlatform } from "../nouns/platform.js";
import { inParallel } from "../core/parallel.js";
import { readBlob } from "../lists/read-blob.js";

/** How many requests are under way at once. What goes to one registry, the client paces. */
const AT_ONCE = 16;

/** Blobs that stay where their `urls` point. */
const IS_FOREIGN = /\.(foreign|nondistributable)\./;

/**
 * Looks whether each manifest is there, by a HEAD; reads it where its config or its blobs are checked.
 *
 * @param {object} check `client`, `name` of the repository, `options`, `report`, `sizeOf(digest)` of a blob
 * @param {object} leaves of the index
 */
export async function checkManifests(check, leaves) {
  const listed = [
    ...leaves.images.map((image) => ({ ...image, what: "the image", isImage: true })),
    ...leaves.images.flatMap(({ attestations, platform }) => attestations.map((one) => ({ ...one, platform, what: "the attestation" }))),
    ...[...leaves.orphans, ...leaves.others].map((one) => ({ ...one, what: "the manifest" })),
  ];
  const distinct = [...new Map(listed.map((one) => [one.descriptor.digest, one])).values()];
  const blobs = new Map();
  const { configs, blobs: all } = check.options;
  await inParallel(distinct, AT_ONCE, async (one) => {
    const reads = all || (configs && one.isImage);
    if (!reads) return checkThere(check, one);
    const document = await read(check, one);
    if (document) await checkDocument(check, one, document, blobs);
  });
  await checkBlobs(check, [...blobs.values()]);
}

/** Checks a manifest that is no index. Gives it, where it is an image, with the platform that its config states. */
export async function checkSingle(check, document) {
  const { mediaType, digest, size } = document;
  const image = { descriptor: { mediaType, digest, size }, what: "the image", isImage: document.kind === "image", attestations: [] };
  const blobs = new Map();
  const platform = await checkDocument(check, image, document, blobs, true);
  await checkBlobs(check, [...blobs.values()]);
  return image.isImage ? [{ ...image, ...(platform && { platform }) }] : [];
}

async function checkThere({ client, name, call, report }, { descriptor, platform, what }) {
  const { digest, size, mediaType } = descriptor;
  try {
    const found = await client.resolve(`${name}@${digest}`, call);
    if (found.size !== size) report.add("SIZE_CONTRADICTION", sized(descriptor, found.size, { platform, what }));
    if (found.mediaType !== mediaType) {
      report.add("MEDIA_TYPE_CONTRADICTION", {
        message: `the index states ${mediaType} for ${digest}, the registry ${found.mediaType}`, hint: REWRITE, digest, platform,
      });
    }
  } catch (error) {
    report.failed(error, { digest, platform, what, hint: absent(report, digest) });
  }
}

const REWRITE = "Make the index again from what is there: multiarch create.";

const absent = (report, digest) => `Push it again, or take its entry away: ${report.removing(digest)}`;

function sized({ digest, size }, actual, { platform, what }) {
  return { message: `${what} ${digest} has ${counted(actual, "byte")}, and ${size} ${are(size)} stated`, hint: REWRITE, digest, platform };
}

/** The document of an entry; undefined where it cannot be read, which is reported. */
async function read({ client, name, call, report }, { descriptor, platform, what }) {
  const { digest, size, mediaType } = descriptor;
  try {
    const document = await client.manifest(`${name}@${digest}`, call);
    if (document.size !== size) report.add("SIZE_CONTRADICTION", sized(descriptor, document.size, { platform, what }));
    if (document.mediaType !== mediaType) {
      const message = `the index states ${mediaType} for ${digest}, which is ${document.mediaType}`;
      report.add("MEDIA_TYPE_CONTRADICTION", { message, hint: REWRITE, digest, platform });
    }
    return document;
  } catch (error) {
    report.failed(error, { digest, platform, what, hint: absent(report, digest) });
    return undefined;
  }
}

/** Checks the config of an image and notes the blobs of a manifest. Gives the platform that the config states. */
async function checkDocument(check, one, document, blobs, wantsPlatform = false) {
  const { options, report } = check;
  const { platform } = one;
  const parts = [document.config, ...document.layers].filter((part) => part !== undefined);
  for (const { problem, digest } of parts.filter((part) => part.problem)) {
    const message = `a descriptor in ${one.what} ${one.descriptor.digest} cannot be used: ${problem}`;
    report.add("ENTRY_INVALID", { message, hint: "Build and push the image again.", digest: digest || one.descriptor.digest, platform });
  }
  let found;
  const readsConfig = one.isImage && document.config && !document.config.problem && (options.configs || wantsPlatform);
  if (readsConfig) found = await checkConfig(check, one, document.config);
  if (!options.blobs) return found;
  for (const part of parts) {
    // A config that was read needs no HEAD.
    const isDone = part.problem || (readsConfig && part === document.config);
    if (isDone || (IS_FOREIGN.test(part.mediaType) && part.urls)) continue;
    if (!blobs.has(part.digest)) blobs.set(part.digest, { part, platform, of: one });
  }
  return found;
}

/** Holds the platform of an entry against that of the config, which it gives. */
async function checkConfig({ client, name, call, report }, { descriptor, platform }, config) {
  let found;
  try {
    found = parseImageConfig(await readBlob(client, name, config, call), { digest: config.digest }).platform;
  } catch (error) {
    report.failed(error, { digest: config.digest, platform, what: `the config of ${descriptor.digest},`, hint: "Push the image again." });
    return undefined;
  }
  if (platform) contradictions(platform, found).forEach(({ member, stated, actual }) => report.add("PLATFORM_CONTRADICTION", {
    ...(stated && actual ? {} : { severity: "warning" }),
    message: `the index states ${member} ${stated || "nothing"} for ${descriptor.digest}, and its config ${actual || "nothing"}`,
    hint: `State what the config does: ${report.setting(descriptor.digest, member, actual)}`,
    digest: descriptor.digest, platform,
  }));
  return found.os && found.os !== "unknown" ? found : undefined;
}

const MEMBERS = { os: "os", architecture: "architecture", variant: "variant", osVersion: "os.version" };

/** The members by which two platforms differ after normalisation. */
function contradictions(platform, found) {
  const [entry, config] = [platform, found].map((given) => normalizePlatform(given));
  const differing = Object.entries(MEMBERS)
    .map(([name, member]) => ({ member, stated: entry[name] ?? "", actual: config[name] ?? "" }))
    .filter(({ stated, actual }) => stated !== actual);
  // A variant of another architecture says nothing more.
  const isOther = differing.some(({ member }) => member === "architecture");
  return differing.filter(({ member }) => !isOther || member !== "variant");
}

/** Looks whether each blob is there, by a HEAD. */
async function checkBlobs({ sizeOf, report }, blobs) {
  await inParallel(blobs, AT_ONCE, async ({ part, platform, of }) => {
    const what = `the blob of ${of.what} ${of.descriptor.digest},`;
    try {
      const size = await sizeOf(part.digest);
      if (size !== undefined && size !== part.size) report.add("SIZE_CONTRADICTION", sized(part, size, { platform, what }));
    } catch (error) {
      const hint = "Push the image again: its manifest is there, and this part of it is not.";
      report.failed(error, { digest: part.digest, platform, what, hint });
    }
  });
}
