/** What icons show that the first view has none of. */

export const CROSS = "m4 4 8 8m0-8-8 8";
export const UP = "M3 10l5-5 5 5";
export const DOWN = "M3 6l5 5 5-5";
export const NEXT = "m6 3 5 5-5 5";
export const SWAP = "M3 5.5h10l-2.5-2.5M13 10.5H3l2.5 2.5";
