/**
 * What the indexes say of the images of a draft, kept beside docker's files.
 *
 * A file has it as the member `Multiarch`, which docker skips, and leaves out when it writes the file itself (`docker manifest
 * annotate`, `create --amend`). So the record of the list has it too, by file name, for the file that has lost it.
 */

import { decodeDraft } from "../../lists/drafts.js";

const MEMBER = "Multiarch";

/**
 * The listings to record with a change.
 *
 * @param {Record<string, object>} known those of the record
 * @param {import("./change.js").Plan} plan
 * @returns {Record<string, object>} of the files before and after the change: either may be there if the process dies
 */
export function listingsAfter(known, { listings, present, isWhole }) {
  const stay = ([name]) => !listings.has(name) && (!isWhole || present.has(name));
  const stated = [...listings].filter(([, listing]) => listing !== undefined);
  return Object.fromEntries([...Object.entries(known).filter(stay), ...stated]);
}

/** Whether two records have the same listings. */
export function areSame(one, other) {
  const names = Object.keys(one);
  const isSame = (name) => Object.hasOwn(other, name) && JSON.stringify(one[name]) === JSON.stringify(other[name]);
  return names.length === Object.keys(other).length && names.every(isSame);
}

/** The listing in a file's text; undefined without one. */
export const listingIn = (entry, content) => (entry.listing ? JSON.parse(content)[MEMBER] : undefined);

/**
 * The entry of a file that docker may have written, with the listing that was recorded for it. One that is about another image,
 * or is none, does not count.
 *
 * @param {import("multiarch").DraftEntry} entry as the file has it
 * @param {Buffer} bytes of the file
 * @param {object | undefined} listing
 */
export function withListing(entry, bytes, listing) {
  if (entry.listing || listing === undefined) return entry;
  const text = bytes.toString().trimEnd();
  try {
    return decodeDraft(`${text.slice(0, -1)},"${MEMBER}":${JSON.stringify(listing)}}`);
  } catch (error) {
    if (error.code !== "DRAFT_CORRUPT") throw error;
    return entry;
  }
}
