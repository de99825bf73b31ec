/** An error where it happened: what it says at once, and what can be done about it when that part of the page is there. */

import { createElement } from "preact";
import { useEffect } from "preact/hooks";
import { createPart } from "../state/parts.js";
import { Text } from "./text.jsx";

/** What shows an error with what can be done about it. */
export const explained = createPart(async () => (await import("./explained.jsx")).Explained);

/**
 * @param {object} props
 * @param {any} props.error
 * @param {() => void} [props.retry] what its button does, instead of asking for all that is shown again
 * @param {boolean} [props.isSmall] stands beside something that is shown
 * @param {boolean} [props.isFinal] has no button that tries again
 */
export function Trouble(props) {
  useEffect(() => void explained.need().catch(() => {}), []);
  return createElement(explained.now ?? Plain, props);
}

/** All that is said of an error when the server of the page has ended. Until that is known it is no alert, as it would be read out twice. */
const Plain = ({ error: { message, hint, code }, isSmall }) => (
  <div class={isSmall ? "trouble small" : "trouble panel"} role={explained.error ? "alert" : undefined}>
    <p class="message">
      <Text of={message} />
    </p>
    {hint && (
      <p class="hint">
        <Text of={hint} />
      </p>
    )}
    {code && <code class="code">{code}</code>}
  </div>
);
