// The document itself: as a tree, and as the exact bytes that the digest is of.
import { copyButton, el, section } from "../dom.js";
import { exactSize } from "../format.js";
import { bytesView } from "./bytes.js";
import { treeView } from "./tree.js";

export function contentView(state) {
  const { document } = state;
  if (!document) return null;
  const panes = { tree: () => treeView(state), bytes: () => bytesView(document) };
  const pane = el("div", { id: "pane", class: "pane" }, panes.tree());
  const button = (name, words) =>
    el(
      "button",
      {
        type: "button",
        class: "switch",
        "aria-pressed": String(name === "tree"),
        "data-pane": name,
        on: { click: () => show(name) },
      },
      words,
    );
  const buttons = [button("tree", "Tree"), button("bytes", "Exact bytes")];
  function show(name) {
    pane.replaceChildren(panes[name]());
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.pane === name));
  }
  return section(
    "document",
    "Document",
    el(
      "div",
      { class: "toolbar" },
      el("div", { class: "switches", role: "group", "aria-label": "Show the document as" }, buttons),
      el("span", { class: "aid" }, exactSize(document.size)),
      copyButton(new TextDecoder().decode(document.bytes), "the exact text"),
      el("button", { type: "button", class: "copy", on: { click: () => save(document) } }, "Save"),
    ),
    pane,
  );
}

/** Saves the bytes as they came; the name is the digest, the one name that stays true. */
function save({ bytes, digest }) {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = el("a", { download: `${digest.replace(":", "-")}.json` });
  link.href = address;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
