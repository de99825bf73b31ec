/** Writers that change one tag at the same time, and what each of them lost. */

import assert from "node:assert/strict";

/** Runs `work` for each number below `count`, so many at once. */
export async function each(count, most, work) {
  let next = 0;
  await Promise.all(Array.from({ length: most }, async () => {
    while (next < count) await work(next++);
  }));
}

/**
 * A fetch function that notes the indexes that are put under a tag, in the order in which the registry has answered.
 *
 * @param {typeof fetch} fetch
 * @param {number} who puts them
 * @param {Map<string, { who: number, digests: string[] }[]>} puts by the URL of the tag
 */
export function noting(fetch, who, puts) {
  return async (url, init) => {
    const answer = await fetch(url, init);
    const isTag = init.method === "PUT" && /\/manifests\/[^:]+$/.test(url);
    if (isTag && answer.status === 201) {
      const digests = JSON.parse(Buffer.from(init.body)).manifests.map(({ digest }) => digest);
      if (!puts.has(url)) puts.set(url, []);
      puts.get(url).push({ who, digests });
    }
    return answer;
  };
}

/** The writers whose puts were written over by one that had not seen them. */
export function losers(puts) {
  return puts.slice(1).flatMap(({ digests }, at) => {
    const before = puts[at];
    return before.digests.every((digest) => digests.includes(digest)) ? [] : [before.who];
  });
}

/**
 * Two writers add an image each to one tag, `count` times; both are there every time, and a writer that lost a write says so.
 *
 * @param {object} setting
 * @param {number} setting.count
 * @param {number} setting.most tags at once
 * @param {(at: number) => Promise<string>} setting.prepare makes a tag of one image, and gives its reference
 * @param {(who: number, reference: string) => Promise<{ conflicts: string[] }>} setting.write
 * @param {(reference: string) => Promise<string[]>} setting.read the digests that the tag lists
 * @param {string[]} setting.digests of all three images, sorted
 * @param {(reference: string) => { who: number, digests: string[] }[]} setting.puts
 * @param {boolean} [setting.isExact] whether puts are noted in the order in which they were stored
 * @returns {Promise<{ met: number, lost: number }>} the edits that met another writer, and the writes that were lost
 */
export async function race({ count, most, prepare, write, read, digests, puts, isExact = false }) {
  const totals = { met: 0, lost: 0 };
  await each(count, most, async (at) => {
    const reference = await prepare(at);
    const results = await Promise.all([0, 1].map((who) => write(who, reference)));
    assert.deepEqual((await read(reference)).sort(), digests, reference);
    totals.met += results.filter(({ conflicts }) => conflicts.length > 0).length;
    for (const who of losers(puts(reference))) {
      totals.lost += 1;
      // Answers may come in another order than that in which a server of its own writes.
      const reports = isExact ? results[who].conflicts : results.flatMap(({ conflicts }) => conflicts);
      assert.match(reports.join("\n"), /was overwritten with|which has this change too/, `${reference}, writer ${who}`);
    }
  });
  return totals;
}
