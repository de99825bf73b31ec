/** What the recipe makes: the list's digest and bytes, and the commands that make the same. */

import { save } from "../views/json.jsx";
import { Copy, Digest } from "../views/pieces.jsx";
import { Code, Lines, Text } from "../views/text.jsx";
import { kindOf } from "../words/digests.js";
import { exactSize } from "../words/sizes.js";
import { linesOf } from "./lines.js";
import { Push } from "./push.jsx";
import { recipe, result, setTarget } from "./state.js";

export function ResultPane() {
  const { document } = result.value;
  return (
    <section class="pane outcome" aria-labelledby="outcome-title">
      <h2 id="outcome-title">Result</h2>
      {document ? <Made document={document} /> : <p class="aid">The list stands here as soon as it has an entry: its digest, its JSON, and the commands that make the same.</p>}
    </section>
  );
}

function Made({ document }) {
  return (
    <>
      <Digest of={document.digest} isWhole />
      <p class="facts">
        {kindOf(document)}, {exactSize(document.size)} · computed here
      </p>
      <p class="actions">
        <button type="button" onClick={() => save(document)}>
          Download
        </button>
      </p>
      <label for="target">Name of the list</label>
      <input id="target" type="text" class="mono" value={recipe.value.target} placeholder="ghcr.io/ada/app:2.0" inputmode="url" autocapitalize="none" autocorrect="off" spellcheck={false} onInput={(event) => setTarget(event.currentTarget.value.trim())} />
      <Commands />
      <Push />
      <h3>JSON</h3>
      <pre class="bytes lines" tabindex="0" aria-label="JSON of the list">
        <Lines of={new TextDecoder().decode(document.bytes)} />
      </pre>
    </>
  );
}

function Commands() {
  const { lines = [], notes } = linesOf(recipe.value, result.value.parts);
  return (
    <div class="makers">
      {lines.map(({ name, text }) => (
        <p key={name}>
          <Code of={text} class="line" />
          <Copy text={text} what={`the ${name} command`}>
            copy<span class="unseen"> the {name} command</span>
          </Copy>
        </p>
      ))}
      {notes.map((note) => (
        <p class="note" key={note}>
          <Text of={note} />
        </p>
      ))}
    </div>
  );
}
