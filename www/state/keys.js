/** What a key does, wherever it is pressed. The table of commands comes after the first view. */

import { createPart, withPart } from "./parts.js";
import { hasKeys, isPaletteOpen } from "./single-keys.js";

const commands = createPart(() => import("./commands.js"));

/** Keys that can be those of a command. */
const isCommand = (key) => key.length === 1 || key === "ArrowDown" || key === "ArrowUp";

const isField = (element) => element?.closest?.("input, textarea, select, [contenteditable]");

function onKey(event) {
  const { key, metaKey, ctrlKey, altKey, target } = event;
  if ((metaKey || ctrlKey) && key.toLowerCase() === "k") {
    event.preventDefault();
    isPaletteOpen.value = !isPaletteOpen.value;
    return;
  }
  if (key === "Escape" && target.id === "omnibox") return document.getElementById("main").focus();
  if (!hasKeys.value || metaKey || ctrlKey || altKey || isField(target) || isPaletteOpen.value) return;
  const isInLayers = target.closest?.(".layers");
  if (isInLayers && (key === "ArrowDown" || key === "ArrowUp")) {
    event.preventDefault();
    return withPart(commands, ({ moveInLayers }) => moveInLayers(key === "ArrowDown" ? 1 : -1));
  }
  // Arrows scroll the page, and move in tabs and lists of their own.
  if (key.startsWith("Arrow") && !target.closest?.(".platforms")) return;
  if (!isCommand(key)) return;
  // Until the table is there, what the browser does with a key is not prevented.
  const known = commands.now?.commandOf(key);
  if (commands.now && !known) return;
  if (known) event.preventDefault();
  return withPart(commands, ({ commandOf }) => {
    // A key before this one may have led into a field: what was meant for it is no command.
    if (!isField(document.activeElement)) (known ?? commandOf(key))?.run();
  });
}

export const connectKeys = () => addEventListener("keydown", onKey);
