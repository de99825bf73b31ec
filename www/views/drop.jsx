/** Documents of this machine: dropped, pasted anywhere, or opened. They are read in this tab and sent nowhere. */

import { signal } from "@preact/signals";
import { openBytes } from "../state/inspector.js";
import { createPart, withPart } from "../state/parts.js";

const isOver = signal(false);

/** The dialog, and what reads a file. */
const opening = createPart(() => import("./open.jsx"));

export const openFile = () => withPart(opening, (part) => part.openFile());

/** A dropped folder, as `openArchive` takes one. */
const folderOf = (entry) => ({
  open: (path) =>
    new Promise((resolve) => {
      const none = () => resolve(undefined);
      entry.getFile(path, {}, (found) => found.file(resolve, none), none);
    }),
});

const looksLikeJson = (text) => /^\s*[{[]/.test(text);

/** From the beginning: a file that no one takes is what a browser leaves the page for. */
export function connectDrop() {
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
      if (entry?.isDirectory) withPart(opening, ({ takeArchive }) => takeArchive(folderOf(entry), entry.name));
      else if (file) withPart(opening, ({ take }) => take(file));
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
}

export function Drop() {
  const { OpenDialog } = opening.now ?? {};
  return (
    <>
      <button type="button" class="unseen-button" data-open-file="" tabIndex={-1} aria-hidden="true" onClick={openFile} />
      {OpenDialog && <OpenDialog />}
      {isOver.value && (
        <div class="drop" aria-hidden="true">
          <p>Drop an archive, a layout or a manifest to read it here</p>
        </div>
      )}
    </>
  );
}
