/** A cache that may fail without an answer that fails: what it cannot give is asked for again. */

/** @typedef {{ match(url: string): Promise<Response | undefined>, put(url: string, response: Response): Promise<void> }} Cache */

/**
 * @param {Cache} [cache]
 * @returns {Cache} which finds nothing and keeps nothing where `cache` is absent or fails
 */
export function lenient(cache) {
  const quietly = async (work) => {
    try {
      return await work();
    } catch {
      return undefined;
    }
  };
  return {
    match: (url) => quietly(() => cache?.match(url)),
    put: (url, response) => quietly(() => cache?.put(url, response)),
  };
}
