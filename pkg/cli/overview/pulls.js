/** Registries that limit how many manifests are read: each is a pull. */

import { parseReference } from "../../entry/command.js";

/** How many pulls are left for other work. */
const KEPT = 50;

/** The headers that state the limit cost a request, so that others are not asked. */
const COUNTING = ["docker.io"];

/** Whether reading a manifest of this reference is a pull that is counted. */
export const countsPulls = (reference) => COUNTING.includes(parseReference(reference).domain);

/**
 * Why so many manifests are not read, for a person; undefined where they may be.
 *
 * @param {import("multiarch").Client} client
 * @param {string} reference
 * @param {number} count
 */
export async function pullsRefused(client, reference, count) {
  if (!countsPulls(reference)) return undefined;
  // A user without a limit is stated none.
  const { remaining } = await client.rateLimit(reference).catch(() => ({}));
  if (remaining === undefined || remaining - count >= KEPT) return undefined;
  return `the registry counts pulls, and ${remaining} are left`;
}
