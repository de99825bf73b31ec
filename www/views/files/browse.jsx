/** The files of a view: as a tree, by size, or by what they hide; filtered; and the one that is chosen. */

import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { unread } from "../../files/images.js";
import { nodeAt } from "../../files/nodes.js";
import { rowsOf, unfoldedRows, unfoldTo, WAYS } from "../../files/rows.js";
import { at, pick, route, show } from "../../state/inspector.js";
import { briefly } from "../../words/layers.js";
import { count, grouped, sizeText } from "../../words/sizes.js";
import { Changes } from "./changes.jsx";
import { FilePanel } from "./file.jsx";
import { FileList } from "./list.jsx";
import { ReadButton } from "./reading.jsx";
import { Text } from "../text.jsx";

/** A view with no more files and folders than this is unfolded at first. */
const UNFOLDED = 60;
/** How many of the layers that are left out are named. */
const NAMED = 4;
/** How long the address waits for the reader to stop: browsers refuse many changes of it. */
const SETTLED_AFTER = 200;

/** What is unfolded of a view, as long as the tab lives. */
const unfoldings = new WeakMap();

function unfoldedOf(view) {
  if (!unfoldings.has(view)) unfoldings.set(view, new Set(view.all.length <= UNFOLDED ? view.all.filter(({ children }) => children) : []));
  return unfoldings.get(view);
}

export function Browse({ files, index, view }) {
  const way = WAYS.includes(route.value.by) ? route.value.by : "tree";
  const find = useSettled(route.value.find ?? "", (text) => pick({ find: text || undefined }));
  const path = useSettled(at.value.file ?? "", (text) => show({ file: text || undefined }));
  const chosen = useMemo(() => (path.value === "" ? undefined : nodeAt(view, path.value)), [view, path.value]);
  const changes = useSignal(0);
  const opened = useSignal(undefined);
  const unfolded = unfoldedOf(view);
  useEffect(() => {
    if (chosen) unfoldTo(chosen, unfolded);
    changes.value += 1;
  }, [view]);
  const rows = useRows(view, { way, find: find.value, unfolded, change: changes.value });
  const choose = (node) => path.set(node.path);
  const fold = (node) => {
    if (!unfolded.delete(node)) unfolded.add(node);
    changes.value += 1;
  };
  const reveal = (text) => {
    path.set(text);
    const node = nodeAt(view, text);
    if (node) unfoldTo(node, unfolded);
    changes.value += 1;
  };
  return (
    <>
      <Summary files={files} index={index} view={view} />
      <Toolbar view={view} way={way} find={find}>
        {way === "tree" && find.value === "" && <FoldAll view={view} unfolded={unfolded} changed={() => (changes.value += 1)} />}
      </Toolbar>
      {rows?.length > 0 && <FileList rows={rows} isTree={way === "tree" && find.value === ""} hasLayers={index === undefined} isWasted={way === "wasted"} unfolded={unfolded} chosen={chosen} choose={choose} fold={fold} open={(node) => (opened.value = node)} />}
      {rows?.length === 0 && <p class="message">{find.value === "" ? (way === "wasted" ? "No file of a lower layer is hidden." : "No files.") : "No path has this in it."}</p>}
      {chosen && <FilePanel key={`${chosen.layer} ${chosen.path}`} files={files} view={view} node={chosen} isMerged={index === undefined} isOpened={opened.value === chosen} reveal={reveal} />}
      {path.value !== "" && !chosen && (
        <p class="message" role="status">
          <Text of={`/${path.value}`} class="mono" /> is not in {index === undefined ? "the image" : "this layer"}.
        </p>
      )}
    </>
  );
}

/** A value of the address that changes at once here, and there once the reader has stopped. */
function useSettled(stated, write) {
  const value = useSignal(stated);
  const timer = useRef();
  useEffect(() => {
    if (timer.current === undefined) value.value = stated;
  }, [stated]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const set = (next) => {
    value.value = next;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      write(next);
    }, SETTLED_AFTER);
  };
  return { value: value.value, set };
}

/** The tree is there at once; what has to be sorted or searched follows. */
function useRows(view, { way, find, unfolded, change }) {
  const found = useSignal(undefined);
  const isTree = way === "tree" && find === "";
  const tree = useMemo(() => isTree && unfoldedRows(view, unfolded), [view, isTree, change]);
  useEffect(() => {
    if (isTree) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    rowsOf(view, { way, find, signal }).then((rows) => {
      if (!signal.aborted) found.value = rows;
    });
    return () => controller.abort();
  }, [view, way, find]);
  return isTree ? tree : found.value;
}

function Summary({ files, index, view }) {
  const { layers, wastedBytes } = files.views.value;
  const left = files.layers.filter(({ blob }) => blob.state.value.phase === "failed");
  if (index === undefined) {
    return (
      <>
        <p class="files-sum">
          <b>{count(view.root.count, "file")}</b>, {sizeText(view.root.size)} unpacked
          {wastedBytes > 0 ? <span class="warn"> · {sizeText(wastedBytes)} wasted: files that upper layers hide</span> : " · nothing wasted"}
        </p>
        {left.slice(0, NAMED).map((layer) => (
          <p class="left-out" key={layer.index}>
            Left out: layer {layer.index}: <Text of={briefly(layer.blob.state.value.error)} />
          </p>
        ))}
        {left.length > NAMED && <p class="left-out">Left out: {count(left.length - NAMED, "more layer")}, which say why in their rows</p>}
      </>
    );
  }
  const { changes } = layers[index];
  const below = unread(files, index, true);
  return (
    <p class="files-sum">
      {changes ? <Changes of={changes} /> : <b>{count(files.layers[index].blob.state.value.entries.length, "entry", "entries")}</b>}
      {changes?.wastedBytes > 0 && <span class="warn"> · hides {sizeText(changes.wastedBytes)} of lower layers</span>}
      {changes?.ignored > 0 && <span class="dim"> · {grouped(changes.ignored)} not used</span>}
      {!changes && below.length > 0 && !files.job.value && (
        <>
          {" "}
          · what it adds and replaces is known with the layers below:{" "}
          <ReadButton files={files} layers={below} isPlain>
            list them
          </ReadButton>
        </>
      )}
    </p>
  );
}

const NAMES = { tree: "Tree", size: "By size", wasted: "Wasted" };

function Toolbar({ view, way, find, children }) {
  const onKeyDown = (event) => {
    if (event.key === "Escape" && find.value !== "") find.set("");
    else if (["Escape", "ArrowDown", "Enter"].includes(event.key)) document.getElementById("file-list")?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <div class="toolbar files-tools">
      <span class="switches" role="group" aria-label="Show the files">
        {WAYS.map((name) => (
          <button type="button" key={name} aria-pressed={way === name} onClick={() => pick({ by: name === "tree" ? undefined : name })}>
            {NAMES[name]}
            {name === "wasted" && view.hiding.length > 0 && ` ${grouped(view.hiding.length)}`}
          </button>
        ))}
      </span>
      {children}
      <label class="filter">
        <span class="unseen">Filter by path</span>
        <input id="find-files" type="text" placeholder="filter" spellcheck={false} autocapitalize="none" autocorrect="off" autocomplete="off" value={find.value} onInput={(event) => find.set(event.currentTarget.value)} onKeyDown={onKeyDown} />
        <kbd>/</kbd>
      </label>
    </div>
  );
}

function FoldAll({ view, unfolded, changed }) {
  view.folders ??= view.all.filter(({ children }) => children?.length > 0);
  const isAll = view.folders.every((node) => unfolded.has(node));
  const toggle = () => {
    for (const node of view.folders) isAll ? unfolded.delete(node) : unfolded.add(node);
    changed();
  };
  return (
    <button type="button" class="plain" data-unfold="" aria-expanded={isAll} onClick={toggle}>
      {isAll ? "fold all" : "unfold all"}
    </button>
  );
}
