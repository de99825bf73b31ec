/**
 * Versions and ranges of them: Semantic Versioning 2.0.0, and ranges in the grammar of npm's `semver` (`^1.2`, `~1.2.3`, `1.x`,
 * `>=1.2 <2`, `1.2 - 1.4`, `a || b`).
 */

const LONGEST = 256;
const NUMBER = "0|[1-9]\\d*";
const IDENTIFIERS = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
const SUFFIX = `(?:-(${IDENTIFIERS}))?(?:\\+${IDENTIFIERS})?`;
const VERSION = new RegExp(`^v?(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})${SUFFIX}$`);
const PART = `${NUMBER}|[xX*]`;
/** A version of which parts may be missing; what is missing, or is an `x`, may be any. */
const PARTIAL = new RegExp(`^[v=\\s]*(${PART})(?:\\.(${PART})(?:\\.(${PART})${SUFFIX})?)?$`);
const COMPARATOR = /^(\^|~>?|[<>]=?|=)?\s*([^\s<>=^~]+)$/;

/**
 * @typedef {{ numbers: [number, number, number], pre: (string | number)[] }} Version
 *
 * @param {string} text a full version, which may begin with a v
 * @returns {Version | undefined}
 */
export function parseVersion(text) {
  if (text.length > LONGEST) return undefined;
  const [, ...parts] = VERSION.exec(text) ?? [];
  return parts.length > 0 ? versionOf(parts) : undefined;
}

/** Undefined for what SemVer does not allow: a number with a zero before it, or one that is too large. */
function versionOf([major, minor, patch, suffix]) {
  const numbers = [major, minor, patch].map(Number);
  if (!numbers.every(Number.isSafeInteger)) return undefined;
  const pre = suffix === undefined ? [] : suffix.split(".").map((part) => (/^\d+$/.test(part) ? numeric(part) : part));
  return pre.includes(undefined) ? undefined : { numbers, pre };
}

function numeric(part) {
  const number = Number(part);
  if (part !== "0" && part.startsWith("0")) return undefined;
  // As npm has it, one that is too large is a text.
  return Number.isSafeInteger(number) ? number : part;
}

/** Less than 0 where the first has the lower precedence. */
export function compareVersions(one, other) {
  for (const at of [0, 1, 2]) {
    if (one.numbers[at] !== other.numbers[at]) return one.numbers[at] - other.numbers[at];
  }
  if (one.pre.length === 0 || other.pre.length === 0) return other.pre.length - one.pre.length;
  for (let at = 0; at < Math.max(one.pre.length, other.pre.length); at += 1) {
    const order = compareIdentifiers(one.pre[at], other.pre[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(one, other) {
  if (one === other) return 0;
  if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
  const [isNumber, isOther] = [typeof one === "number", typeof other === "number"];
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  return one < other ? -1 : 1;
}

/**
 * @param {string} text
 * @param {{ prereleases?: boolean }} [options] whether a pre-release belongs to a range that names none of its version
 * @returns {(version: Version) => boolean} throws a RangeError for what is no range
 */
export function parseRange(text, { prereleases = false } = {}) {
  if (text.length > LONGEST) throw new RangeError(`must be a range of at most ${LONGEST} characters`);
  const sets = text.split("||").map((part) => comparatorsOf(part.trim(), prereleases));
  return (version) => sets.some((comparators) => satisfies(version, comparators, prereleases));
}

function satisfies(version, comparators, prereleases) {
  if (!comparators.every(({ test, bound }) => test(compareVersions(version, bound)))) return false;
  if (version.pre.length === 0 || prereleases) return true;
  // A pre-release counts where a bound is one of the same version.
  return comparators.some(({ bound, isLimit }) =>
    !isLimit && bound.pre.length > 0 && bound.numbers.every((number, at) => number === version.numbers[at]));
}

function comparatorsOf(set, prereleases) {
  const [, from, to] = /^(\S+)\s+-\s+(\S+)$/.exec(set) ?? [];
  if (from !== undefined) return hyphen(partialOf(from), partialOf(to), prereleases);
  const words = set.replace(/(\^|~>?|[<>]=?|=)\s+/g, "$1").split(/\s+/).filter(Boolean);
  return words.flatMap((word) => comparatorOf(word, prereleases));
}

/** `from - to`. Where pre-releases count, those of both ends do. */
function hyphen(from, to, prereleases) {
  const opens = ({ parts, pre }) => prereleases && pre.length === 0 && !parts.includes(undefined);
  return [
    ...lowest(opens(from) ? { ...from, pre: BEFORE_ALL } : from, prereleases),
    ...(opens(to) ? below(next(to.parts, 2)) : throughOf(to)),
  ];
}

function comparatorOf(word, prereleases) {
  const [, operator = "", text] = COMPARATOR.exec(word) ?? [];
  if (text === undefined) throw new RangeError(`must be a range of versions, such as ^1.2: "${word}" is none`);
  const partial = partialOf(text);
  const { parts, pre } = partial;
  const lower = { numbers: parts.map((part) => part ?? 0), pre };
  switch (operator) {
    case "^": return [...lowest(partial, prereleases), ...below(caretLimit(parts))];
    case "~": case "~>": return [...lowest(partial, prereleases), ...below(next(parts, Math.min(1, known(parts) - 1)))];
    case ">": return parts.includes(undefined) ? after(parts, prereleases) : [{ test: (order) => order > 0, bound: lower }];
    case ">=": return lowest(partial, prereleases);
    case "<": return parts[0] === undefined ? [NOTHING] : [{ test: (order) => order < 0, bound: start(partial), isLimit: parts.includes(undefined) }];
    case "<=": return throughOf(partial);
    default: return parts.includes(undefined)
      ? [...lowest(partial, prereleases), ...below(next(parts, known(parts) - 1))] : [{ test: (order) => order === 0, bound: lower }];
  }
}

/** @returns {{ parts: (number | undefined)[], pre: (string | number)[] }} what stands behind a part that may be any may be any too */
function partialOf(text) {
  const [, ...found] = PARTIAL.exec(text) ?? [];
  const texts = found.slice(0, 3);
  const end = texts.findIndex((part) => part === undefined || /^[xX*]$/.test(part));
  const version = found.length > 0 && versionOf([...texts.map((part, at) => (end < 0 || at < end ? part : "0")), end < 0 ? found[3] : undefined]);
  if (!version) throw new RangeError(`must be a range of versions, such as ^1.2: "${text}" is no version`);
  return { parts: version.numbers.map((number, at) => (end < 0 || at < end ? number : undefined)), pre: version.pre };
}

const known = (parts) => parts.filter((part) => part !== undefined).length;

/** The least version that a limit has, with the pre-releases of that version. */
const BEFORE_ALL = [0];

/** At least this version. */
function lowest({ parts, pre }, prereleases) {
  const isOpen = parts.includes(undefined);
  return [{ test: (order) => order >= 0, bound: { numbers: parts.map((part) => part ?? 0), pre: isOpen && prereleases ? BEFORE_ALL : pre }, isLimit: isOpen }];
}

/** Below this version and its pre-releases; without one, no limit. */
function below(numbers) {
  return numbers ? [{ test: (order) => order < 0, bound: { numbers, pre: BEFORE_ALL }, isLimit: true }] : [];
}

/** Up to all that the partial version stands for. */
function throughOf(partial) {
  const { parts, pre } = partial;
  if (parts.includes(undefined)) return below(next(parts, known(parts) - 1));
  return [{ test: (order) => order <= 0, bound: { numbers: parts, pre } }];
}

/** Above all that the partial version stands for. */
function after(parts, prereleases) {
  const numbers = next(parts, known(parts) - 1);
  return numbers ? lowest({ parts: [...numbers.slice(0, 2), numbers[2]], pre: prereleases ? BEFORE_ALL : [] }, prereleases) : [NOTHING];
}

const start = ({ parts, pre }) => ({ numbers: parts.map((part) => part ?? 0), pre: parts.includes(undefined) ? BEFORE_ALL : pre });

/** The numbers with the one at `at` raised and those behind it 0; undefined where that one may be any. */
function next(parts, at) {
  return at < 0 ? undefined : parts.map((part, index) => (index < at ? part : index === at ? part + 1 : 0));
}

/** Below the next number that is not 0, from the left; of zeros, below the next of the last that is stated. */
function caretLimit(parts) {
  const first = parts.findIndex((part) => part !== undefined && part > 0);
  return next(parts, first < 0 ? known(parts) - 1 : first);
}

const NOTHING = { test: (order) => order < 0, bound: { numbers: [0, 0, 0], pre: BEFORE_ALL }, isLimit: true };
