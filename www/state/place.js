/** Where the reader is: how far down, and what is unfolded. It is kept with the entry of the history. */

import { signal } from "@preact/signals";

/** What the reader has unfolded, by names that are stable for a document. */
export const unfolded = signal(new Set());

/** What is unfolded where the reasons of a tool's answer are shown. */
export const whyOf = (policy) => `why-${policy}`;

export function toggle(key) {
  const next = new Set(unfolded.value);
  if (!next.delete(key)) next.add(key);
  unfolded.value = next;
  write();
}

/** The state that the history keeps. */
export const kept = () => ({ scroll: window.scrollY, unfolded: [...unfolded.value] });

let isWaiting = false;

/** Keeps the place, at most ten times a second: browsers refuse more. */
export function keep() {
  if (isWaiting) return;
  isWaiting = true;
  setTimeout(() => {
    isWaiting = false;
    write();
  }, 100);
}

const write = () => history.replaceState(kept(), "");

/** Goes where the reader was at this entry of the history; `fresh` is called where that is a new one. */
export function restored(fresh) {
  const { scroll } = history.state ?? {};
  window.scrollTo(0, scroll ?? 0);
  if (scroll === undefined) fresh();
}
