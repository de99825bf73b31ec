/** What differs in the chosen pair: its layers, what its config says, and its files on request. */

import { useEffect } from "preact/hooks";
import { createCell } from "../state/cells.js";
import { changesIn, firstPart, isSaid, PARTS } from "../state/changes.js";
import { differenceCell, documentOf, nameOf, pair } from "../state/comparison.js";
import { page, pick, route } from "../state/inspector.js";
import { asError } from "../state/source.js";
import { ChangedLayers } from "./changed-layers.jsx";
import { Code, Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";

const NAMES = { layers: "Layers", config: "Config", environment: "Environment", labels: "Labels", files: "Files…" };
const NONE = { config: "The config says the same.", environment: "The environment is the same.", labels: "Labels and annotations are the same." };

export function Differences() {
  const cell = differenceCell.value;
  if (!cell) return null;
  const { value } = cell.state.value;
  const part = PARTS.includes(route.value.by) ? route.value.by : firstPart(value);
  return (
    <section class="differences" aria-labelledby="differences-title">
      <div class="list-head">
        <h2 id="differences-title">
          What changed in <Text of={nameOf(pair.value)} class="mono" />
        </h2>
        <span class="switches" role="group" aria-label="Show what changed in">
          {PARTS.map((name) => (
            <button type="button" key={name} aria-pressed={name === part} onClick={() => pick({ by: name })}>
              {NAMES[name]}
              {value && isSaid(name) && ` ${changesIn(value, name).length}`}
            </button>
          ))}
        </span>
      </div>
      {part === "files" ? <FilesPart /> : part === "layers" ? <ChangedLayers pair={pair.value} /> : <Said cell={cell} part={part} />}
    </section>
  );
}

/** The code that reads layers, and its core, are fetched when they are first needed. */
const code = createCell(async () => {
  const [view, { init }] = await Promise.all([import("./files/compared.jsx"), import("../whole.js")]);
  await init();
  return view;
});

function FilesPart() {
  useEffect(() => void code.start(), []);
  const { sides } = page.value;
  const { value, error } = code.state.value;
  const given = [pair.value.a, pair.value.b].map((side, at) => ({ name: sides[at].name, document: documentOf(side) }));
  if (error) return <Trouble error={asError(error)} isSmall retry={() => code.again()} />;
  const failed = [pair.value.a, pair.value.b].map((side) => side.cell?.state.value.error).find(Boolean);
  if (failed) return <Trouble error={failed} isSmall isFinal />;
  if (!value || given.some(({ document }) => !document)) return <p class="message">Reading…</p>;
  return <value.ComparedFiles sides={given} />;
}

/** What the two say otherwise. */
function Said({ cell, part }) {
  const { value, error, phase } = cell.state.value;
  const changes = value ? changesIn(value, part) : [];
  return (
    <>
      {error && <Trouble error={error} isSmall retry={() => cell.again()} />}
      {phase === "loading" && <p class="message">Comparing…</p>}
      {value && changes.length === 0 && <p class="message">{NONE[part]}</p>}
      <ul>
        {changes.map(({ name, from, to }) => (
          <li key={name}>
            <Code of={name} class="strong" />
            <Value of={from} sign="−" kind="gone" />
            <Value of={to} sign="+" kind="new" />
          </li>
        ))}
      </ul>
    </>
  );
}

const Value = ({ of, sign, kind }) =>
  of === undefined ? null : (
    <p class={kind}>
      {sign} <Code of={typeof of === "string" ? of : JSON.stringify(of)} />
    </p>
  );
