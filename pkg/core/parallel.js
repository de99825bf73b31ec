/** Work that goes side by side. */

/**
 * Does `work` for each item, and for so many at once at most. Rejects with the first failure.
 *
 * @template T
 * @param {T[]} items
 * @param {number} most
 * @param {(item: T) => Promise<void>} work
 */
export async function inParallel(items, most, work) {
  let next = 0;
  const run = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, run));
}
