/** Lengths of time in words. */

import { count } from "./sizes.js";

const SPANS = [[86_400, "day"], [3_600, "hour"], [60, "minute"], [1, "second"]];

/** 21600 -> "6 hours": in the largest unit of which it is a whole number. */
export function spanOf(seconds) {
  const [size, unit] = SPANS.find(([size]) => seconds % size === 0);
  return count(seconds / size, unit);
}
