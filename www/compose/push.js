/** Pushing the list through the page's server: a plan first, then what the plan says, once it is confirmed. */

import { computed, signal } from "@preact/signals";
import { parseReference } from "../multiarch.js";
import { announce, site } from "../state/inspector.js";
import { refusal } from "../state/source.js";
import { blocking } from "./result.js";
import { findings, recipe, result } from "./state.js";

/**
 * `{ phase, plan, progress, error, made }`: "idle", "planning", "planned", "pushing", "pushed", "cancelled", "failed"; `of` is the list
 * and the name that it is about.
 */
const last = signal({ phase: "idle" });

const now = computed(() => `${result.value.document?.digest} ${recipe.value.target}`);

/** What is under way for the list as it is; a list that has changed has no plan. */
export const pushing = computed(() => (last.value.of === now.value ? last.value : { phase: "idle" }));

/** Why the list cannot be pushed, in words; undefined where it can. */
export const obstacle = computed(() => {
  const { write } = site.value;
  const wrong = blocking(findings.value).length;
  if (wrong > 0) return wrong === 1 ? "Its finding keeps it from being pushed." : `Its ${wrong} findings keep it from being pushed.`;
  if (result.value.parts.some(({ source }) => source.name === undefined)) return "A source is of this tab alone: only what is in a registry can be copied there.";
  const target = named(recipe.value.target);
  if (!target?.tag) return "Write the name of the list, with a tag.";
  if (target.digest) return "A list is pushed under a tag, without a digest.";
  if (!write.includes(target.name)) return `This page may write to ${write.join(", ")}.`;
  return undefined;
});

function named(text) {
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}

/** The type of an answer that says how far it is. */
const LINES = "application/x-ndjson";

/** The tag that has to be typed again. */
export const tag = computed(() => named(recipe.value.target)?.tag);

/** Where the entries are: digest to repository. */
const placesOf = (parts) => Object.fromEntries(parts.flatMap(({ source: { name }, rows }) => rows.flatMap(({ digests }) => digests.map((digest) => [digest, name]))));

let controller = new AbortController();
export const cancel = () => controller.abort();

export const makePlan = () =>
  step("planning", "planned", async () => {
    const { document, parts } = result.value;
    const plan = await ask("plan", { target: recipe.value.target, document: new TextDecoder().decode(document.bytes), from: placesOf(parts) });
    if (plan.digest !== document.digest) throw refusal("PLAN_DIFFERS", "The server plans another list than this page shows.", "Reload the page.");
    return { plan };
  });

export const followPlan = () => {
  const { plan } = pushing.value;
  const blobs = new Map();
  const since = performance.now();
  const hear = ({ step, digest, done, total }) => {
    if (digest !== undefined) blobs.set(digest, { done, total });
    const all = [...blobs.values()];
    const bytes = all.reduce((sum, one) => sum + one.done, 0);
    last.value = {
      ...last.value,
      progress: {
        step: step ?? last.value.progress?.step ?? 0,
        bytes,
        total: all.reduce((sum, one) => sum + one.total, 0),
        rate: (bytes * 1000) / Math.max(1, performance.now() - since),
      },
    };
  };
  return step("pushing", "pushed", async () => ({ made: await ask("push", { plan: plan.plan }, hear) }));
};

async function step(during, then, work) {
  const of = now.value;
  controller = new AbortController();
  const { signal } = controller;
  last.value = { ...pushing.value, of, phase: during, progress: undefined };
  try {
    last.value = { ...last.value, of, phase: then, ...(await work()) };
    announce(then === "planned" ? "The plan is there." : `Pushed ${recipe.value.target}.`);
  } catch (error) {
    const isCancelled = signal.aborted;
    last.value = isCancelled ? { of, phase: during === "pushing" ? "cancelled" : "idle" } : { of, phase: "failed", error: error.code ? error : unreachable() };
    if (isCancelled) announce("Cancelled.");
  }
}

const unreachable = () => refusal("SERVER_GONE", "The server of this page does not answer: `multiarch serve` has ended, or the line to it.", "Start it again.");

/** @param {(event: object) => void} [hear] takes the progress */
async function ask(action, body, hear) {
  const response = await fetch(new URL(`write/${action}`, document.baseURI), {
    method: "POST",
    headers: { "content-type": "application/json", ...(hear && { accept: LINES }) },
    body: JSON.stringify(body),
    credentials: "same-origin",
    redirect: "error",
    signal: controller.signal,
  });
  if (hear && response.ok) return heard(response, hear);
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw refused(text);
}

/** An answer in lines: events, and at the end the result or why there is none. */
async function heard({ body }, hear) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (text + part.value).split("\n");
    text = lines.pop();
    for (const line of lines) {
      const { result, errors, ...event } = JSON.parse(line);
      if (result) return result;
      if (errors) throw refused(line);
      hear(event);
    }
  }
  throw unreachable();
}

/** What the server says of its own, or of a registry: each with its own code. */
function refused(text) {
  try {
    const [{ code, message, detail }] = JSON.parse(text).errors;
    return refusal(code, message, detail?.hint);
  } catch {
    return refusal("SERVER_REFUSED", `The server of this page refused: ${text.trim()}`);
  }
}
