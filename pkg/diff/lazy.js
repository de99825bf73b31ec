/** `diff`, whose modules are loaded by its first call. */

/** What changed from `a` to `b`. */
export async function diff(a, b, options) {
  const loaded = await import("./diff.js");
  return loaded.diff(a, b, options);
}
