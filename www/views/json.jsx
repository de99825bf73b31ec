/** A document's own JSON as a tree: what it names is a link. Branches are made when they are opened. */

import { useSignal } from "@preact/signals";
import { saveHere } from "../state/saving.js";
import { count, exactSize, sizeText } from "../words/sizes.js";
import { copy } from "./pieces.jsx";
import { Lines, Link, Text } from "./text.jsx";

/** Children that are drawn at once. */
const SHOWN = 100;
/** Branches that are open at first: the document, its lists, and short objects in them. */
const OPEN_DEPTH = 2;

const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[\w=-]{32,}$/;

export function JsonView({ document, name }) {
  const isExact = useSignal(false);
  const text = new TextDecoder().decode(document.bytes);
  return (
    <div class="json">
      <p class="toolbar">
        <span class="switches" role="group" aria-label="Show the document as">
          <button type="button" aria-pressed={!isExact.value} onClick={() => (isExact.value = false)}>
            Tree
          </button>
          <button type="button" aria-pressed={isExact.value} onClick={() => (isExact.value = true)}>
            Exact bytes
          </button>
        </span>
        <span class="dim">{exactSize(document.size)}</span>
        <Text of={document.mediaType} class="mono dim" />
        <button type="button" class="plain" onClick={() => copy(text, "the exact text")}>
          copy
        </button>
        <button type="button" class="plain" onClick={() => save(document)}>
          save
        </button>
      </p>
      {isExact.value || document.json === undefined ? (
        <pre class="bytes" tabindex="0" aria-label="Exact bytes of the document" dir="ltr">
          <Lines of={text} />
        </pre>
      ) : (
        <JsonTree json={document.json} name={name} />
      )}
    </div>
  );
}

/** Saves the bytes as they came; the name is the digest, the one name that stays true. */
export const save = ({ bytes, digest }) => saveHere(bytes, `${digest.replace(":", "-")}.json`);

export const JsonTree = ({ json, name }) => (
  <div class="tree" dir="ltr">
    <Node value={json} path={[]} name={name} />
  </div>
);

function Node({ label, value, path, name }) {
  const isBranch = value !== null && typeof value === "object" && Object.keys(value).length > 0;
  return isBranch ? <Branch label={label} value={value} path={path} name={name} /> : <Leaf label={label} value={value} path={path} name={name} />;
}

function Branch({ label, value, path, name }) {
  const keys = Object.keys(value);
  const isList = Array.isArray(value);
  const isOpen = useSignal(path.length < OPEN_DEPTH && keys.length <= SHOWN);
  const shown = useSignal(SHOWN);
  const [begin, end] = isList ? ["[", "]"] : ["{", "}"];
  return (
    <details open={isOpen.value} onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>
        <Key of={label} />
        <span class="mark">{begin}</span>
        {!isOpen.value && (
          <span class="dim">
            {isList ? ` ${count(keys.length, "item")} ` : <Gist of={value} keys={keys} />}
            {end}
          </span>
        )}
      </summary>
      {isOpen.value && (
        <>
          <div class="children">
            {keys.slice(0, shown.value).map((key) => (
              <Node key={key} label={isList ? Number(key) : key} value={value[key]} path={[...path, key]} name={name} />
            ))}
            {keys.length > shown.value && (
              <button type="button" class="plain" onClick={() => (shown.value += SHOWN)}>
                Show {Math.min(SHOWN, keys.length - shown.value)} more of {keys.length}
              </button>
            )}
          </div>
          <div class="mark">{end}</div>
        </>
      )}
    </details>
  );
}

/** What a closed object is about: its platform, or its first keys. */
function Gist({ of: { platform }, keys }) {
  const parts = platform && typeof platform === "object" ? [platform.os, platform.architecture, platform.variant].filter((part) => typeof part === "string") : [];
  const text = parts.length > 0 ? parts.join("/") : keys.slice(0, 3).join(", ") + (keys.length > 3 ? ", …" : "");
  return (
    <>
      {" "}
      <Text of={text} />{" "}
    </>
  );
}

function Leaf({ label, value, path, name }) {
  const empty = Array.isArray(value) ? "[]" : "{}";
  return (
    <div class="leaf">
      <Key of={label} />
      {typeof value === "string" ? (
        <span class="string">
          "<Linked text={value} path={path} name={name} />"
        </span>
      ) : (
        <span class="number" title={path.at(-1) === "size" && typeof value === "number" ? sizeText(value) : undefined}>
          {value !== null && typeof value === "object" ? empty : String(value)}
        </span>
      )}
    </div>
  );
}

/** The digest of a manifest is a link to it. */
function Linked({ text, path, name }) {
  const [owner] = path;
  const isManifest = path.at(-1) === "digest" && ((owner === "manifests" && path.length === 3) || (owner === "subject" && path.length === 2));
  if (!name || !isManifest || !DIGEST.test(text)) return <Text of={text} />;
  return (
    <Link to={{ ref: `${name}@${text}` }}>
      <Text of={text} />
    </Link>
  );
}

function Key({ of }) {
  if (of === undefined) return null;
  return (
    <>
      <span class={typeof of === "number" ? "position" : "name"}>
        <Text of={of} />
      </span>
      <span class="mark">: </span>
    </>
  );
}
