/** The layers whose files can be looked at, and all of them merged: what each is, how large, and how far it is read. */

import { useSignal } from "@preact/signals";
import { costOf, unread } from "../../files/images.js";
import { layersHeld } from "../../state/entries.js";
import { show } from "../../state/inspector.js";
import { briefly } from "../../words/layers.js";
import { count, pulledSize, sizeText } from "../../words/sizes.js";
import { Changes } from "./changes.jsx";
import { Text } from "../text.jsx";

/** How many layers are drawn before the reader asks for more. */
const SHOWN = 200;

export function FileLayers({ files, index }) {
  const isAll = useSignal(false);
  const { layers } = files;
  const list = isAll.value ? layers : layers.slice(0, SHOWN);
  return (
    <ol class="file-layers" aria-label="Layers">
      <li>
        <Pick isChosen={index === undefined} item={undefined} hue="merged">
          <b>All layers, merged</b>
          <Merged files={files} />
        </Pick>
      </li>
      {list.map((layer) => (
        <li key={layer.index}>
          <Pick isChosen={index === layer.index} item={layer.index} hue={hueOf(layer)}>
            <span class="step">
              <span class="number">{layer.index}</span> <Step of={layer.text} index={layer.index} />
            </span>
            <State files={files} layer={layer} />
          </Pick>
        </li>
      ))}
      {layers.length > list.length && (
        <li>
          <button type="button" class="plain more" onClick={() => (isAll.value = true)}>
            Show {layers.length - list.length} more
          </button>
        </li>
      )}
    </ol>
  );
}

const hueOf = ({ digest }) => {
  const { hue } = layersHeld.value.get(digest) ?? {};
  return hue ? `s${hue}` : "";
};

const Pick = ({ isChosen, item, hue, children }) => (
  <button type="button" class={`file-layer ${hue}`} aria-current={isChosen ? "true" : undefined} onClick={() => show({ item })}>
    {children}
  </button>
);

const Step = ({ of, index }) =>
  of ? (
    <code class="summary">
      {of.instruction && <b>{of.instruction} </b>}
      <Text of={of.summary} />
    </code>
  ) : (
    <span class="dim">layer {index}</span>
  );

function Merged({ files }) {
  const { merged, wastedBytes } = files.views.value;
  const left = unread(files);
  if (merged) {
    return (
      <span class="state">
        {count(merged.root.count, "file")}, {sizeText(merged.root.size)}
        {wastedBytes > 0 && <span class="warn"> · {sizeText(wastedBytes)} wasted</span>}
      </span>
    );
  }
  const cost = costOf(left);
  return <span class="state">{cost > 0 ? `${sizeText(cost)} to download` : sizeText(pulledSize(files.layers.filter(({ problem }) => !problem)))}</span>;
}

/** What a layer is that is not read yet, beyond its size. */
const KINDS = { encrypted: "encrypted", foreign: "foreign: the registry need not have it", unknown: "perhaps no tar" };

function State({ files, layer }) {
  const { blob, size, problem, kind, mediaType } = layer;
  const { phase, bytes, error, entries } = blob.state.value;
  if (problem) {
    return (
      <span class="state bad">
        cannot be used: <Text of={problem} />
      </span>
    );
  }
  if (error) {
    return (
      <span class="state bad">
        <Text of={briefly(error)} />
      </span>
    );
  }
  const changes = files.views.value.layers[layer.index]?.changes;
  return (
    <span class="state">
      {phase === "reading" ? `${sizeText(bytes)} of ${sizeText(size)}` : sizeText(size)}
      {entries && ` · ${count(entries.length, "entry", "entries")}`}
      {phase === "idle" && bytes !== undefined && " · cancelled"}
      {KINDS[kind] && !entries && (
        <span class="warn">
          {" "}
          · {KINDS[kind]} {kind === "unknown" && <Text of={mediaType} class="mono" />}
        </span>
      )}
      {changes && <Changes of={changes} isShort />}
    </span>
  );
}
