/** Why each tool takes what it takes, entry by entry. */

import { choice } from "../state/choice.js";
import { isUnknown, TOOLS } from "../state/answers.js";
import { unfolded, whyOf } from "../state/place.js";
import { count } from "../words/sizes.js";
import { Platform } from "./pieces.jsx";
import { Code, Text } from "./text.jsx";

/** How many entries are explained. */
const REASONS = 60;

/** For the tools that the reader asked about. */
export function Why() {
  const { answers } = choice.value ?? {};
  if (!answers) return null;
  return TOOLS.filter(({ policy }) => unfolded.value.has(whyOf(policy))).map((one) => <Reasons key={one.policy} tool={one} own={answers[one.policy]} />);
}

function Reasons({ tool: { name, about }, own }) {
  const all = own?.selection?.candidates ?? [];
  const images = all.filter(({ descriptor }) => !isUnknown(descriptor));
  return (
    <div class="why">
      <h3>
        Why {name} takes {own?.descriptor ? "that one" : "nothing"} <small>{about}</small>
      </h3>
      <ol>
        {images.slice(0, REASONS).map(({ descriptor, index, rank, reason }) => (
          <li key={index} class={rank === undefined ? "no" : ""}>
            <Platform of={descriptor.platform} /> <Code of={descriptor.digest.slice(0, 19)} /> <Text of={reason} />
          </li>
        ))}
      </ol>
      {all.length > images.length && <small>And {count(all.length - images.length, "entry that is no image", "entries that are no images")}.</small>}
    </div>
  );
}
