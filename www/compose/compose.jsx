/** Compose: one list of images from several places, as it will be, before anything is written. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { refusal } from "../state/source.js";
import { EntriesPane } from "./entries.jsx";
import { ResultPane } from "./outcome.jsx";
import { SourcesPane } from "./places.jsx";
import { addSources, isLong, openRecipe, recipe } from "./state.js";
import { init } from "../whole.js";

/** @returns {Promise<object>} what `page` becomes for the recipe of an address */
export async function openCompose(text) {
  await init();
  if (await openRecipe(text)) return { phase: "composing", View: ComposeView, take: (sources) => void addSources(sources) };
  if (text === "tab") return { phase: "forgotten" };
  return { phase: "failed", error: refusal("COMPOSE_INVALID", "This address holds no list that can be composed: it was cut, or is of another version of the page.", "Begin a new one with Compose.") };
}

const STEPS = ["Sources", "List", "Result"];
/** What a phone shows of the three. */
const step = signal(0);

function ComposeView() {
  useEffect(() => {
    step.value = recipe.peek().entries.length > 0 ? 1 : 0;
  }, []);
  return (
    <div class="compose" data-step={step.value}>
      <div class="head">
        <div class="title">
          <h1 tabindex="-1">Compose a list</h1>
        </div>
        <p class="facts">
          One tag of several images. {isLong.value ? <b>This list is too long for an address: it stays in this tab.</b> : "The address of this page holds the list."}
        </p>
      </div>
      <div class="switches steps" role="group" aria-label="Steps">
        {STEPS.map((name, index) => (
          <button type="button" key={name} aria-pressed={step.value === index} onClick={() => (step.value = index)}>
            {index + 1} {name}
          </button>
        ))}
      </div>
      <div class="panes">
        <SourcesPane />
        <EntriesPane />
        <ResultPane />
      </div>
    </div>
  );
}
