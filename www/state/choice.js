/** The answer for the host that is asked about, and what the detail beside the list is about. */

import { computed, effect, signal } from "@preact/signals";
import { answersOf, imageAnswers, settled, TOOLS } from "./answers.js";
import { configCell, rows } from "./entries.js";
import { asError } from "./source.js";
import { at, host, ownHost, page, route, source } from "./inspector.js";

/**
 * The answers of all tools: `{ specifier, answers, runs, error }`. `runs` says of a single image whether the host can run it.
 * The last ones stay while new ones are asked for.
 */
export const choice = signal(undefined);

const [DOCKER] = TOOLS;

/** The tool whose choice is shown. */
export const tool = computed(() => TOOLS.find(({ policy }) => policy === route.value.policy) ?? DOCKER);

export const answer = computed(() => choice.value?.answers?.[tool.value.policy]);

/** The config of a single image, which states its platform. */
const ownConfig = computed(() => {
  const { phase, document, name } = page.value;
  const isImage = phase === "document" && document.kind === "image" && document.config && !document.config.problem;
  return isImage && name ? configCell(name, document) : undefined;
});

let running = new AbortController();

effect(() => {
  const { phase, document, name } = page.value;
  const specifier = host.value?.specifier;
  running.abort();
  if (phase !== "document" || !specifier || (document.kind !== "index" && document.kind !== "image")) {
    choice.value = undefined;
    return;
  }
  try {
    if (document.kind === "index") answerIndex(document, name, specifier);
    else answerImage(document, specifier);
  } catch (error) {
    choice.value = { specifier, error: asError(error) };
  }
});

function answerImage(document, specifier) {
  ownConfig.value?.start();
  const stated = ownConfig.value?.state.value.value?.platform;
  choice.value = stated?.os ? { specifier, isImage: true, stated, ...imageAnswers(document, stated, specifier) } : { specifier, isImage: true, isUnknown: true };
}

function answerIndex(document, name, specifier) {
  const answers = answersOf(document, specifier);
  running = new AbortController();
  const { signal } = running;
  choice.value = { specifier, answers };
  if (!name) return;
  for (const { policy } of TOOLS.filter((one) => answers[one.policy].isOpen)) {
    settled(answers[policy], { source, name, document, specifier, policy, signal }).then((found) => {
      if (signal.aborted) return;
      choice.value = { ...choice.peek(), answers: { ...choice.peek().answers, [policy]: found } };
    });
  }
}

const isSamePath = (one, other) => one.length === other.length && one.every((part, index) => part === other[index]);

/** The row that is shown in detail: the one that was opened, else the answer's. */
export const chosen = computed(() => {
  const all = rows.value;
  const find = (path) => all.find((row) => isSamePath(row.path, path));
  const { path } = at.value;
  if (path) return find(path);
  if (answer.value?.index === undefined || !answer.value.descriptor) return undefined;
  return find([answer.value.index, ...(answer.value.inside ?? [])]) ?? find([answer.value.index]);
});

/** The row that the answer is. */
export const pulled = computed(() => {
  const { index, inside = [], descriptor } = answer.value ?? {};
  return descriptor && index !== undefined ? [index, ...inside].join(".") : undefined;
});

/** The row that this computer would pull, also while another host is asked about; then from the index alone. */
export const yours = computed(() => {
  if (host.value?.by !== "asked") return pulled.value;
  const { phase, document } = page.value;
  if (!ownHost.value || phase !== "document" || document.kind !== "index") return undefined;
  const { index, descriptor } = answersOf(document, ownHost.value.specifier)[tool.value.policy];
  return descriptor && String(index);
});

/** What the detail shows: `{ descriptor, platform, document, error, config, … }`. Undefined where nothing is chosen. */
export const detail = computed(() => {
  const { phase, document, name } = page.value;
  if (phase !== "document") return undefined;
  if (document.kind !== "index") return { document, name, platform: ownConfig.value?.state.value.value?.platform, cell: undefined, attestations: [], isRoot: true };
  const row = chosen.value;
  if (!row) return undefined;
  const { value, error, phase: cellPhase } = row.cell?.state.value ?? {};
  return { row, name, descriptor: row.descriptor, platform: row.descriptor.platform, document: value, error, isLoading: cellPhase === "loading" || cellPhase === "idle", attestations: row.attestations };
});

/** The config of what the detail shows. */
export const detailConfig = computed(() => {
  const shown = detail.value;
  const { document, name } = shown ?? {};
  if (!document?.config || document.config.problem || document.kind !== "image" || !name) return undefined;
  return configCell(name, document);
});

effect(() => void chosen.value?.cell?.start());
effect(() => void detailConfig.value?.start());
