/** The layers of an image with the steps that made them; settings that made none stand between them in one quiet line. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { baseEnds, baseOf } from "../state/base.js";
import { layersHeld } from "../state/entries.js";
import { detailConfig } from "../state/choice.js";
import { at, route } from "../state/inspector.js";
import { createPart } from "../state/parts.js";
import { toggle, unfolded } from "../state/place.js";
import { atOf } from "../state/route.js";
import { joinSteps } from "../words/history.js";
import { pulledSize } from "../words/sizes.js";
import { copy, Digest, Size } from "./pieces.jsx";
import { Lines, Link, Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";

/** How many layers are drawn before the reader asks for more. */
const SHOWN = 200;
const isAll = signal(false);

export function Layers({ shown }) {
  const { document, name } = shown;
  const { value: config, error, phase } = detailConfig.value?.state.value ?? {};
  // The steps between the layers are in the config: until it is there, nothing is drawn that would have to move.
  if (phase === "loading" || phase === "idle") return <Ghosts of={document.layers.length} />;
  const steps = joinSteps(document.layers, config?.history);
  const list = isAll.value ? steps : steps.slice(0, SHOWN);
  const largest = Math.max(1, ...document.layers.map(({ size }) => size));
  if (document.layers.length === 0 && steps.length === 0) return <p class="message">This document lists no layers.</p>;
  return (
    <>
      {error && <ConfigTrouble error={error} />}
      <BuiltOn stated={baseOf(shown, config)} shown={shown} />
      <ol class="layers">
        {list.map((step, index) => (step.settings ? <Settings key={`s${index}`} of={step.settings} /> : <Layer key={step.index} step={step} largest={largest} owner={document.digest} isListed={name !== undefined} />))}
      </ol>
      {steps.length > list.length && (
        <button type="button" class="plain more" onClick={() => (isAll.value = true)}>
          Show {steps.length - list.length} more
        </button>
      )}
      <p class="sum">
        <span>
          <Size of={pulledSize(document.layers.filter(({ problem }) => !problem))} /> to pull
        </span>
        {config?.history && (
          <button type="button" class="plain" onClick={() => copyDockerfile(steps)}>
            copy as Dockerfile
          </button>
        )}
      </p>
    </>
  );
}

async function copyDockerfile(steps) {
  const { dockerfileOf } = await import("../words/dockerfile.js");
  await copy(dockerfileOf(steps), "a Dockerfile, reconstructed");
}

const base = createPart(async () => (await import("./base.jsx")).Base, { isLarge: true });

/** Most images state none: what is said of one comes when there is one. */
function BuiltOn({ stated, shown }) {
  useEffect(() => void (stated && base.need().catch(() => {})), [stated !== undefined]);
  const Base = base.now;
  return stated && Base ? <Base stated={stated} shown={shown} /> : null;
}

export const Ghosts = ({ of }) => (
  <ol class="layers" aria-busy="true">
    {Array.from({ length: Math.min(of, 20) }, (_, row) => (
      <li class="layer ghost" key={row} />
    ))}
  </ol>
);

/** A config that cannot be read leaves the layers as they are. */
const ConfigTrouble = ({ error }) => (
  <div class="part-trouble">
    <p>The config could not be read, so the steps are unknown.</p>
    <Trouble error={error} isSmall retry={() => detailConfig.value?.again()} />
  </div>
);

function Layer({ step: { layer, index, step }, largest, owner, isListed }) {
  const { hue, count: platforms = 1 } = layersHeld.value.get(layer.digest) ?? {};
  const key = `step-${owner.slice(-12)}-${index}`;
  const isUnfolded = unfolded.value.has(key);
  return (
    <li class={["layer", hue && `s${hue}`, baseEnds.value.get(owner) === index + 1 && "base-end"].filter(Boolean).join(" ")} id={`at-layers/${index}`}>
      <span class="number">{index}</span>
      <div class="what">
        <p class="step">
          {step ? <Step of={step} /> : <span class="dim">layer {index}</span>}
          {step && step.lines.length > 1 && (
            <button type="button" class="plain unfold" data-unfold="" aria-expanded={isUnfolded} onClick={() => toggle(key)}>
              {isUnfolded ? "less" : `+${step.lines.length - 1} lines`}
              <span class="unseen"> of layer {index}</span>
            </button>
          )}
        </p>
        {isUnfolded && (
          <pre class="lines" tabindex="0" aria-label={`All lines of layer ${index}`}>
            <Lines of={step.lines.join("\n")} />
          </pre>
        )}
        <p class="about">
          {layer.problem ? (
            <span class="warn">
              cannot be used: <Text of={layer.problem} />
            </span>
          ) : (
            <Digest of={layer.digest} />
          )}
          {platforms > 1 && (
            <span class="shared">
              <i class={hue ? `swatch s${hue}` : "swatch"} /> in {platforms} platforms
            </span>
          )}
          <Kind of={layer} />
          {isListed && !layer.problem && (
            <Link to={{ ...route.value, at: atOf({ ...at.value, tab: "files", item: index, file: undefined }) }}>
              files<span class="unseen"> of layer {index}</span>
            </Link>
          )}
        </p>
      </div>
      <div class="weight">
        <Size of={layer.size} />
        <span class="mini" aria-hidden="true">
          <i style={{ width: `${(layer.size / largest) * 100}%` }} />
        </span>
      </div>
    </li>
  );
}

const Step = ({ of: { instruction, summary } }) => (
  <code class="summary">
    {instruction && <b>{instruction} </b>}
    <Text of={summary} />
  </code>
);

/** The media type, where it is not what all layers have. */
function Kind({ of: { mediaType } }) {
  if (mediaType === "" || /[.+]tar(?:[.+]gzip)?$/.test(mediaType)) return null;
  return <Text of={mediaType.replace(/^application\/(?:vnd\.)?/, "")} class="mono dim" />;
}

const Settings = ({ of }) => (
  <li class="settings">
    {of.map((step, index) => (
      <code key={index}>
        {step.instruction && <b>{step.instruction} </b>}
        <Text of={step.lines.join(" ")} />
      </code>
    ))}
  </li>
);
