/** The layers that one of two images has and the other has not, with the steps that made them. */

import { useEffect } from "preact/hooks";
import { documentOf, layersOf } from "../state/comparison.js";
import { configCell } from "../state/entries.js";
import { page } from "../state/inspector.js";
import { joinSteps } from "../words/history.js";
import { count } from "../words/sizes.js";
import { Digest, Size } from "./pieces.jsx";
import { Text } from "./text.jsx";

/** How many layers of a side are drawn. */
const SHOWN = 200;

export function ChangedLayers({ pair: { a, b } }) {
  const documents = [a, b].map(documentOf);
  if (documents.some((document) => !document)) return <p class="message">Reading…</p>;
  const had = [a, b].map((side) => new Set(layersOf(side).map(({ digest }) => digest)));
  const same = layersOf(b).filter(({ digest }) => had[0].has(digest)).length;
  return (
    <>
      <p class="message">{same === 0 ? "No layer is in both." : `${count(same, "layer")} of B ${same === 1 ? "is" : "are"} in A, too.`}</p>
      <ul>
        {documents.map((document, at) => (
          <OfSide key={document.digest} document={document} name={page.value.sides[at].name} had={had[1 - at]} sign={"−+"[at]} kind={["gone", "new"][at]} />
        ))}
      </ul>
    </>
  );
}

/** Those that the other side has not; their steps once the config is there. */
function OfSide({ document, name, had, sign, kind }) {
  const cell = document.config && !document.config.problem && name ? configCell(name, document) : undefined;
  useEffect(() => void cell?.start(), [cell]);
  const steps = joinSteps(document.layers, cell?.state.value.value?.history);
  return steps
    .filter(({ layer }) => layer && !layer.problem && !had.has(layer.digest))
    .slice(0, SHOWN)
    .map(({ layer, index, step }) => (
      <li key={`${kind} ${index}`} class="changed-layer">
        <span class={kind}>
          {sign} layer {index}
        </span>
        <span>{step && <code class="changed-step"><Text of={`${step.instruction} ${step.summary}`.trim()} /></code>}</span>
        <span class="about">
          <Digest of={layer.digest} /> <Size of={layer.size} />
        </span>
      </li>
    ));
}
