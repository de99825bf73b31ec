/** Long lists, sorted and searched in parts: between them the page answers. */

/** How many are sorted at once. */
const RUN = 4096;

/**
 * A list in order.
 * @template T @param {T[]} list @param {(a: T, b: T) => number} compare
 * @param {() => Promise<void> | undefined} pace of `createPace`
 */
export async function sortedInParts(list, compare, pace) {
  if (list.length <= RUN) return list.sort(compare);
  let runs = [];
  for (let at = 0; at < list.length; at += RUN) {
    runs.push(list.slice(at, at + RUN).sort(compare));
    await nextTask();
  }
  while (runs.length > 1) {
    const next = [];
    for (let at = 0; at < runs.length; at += 2) next.push(runs[at + 1] ? await merged(runs[at], runs[at + 1], compare, pace) : runs[at]);
    runs = next;
  }
  return runs[0];
}

async function merged(one, other, compare, pace) {
  const list = [];
  let [a, b] = [0, 0];
  while (a < one.length && b < other.length) {
    list.push(compare(one[a], other[b]) <= 0 ? one[a++] : other[b++]);
    const pause = pace();
    if (pause) await pause;
  }
  return list.concat(one.slice(a), other.slice(b));
}

/** Gives way once to what waits to run. */
const nextTask = () => new Promise((resume) => setTimeout(resume, 0));
