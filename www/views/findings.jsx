/** What is wrong with a document or an archive, without being a reason to refuse the rest of it. */

import { count } from "../words/sizes.js";
import { Message } from "./pieces.jsx";

const LOOKS = { error: "bad", warning: "warn", note: "dim" };

export function Findings({ of }) {
  if (of.length === 0) return null;
  return (
    <details class="findings">
      <summary>{count(of.length, "finding")}</summary>
      <ul class="pairs">
        {of.slice(0, 100).map(({ severity, message }, index) => (
          <li key={index} class={LOOKS[severity]}>
            {severity}: <Message of={message} />
          </li>
        ))}
      </ul>
    </details>
  );
}
