/** The entries of an index, each with its layers as a bar; all bars have one scale. */

import { signal } from "@preact/signals";
import { isPartial, layersHeld, measure, rows, unmeasured, widest } from "../state/entries.js";
import { choice, chosen, pulled, yours } from "../state/choice.js";
import { TOOLS } from "../state/answers.js";
import { page, show } from "../state/inspector.js";
import { digestParts } from "../words/digests.js";
import { count, pulledSize, sizeText } from "../words/sizes.js";
import { Icon, SHIELD } from "./icons.jsx";
import { viewOf } from "./part.jsx";
import { Platform, Size } from "./pieces.jsx";
import { Text } from "./text.jsx";

/** How many rows are drawn before the reader asks for more. */
const SHOWN = 80;

/** What reads the rows that are not read yet. */
const Measure = viewOf(async () => (await import("./pulls.jsx")).Measure, () => <p class="measure">&nbsp;</p>);

const isAll = signal(false);
const order = signal("index");

const ORDERS = {
  index: { text: "index order", sorted: (list) => list },
  size: { text: "by size", sorted: (list) => [...list].sort((one, other) => bytesOf(other) - bytesOf(one)) },
};

const layersOf = ({ cell }) => cell?.state.value.value?.layers.filter(({ problem }) => !problem) ?? [];
const bytesOf = (row) => pulledSize(layersOf(row));

/** On a phone the detail is a view of its own, so going there is a step that Back undoes. */
function choose(path) {
  if (matchMedia("(max-width: 639px)").matches) {
    history.pushState(null, "", location.href);
    window.scrollTo(0, 0);
  }
  show({ path });
}

/** Enter on the chosen row leads into what is shown of it; a click of a pointer counts in `detail`. */
const goInside = () => document.getElementById("panel")?.focus();

export function Platforms() {
  const sorted = ORDERS[order.value].sorted(rows.value);
  const list = isAll.value ? sorted : sorted.slice(0, SHOWN);
  const { name, reference } = page.value;
  return (
    <section class="platforms" aria-labelledby="platforms-title">
      <div class="list-head">
        <h2 id="platforms-title">Platforms</h2>
        <button type="button" class="plain quiet" onClick={() => (order.value = order.value === "index" ? "size" : "index")}>
          {ORDERS[order.value].text}
        </button>
      </div>
      <ul>
        {list.map((row) => (
          <PlatformRow row={row} key={row.path.join(".")} />
        ))}
      </ul>
      {sorted.length > list.length && (
        <button type="button" class="plain more" onClick={() => (isAll.value = true)}>
          Show {count(sorted.length - list.length, "further entry", "further entries")}
        </button>
      )}
      {name && isPartial.value && <Measure domain={reference?.domain} left={unmeasured.value.length} onMeasure={(most) => measure(unmeasured.value.slice(0, most))} />}
      <p class="legend">
        <span>
          <i class="swatch several" /> shared by several
        </span>
        <span>
          <i class="swatch" /> only here
        </span>
      </p>
    </section>
  );
}

function PlatformRow({ row }) {
  const { path, kind, descriptor, cell } = row;
  const isChosen = chosen.value?.path.join(".") === path.join(".");
  const isTabStop = isChosen || (!chosen.value && path.join(".") === rows.value[0].path.join("."));
  const { phase } = cell?.state.value ?? {};
  const failed = kind === "broken" || phase === "failed";
  const classes = ["row", isChosen && "chosen", failed && "failed", path.length > 1 && "inner", kind].filter(Boolean);
  return (
    <li>
      <button type="button" class={classes.join(" ")} aria-current={isChosen} tabIndex={isTabStop ? 0 : -1} data-digest={descriptor.digest} onClick={({ detail }) => (isChosen && detail === 0 ? goInside() : choose(path))}>
        <span class="row-head">
          <RowName row={row} />
          <Badge row={row} />
          <RowSize row={row} />
        </span>
        <Bar row={row} />
        <span class="row-foot">
          <RowFoot row={row} />
        </span>
      </button>
      {phase === "failed" && (
        <button type="button" class="plain retry" onClick={() => cell.again()}>
          try again<span class="unseen"> to read {descriptor.digest.slice(0, 19)}</span>
        </button>
      )}
    </li>
  );
}

function RowName({ row: { kind, descriptor } }) {
  if (kind === "index") return <span class="platform">index inside</span>;
  if (kind === "broken") return <span class="platform none">an entry that cannot be used</span>;
  if (kind === "other") return <span class="platform none">{descriptor.artifactType ? <Text of={descriptor.artifactType} /> : "no image"}</span>;
  return <Platform of={descriptor.platform} />;
}

function Badge({ row }) {
  const name = row.path.join(".");
  if (yours.value === name) return <span class="badge yours">yours</span>;
  if (pulled.value === name) return <span class="badge pulled">pulled</span>;
  const [position] = row.path;
  const candidates = choice.value?.answers?.[TOOLS[0].policy]?.selection?.candidates ?? [];
  const candidate = candidates.find(({ index }) => index === position);
  return row.path.length === 1 && candidate?.rank !== undefined && row.kind === "image" ? <span class="badge">would run</span> : null;
}

function RowSize({ row }) {
  const { phase, value } = row.cell?.state.value ?? {};
  if (phase === "failed") return <span class="none">{row.cell.state.value.error.status === 404 ? "not in this registry" : "not read"}</span>;
  if (value?.kind === "index") return <span class="dim">{count(value.manifests.length, "entry", "entries")}</span>;
  return value ? <Size of={bytesOf(row)} /> : <span class="size">&nbsp;</span>;
}

/** The layers in their order. Colour never stands alone: the foot and the tooltip say the same. */
function Bar({ row }) {
  const layers = layersOf(row);
  const { phase } = row.cell?.state.value ?? {};
  return (
    <span class={phase === "loading" ? "bar loading" : "bar"} aria-hidden="true">
      {layers.map(({ digest, size }, index) => {
        const { hue, count: platforms = 1 } = layersHeld.value.get(digest) ?? {};
        return (
          <i
            key={index}
            class={hue ? `segment s${hue}` : "segment"}
            style={{ width: `${(size / widest.value) * 100}%` }}
            title={`layer ${index}: ${sizeText(size)}${platforms > 1 ? `, in ${platforms} platforms` : ""}`}
          />
        );
      })}
    </span>
  );
}

function RowFoot({ row }) {
  const { descriptor, attestations, cell, kind } = row;
  const layers = layersOf(row);
  const { error } = cell?.state.value ?? {};
  if (kind === "broken") return <Text of={descriptor.problem} />;
  if (error) return <Text of={error.message} />;
  return (
    <>
      <span>
        {layers.length > 0 && `${count(layers.length, "layer")} · `}
        <Text of={digestParts(descriptor.digest).short} class="mono" />
      </span>
      {attestations.length > 0 && (
        <span>
          <Icon path={SHIELD} /> {attestations.length > 1 ? `${attestations.length} attestations` : "attested"}
        </span>
      )}
    </>
  );
}
