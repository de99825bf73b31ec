/** Requests to registries that the page asks by itself: what a browser does not say of one that fails. */

/** The cause of a failed request where the registry is there, and does not let the page read what it answers (CORS). */
export const NOT_ALLOWED = "ERR_CORS";

/** How long a registry may take to show that it is there, in milliseconds. */
const PATIENCE_MS = 5_000;

/**
 * The browser's fetch. A browser fails in one way, "Failed to fetch", where nothing answers and where the answer lacks the
 * headers that let a page read it (CORS); a request whose answer no page may read is sent in both cases, and succeeds in the second.
 */
export async function directFetch(url, init) {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted || !(await isThere(url))) throw error;
    const message = `the registry answers, but does not let pages of ${location.origin} read its answers`;
    throw Object.assign(new TypeError(message), { code: NOT_ALLOWED });
  }
}

async function isThere(url) {
  try {
    await fetch(new URL("/v2/", url), { mode: "no-cors", credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return true;
  } catch {
    return false;
  }
}
