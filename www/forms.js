// The ways in: a reference, a pasted text, a dropped file. Each ends in `go(route)` or `paste(bytes)`.

const by = (id) => document.getElementById(id);

/** @param {{ go: (route: object) => void, paste: (bytes: Uint8Array, asked?: string) => void }} app */
export function connectForms({ go, paste }) {
  const field = by("reference");
  const text = by("paste-text");

  by("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const written = field.value.trim();
    if (looksLikeJson(written)) paste(new TextEncoder().encode(written));
    else if (written) go({ ref: written });
    else field.focus();
  });
  by("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    if (text.value.trim())
      paste(new TextEncoder().encode(text.value), by("paste-digest").value.trim() || undefined);
    else text.focus();
  });
  by("open-paste").addEventListener("click", () => {
    openPaste(by("paste").hidden);
    if (!by("paste").hidden) text.focus();
  });
  // A skip link through the hash would be taken for a route.
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    by("main").focus();
  });

  // JSON pasted outside of the text area is meant as a document, wherever the focus is.
  document.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    if (event.target.closest?.("#paste") || !looksLikeJson(pasted)) return;
    event.preventDefault();
    text.value = pasted;
    paste(new TextEncoder().encode(pasted));
  });
  connectDrop((bytes) => paste(bytes));
  // Until now a form would have been sent to the server, which the policy forbids.
  for (const button of document.querySelectorAll("form button:disabled")) button.disabled = false;
}

/** Opens or closes the paste form. */
export function openPaste(open) {
  by("paste").hidden = !open;
  by("open-paste").setAttribute("aria-expanded", String(open));
}

/** Keeps the reference field in step with the address bar. */
export function showReference(reference = "") {
  by("reference").value = reference;
}

function looksLikeJson(text) {
  return /^\s*[{[]/.test(text);
}

/** A dropped file keeps its bytes as they are; dropped text is encoded. */
function connectDrop(take) {
  const veil = by("drop");
  let depth = 0;
  const cover = (on) => (veil.hidden = !on);
  addEventListener("dragenter", (event) => {
    event.preventDefault();
    depth += 1;
    cover(true);
  });
  addEventListener("dragleave", () => {
    depth -= 1;
    cover(depth > 0);
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", async (event) => {
    event.preventDefault();
    depth = 0;
    cover(false);
    const [file] = event.dataTransfer.files;
    const written = event.dataTransfer.getData("text/plain");
    if (file) take(new Uint8Array(await file.arrayBuffer()));
    else if (written) take(new TextEncoder().encode(written));
  });
}
