/** What was opened lately, in this browser only. */

const KEY = "multiarch-lately";
const KEPT = 6;

/** @returns {{ name: string, hash: string, at: number }[]} */
export function lately() {
  try {
    const list = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(list) ? list.filter(({ name, ref, at }) => typeof name === "string" && typeof ref === "string" && Number.isFinite(at)) : [];
  } catch {
    return [];
  }
}

export function remember(name, { ref }) {
  if (!ref) return;
  try {
    const others = lately().filter((one) => one.name !== name);
    localStorage.setItem(KEY, JSON.stringify([{ name, ref, at: Date.now() }, ...others].slice(0, KEPT)));
  } catch {
    // A browser that keeps nothing shows no list.
  }
}
