/** Two images compared: a sentence first, the platforms second, the details of one of them third. */

import { useEffect } from "preact/hooks";
import { configCell } from "../state/entries.js";
import { changeOf, counting, documentOf, fetched, hostKey, layersOf, nameOf, pair, pairs, read, unread, widestOf } from "../state/comparison.js";
import { go, page, pick, route } from "../state/inspector.js";
import { joinSteps } from "../words/history.js";
import { headline } from "../words/references.js";
import { count, pulledSize, sizeText } from "../words/sizes.js";
import { Differences } from "./differences.jsx";
import { Icon } from "./icons.jsx";
import { Digest, Platform, Size } from "./pieces.jsx";
import { Measure } from "./pulls.jsx";
import { Link, Text } from "./text.jsx";
import { SWAP } from "./signs.js";

export function CompareView() {
  const { sides } = page.value;
  const broken = sides.find(({ kind }) => kind !== "document");
  return (
    <div class="compare">
      <div class="head versus">
        <Side letter="A" side={sides[0]} to={{ ref: route.value.a }} />
        <button type="button" class="plain" onClick={() => go({ a: route.value.b, b: route.value.a })}>
          <Icon path={SWAP} /> swap
        </button>
        <Side letter="B" side={sides[1]} to={{ ref: route.value.b }} />
      </div>
      {broken ? <NoTag side={broken} /> : <Compared />}
    </div>
  );
}

const NoTag = ({ side }) => (
  <p class="panel">
    {side.opened ? (
      <>
        <Link to={{ ref: side.name }}>
          <Text of={side.opened.file} class="mono" />
        </Link>{" "}
        holds several images: choose one of them.
      </>
    ) : (
      <>
        <Text of={side.reference.familiar} class="mono" /> names a repository: write a tag or a digest behind it.
      </>
    )}
  </p>
);

function Side({ letter, side, to }) {
  return (
    <div class="side">
      <span class={`letter ${letter}`} aria-hidden="true">
        {letter}
      </span>
      <h1 tabindex="-1">
        <span class="unseen">{letter}: </span>
        <Link to={to}>
          <Text of={side.title ?? side.opened?.file ?? headline(side.reference)} class="mono" />
        </Link>
      </h1>
      {side.document && <Digest of={side.document.digest} />}
      <Text of={side.opened?.file ?? side.reference.domain} class="registry" />
    </div>
  );
}

function Compared() {
  return (
    <>
      <section class="hero sentence" aria-label="In short">
        <p class="line-1">
          <Sentence />
        </p>
        <p class="because">
          <Update />
        </p>
      </section>
      <section class="pairs" aria-labelledby="pairs-title">
        <h2 id="pairs-title">Platforms</h2>
        <ul>
          {pairs.value.map((one) => (
            <PairRow key={one.key} one={one} />
          ))}
        </ul>
        {counting.value && <Measure domain={counting.value} left={unread.value.length} onMeasure={(most) => read(unread.value.slice(0, most))} />}
        <p class="legend">
          <span>
            <i class="swatch" /> in both
          </span>
          <span>
            <i class="swatch s2" /> only in one
          </span>
        </p>
      </section>
      <Differences />
    </>
  );
}

const WORDS = { added: "B adds", removed: "B lacks" };

function Sentence() {
  const { sides } = page.value;
  if (sides[0].document.digest === sides[1].document.digest) return <>A and B are identical: the same digest.</>;
  const by = Object.groupBy ? Object.groupBy(pairs.value, changeOf) : groups();
  const parts = ["added", "removed"].filter((change) => by[change]).map((change) => (
    <span key={change}>
      {WORDS[change]} {joined(by[change].map(nameOf))};{" "}
    </span>
  ));
  const rest = [by.changed && `${by.changed.length} changed`, by.same && `${by.same.length} did not`].filter(Boolean).join(", ");
  return (
    <>
      {parts}
      {rest ? `${parts.length > 0 ? "of the others " : "Of the platforms of both "}${rest}.` : "they have no platform in common."}
    </>
  );
}

function groups() {
  const found = {};
  for (const one of pairs.value) (found[changeOf(one)] ??= []).push(one);
  return found;
}

const joined = (names) => names.map((name, index) => (
  <span key={name}>
    {index === 0 ? "" : index === names.length - 1 ? " and " : ", "}
    <Text of={name} class="mono strong" />
  </span>
));

/** The figure that people want: what this machine fetches to go from A to B. */
function Update() {
  const own = pairs.value.find(({ key }) => key === hostKey());
  if (!own) return <>Neither has an entry for exactly this host.</>;
  const bytes = fetched(own);
  if (bytes === undefined) return <>…</>;
  return (
    <>
      <Steps one={own} />A <Text of={nameOf(own)} class="mono" /> host {bytes === 0 ? "fetches no layer" : <>fetches <Size of={bytes} /></>} to go from A to B.
    </>
  );
}

/** How many steps are named. */
const NAMED = 2;

/** Which layers stay, and which steps made the others. */
function Steps({ one }) {
  const { a, b } = one;
  const document = changeOf(one) === "changed" ? documentOf(b) : undefined;
  const { name } = page.value.sides[1];
  const cell = document?.config && !document.config.problem && name ? configCell(name, document) : undefined;
  useEffect(() => void cell?.start(), [cell]);
  const { value: config } = cell?.state.value ?? {};
  if (!config) return null;
  const had = new Set(layersOf(a).map(({ digest }) => digest));
  const steps = joinSteps(document.layers, config.history).filter(({ layer, step }) => step && !had.has(layer.digest));
  if (steps.length === 0) return null;
  const same = document.layers.length - steps.length;
  return (
    <>
      Same: {count(same, "layer")}. Changed:{" "}
      {steps.slice(0, NAMED).map(({ step, index }, at) => (
        <span key={index}>
          {at > 0 && ", "}
          <code class="changed-step">
            <Text of={`${step.instruction} ${step.summary}`.trim()} />
          </code>
        </span>
      ))}
      {steps.length > NAMED && ` and ${steps.length - NAMED} more`}.{" "}
    </>
  );
}

function PairRow({ one }) {
  const { a, b, platform, key } = one;
  const change = changeOf(one);
  const bytes = [a, b].map((side) => (documentOf(side) ? pulledSize(layersOf(side)) : undefined));
  const isOpen = pair.value?.key === key;
  return (
    <li>
      <button type="button" class={isOpen ? "pair chosen" : "pair"} aria-current={isOpen} onClick={() => pick({ at: key || undefined })}>
        {platform?.os ? <Platform of={platform} /> : <span class="platform none">no platform stated</span>}
        <span class="bars">
          <Bar side={a} other={b} missing="not in A" />
          <Bar side={b} other={a} missing="not in B" />
        </span>
        <span class="sizes">
          {bytes.map((size, index) => (size === undefined ? null : <Size of={size} key={index} />))}
        </span>
        <span class="delta">{delta(change, bytes)}</span>
        <span class="words">{wordsOf(one, change)}</span>
      </button>
    </li>
  );
}

function Bar({ side, other, missing }) {
  if (!side) return <span class="missing">{missing}</span>;
  const had = new Set(layersOf(other).map(({ digest }) => digest));
  return (
    <span class="bar" aria-hidden="true">
      {layersOf(side).map(({ digest, size }, index) => (
        <i key={index} class={had.has(digest) ? "segment" : "segment s2"} style={{ width: `${(size / widestOf.value) * 100}%` }} title={`layer ${index}: ${sizeText(size)}`} />
      ))}
    </span>
  );
}

function delta(change, [a, b]) {
  if (change === "added") return "+ added";
  if (change === "removed") return "− removed";
  if (change === "same") return "=";
  if (a === undefined || b === undefined) return "…";
  const by = b - a;
  return by === 0 ? "±0" : `${by > 0 ? "+" : "−"}${sizeText(Math.abs(by))}`;
}

function wordsOf({ a, b }, change) {
  if (change === "same") return "identical";
  const failed = [a, b].some((side) => side?.cell?.state.value.phase === "failed");
  if (failed) return "not read";
  const isUnread = [a, b].some((side) => side?.cell?.state.value.phase === "idle");
  if (isUnread) return "not read yet";
  if ([a, b].some((side) => side && !documentOf(side))) return "…";
  if (change !== "changed") return count(layersOf(a ?? b).length, "layer");
  const had = new Set(layersOf(a).map(({ digest }) => digest));
  const all = layersOf(b);
  const same = all.filter(({ digest }) => had.has(digest)).length;
  return `${count(same, "layer")} same, ${all.length - same} changed`;
}
