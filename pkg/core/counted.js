/** Counts in sentences. */

/** A number of things: "1 layer", "2 layers". */
export const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** The verb for a number of things: "is", "are". */
export const are = (count) => (count === 1 ? "is" : "are");
