// The document as a tree of its own JSON. Branches are made when they are opened: a document may have a million nodes.
import { el, value } from "../dom.js";
import { count } from "../format.js";
import { hashOf } from "../route.js";

/** Children shown at once. */
const SHOWN = 100;
/** Branches open at first: the document, its lists, and short objects in them. */
const OPEN_DEPTH = 2;

export function treeView({ document, name, route }) {
  const link = (path, text) => linkOf(path, text, { name, route });
  return el("div", { class: "tree", dir: "ltr" }, branch(null, document.json, [], link));
}

function node(key, json, path, link) {
  return json !== null && typeof json === "object"
    ? branch(key, json, path, link)
    : leaf(key, json, path, link);
}

function branch(key, json, path, link) {
  const isList = Array.isArray(json);
  const keys = Object.keys(json);
  if (keys.length === 0)
    return el("div", { class: "leaf" }, keyOf(key), el("span", { class: "punctuation" }, isList ? "[]" : "{}"));
  const children = el("div", { class: "children" });
  const fill = () => {
    if (children.childElementCount === 0)
      append(children, keys, 0, (child) =>
        node(isList ? Number(child) : child, json[child], [...path, isList ? Number(child) : child], link),
      );
  };
  const open = path.length < OPEN_DEPTH && keys.length <= SHOWN;
  if (open) fill();
  const details = el(
    "details",
    { open },
    el(
      "summary",
      {},
      keyOf(key),
      el("span", { class: "punctuation" }, isList ? "[" : "{"),
      el(
        "span",
        { class: "folded-text" },
        isList ? ` ${count(keys.length, "item")} ]` : [" ", gist(json, keys), " }"],
      ),
    ),
    children,
    el("div", { class: "punctuation closing" }, isList ? "]" : "}"),
  );
  details.addEventListener("toggle", () => details.open && fill());
  return details;
}

/** What a closed object is about: its platform or its first keys. */
function gist(json, keys) {
  const platform = json.platform;
  if (platform && typeof platform === "object" && typeof platform.os === "string") {
    return value(
      [platform.os, platform.architecture, platform.variant]
        .filter((part) => typeof part === "string")
        .join("/"),
    );
  }
  return value(keys.slice(0, 3).join(", ") + (keys.length > 3 ? ", …" : ""));
}

function append(children, keys, from, make) {
  children.append(...keys.slice(from, from + SHOWN).map(make));
  if (keys.length <= from + SHOWN) return;
  const more = el(
    "button",
    { type: "button", class: "quiet-button" },
    `Show ${count(Math.min(SHOWN, keys.length - from - SHOWN), "more", "more")} of ${keys.length}`,
  );
  more.addEventListener("click", () => {
    more.remove();
    append(children, keys, from + SHOWN, make);
  });
  children.append(more);
}

function leaf(key, json, path, link) {
  const kind = json === null ? "null" : typeof json;
  const shown =
    typeof json === "string"
      ? [
          el("span", { class: "punctuation" }, '"'),
          link(path, json) ?? value(json),
          el("span", { class: "punctuation" }, '"'),
        ]
      : String(json);
  return el("div", { class: "leaf" }, keyOf(key), el("span", { class: kind }, shown));
}

function keyOf(key) {
  if (key === null) return null;
  return [
    typeof key === "number"
      ? el("span", { class: "position" }, String(key))
      : el("span", { class: "key" }, value(key)),
    el("span", { class: "punctuation" }, ": "),
  ];
}

/** A digest is a link to what it names: a manifest of the same repository, or a part of this page. */
function linkOf(path, text, { name, route }) {
  if (path.at(-1) !== "digest" || !/^[a-z0-9]+([+._-][a-z0-9]+)*:[\w=-]{32,}$/.test(text)) return undefined;
  const [owner, index] = path;
  if ((owner === "manifests" && path.length === 3) || (owner === "subject" && path.length === 2)) {
    return name ? el("a", { href: hashOf({ ref: `${name}@${text}` }) }, value(text)) : undefined;
  }
  if (owner === "config" && path.length === 2)
    return el("a", { href: hashOf({ ...route, at: "config" }) }, value(text));
  if (owner === "layers" && path.length === 3)
    return el("a", { href: hashOf({ ...route, at: `layers/${index}` }) }, value(text));
  return undefined;
}
