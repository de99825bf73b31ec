/** Which image of one side stands for which of the other. */

import { normalizePlatform } from "../nouns/platform.js";
import { platformKey } from "../lists/leaves.js";

/**
 * Pairs of images for one platform, in the order of the first side; then those that the second has alone. Of several for one
 * platform, equal digests are a pair first. At last, builds of one Windows release are pairs.
 *
 * @param {object[]} from images of the one side
 * @param {object[]} to of the other
 * @returns {{ from?: object, to?: object }[]}
 */
export function pairsOf(from, to) {
  const partners = new Map();
  const free = new Set(to);
  const match = (keyOf) => {
    for (const image of from) {
      if (partners.has(image)) continue;
      const key = keyOf(image);
      const found = [...free].find((other) => keyOf(other) === key);
      if (!found) continue;
      partners.set(image, found);
      free.delete(found);
    }
  };
  const exact = ({ platform }) => (platform ? platformKey(platform) : "");
  match((image) => `${exact(image)} ${image.descriptor.digest}`);
  match(exact);
  match(releaseOf);
  return [...from.map((image) => ({ from: image, to: partners.get(image) })), ...[...free].map((image) => ({ to: image }))];
}

/** A platform without the last part of its os.version: `10.0.20348`. */
function releaseOf({ platform }) {
  if (!platform) return "";
  const { os, architecture, variant = "", osVersion = "" } = normalizePlatform(platform);
  return [os, architecture, variant, osVersion.split(".").slice(0, 3).join(".")].join("/");
}
