/** Whether single keys do something, and whether the list of all commands is open. */

import { signal } from "@preact/signals";

const KEPT = "multiarch-no-keys";

/** Single keys are off in fields, and where the reader has switched them off (WCAG 2.1.4). */
export const hasKeys = signal(readSetting());

export const isPaletteOpen = signal(false);

function readSetting() {
  try {
    return localStorage.getItem(KEPT) !== "1";
  } catch {
    return true;
  }
}

export function switchKeys() {
  hasKeys.value = !hasKeys.value;
  try {
    localStorage.setItem(KEPT, hasKeys.value ? "0" : "1");
  } catch {
    // It holds for this visit.
  }
}
