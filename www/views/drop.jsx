/** Documents of this machine: dropped, pasted anywhere, or opened. They are read in this tab and sent nowhere. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { openBytes, openFileHere } from "../state/inspector.js";
import { asError, documentOf } from "../state/source.js";
import { kindOfFile } from "../words/files.js";
import { sizeText } from "../words/sizes.js";
import { Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";

const isOpen = signal(false);
const isOver = signal(false);
const refused = signal(undefined);
/** An archive that is being read: its name, how far, and what ends it. */
const reading = signal(undefined);

/** The longest file that is taken for a manifest: registries accept no longer one. */
const DOCUMENT_BYTES = 8 << 20;

/** Opens a text that can be a document; one that cannot stays in the form, to be mended. */
function read(bytes, asked) {
  try {
    documentOf({ bytes });
  } catch (error) {
    refused.value = { error: asError(error) };
    return undefined;
  }
  isOpen.value = false;
  return openBytes(bytes, asked);
}

export function openFile() {
  refused.value = undefined;
  isOpen.value = true;
}

/** Looks at the first bytes before the rest is read. */
async function take(file, asked) {
  const kind = kindOfFile(new Uint8Array(await file.slice(0, 512).arrayBuffer()), file.name);
  if (kind.isDocument && file.size <= DOCUMENT_BYTES) {
    isOpen.value = false;
    return openBytes(new Uint8Array(await file.arrayBuffer()), asked);
  }
  if (kind.isArchive) return takeArchive(file, file.name);
  refused.value = kind.isDocument ? { says: "This file is too long for a manifest: none is longer than 8 MiB.", name: file.name } : { says: kind.says, name: file.name };
  isOpen.value = true;
  return undefined;
}

/** Opens an archive or a folder. One that is compressed is read once, with its progress and a way to end that. */
async function takeArchive(from, name) {
  const controller = new AbortController();
  reading.value = { name, done: 0, total: 0, cancel: () => controller.abort() };
  isOpen.value = true;
  try {
    await openFileHere(from, name, { signal: controller.signal, onProgress: (done, total) => (reading.value = { ...reading.value, done, total }) });
    isOpen.value = false;
  } catch (error) {
    if (controller.signal.aborted) isOpen.value = false;
    else refused.value = { error: asError(error) };
  } finally {
    reading.value = undefined;
  }
}

/** A dropped folder, as `openArchive` takes one. */
const folderOf = (entry) => ({
  open: (path) =>
    new Promise((resolve) => {
      const none = () => resolve(undefined);
      entry.getFile(path, {}, (found) => found.file(resolve, none), none);
    }),
});

const looksLikeJson = (text) => /^\s*[{[]/.test(text);

function connect() {
  let depth = 0;
  const listeners = {
    dragenter: (event) => {
      event.preventDefault();
      isOver.value = (depth += 1) > 0;
    },
    dragleave: () => {
      isOver.value = (depth -= 1) > 0;
    },
    dragover: (event) => event.preventDefault(),
    drop: (event) => {
      event.preventDefault();
      depth = 0;
      isOver.value = false;
      const [file] = event.dataTransfer.files;
      const text = event.dataTransfer.getData("text/plain");
      const entry = event.dataTransfer.items[0]?.webkitGetAsEntry?.();
      refused.value = undefined;
      if (entry?.isDirectory) takeArchive(folderOf(entry), entry.name);
      else if (file) take(file);
      else if (text) openBytes(new TextEncoder().encode(text));
    },
    paste: (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (event.target.closest?.("textarea") || !looksLikeJson(text)) return;
      event.preventDefault();
      openBytes(new TextEncoder().encode(text));
    },
  };
  for (const [type, listener] of Object.entries(listeners)) addEventListener(type, listener);
  return () => {
    for (const [type, listener] of Object.entries(listeners)) removeEventListener(type, listener);
  };
}

export function Drop() {
  useEffect(connect, []);
  return (
    <>
      <button type="button" class="unseen-button" data-open-file="" tabIndex={-1} aria-hidden="true" onClick={openFile} />
      <OpenDialog />
      {isOver.value && (
        <div class="drop" aria-hidden="true">
          <p>Drop an archive, a layout or a manifest to read it here</p>
        </div>
      )}
    </>
  );
}

function OpenDialog() {
  const dialog = useRef();
  const open = isOpen.value;
  useEffect(() => {
    if (open) dialog.current.showModal();
    else dialog.current.close();
  }, [open]);
  const submit = (event) => {
    event.preventDefault();
    const { text, digest, file } = event.currentTarget.elements;
    const asked = digest.value.trim() || undefined;
    if (file.files[0]) return take(file.files[0], asked);
    if (!text.value.trim()) return text.focus();
    return read(new TextEncoder().encode(text.value), asked);
  };
  return (
    <dialog ref={dialog} class="open" aria-labelledby="open-title" onClose={() => (isOpen.value = false)}>
      {open && (
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
            <button type="button" onClick={() => (isOpen.value = false)}>
              Cancel
            </button>
          </p>
        </form>
      )}
    </dialog>
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
