/** Checks what a reference names: its platforms, and whether all that it lists is there and as it says. */

import { flag, guarded, isNothing, listOf, optionsOf, platformOf, referenceText } from "../core/arguments.js";
import { init } from "../core/load.js";
import { optionInvalid } from "../core/errors.js";
import { leavesOf, platformKey } from "../lists/leaves.js";
import { parsePlatform } from "../nouns/platform.js";
import { parseReference } from "../nouns/reference.js";
import { checkAttested, checkEntries, checkRequired } from "./entries.js";
import { exitCodeOf } from "./codes.js";
import { checkManifests, checkSingle } from "./manifests.js";
import { Report } from "./report.js";

const OPTIONS = {
  platforms: platformsOf, exact: flag, attestations: flag, configs: flag, blobs: flag, signal: (value) => value,
};

/**
 * @param {object} client
 * @param {(name: string, digest: string, call: object) => Promise<number | undefined>} blobSize as a HEAD states it
 * @param {string} reference
 * @param {object} [given] the options
 */
export async function check(client, blobSize, reference, given) {
  await init();
  const { platforms, signal, ...options } = optionsOf(given, "check", OPTIONS);
  const wanted = (platforms ?? []).map((platform) => typeof platform === "string" ? parsePlatform(platform) : platform);
  const text = referenceText(reference, "check(reference)");
  const { name } = parseReference(text);
  const call = { signal };
  const report = new Report(text);
  const root = await client.manifest(text, call);
  const checking = { client, name, call, options, report, sizeOf: (digest) => blobSize(name, digest, call) };
  const images = root.kind === "index" ? await checkIndex(checking, root) : await checkSingle(checking, root);
  if (platforms) checkRequired(images, { platforms: wanted, exact: options.exact }, report);
  if (options.attestations) checkAttested(images, report);
  return checked(text, root, images, report);
}

async function checkIndex(checking, root) {
  const { client, name, call, report } = checking;
  const leaves = await leavesOf(root, ({ digest }) => client.manifest(`${name}@${digest}`, call));
  checkEntries(leaves, report);
  for (const { descriptor: { digest }, error } of leaves.unread) {
    report.failed(error, { digest, what: "the index", hint: `Push it again, or take its entry away: ${report.removing(digest)}` });
  }
  await checkManifests(checking, leaves);
  return leaves.images;
}

function checked(reference, { digest, mediaType, size, kind }, images, { findings }) {
  const rows = images.map(({ descriptor, platform, attestations }) => ({
    ...(platform && { platform }), digest: descriptor.digest, mediaType: descriptor.mediaType, size: descriptor.size,
    attestations: attestations.length,
  }));
  // As the index lists them, not as the answers came; what is about no image stands at the end.
  const places = new Map();
  rows.forEach((row, at) => {
    if (!places.has(row.digest)) places.set(row.digest, at);
    if (row.platform) places.set(platformKey(row.platform), at);
  });
  const place = (one) => places.get(one.digest) ?? (one.platform && places.get(platformKey(one.platform))) ?? rows.length;
  const sorted = [...findings].sort((one, other) => place(one) - place(other));
  return { ok: exitCodeOf(findings) === 0, reference, digest, mediaType, size, kind, images: rows, findings: sorted };
}

function platformsOf(value, name) {
  if (isNothing(value)) return undefined;
  if (guarded(name, () => !Array.isArray(value) || value.length === 0)) {
    throw optionInvalid(`${name} is not a list with at least one platform`);
  }
  return listOf(value, name, (one) => {
    if (isNothing(one)) throw optionInvalid(`${name} has an empty place`);
    return platformOf(one);
  });
}
