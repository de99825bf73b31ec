/** Where images come from: references, files of this tab, what is open. */

import { useRef } from "preact/hooks";
import { announce, page } from "../state/inspector.js";
import { openFile } from "../views/drop.jsx";
import { Icon } from "../views/icons.jsx";
import { Digest, Platform } from "../views/pieces.jsx";
import { Text } from "../views/text.jsx";
import { Trouble } from "../views/trouble.jsx";
import { count } from "../words/sizes.js";
import { addAll, addRow, addSources, isListed, removeSource, sources } from "./state.js";
import { CROSS } from "../views/signs.js";

export function SourcesPane() {
  return (
    <section class="pane sources" aria-labelledby="sources-title">
      <h2 id="sources-title">Sources</h2>
      <AddSource />
      {sources.value.map((one, index) => (
        <SourceItem key={one.text} source={one} index={index} />
      ))}
      {sources.value.length === 0 && <p class="aid">Images and lists of any repository that this page may read. Attestations come along with their images.</p>}
    </section>
  );
}

function AddSource() {
  const field = useRef();
  const add = (event) => {
    event.preventDefault();
    const text = field.current.value.trim();
    if (!text) return announce("Write a reference first.");
    field.current.value = "";
    return addSources([text]);
  };
  return (
    <form class="add" onSubmit={add} autocomplete="off">
      <label for="source">Reference</label>
      <p class="field">
        <input id="source" ref={field} type="text" class="mono" placeholder="ghcr.io/ada/app:2.0-arm64" inputmode="url" autocapitalize="none" autocorrect="off" spellcheck={false} />
        <button type="submit">Add</button>
      </p>
      <p class="actions">
        <button type="button" class="plain" onClick={openFile}>
          or a file, or JSON
        </button>
        <OpenOne />
      </p>
    </form>
  );
}

/** What was open before, in one step. */
function OpenOne() {
  const { ref, paste } = page.value.last ?? {};
  const text = ref ?? (paste && `paste:${paste}`);
  if (!text || sources.value.some((one) => one.text === text)) return null;
  return (
    <button type="button" class="plain" onClick={() => addSources([text])}>
      add <Text of={named(text)} class="mono" />
    </button>
  );
}

const named = (text) => (text.startsWith("paste:") ? `document ${text.slice("paste:sha256:".length).slice(0, 12)}` : text);

function SourceItem({ source: { text, value, error, cell, phase }, index }) {
  const left = value?.rows.filter((row) => !isListed(index, row)) ?? [];
  return (
    <div class="source">
      <div class="source-head">
        <h3>
          <Text of={named(text)} class="mono" />
        </h3>
        <button type="button" class="plain icon-button" onClick={() => removeSource(index)}>
          <Icon path={CROSS} />
          <span class="unseen">
            Take out <Text of={named(text)} />
          </span>
        </button>
      </div>
      {phase === "loading" && <p class="message">Reading…</p>}
      {error && <Trouble error={error} isSmall retry={() => cell.again()} />}
      <ul>
        {value?.rows.map((row) => (
          <SourceRow key={row.descriptor.digest} row={row} index={index} />
        ))}
      </ul>
      {left.length > 1 && (
        <button type="button" class="plain" onClick={() => addAll(index, left)}>
          add {left.length === value.rows.length ? "all" : "the other"} {left.length}
        </button>
      )}
    </div>
  );
}

function SourceRow({ row, index }) {
  const { descriptor, platform, attestations } = row;
  const isIn = isListed(index, row);
  return (
    <li>
      <Platform of={platform} />
      <Digest of={descriptor.digest} />
      {attestations > 0 && <span class="note">{count(attestations, "attestation")}</span>}
      <button type="button" class="plain add-row" aria-disabled={isIn} onClick={() => addRow(index, row)}>
        {isIn ? "added" : "add ›"}
      </button>
    </li>
  );
}
