/** What can be done about an error here, beside its message. The package cleans its texts; values in the details are shown as data. */

import { again, page, route, site } from "../state/inspector.js";
import { differing } from "../words/digests.js";
import { nearest } from "../words/nearest.js";
import { refusalFor } from "../words/refusals.js";
import { spanOf } from "../words/spans.js";
import { Copy } from "./pieces.jsx";
import { Link, Text } from "./text.jsx";

/** How many tags are offered in the place of one that does not exist. */
const OFFERED = 12;

export function Explained({ error, retry = again, isSmall, isFinal }) {
  const { status, registry, retryable, details } = error;
  const { code, hint } = refusalFor(error, { isDirect: site.value.direct.includes(registry), origin: location.origin });
  return (
    <div class={isSmall ? "trouble small" : "trouble panel"} role="alert">
      <p class="message">
        <Text of={error.message} />
      </p>
      {hint && (
        <p class="hint">
          <Commands in={hint} />
        </p>
      )}
      {details?.retryAfterMs > 0 && <p class="hint">It asks to be left alone for {spanOf(Math.ceil(details.retryAfterMs / 1000))}.</p>}
      {details?.expected && details?.actual && <Digests asked={details.expected} found={details.actual} />}
      {!isSmall && <Tags />}
      <p class="actions">
        {!isFinal && (retryable || status === 404 || status === 429) && (
          <button type="button" onClick={retry}>
            Try again
          </button>
        )}
        {code && (
          <span class="code">
            <code>{code}</code>
            {status ? ` · HTTP ${status}` : ""}
            {registry && error.code !== "VIA_REFUSED" ? (
              <>
                {" · "}
                <Text of={registry} />
              </>
            ) : null}
          </span>
        )}
      </p>
    </div>
  );
}

/** A hint's commands stand between backticks, and can be copied. */
function Commands({ in: hint }) {
  return hint.split("`").map((part, index) =>
    index % 2 === 0 ? (
      <Text of={part} key={index} />
    ) : (
      <span key={index}>
        <code class="line">
          <Text of={part} />
        </code>{" "}
        {part.split(" ").length > 2 && (
          <Copy text={part} what="the command">
            copy
          </Copy>
        )}
      </span>
    ),
  );
}

/** Two digests under each other, with the part that differs marked. */
function Digests({ asked, found }) {
  const { same, one, other } = differing(asked, found);
  const row = (name, rest) => (
    <div class="fact">
      <dt>{name}</dt>
      <dd class="mono">
        <Text of={same} />
        <mark>
          <Text of={rest} />
        </mark>
      </dd>
    </div>
  );
  return (
    <dl class="digests">
      {row("asked for", one)}
      {row("found", other)}
    </dl>
  );
}

/** The tags that are most like the one that does not exist. */
function Tags() {
  const { tags, wanted, name } = page.value;
  if (!tags || tags.length === 0 || page.value.phase !== "failed") return null;
  const near = nearest(wanted, tags).slice(0, OFFERED);
  return (
    <p class="chips">
      <span>Tags that exist:</span>{" "}
      {near.map((tag) => (
        <Link key={tag} class="chip" to={{ ref: `${name}:${tag}`, platform: route.value.platform }}>
          <Text of={tag} />
        </Link>
      ))}
      <Link to={{ ref: name }}>all {tags.length}</Link>
    </p>
  );
}

/** A document that was not what its reader asked for is shown, and says so. */
export function Mismatch() {
  const { mismatch } = page.value;
  if (!mismatch) return null;
  return (
    <div class="mismatch" role="alert">
      <p>
        <b>This is not what was asked for.</b> Every byte counts: text that was indented again, or gained a line end, has another digest.
      </p>
      <Digests asked={mismatch.asked} found={mismatch.found} />
    </div>
  );
}
