// Builds nodes. Text only ever becomes a text node, and a link only ever leads to this page's own hash.
import { printable } from "../pkg/entry/browser.js";

/**
 * An element with attributes, listeners (`on: { click }`) and children; strings become text nodes, null and false nothing.
 * @param {string} name
 * @param {Record<string, unknown>} [attributes] `false`, `null` and `undefined` leave an attribute out, `true` sets it empty
 * @param {...(Node | string | number | null | false | undefined | unknown[])} children
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") {
      for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    } else if (value !== undefined && value !== null && value !== false) {
      if (key === "href" && !String(value).startsWith("#"))
        throw new TypeError("a link leads to a hash of this page");
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Text from outside: controls and bidi marks made visible, its direction kept from its surroundings. */
export function value(text, attributes = {}) {
  return el("bdi", attributes, printable(String(text)));
}

/** The same in monospace. */
export function code(text, attributes = {}) {
  return el("code", attributes, value(text));
}

/** A button that copies `text` and says so, to the eye and to a screen reader. */
export function copyButton(text, what) {
  const button = el(
    "button",
    { type: "button", class: "copy", "aria-label": `Copy ${what}`, title: `Copy ${what}` },
    "Copy",
  );
  button.addEventListener("click", async () => {
    const done = await copy(text);
    button.textContent = done ? "Copied" : "Not allowed";
    announce(done ? `Copied ${what}` : "The browser did not allow copying");
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Speaks through the page's one live region. */
export function announce(text) {
  document.getElementById("status").textContent = text;
}

/** A titled part of the page. `id` makes it the target of a deep link. */
export function section(id, title, ...children) {
  return el(
    "section",
    { class: "part", "aria-labelledby": `${id}-title` },
    el("h2", { id: `${id}-title` }, title),
    ...children,
  );
}

/**
 * A table that becomes a list of cards on narrow screens. Roles are spelled out because the cards'
 * `display` would take them away.
 * @param {string} caption for screen readers
 * @param {string[]} columns
 * @param {HTMLElement[]} bodies made by `rows`
 */
export function table(caption, columns, bodies, attributes = {}) {
  return el(
    "table",
    { role: "table", ...attributes },
    el("caption", { class: "unseen" }, caption),
    el(
      "thead",
      { role: "rowgroup" },
      el(
        "tr",
        { role: "row" },
        columns.map((column) => el("th", { scope: "col", role: "columnheader" }, column)),
      ),
    ),
    bodies,
  );
}

/** A row whose cells carry their column's name for the cards. `cells` are node lists in the order of `columns`. */
export function row(columns, cells, attributes = {}) {
  return el(
    "tr",
    { role: "row", ...attributes },
    cells.map((cell, at) =>
      el(
        "td",
        { role: "cell", "data-column": columns[at], class: isEmpty(cell) ? "vacant" : null },
        // One element inside, so that a card can lay out name and content side by side.
        el("div", { class: "cell" }, cell),
      ),
    ),
  );
}

function isEmpty(cell) {
  return (
    cell === null ||
    cell === undefined ||
    cell === "" ||
    (Array.isArray(cell) && cell.flat(Infinity).every((item) => !item))
  );
}
