/** What entries of layers are in the manner of `ls -l`. */

const LETTERS = { folder: "d", symlink: "l", link: "h", fifo: "p", whiteout: "w", opaque: "o", other: "?" };

/** `drwxr-xr-x`. */
export function modeText({ type, mode, device }) {
  const letter = type === "device" ? (device?.kind === "block" ? "b" : "c") : (LETTERS[type] ?? "-");
  const bits = [8, 7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (mode & (1 << bit) ? "rwx"[2 - (bit % 3)] : "-"));
  const special = [[0o4000, 2, "s"], [0o2000, 5, "s"], [0o1000, 8, "t"]];
  for (const [flag, at, sign] of special) if (mode & flag) bits[at] = bits[at] === "x" ? sign : sign.toUpperCase();
  return letter + bits.join("");
}

/** `2024-02-29 12:34`, in UTC; nothing for a time that no calendar has. */
export function minuteText(seconds) {
  const date = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(date.getTime()) ? "-".padEnd(16) : date.toISOString().slice(0, 16).replace("T", " ");
}
