/** The one field: it says what it understood before Enter, and does that. */

import { computed, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { page, route } from "../state/inspector.js";
import { createPart } from "../state/parts.js";
import { subjectOf } from "../state/route.js";
import { Text } from "./text.jsx";

/** What reads the text and does what it says. */
const reading = createPart(() => import("../omnibox/reading.js"));

/** What is written in the field; undefined while it shows what is open. */
const written = signal(undefined);
/** What was wrong with the text at Enter, until it is changed. */
const trouble = signal(undefined);

const subject = computed(() => subjectOf(route.value));

// What is written is kept until something else is opened, also where the field of the head is replaced by that of the start page.
subject.subscribe(() => {
  written.value = undefined;
  trouble.value = undefined;
});

const shown = () => written.value ?? page.value.opened?.file ?? titleOf(route.value);
const titleOf = ({ ref, a, b }) => ref ?? (a ? `${a} .. ${b ?? ""}` : "");

/** Puts a text into the field, for the reader to go on with. */
export function writeHere(text) {
  written.value = text;
  const field = document.getElementById("omnibox");
  field?.focus();
  requestAnimationFrame(() => field?.setSelectionRange(text.length, text.length));
}

export const startComparison = () => writeHere(route.value.ref ? `${route.value.ref} .. ` : "");

/** Does what the text says. */
async function submit(event) {
  event.preventDefault();
  const text = written.value ?? titleOf(route.value);
  trouble.value = undefined;
  try {
    const { perform } = await reading.need();
    trouble.value = perform(text);
  } catch ({ message, hint }) {
    trouble.value = `${message} ${hint ?? ""}`;
  }
  if (trouble.value === undefined) written.value = undefined;
}

export function Omnibox({ isLarge }) {
  const field = useRef();
  useEffect(() => {
    if (written.value !== undefined) field.current.focus();
  }, []);
  return (
    <form class={isLarge ? "omnibox large" : "omnibox"} role="search" autocomplete="off" onSubmit={submit}>
      <label class="unseen" for="omnibox">
        Image, command line, address, digest or JSON
      </label>
      <input
        ref={field}
        id="omnibox"
        type="text"
        class="mono"
        value={shown()}
        placeholder="alpine:3.20"
        inputmode="url"
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        aria-describedby="understood"
        onInput={(event) => {
          written.value = event.currentTarget.value;
          trouble.value = undefined;
          reading.need().catch(() => {});
        }}
      />
      {isLarge ? (
        <button type="submit" class="primary">
          Open
        </button>
      ) : (
        <kbd aria-hidden="true">/</kbd>
      )}
      <Understood />
    </form>
  );
}

/** What Enter would do. Only while something is being written. */
function Understood() {
  const isReady = page.value.phase !== "starting";
  const understood = written.value !== undefined && isReady ? reading.now?.read(written.value) : undefined;
  const isWrong = understood?.kind === "problem" && trouble.value !== undefined;
  return (
    <p id="understood" class={isWrong || trouble.value ? "understood wrong" : "understood"} role={trouble.value ? "alert" : undefined}>
      {trouble.value ? <Text of={trouble.value} /> : understood?.says ? <Text of={understood.says} /> : null}
    </p>
  );
}
