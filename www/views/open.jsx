/** The dialog for what is to be opened: a file, a text, and the digest that it should have. */

import { isOpening, read, reading, refused, take } from "../state/opening.js";
import { sizeText } from "../words/sizes.js";
import { Dialog } from "./dialog.jsx";
import { Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";

export { openFile, take, takeArchive } from "../state/opening.js";

export function OpenDialog() {
  const submit = (event) => {
    event.preventDefault();
    const { text, digest, file } = event.currentTarget.elements;
    const asked = digest.value.trim() || undefined;
    if (file.files[0]) return take(file.files[0], asked);
    if (!text.value.trim()) return text.focus();
    return read(new TextEncoder().encode(text.value), asked);
  };
  return (
    <Dialog isOpen={isOpening} name="open" labelledBy="open-title">
      <form onSubmit={submit} autocomplete="off">
        <h2 id="open-title">Open an archive or a manifest</h2>
        {reading.value && <Reading />}
        {refused.value && <Refused />}
        <label>
          A file: what docker save writes, an OCI layout as tar, a manifest <input type="file" name="file" />
        </label>
        <label>
          or a manifest's JSON, exactly as the registry sent it
          <textarea name="text" class="mono" rows={8} spellcheck={false} autocapitalize="none" autocorrect="off" placeholder='{ "schemaVersion": 2, … }' />
        </label>
        <label>
          Digest that it should have (optional)
          <input type="text" name="digest" class="mono" spellcheck={false} autocapitalize="none" autocorrect="off" placeholder="sha256:…" />
        </label>
        <p class="aid">It is read in this tab and sent nowhere. A digest covers every byte: indented text has another one.</p>
        <p class="actions">
          <button type="submit" class="primary">
            Open
          </button>
          <button type="button" onClick={() => (isOpening.value = false)}>
            Cancel
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function Reading() {
  const { name, done, total, cancel } = reading.value;
  return (
    <p class="actions" role="status">
      <span>
        Reading <Text of={name} class="mono" />
        {total > 0 && ` ${sizeText(done)} of ${sizeText(total)}`}…
      </span>
      <button type="button" onClick={cancel}>
        Cancel
      </button>
    </p>
  );
}

/** What the file is, and what reads it; or why the text is no document. */
function Refused() {
  const { error, name, says } = refused.value;
  if (error) return <Trouble error={error} isSmall isFinal />;
  return (
    <p class="trouble small" role="alert">
      <Text of={name} class="mono" />: <Text of={says} />
    </p>
  );
}
