/** What stands in many places: digests, platforms, sizes, buttons that copy. */

import { announce } from "../state/inspector.js";
import { createPart } from "../state/parts.js";
import { digestParts } from "../words/digests.js";
import { decimal, exactSize } from "../words/sizes.js";
import { COPY, Icon } from "./icons.jsx";
import { Text } from "./text.jsx";

/** Copies a text and says so, to the eye and to a screen reader. */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    announce(`Copied ${what}`);
    return true;
  } catch {
    announce("The browser did not allow copying");
    return false;
  }
}

/** A digest that copies all of itself; focus shows all of it. `isWhole` shows it at once where there is room. */
export function Digest({ of, isWhole }) {
  const { algorithm, short, encoded } = digestParts(of);
  return (
    <button type="button" class={isWhole ? "digest whole" : "digest"} data-digest={of} onClick={() => copy(of, of.slice(0, algorithm.length + 12) + "…")}>
      <span class="dim">
        <Text of={algorithm} />
      </span>
      <span class="hex">
        <Text of={isWhole ? encoded : short} />
      </span>
      <Icon path={COPY} />
      <span class="unseen">copy</span>
      {!isWhole && (
        <span class="all" aria-hidden="true">
          <Text of={of} />
        </span>
      )}
    </button>
  );
}

const DIGESTS = /(sha256:[0-9a-f]{64}(?![0-9a-f])|sha512:[0-9a-f]{128}(?![0-9a-f]))/;

/** A message in which each digest is the button that copies it: two of them in full hide the words between. */
export function Message({ of }) {
  return String(of)
    .split(DIGESTS)
    .map((part, index) => (index % 2 === 1 ? <Digest key={index} of={part} /> : <Text key={index} of={part} />));
}

/** A button in the look of a link that copies a text. */
export const Copy = ({ text, what, children }) => (
  <button type="button" class="plain" onClick={() => copy(text, what)}>
    {children}
  </button>
);

const machines = createPart(() => import("../words/machines.js"));

/** linux/ dim, the architecture bold, the variant dim; the version of a Windows on its own. The machines that it is for on hover. */
export function Platform({ of }) {
  if (!of) return <span class="platform none">no platform stated</span>;
  const { os, architecture, variant, osVersion, osFeatures } = of;
  return (
    <span class="platform" title={machines.now?.machinesFor(of)}>
      <span class="dim">
        <Text of={os || "any"} />/
      </span>
      <b>
        <Text of={architecture || "any"} />
      </b>
      {variant && (
        <span class="dim">
          /<Text of={variant} />
        </span>
      )}
      {osVersion && <Text of={osVersion} class="chip" />}
      {osFeatures?.map((feature) => <Text of={feature} class="chip" key={feature} />)}
    </span>
  );
}

/** 8.86 MB, its exact bytes on hover. */
export function Size({ of }) {
  const { number, unit } = decimal(of);
  return (
    <span class="size" title={exactSize(of)}>
      {number}
      <small>{unit}</small>
    </span>
  );
}

/** Something with a name: a row of a list of facts. */
export const Fact = ({ name, children }) => (
  <div class="fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
