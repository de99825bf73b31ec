/** The list: its entries in order, its type, its annotations, and what is wrong with it. */

import { useEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { Icon } from "../views/icons.jsx";
import { Digest, Fact, Message, Platform, Size } from "../views/pieces.jsx";
import { Measure } from "../views/pulls.jsx";
import { Text } from "../views/text.jsx";
import { formatPlatform, parsePlatform } from "../multiarch.js";
import { count } from "../words/sizes.js";
import { bytesOf, cellOf, unmeasured } from "./sizes.js";
import { annotate, entries, findings, moveEntry, recipe, removeEntry, setPlatform, setType } from "./state.js";
import { CROSS, DOWN, UP } from "../views/signs.js";

/** The button that keeps the focus while its entry moves. */
const held = signal(undefined);

export function EntriesPane() {
  useEffect(() => {
    if (held.value) document.getElementById(held.value)?.focus();
    held.value = undefined;
  });
  return (
    <section class="pane list" aria-labelledby="list-title">
      <div class="list-head">
        <h2 id="list-title">List</h2>
        <label>
          Type{" "}
          <select value={recipe.value.type} onChange={(event) => setType(event.currentTarget.value)}>
            <option value="">as the sources</option>
            <option value="oci">OCI index</option>
            <option value="docker">Docker list</option>
          </select>
        </label>
      </div>
      {entries.value.length === 0 && <p class="aid">Nothing is listed yet: add images from the sources.</p>}
      <ol>
        {entries.value.map((entry) => (
          <EntryItem key={entry.key} entry={entry} />
        ))}
      </ol>
      {unmeasured.value.map(({ domain, cells }) => (
        <Measure key={domain} domain={domain} left={cells.length} onMeasure={(most) => cells.slice(0, most).forEach((cell) => cell.start())} />
      ))}
      <Found />
      <Annotations />
    </section>
  );
}

function EntryItem({ entry }) {
  const { at, digest, row, platform, isGone, source } = entry;
  const id = (what) => `${what}-${digest.slice(-12)}-${source.text}`;
  const name = row?.platform ? formatPlatform(row.platform) : digest.slice(0, 19);
  const move = (by, what) => {
    held.value = id(what);
    moveEntry(at, by);
  };
  return (
    <li class={isGone ? "entry gone" : "entry"}>
      <span class="number" aria-hidden="true">
        {at + 1}
      </span>
      <div class="what">
        {row && <Stated row={row} platform={platform} at={at} id={id("platform")} />}
        <Digest of={digest} />
        <p class="note">
          <Text of={source.text.startsWith("paste:") ? "a document of this tab" : source.text} class="mono" />
          {row?.attestations > 0 && ` · ${count(row.attestations, "attestation")}`}
          {isGone && " · not in its source any more"}
        </p>
      </div>
      <EntrySize entry={entry} />
      <div class="moves">
        <IconButton id={id("up")} icon={UP} says={`Move ${name} up`} onClick={() => move(-1, "up")} />
        <IconButton id={id("down")} icon={DOWN} says={`Move ${name} down`} onClick={() => move(1, "down")} />
        <IconButton icon={CROSS} says={`Remove ${name}`} onClick={() => removeEntry(at)} />
      </div>
    </li>
  );
}

/** What is pulled for an entry, once its manifest is read. */
function EntrySize({ entry }) {
  const bytes = bytesOf(entry);
  if (bytes !== undefined) return <Size of={bytes} />;
  const cell = cellOf(entry);
  if (cell?.state.value.phase !== "failed") return <span class="size" />;
  return (
    <button type="button" class="plain" onClick={cell.again}>
      not read: try again
      <span class="unseen">
        {" "}
        to read <Text of={entry.digest.slice(0, 19)} />
      </span>
    </button>
  );
}

const IconButton = ({ id, icon, says, onClick }) => (
  <button type="button" id={id} class="plain icon-button" onClick={onClick}>
    <Icon path={icon} />
    <span class="unseen">
      <Text of={says} />
    </span>
  </button>
);

/** What the source states; where that is nothing, a field for it. */
function Stated({ row, platform, at, id }) {
  const field = useRef();
  if (row.platform?.os) return <Platform of={row.platform} />;
  const write = (event) => {
    try {
      setPlatform(at, event.currentTarget.value.trim());
      field.current.setCustomValidity("");
    } catch (error) {
      field.current.setCustomValidity(error.message);
    }
    field.current.reportValidity();
  };
  return (
    <span class="stated">
      {platform && <Platform of={parsePlatform(platform)} />}
      <label for={id}>
        <span class={platform ? "unseen" : "warn"}>No platform is stated: write it</span>
      </label>
      <input id={id} ref={field} type="text" class="mono" value={platform ?? ""} placeholder="linux/arm64" autocapitalize="none" autocorrect="off" spellcheck={false} onChange={write} />
    </span>
  );
}

function Found() {
  const all = findings.value;
  if (all.length === 0) return null;
  return (
    <ul class="found" aria-label="Findings">
      {all.map(({ severity, message, hint, code }, index) => (
        <li key={index} class={severity} data-code={code}>
          <b>{severity}</b> <Message of={message} />
          {hint && (
            <>
              {" "}
              <Text of={hint} class="dim" />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Annotations() {
  const key = useRef();
  const value = useRef();
  const add = (event) => {
    event.preventDefault();
    if (!key.current.value.trim()) return key.current.focus();
    annotate(key.current.value.trim(), value.current.value);
    key.current.value = value.current.value = "";
    return key.current.focus();
  };
  return (
    <form class="annotate" onSubmit={add} autocomplete="off">
      <h3>Annotations of the list</h3>
      <dl>
        {recipe.value.annotations.map(([name, text]) => (
          <Fact key={name} name={<Text of={name} class="mono" />}>
            <Text of={text} class="mono" />{" "}
            <IconButton icon={CROSS} says={`Remove the annotation ${name}`} onClick={() => annotate(name)} />
          </Fact>
        ))}
      </dl>
      <p class="field">
        <input ref={key} type="text" class="mono" aria-label="Key of an annotation" placeholder="org.opencontainers.image.version" spellcheck={false} autocapitalize="none" />
        <input ref={value} type="text" class="mono" aria-label="Its value" placeholder="2.0" spellcheck={false} autocapitalize="none" />
        <button type="submit">Add</button>
      </p>
    </form>
  );
}
