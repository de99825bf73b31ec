/** Every place in the arguments of a call, and the same arguments with another value in one place. */

const isPlain = (value) =>
  Array.isArray(value) || (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype);

/** @returns {(string | number)[][]} the path of every part of `value`, itself left out */
export function placesIn(value, path = []) {
  const below = isPlain(value) ? Object.keys(value).flatMap((key) => placesIn(value[key], [...path, key])) : [];
  return path.length > 0 ? [path, ...below] : below;
}

export function replaced(value, [key, ...rest], other) {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = rest.length > 0 ? replaced(copy[key], rest, other) : other;
  return copy;
}
