/** One file: what it is, where it is from, its text, and a way to save it. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { modeText, minuteText } from "../../../pkg/layers/words.js";
import { firstBytes, hexOf, SHOWN_BYTES, textIn, wholeFile } from "../../files/content.js";
import { nodeAt, targetOf } from "../../files/nodes.js";
import { announce, show } from "../../state/inspector.js";
import { saveHere } from "../../state/saving.js";
import { asError } from "../../state/source.js";
import { count, exactSize, sizeText } from "../../words/sizes.js";
import { Change } from "./changes.jsx";
import { Copy } from "../pieces.jsx";
import { Lines, Text } from "../text.jsx";
import { Trouble } from "../trouble.jsx";

/** How many bytes are shown of what is no text. */
const HEX_BYTES = 1024;

const TYPES = { file: "File", folder: "Folder", symlink: "Symbolic link", link: "Hard link", device: "Device", fifo: "Named pipe", whiteout: "Removed by this layer", opaque: "Emptied by this layer", other: "Of an unknown type" };

export function FilePanel({ files, view, node, isMerged, isOpened, reveal }) {
  const { path, entry, layer, content, change, hides, children } = node;
  return (
    <div class="file" aria-label="The chosen file" role="group">
      <p class="file-head">
        <b class="mono">
          <Text of={`/${path}`} />
        </b>
        <Copy text={`/${path}`} what="the path">
          copy path
        </Copy>
        <Change of={change} />
      </p>
      <p class="facts">
        {TYPES[entry?.type] ?? "A folder that no layer states"}
        {entry && entry.type !== "whiteout" && entry.type !== "opaque" && <Mode of={entry} />}
        {entry?.type === "file" && ` · ${exactSize(entry.size)}`}
        {children && ` · ${count(node.count, "file")} below, ${sizeText(node.size)}`}
        {hides > 0 && <span class="warn"> · hides {sizeText(hides)} of lower layers</span>}
        {isMerged && entry && layer !== undefined && (
          <>
            {" "}
            · from{" "}
            <button type="button" class="plain" onClick={() => show({ item: layer })}>
              layer {layer}
            </button>
          </>
        )}
      </p>
      {entry?.target !== undefined && entry.type !== "file" && <Target view={view} node={node} reveal={reveal} />}
      {entry?.findings?.length > 0 && <p class="warn">Findings: {entry.findings.join(", ")}</p>}
      {content ? <Content files={files} node={node} isOpened={isOpened} /> : entry?.type === "file" && <p class="dim">A sparse file is not stored byte by byte: it is not shown.</p>}
    </div>
  );
}

const Mode = ({ of }) => (
  <>
    {" · "}
    <code>{modeText(of)}</code> {of.uid}:{of.gid} · {minuteText(of.mtime)} UTC
  </>
);

function Target({ view, node, reveal }) {
  const target = targetOf(node);
  const isThere = target !== "" && nodeAt(view, target) !== undefined;
  return (
    <p>
      leads to{" "}
      {isThere ? (
        <button type="button" class="plain" onClick={() => reveal(target)}>
          <Text of={`/${target}`} class="mono" />
        </button>
      ) : (
        <Text of={node.entry.target} class="mono" />
      )}
    </p>
  );
}

/** @typedef {{ phase: "idle" | "viewing" | "saving" | "failed", bytes?: number, error?: Error, shown?: { text?: string, hex?: string, isCut: boolean } }} State */

function Content({ files, node, isOpened }) {
  const state = useSignal({ phase: "idle" });
  const running = useRef();
  useEffect(() => () => running.current?.abort(), []);
  const { cost } = files.layers[node.content.layer].blob;
  const { size } = node.content;
  const run = (phase, work) => start({ state, running, phase, work });
  const view = () => run("viewing", async (signal) => ({ shown: shownOf(await firstBytes(files, node, signal)) }));
  const save = () =>
    run("saving", async (signal) => {
      const whole = await wholeFile(files, node, { signal, onBytes: (bytes) => (state.value = { ...state.value, bytes }) });
      saveHere(whole, node.name);
      announce(`Saved ${sizeText(whole.size)}`);
      return {};
    });
  // What costs nothing is shown at once.
  useEffect(() => {
    if (isOpened && cost === 0 && size <= SHOWN_BYTES && !state.peek().shown) void view();
  }, [isOpened]);
  const { phase, bytes, error, shown } = state.value;
  const isBusy = phase === "viewing" || phase === "saving";
  const price = cost > 0 ? ` (downloads ${sizeText(cost)})` : "";
  return (
    <>
      <p class="actions">
        <button type="button" data-view="" disabled={isBusy} onClick={view}>
          {size > SHOWN_BYTES ? "View the beginning" : "View"}
          {price}
        </button>
        <button type="button" data-save="" disabled={isBusy} onClick={save}>
          Save{price}
        </button>
        {isBusy && (
          <>
            <span role="status">{phase === "saving" && bytes > 0 ? `${sizeText(bytes)} of ${sizeText(size)}` : "Reading the layer…"}</span>
            <button type="button" onClick={() => running.current.abort()}>
              Cancel
            </button>
          </>
        )}
      </p>
      {error && <Trouble error={error} isSmall isFinal />}
      {shown && <Shown of={shown} size={size} />}
    </>
  );
}

async function start({ state, running, phase, work }) {
  running.current?.abort();
  const controller = new AbortController();
  running.current = controller;
  const { shown } = state.value;
  state.value = { phase, shown };
  try {
    state.value = { phase: "idle", shown, ...(await work(controller.signal)) };
  } catch (error) {
    state.value = controller.signal.aborted ? { phase: "idle", shown } : { phase: "failed", shown, error: asError(error) };
  }
}

function shownOf({ bytes, isCut }) {
  const text = textIn(bytes, isCut);
  return text === undefined ? { hex: hexOf(bytes.subarray(0, HEX_BYTES)), isCut: bytes.length > HEX_BYTES || isCut } : { text, isCut };
}

function Shown({ of: { text, hex, isCut }, size }) {
  if (size === 0) return <p class="dim">It is empty.</p>;
  return (
    <>
      {hex !== undefined && <p class="dim">No text: its first bytes, of {exactSize(size)}.</p>}
      {text !== undefined && isCut && <p class="dim">The first 256 KiB of {sizeText(size)}. Save it for the rest.</p>}
      <pre class="lines file-content" tabindex="0" aria-label="Content of the file" dir="ltr">
        <Lines of={text ?? hex} />
      </pre>
    </>
  );
}
