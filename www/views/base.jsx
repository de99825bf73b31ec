/** The image that this one was built on, as it states itself, and on request which of its layers are that image's. */

import { formatPlatform } from "../multiarch.js";
import { baseEnds } from "../state/base.js";
import { createCells } from "../state/cells.js";
import { source } from "../state/inspector.js";
import { asError } from "../state/source.js";
import { Costs } from "./pulls.jsx";
import { Code, Link, Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";

const cells = createCells();

/** The reference of the base, by its digest where that is stated; undefined for what is no reference. */
function referenceOf({ name, digest }) {
  try {
    const reference = source.readable(name);
    return { ...reference, ref: digest ? `${reference.name}@${digest}` : name };
  } catch {
    return undefined;
  }
}

/** How many of the lowest layers are those of the base. */
async function markedOf({ ref, name }, { document, platform }) {
  const client = source.clientOf(name);
  let base = await client.manifest(ref);
  if (base.kind === "index") {
    const { digest } = await source.resolve(name, base.digest, { platform: platform && formatPlatform(platform) });
    base = await source.manifest(name, digest);
  }
  let shared = 0;
  while (shared < base.layers.length && base.layers[shared].digest === document.layers[shared]?.digest) shared += 1;
  // An older or a newer base shares its first layers, perhaps: only all of them are a boundary.
  const ends = shared === base.layers.length ? shared : 0;
  if (ends > 0) baseEnds.value = new Map(baseEnds.value).set(document.digest, ends);
  return ends;
}

const Name = ({ stated, reference, platform }) =>
  reference ? (
    <Link to={{ ref: reference.ref, platform: platform && formatPlatform(platform) }}>
      <Text of={stated.name} class="mono" />
    </Link>
  ) : (
    <Code of={stated.name} />
  );

/** @param {{ stated: { name: string, digest?: string }, shown: { document: object, platform?: object } }} props */
export function Base({ stated, shown }) {
  const reference = referenceOf(stated);
  const cell = reference && cells.of(`${reference.ref} ${shown.document.digest}`, () => markedOf(reference, shown));
  const { phase, value, error } = cell?.state.value ?? {};
  return (
    <div class="base">
      <p>
        Built on <Name stated={stated} reference={reference} platform={shown.platform} />
        {", as it states. "}
        {phase === "idle" && (
          <>
            <button type="button" class="plain" onClick={cell.start}>
              mark its layers
            </button>
            <Costs domain={reference.domain} most={2} />
          </>
        )}
        {phase === "loading" && "Reading it…"}
        {phase === "ready" && (value > 0 ? `${value === 1 ? "Its one layer stands" : `Its ${value} layers stand`} above the line.` : "Its layers are not the lowest ones here.")}
      </p>
      {error && <Trouble error={asError(error)} isSmall retry={cell.again} />}
    </div>
  );
}
