/** The check of all that an index lists, when it is asked for, and what came of it. */

import { deepCheck, findings } from "../state/findings.js";
import { Trouble } from "./trouble.jsx";

/** In the line of facts: the button, then the outcome. */
export function Check() {
  const cell = deepCheck.value;
  if (!cell) return null;
  const { phase, value } = cell.state.value;
  return (
    <>
      {" · "}
      {phase === "idle" && (
        <button type="button" class="plain under" onClick={cell.start} title="Asks the registry for each manifest that is listed, without reading it">
          check what it lists
        </button>
      )}
      {phase === "loading" && "checking…"}
      {phase === "failed" && "not checked"}
      {phase === "ready" && <span role="status">{value.findings.length > 0 ? `checked: ${findings.value.length} found` : "checked: all that it lists is there"}</span>}
    </>
  );
}

export function CheckTrouble() {
  const cell = deepCheck.value;
  const { error } = cell?.state.value ?? {};
  return error ? <Trouble error={error} isSmall retry={cell.again} /> : null;
}
