/** The configs of the other platforms, beside the one that is shown: what none of them says stands only here. */

import { computed, effect, signal } from "@preact/signals";
import { chosen } from "./choice.js";
import { configCell, isCounting, rows } from "./entries.js";
import { at, page } from "./inspector.js";
import { pulls } from "./pulls.js";

/** How many configs are read without being asked for. */
const READ = 12;

/** The digests of the images that the reader wants compared. */
const asked = signal(new Set());

/** The rows of the other images. */
const others = computed(() => {
  if (at.value.tab !== "config" || chosen.value?.kind !== "image") return [];
  return rows.value.filter((row) => row !== chosen.value && row.kind === "image" && row.cell);
});

const isUnasked = computed(() => isCounting.value || others.value.length > READ);
const compares = ({ descriptor }) => !isUnasked.value || asked.value.has(descriptor.digest);
const isUnread = ({ cell }) => cell.state.value.phase === "idle";

/** The config of a row whose manifest is there. */
function configOf({ cell }) {
  const document = cell.state.value.value;
  return document?.kind === "image" && document.config && !document.config.problem ? configCell(page.value.name, document) : undefined;
}

/**
 * What is compared when it is asked for: `{ rows, costs }`, where `costs` counts the manifests to read. Where those count as pulls,
 * no more are offered than are left. Undefined where nothing is left to ask for.
 */
export const offered = computed(() => {
  const left = pulls.value[page.value.reference?.domain]?.remaining ?? Infinity;
  const waiting = others.value.filter((row) => !compares(row));
  const unread = waiting.filter(isUnread).slice(0, left);
  const all = waiting.filter((row) => !isUnread(row) || unread.includes(row));
  return all.length > 0 ? { rows: all, costs: unread.length } : undefined;
});

export function compareConfigs() {
  const wanted = [chosen.value, ...offered.value.rows];
  asked.value = new Set([...asked.value, ...wanted.map(({ descriptor }) => descriptor.digest)]);
}

effect(() => {
  for (const row of others.value.filter(compares)) {
    row.cell.start();
    configOf(row)?.start();
  }
});

const isWaiting = (row) => ["idle", "loading"].includes((configOf(row) ?? row.cell).state.value.phase);

/** What the others say: `{ count, says }`, where `says` has each setting in its place; undefined until all of them are read. */
const compared = computed(() => {
  const wanted = others.value.filter(compares);
  if (wanted.some(isWaiting)) return undefined;
  const configs = wanted.map((row) => configOf(row)?.state.value.value).filter(Boolean);
  return configs.length > 0 ? { count: configs.length, says: new Set(configs.flatMap(settingsOf)) } : undefined;
});

/** How many other configs were compared. */
export const comparedWith = computed(() => compared.value?.count ?? 0);

/** Whether no other config has this value in this place. */
export const isOnlyHere = (place, value) => compared.value !== undefined && !compared.value.says.has(setting(place, value));

const setting = (place, value) => JSON.stringify([place, value]);

export const objectOf = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value : {});
export const listOf = (value) => (Array.isArray(value) ? value : []);

/** The command that a container runs. */
export const argvOf = (run) => [...listOf(run.Entrypoint), ...listOf(run.Cmd)];

function settingsOf({ config }) {
  const run = objectOf(config);
  return [
    setting("argv", argvOf(run)),
    ...["User", "WorkingDir"].map((name) => setting(name, run[name])),
    ...["ExposedPorts", "Volumes"].flatMap((name) => Object.keys(objectOf(run[name])).map((key) => setting(name, key))),
    ...listOf(run.Env).map((line) => setting("Env", line)),
    ...Object.entries(objectOf(run.Labels)).map((pair) => setting("Labels", pair)),
  ];
}
