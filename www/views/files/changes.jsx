/** What a layer does to the files below it, in words and in colour. */

import { grouped } from "../../words/sizes.js";

const SIGNS = { added: "+", replaced: "~", removed: "−" };

/** 3 added · 1 replaced · 2 removed; with `isShort` +3 ~1 −2, said in words to a screen reader. */
export const Changes = ({ of, isShort }) => (
  <span class="changes">
    {Object.keys(SIGNS).map(
      (change) =>
        of[change] > 0 && (
          <span key={change} class={change}>
            {isShort && <span aria-hidden="true">{SIGNS[change]}</span>}
            {grouped(of[change])}
            <span class={isShort ? "unseen" : undefined}> {change}</span>
          </span>
        ),
    )}
  </span>
);

/** The second line is of two images that are compared. */
const WORDS = {
  added: "added", replaced: "replaced", removed: "removed", ignored: "not used",
  changed: "changed", inA: "A alone", inB: "B alone", unknown: "perhaps",
};

export const Change = ({ of }) => (WORDS[of] ? <span class={`change ${of}`}>{WORDS[of]}</span> : <span class="change" />);
