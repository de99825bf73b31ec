/** The last step: what would be written where, and the tag typed again before it is. */

import { useRef } from "preact/hooks";
import { site } from "../state/inspector.js";
import { Digest, Fact } from "../views/pieces.jsx";
import { Link, Text } from "../views/text.jsx";
import { Trouble } from "../views/trouble.jsx";
import { sizeText } from "../words/sizes.js";
import { cancel, followPlan, makePlan, obstacle, pushing, tag } from "./push.js";
import { recipe } from "./state.js";

export function Push() {
  if (site.value.write.length === 0) return null;
  const { phase } = pushing.value;
  const View = VIEWS[phase];
  return (
    <div class="push" data-phase={phase}>
      <h3>Push</h3>
      {phase !== "pushed" && obstacle.value ? (
        <p class="note">
          <Text of={obstacle.value} />
        </p>
      ) : (
        <View />
      )}
    </div>
  );
}

const VIEWS = {
  idle: () => <Begin />,
  planning: () => <Waiting says="Looking at what is there…" />,
  planned: () => <Confirm />,
  pushing: () => <Pushing />,
  pushed: () => <Pushed />,
  cancelled: () => (
    <>
      <p role="status">Cancelled. What was copied by then stays in the repository; a new plan says what is left, and where the tag points.</p>
      <Begin says="Plan again" />
    </>
  ),
  failed: () => (
    <>
      <Trouble error={pushing.value.error} isSmall isFinal />
      <Begin says="Plan again" />
    </>
  ),
};

const Begin = ({ says = "Plan the push" }) => (
  <p class="actions">
    <button type="button" onClick={makePlan}>
      {says}
    </button>
    <span class="note">Nothing is written by a plan.</span>
  </p>
);

const Waiting = ({ says }) => (
  <p class="actions">
    <span role="status">{says}</span>
    <button type="button" onClick={cancel}>
      Cancel
    </button>
  </p>
);

/** Which step of the plan is under way, how many bytes are there, and how fast they come. */
function Pushing() {
  const { plan, progress } = pushing.value;
  const { step = 0, bytes = 0, total = 0, rate = 0 } = progress ?? {};
  return (
    <>
      <Waiting says={plan.steps.length > 1 ? `Pushing: step ${step + 1} of ${plan.steps.length}…` : "Pushing…"} />
      <p class="note">
        <Text of={plan.steps[step] ?? ""} class="mono" />
      </p>
      {total > 0 && (
        <>
          <progress aria-label="Bytes copied" max={total} value={bytes} />
          <p class="note bytes-copied">
            {sizeText(bytes)} of {sizeText(total)}
            {bytes > 0 && ` · ${sizeText(rate)}/s`}
          </p>
        </>
      )}
    </>
  );
}

function Confirm() {
  const field = useRef();
  const { plan } = pushing.value;
  const push = (event) => {
    event.preventDefault();
    const isRight = field.current.value === tag.value;
    field.current.setCustomValidity(isRight ? "" : `Type ${tag.value}`);
    if (isRight) return followPlan();
    return field.current.reportValidity();
  };
  return (
    <form class="plan" onSubmit={push} autocomplete="off" noValidate>
      <dl>
        <Fact name="Tag">
          <Text of={plan.target} class="mono" />
        </Fact>
        <Fact name="Takes the place of">{plan.replaces === null ? "nothing: there is no such tag yet" : plan.replaces === plan.digest ? "itself: it is there already" : <Digest of={plan.replaces} />}</Fact>
      </dl>
      {plan.steps.length === 0 ? (
        <p class="note">Nothing is left to write.</p>
      ) : (
        <>
          <ol class="plan-steps">
            {plan.steps.map((text) => (
              <li key={text}>
                <Text of={text} class="mono" />
              </li>
            ))}
          </ol>
          <label for="confirm">
            Type the tag <Text of={tag.value} class="mono strong" /> again to push
          </label>
          <p class="field">
            <input id="confirm" ref={field} type="text" class="mono" autocapitalize="none" autocorrect="off" spellcheck={false} onInput={(event) => event.currentTarget.setCustomValidity("")} />
            <button type="submit" class="primary">
              Push
            </button>
          </p>
        </>
      )}
    </form>
  );
}

function Pushed() {
  const { made } = pushing.value;
  return (
    <p class="actions">
      <span class="verified">Pushed</span> <Digest of={made.digest} />
      <Link to={{ ref: recipe.value.target }}>
        open <Text of={recipe.value.target} class="mono" />
      </Link>
    </p>
  );
}
