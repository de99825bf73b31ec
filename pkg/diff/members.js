/** Differences between two JSON values, member by member. */

import { isNothing } from "../core/arguments.js";

/** What layers and their order say already. */
const OF_LAYERS = ["rootfs", "history"];

/**
 * The members of two objects that differ, in the order of their paths. Lists are compared as a whole.
 *
 * @param {unknown} from
 * @param {unknown} to
 * @param {readonly string[]} [skipped] members of the objects themselves that are not compared
 * @returns {{ path: string, from?: unknown, to?: unknown }[]}
 */
export function membersThatDiffer(from, to, skipped = []) {
  const found = [];
  compare(without(from, skipped), without(to, skipped), [], found);
  return found;
}

/** The same for two configs of images: variables of the environment by their names. */
export function configsThatDiffer(from, to) {
  const found = membersThatDiffer(readable(from), readable(to), OF_LAYERS);
  if (found.some(({ path }) => path.startsWith("config.Env"))) return found;
  // Nothing but their order or a repetition differs.
  const [one, other] = [from?.config?.Env, to?.config?.Env];
  return isSame(one, other) ? found : [...found, { path: "config.Env", from: one, to: other }];
}

function compare(from, to, path, found) {
  const [isFrom, isTo] = [isObject(from), isObject(to)];
  if (isFrom && isTo) {
    const names = new Set([...Object.keys(from), ...Object.keys(to)]);
    for (const name of [...names].sort()) compare(own(from, name), own(to, name), [...path, name], found);
  } else if (isFrom && isNothing(to) && Object.keys(from).length > 0) compare(from, {}, path, found);
  else if (isTo && isNothing(from) && Object.keys(to).length > 0) compare({}, to, path, found);
  else if (!isSame(from, to)) {
    if (isNothing(from) && isNothing(to)) return;
    found.push({ path: path.join("."), ...(!isNothing(from) && { from }), ...(!isNothing(to) && { to }) });
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

function without(value, skipped) {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !skipped.includes(name)));
}

/** Whether two values are one JSON value; the order of members does not count. */
export function isSame(one, other) {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, at) => isSame(value, other[at]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]));
}

/** A config with its environment by name. */
function readable(config) {
  const list = isObject(config) && isObject(config.config) ? config.config.Env : undefined;
  if (!Array.isArray(list) || list.some((one) => typeof one !== "string")) return config;
  const Env = Object.fromEntries(list.map((one) => {
    const at = one.indexOf("=");
    return at < 0 ? [one, ""] : [one.slice(0, at), one.slice(at + 1)];
  }));
  return { ...config, config: { ...config.config, Env } };
}
