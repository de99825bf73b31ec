/** A repository: its tags, and which of them are the same image. Digests are asked for with HEAD, which counts as no pull. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { page, route, source } from "../state/inspector.js";
import { createCells } from "../state/cells.js";
import { inParallel } from "../../pkg/core/parallel.js";
import { headline } from "../words/references.js";
import { count, grouped } from "../words/sizes.js";
import { Digest } from "./pieces.jsx";
import { Link, Text } from "./text.jsx";

/** Tags that are drawn at once, and those whose digests are asked for at a time. */
const SHOWN = 200;
const ASKED = 40;
const AT_ONCE = 4;

const heads = createCells();
const headOf = (name, tag) => heads.of(`${name}:${tag}`, () => source.head(name, tag));

export function RepositoryView() {
  const { name, reference, tags, isCut } = page.value;
  const filter = useSignal("");
  const shown = useSignal(SHOWN);
  const found = tags.filter((tag) => tag.toLowerCase().includes(filter.value.toLowerCase()));
  const list = found.slice(0, shown.value);
  const cells = list.map((tag) => headOf(name, tag));
  const idle = cells.filter(({ state }) => state.value.phase === "idle");
  const ask = () => inParallel(idle.slice(0, ASKED), AT_ONCE, (cell) => cell.start());
  // Few are asked for at once: a HEAD counts as no pull.
  useEffect(() => void (tags.length <= ASKED && ask()), [name]);
  return (
    <div class="repository">
      <div class="head">
        <div class="title">
          <h1 tabindex="-1">
            <Text of={headline(reference)} class="mono" />
          </h1>
          <Text of={reference.domain} class="registry" />
        </div>
        <p class="facts">
          <b>{grouped(tags.length)}</b> {tags.length === 1 ? "tag" : "tags"}
          {isCut && ", the first of more"}
        </p>
      </div>
      <div class="list-head">
        <input type="text" aria-label="Filter the tags" placeholder="filter" value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
        {idle.length > 0 && (
          <button type="button" onClick={ask}>
            Ask for {count(Math.min(ASKED, idle.length), "digest")}
          </button>
        )}
        <span class="dim">equal digests are the same image</span>
      </div>
      <TagTable tags={list} name={name} />
      {found.length > list.length && (
        <button type="button" class="plain more" onClick={() => (shown.value += SHOWN)}>
          Show more of {found.length}
        </button>
      )}
    </div>
  );
}

function TagTable({ tags, name }) {
  const digests = tags.map((tag) => headOf(name, tag).state.value.value?.digest);
  const times = new Map();
  for (const digest of digests) if (digest) times.set(digest, (times.get(digest) ?? 0) + 1);
  return (
    <ul class="tags">
      {tags.map((tag, index) => {
        const { error } = headOf(name, tag).state.value;
        const same = digests[index] ? times.get(digests[index]) : 0;
        return (
          <li key={tag}>
            <Link to={{ ref: `${name}:${tag}`, platform: route.value.platform }}>
              <Text of={tag} class="mono" />
            </Link>
            {digests[index] && <Digest of={digests[index]} />}
            {same > 1 && <span class="badge">{same} tags are this image</span>}
            {error && (
              <span class="none">
                <Text of={error.message} />
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
