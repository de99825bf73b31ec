/** Everything that a key does: one table feeds the keys, the palette and the help. */

import { at, composeHere, go, page, pick, show } from "./inspector.js";
import { chosen, detail, pulled } from "./choice.js";
import { rows } from "./entries.js";
import { TABS } from "./route.js";
import { isPaletteOpen, switchKeys } from "./single-keys.js";

const focus = (selector) => document.querySelector(selector)?.focus();
const click = (selector) => document.querySelector(selector)?.click();
const isImage = () => page.value.phase === "document";

/** Goes so many rows down, and takes the focus along where it is in the list. */
function move(by) {
  const all = rows.value;
  if (all.length === 0) return;
  const next = all[Math.min(Math.max(all.indexOf(chosen.value) + by, 0), all.length - 1)];
  show({ path: next.path });
  if (document.activeElement?.closest?.(".platforms")) requestAnimationFrame(() => focus(".platforms [aria-current=true]"));
}

function toTab(by) {
  const tabs = TABS;
  const now = tabs.indexOf(at.value.tab ?? "layers");
  show({ tab: tabs[(now + by + tabs.length) % tabs.length] });
}

/** @type {{ keys: string[], text: string, run: () => void, isOff?: () => boolean }[]} */
export const COMMANDS = [
  { keys: ["/"], text: "Filter the files", run: () => focus("#find-files"), isOff: () => !document.querySelector("#find-files") },
  { keys: ["/"], text: "Write in the field", run: () => focus("#omnibox") },
  { keys: ["j", "]", "ArrowDown"], text: "Next platform", run: () => move(1), isOff: () => rows.value.length === 0 },
  { keys: ["k", "[", "ArrowUp"], text: "Platform before", run: () => move(-1), isOff: () => rows.value.length === 0 },
  { keys: ["}"], text: "Next tab", run: () => toTab(1), isOff: () => !isImage() },
  { keys: ["{"], text: "Tab before", run: () => toTab(-1), isOff: () => !isImage() },
  ...TABS.map((tab, index) => ({ keys: [String(index + 1)], text: `Open ${tab === "json" ? "JSON" : tab}`, run: () => show({ tab }), isOff: () => !isImage() })),
  { keys: ["l"], text: "Go into the layers, or the files", run: () => focus(".layers .digest, #file-list"), isOff: () => !detail.value?.document },
  { keys: ["h"], text: "Ask about another host", run: () => focus("#host"), isOff: () => !isImage() },
  { keys: ["y"], text: "Copy the digest of the platform", run: () => click(".detail .digest"), isOff: () => !detail.value },
  { keys: ["Y"], text: "Copy name@digest", run: () => click("[data-copy=pinned]"), isOff: () => !isImage() },
  { keys: ["p"], text: "Copy the pull command", run: () => click("[data-copy=docker]"), isOff: () => !isImage() },
  { keys: ["g"], text: "Show what this host would pull", run: () => pick({ at: undefined }), isOff: () => pulled.value === undefined },
  { keys: ["e"], text: "Unfold everything", run: () => document.querySelectorAll("main [data-unfold][aria-expanded=false]").forEach((one) => one.click()), isOff: () => !isImage() },
  { keys: ["c"], text: "Compare with another image", run: () => click("nav .quiet") },
  { keys: ["n"], text: "Compose a list of images", run: composeHere },
  { keys: ["o"], text: "Open a file or paste JSON", run: () => click("[data-open-file]") },
  { keys: ["s"], text: "Start page", run: () => go({}) },
  { keys: ["?"], text: "All commands", run: () => (isPaletteOpen.value = true) },
  { keys: [], text: "Switch single keys on or off", run: switchKeys },
];

/** The command of a key, where it has one now. */
export const commandOf = (key) => COMMANDS.find(({ keys, isOff }) => keys.includes(key) && !isOff?.());

/** Arrows go from one digest of the layers to the next. */
export function moveInLayers(by) {
  const all = [...document.querySelectorAll(".layers .digest")];
  all[all.indexOf(document.activeElement) + by]?.focus();
}
