/** The word that was probably meant. */

/** The longest word that is compared: what is longer is no slip. */
const LONGEST = 40;

/**
 * The one of `words` that is nearest to a mistyped one: at most two letters away, and one where it is short; or the
 * only one that it is the beginning of. Undefined for none.
 *
 * @param {string} typed
 * @param {readonly string[]} words
 */
export function nearest(typed, words) {
  if (typed.length > LONGEST) return undefined;
  const most = typed.length < 6 ? 1 : 2;
  const found = words
    .map((word) => ({ word, steps: distance(typed, word) }))
    .filter(({ steps }) => steps <= most)
    .sort((one, other) => one.steps - other.steps);
  if (found.length > 0) return found[0].word;
  const longer = typed.length > 1 ? words.filter((word) => word.startsWith(typed)) : [];
  return longer.length === 1 ? longer[0] : undefined;
}

/** How many letters are added, left out, exchanged for another or for their neighbour (optimal string alignment). */
function distance(one, other) {
  const rows = [Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const differs = one[i - 1] === other[j - 1] ? 0 : 1;
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + differs);
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwapped) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[one.length][other.length];
}
