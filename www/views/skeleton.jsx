/** What stands where an image will, in its final heights, so that nothing moves when it comes. */

import { page, route } from "../state/inspector.js";
import { sizeText } from "../words/sizes.js";
import { Text } from "./text.jsx";

const progressOf = ({ done, total }) => `Reading ${sizeText(done)}${total > 0 ? ` of ${sizeText(total)}` : ""}…`;

const ROWS = [0, 1, 2, 3, 4, 5, 6, 7];

export function Skeleton() {
  const { ref } = route.value;
  const { reading } = page.value;
  return (
    <div class="image skeleton" aria-busy="true">
      <div class="head">
        <h1 tabindex="-1">{reading || ref ? <Text of={reading?.name ?? ref} class="mono" /> : "multiarch"}</h1>
        <p class="facts">{reading ? progressOf(reading) : ref ? "Reading the registry…" : "Loading…"}</p>
      </div>
      <section class="hero" aria-hidden="true" />
      <div class="columns" aria-hidden="true">
        <div class="platforms">
          <div class="list-head" />
          {ROWS.map((row) => (
            <div class="row ghost" key={row} />
          ))}
        </div>
        <div class="detail" />
      </div>
    </div>
  );
}
