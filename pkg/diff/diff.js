/** Compares two references or documents by their meaning. */

import { optionsOf, platformOf } from "../core/arguments.js";
import { MultiarchError } from "../core/errors.js";
import { VIEW_ERRORS } from "../core/facts.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { formatPlatform, parsePlatform } from "../nouns/platform.js";
import { differenceOf, sum } from "./images.js";
import { isSame, membersThatDiffer } from "./members.js";
import { pairsOf } from "./pairs.js";
import { Read, contentsOf, sideOf } from "./sides.js";

const OPTIONS = { client: (value) => value, platform: (value) => platformOf(value) ?? undefined, signal: (value) => value };

/** How many images are compared at once. What goes to one registry, the client paces. */
const AT_ONCE = 8;

/** What is compared by the entries themselves. */
const OF_INDEX = ["manifests", "schemaVersion"];

/** What changed from `a` to `b`: platforms, and of each what an image is made of. Reads only what differs. */
export async function diff(a, b, options) {
  await init();
  const { client, platform, signal } = optionsOf(options, "diff", OPTIONS);
  const wanted = typeof platform === "string" ? parsePlatform(platform) : platform;
  const by = { client, call: { signal }, read: new Read() };
  const sides = { from: sideOf(a, "diff(a)", by), to: sideOf(b, "diff(a, b)", by) };
  const [one, other] = await Promise.all([sides.from.digest(), sides.to.digest()]);
  const facts = { from: { name: sides.from.name, digest: one }, to: { name: sides.to.name, digest: other } };
  if (one === other) return { same: true, sameBytes: true, orderOnly: false, ...facts, index: [], platforms: [], fetchBytes: 0 };
  const [from, to] = await Promise.all([contentsOf(sides.from, wanted), contentsOf(sides.to, wanted)]);
  if (wanted && from.images.length + to.images.length === 0) throw notFound(wanted, [...from.available, ...to.available]);
  const { platforms, fetchBytes } = await compareImages(from, to, sides);
  const index = wanted ? [] : membersOf(from.root, to.root);
  const isSameContent = index.length === 0 && platforms.every(({ change }) => change === "same");
  const orderOnly = isSameContent && !wanted && !isSame(...[from, to].map(({ root }) => root.manifests.map(({ digest }) => digest)));
  const same = isSameContent && !orderOnly;
  return { same, sameBytes: false, orderOnly, ...facts, index, platforms, ...(fetchBytes !== undefined && { fetchBytes }) };
}

/** The rows of all images, then of what is no image; and what one who has all of `from` fetches to have all of `to`. */
async function compareImages(from, to, sides) {
  const pairs = pairsOf(from.images, to.images);
  const rows = [];
  const had = new Map();
  const has = new Map();
  let isKnown = true;
  await inParallel([...pairs.entries()], AT_ONCE, async ([at, pair]) => {
    const { row, blobs } = await differenceOf(pair, sides);
    rows[at] = row;
    for (const [digest, size] of blobs.from ?? []) had.set(digest, size);
    for (const [digest, size] of blobs.to ?? []) has.set(digest, size);
    if (row.to && !blobs.to) isKnown = false;
  });
  const others = pairsOf(from.others, to.others).flatMap(otherRow);
  if (others.some(({ to: after, error }) => after && error)) isKnown = false;
  const fetchBytes = isKnown ? sum([...has].filter(([digest]) => !had.has(digest)).map(([, size]) => size)) : undefined;
  return { platforms: [...rows, ...others], fetchBytes };
}

/** What is no image is the same, or it is there on one side only. */
function otherRow({ from, to }) {
  const [before, after] = [from, to].map((leaf) => leaf?.descriptor.digest);
  if (before === after && isSame(from.entry, to.entry)) return [{ change: "same", from: before, to: after }];
  const said = (leaf) => leaf.error && { error: leaf.error };
  return [
    ...(before === undefined ? [] : [{ change: "removed", from: before, ...said(from) }]),
    ...(after === undefined ? [] : [{ change: "added", to: after, ...said(to) }]),
  ];
}

/** The members by which two indexes differ; of an index and an image, their types. Two images are compared as such. */
function membersOf(from, to) {
  if (from.kind !== "index" && to.kind !== "index") return [];
  const members = ({ json, mediaType }) => (from.kind === to.kind ? { ...json, mediaType } : { mediaType });
  return membersThatDiffer(members(from), members(to), OF_INDEX);
}

function notFound(platform, available) {
  return new MultiarchError({
    code: "PLATFORM_NOT_FOUND", message: `neither of the two has an image for ${formatPlatform(platform)}`,
    hint: VIEW_ERRORS.PLATFORM_NOT_FOUND.hint, details: { platform: formatPlatform(platform), policy: "strict", available: [...new Set(available)] },
  });
}
