/** Members of JSON that a stranger wrote: each has the type that is asked for, or is absent. */

/** The longest text that is kept; what is longer is cut. */
const LONGEST = 4096;
/** How many things of one kind are kept. */
export const MOST = 50_000;

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at the end of a path of own members; undefined where one is missing. */
export function at(value, ...path) {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

/** A text that says something, cut where it is too long. */
export function textAt(value, ...path) {
  const found = at(value, ...path);
  return typeof found === "string" && found !== "" ? found.slice(0, LONGEST) : undefined;
}

/** The elements of a list that are objects. */
export function objectsAt(value, ...path) {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

/** An object's members that are texts. */
export function textsAt(value, ...path) {
  const found = at(value, ...path);
  if (!isObject(found)) return {};
  return Object.fromEntries(Object.keys(found).slice(0, MOST_DIGESTS).map((name) => [name, textAt(found, name)]).filter(([, text]) => text));
}

/** How many algorithms one subject's digest is stated in. */
const MOST_DIGESTS = 16;

/** The first of several values that is there. */
export const first = (...values) => values.find((value) => value !== undefined);

/** An object without the members that are not there. */
export const defined = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
