/** Reads more manifests where the reader asks for it, and says what that counts and what is left. */

import { isCounted, pulls } from "../state/pulls.js";
import { count, grouped } from "../words/sizes.js";
import { spanOf } from "../words/spans.js";
import { Text } from "./text.jsx";

/**
 * @param {object} props
 * @param {string} [props.domain] of the registry
 * @param {number} props.left how many manifests are not read yet
 * @param {(most: number) => void} props.onMeasure reads so many of them at most
 */
export function Measure({ domain, left, onMeasure }) {
  const said = pulls.value[domain];
  const most = Math.min(left, said?.remaining ?? left);
  if (left === 0 && !said) return null;
  return (
    <p class="measure">
      {most > 0 && (
        <button type="button" onClick={() => onMeasure(most)}>
          Measure {most} more
        </button>
      )}
      <Costs domain={domain} most={most} />
    </p>
  );
}

/** What reading so many manifests takes of the pulls that are left; nothing where none are counted. */
export const Costs = ({ domain, most }) =>
  isCounted(domain) ? (
    <small>
      {" "}
      <Counted domain={domain} said={pulls.value[domain]} most={most} />
    </small>
  ) : null;

function Counted({ domain, said, most }) {
  const name = <Text of={domain === "docker.io" ? "Docker Hub" : domain} />;
  if (!said) return <>{name} counts each as a pull.</>;
  const allows = said.limit !== undefined && (
    <>
      ; {name} allows {grouped(said.limit)}
      {said.windowSeconds > 0 && ` in ${spanOf(said.windowSeconds)}`}
    </>
  );
  const left = count(said.remaining, "pull");
  return (
    <>
      {most > 0 ? `takes ${most} of the ${left} that you have left` : `${left} left`}
      {allows}.
    </>
  );
}
