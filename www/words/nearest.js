/** Which of many names are most like one that does not exist. */

/** @returns {string[]} the names, the most alike first; equal ones in the given order */
export function nearest(wanted, names) {
  return names
    .map((name, index) => ({ name, index, distance: distance(wanted, name) }))
    .sort((one, other) => one.distance - other.distance || one.index - other.index)
    .map(({ name }) => name);
}

/** Unequal characters after the common beginning, which counts most: tags of one family begin alike. */
function distance(one, other) {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  return one.length + other.length - 2 * same + Math.abs(one.length - other.length) - (other.includes(one) || one.includes(other) ? 2 : 0);
}
