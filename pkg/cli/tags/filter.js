/** Which tags are wanted: by a pattern, or by a range of versions. */

import { compareVersions, parseRange, parseVersion } from "./semver.js";

/**
 * @param {string} text a glob, or a regular expression between two slashes
 * @returns {(tag: string) => boolean} throws a RangeError for what is neither
 */
export function parseFilter(text) {
  const [, pattern] = /^\/(.+)\/$/.exec(text) ?? [];
  try {
    const expression = new RegExp(pattern ?? `^${globSource(text)}$`, "u");
    return (tag) => expression.test(tag);
  } catch (error) {
    throw new RangeError(`must be a pattern such as '1.*', or a regular expression such as /^v\\d+$/: ${error.message}`);
  }
}

/** `*` and `?` stand for any characters, `[a-z]` for one of those, `[!a-z]` for one of the others, `{a,b}` for one of the words. */
function globSource(glob) {
  return glob.replace(/\*|\?|\[(!?)([^\]]+)\]|\{([^{}]*)\}|[^]/gu, (part, not, characters, words) => {
    if (part === "*") return ".*";
    if (part === "?") return ".";
    if (characters !== undefined) return `[${not ? "^" : ""}${characters.replace(/[\\[^&~]/g, "\\$&")}]`;
    if (words !== undefined) return `(?:${words.split(",").map(escaped).join("|")})`;
    return escaped(part);
  });
}

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/**
 * The tags that pass; where a range is given the versions of it, the highest first.
 *
 * @param {readonly string[]} tags
 * @param {{ filter?: readonly ((tag: string) => boolean)[], semver?: string, prereleases?: boolean }} wanted
 */
export function chosenTags(tags, { filter, semver, prereleases }) {
  const matching = filter ? tags.filter((tag) => filter.some((matches) => matches(tag))) : [...tags];
  if (semver === undefined) return matching;
  const isWithin = parseRange(semver, { prereleases });
  return matching
    .map((tag) => ({ tag, version: parseVersion(tag) }))
    .filter(({ version }) => version && isWithin(version))
    .sort((one, other) => compareVersions(other.version, one.version))
    .map(({ tag }) => tag);
}
