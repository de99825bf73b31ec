/** A long list of files: only the rows that can be seen are there. It is one stop of the keyboard. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { sizeText } from "../../words/sizes.js";
import { Icon } from "../icons.jsx";
import { Text } from "../text.jsx";
import { Change } from "./changes.jsx";
import { NEXT } from "../signs.js";

/** The height of a row in pixels; the style sheet has the same. */
const ROW = 28;
/** How many rows are drawn beyond each edge. */
const BEYOND = 8;
/** No browser makes an element much higher than this: a longer list scrolls faster than its rows pass. */
const HIGHEST = 8_000_000;
/** The list is never lower than so many rows. */
const FEWEST = 4;
/** Folders further in are not indented more. */
const INDENTED = 12;

/** `nodeOf` makes nodes of what is in `rows`, where that is something else. */
export function FileList({ rows, nodeOf = (node) => node, isTree, hasLayers, isWasted, unfolded, chosen, choose, fold, open }) {
  const box = useRef();
  const top = useSignal(0);
  const height = useSignal(400);
  const place = placeOf(rows.length, top.value, height.value);
  const chosenAt = rows.indexOf(chosen);
  useEffect(() => {
    const observer = new ResizeObserver(([{ target }]) => (height.value = target.clientHeight));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (chosenAt >= 0) scrollToRow(box.current, chosenAt, rows.length);
  }, [chosenAt, rows]);
  const onKeyDown = (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const done = press(key, { rows, isTree, unfolded, chosenAt, page: Math.floor(height.value / ROW) - 1, choose, fold, open });
    if (done) event.preventDefault();
  };
  const visible = rows.slice(place.first, place.last).map(nodeOf);
  return (
    <div
      class={isWasted ? "file-list wasted" : "file-list"} id="file-list" ref={box} role="tree" tabindex="0" aria-label="Files"
      aria-activedescendant={chosenAt >= place.first && chosenAt < place.last ? `file-${chosenAt}` : undefined}
      style={{ maxHeight: `${Math.max(rows.length, FEWEST) * ROW + 2}px` }} onScroll={() => (top.value = box.current.scrollTop)} onKeyDown={onKeyDown}
    >
      <div role="presentation" class="file-space" style={{ height: `${place.total}px` }}>
        <div role="presentation" class="file-window" style={{ transform: `translateY(${place.offset}px)` }}>
          {visible.map((node, at) => (
            <Row
              key={place.first + at} node={node} at={place.first + at} of={rows.length} isTree={isTree} hasLayers={hasLayers} isWasted={isWasted}
              isUnfolded={unfolded.has(node)} isChosen={node === chosen}
              onClick={() => {
                choose(node);
                if (isTree && node.children) fold(node);
                else open(node);
              }}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** Which rows are drawn, and where. A list that is too high for an element passes faster than it is scrolled. */
function placeOf(count, top, height) {
  const full = count * ROW;
  const total = Math.min(full, HIGHEST);
  const passed = full > total ? (top * (full - height)) / Math.max(1, total - height) : top;
  const first = Math.max(0, Math.floor(passed / ROW) - BEYOND);
  const last = Math.min(count, Math.ceil((passed + height) / ROW) + BEYOND);
  return { first, last, total, offset: top - (passed - first * ROW) };
}

function scrollToRow(box, index, count) {
  const { scrollTop, clientHeight } = box;
  const { total } = placeOf(count, 0, clientHeight);
  const scale = count * ROW > total ? (total - clientHeight) / (count * ROW - clientHeight) : 1;
  const [from, to] = [index * ROW * scale, ((index + 1) * ROW - clientHeight) * scale];
  if (scrollTop > from) box.scrollTop = from;
  else if (scrollTop < to) box.scrollTop = to;
}

/** What a key does in the list. @returns {boolean} whether it does anything */
function press(key, { rows, isTree, unfolded, chosenAt, page, choose, fold, open }) {
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length };
  const node = rows[chosenAt];
  if (key in steps) {
    const next = rows[Math.min(Math.max(chosenAt + steps[key], 0), rows.length - 1)];
    if (next) choose(next);
    return true;
  }
  if (!node) return false;
  const isOpen = unfolded.has(node);
  if (key === "Enter" || key === " ") {
    if (isTree && node.children) fold(node);
    else open(node);
  } else if (isTree && key === "ArrowRight" && node.children) {
    if (!isOpen) fold(node);
    else if (rows[chosenAt + 1]?.parent === node) choose(rows[chosenAt + 1]);
  } else if (isTree && key === "ArrowLeft") {
    if (node.children && isOpen) fold(node);
    else if (node.parent?.parent) choose(node.parent);
  } else return false;
  return true;
}

function Row({ node, at, of, isTree, hasLayers, isWasted, isUnfolded, isChosen, onClick }) {
  const { name, path, entry, children, change, layer, size, hides, isOpaque } = node;
  const state = change ? `file-row ${change}` : "file-row";
  return (
    <div
      class={state} id={`file-${at}`} role="treeitem" aria-level={isTree ? node.depth + 1 : 1} aria-posinset={at + 1} aria-setsize={of} aria-selected={isChosen}
      aria-expanded={isTree && children ? isUnfolded : undefined} onClick={onClick}
    >
      <span class="file-name" style={isTree ? { paddingLeft: `${Math.min(node.depth, INDENTED) * 16}px` } : undefined}>
        <span class={children && isUnfolded ? "twist open" : "twist"}>{isTree && children && <Icon path={NEXT} />}</span>
        <span class="file-text">
          <Text of={isTree ? name || "(no name)" : path} />
          {children && "/"}
          {entry?.target !== undefined && entry.type !== "file" && (
            <span class="dim">
              {" "}
              → <Text of={entry.target} />
            </span>
          )}
        </span>
        {isOpaque && <span class="change removed">emptied</span>}
      </span>
      {hasLayers ? <span class="file-layer-of">{isWasted ? <Change of={change} /> : layer !== undefined && entry ? `layer ${layer}` : ""}</span> : <Change of={change} />}
      <span class="file-size">{isWasted ? `hides ${sizeText(hides)}` : node.count > 0 || entry?.type === "file" ? sizeText(size) : ""}</span>
    </div>
  );
}
