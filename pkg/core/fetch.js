/** The host's fetch: the only file that names it. */

/** Found anew for every call, so that a later replacement of the global counts. Called without a `this`. */
export function hostFetch(url, init) {
  const { fetch } = globalThis;
  return fetch(url, init);
}
