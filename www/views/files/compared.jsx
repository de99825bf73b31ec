/** Which files of two images differ: read when it is asked for, after what that downloads is said. */

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { modeText, minuteText } from "../../../pkg/layers/words.js";
import { brokenOf, comparePair, filePairOf, priceOf, unreadOf } from "../../files/pairs.js";
import { isArchive } from "../../state/archives.js";
import { configCell } from "../../state/entries.js";
import { briefly } from "../../words/layers.js";
import { count, exactSize, grouped, sizeText } from "../../words/sizes.js";
import { Ghosts } from "../layers.jsx";
import { Fact } from "../pieces.jsx";
import { Link, Text } from "../text.jsx";
import { Trouble } from "../trouble.jsx";
import { FileList } from "./list.jsx";
import { Reading } from "./reading.jsx";

/** @param {{ sides: { name?: string, document: object }[] }} props A and B, both read */
export function ComparedFiles({ sides }) {
  const cells = sides.map(({ name, document }) => (name && document.config && !document.config.problem ? configCell(name, document) : undefined));
  useEffect(() => cells.forEach((cell) => void cell?.start()), cells);
  if (sides.some(({ name }) => !name)) return <p class="message">The layers of a document of this tab cannot be read: its repository is not known.</p>;
  if (cells.some((cell) => ["idle", "loading"].includes(cell?.state.value.phase))) return <Ghosts of={3} />;
  const pair = filePairOf(sides.map((side, at) => ({ ...side, config: cells[at]?.state.value.value })));
  return <Pair key={sides.map(({ document }) => document.digest).join()} pair={pair} sides={sides} />;
}

function Pair({ pair, sides }) {
  const { phase, found, error } = pair.state.value;
  const isAtHand = phase === "idle" && priceOf(pair) === 0 && (unreadOf(pair).length === 0 || sides.every(({ name }) => isArchive(name.split("/")[0])));
  // What costs nothing is compared at once.
  useEffect(() => {
    if (isAtHand) void comparePair(pair);
  }, [pair]);
  const reading = pair.files.find(({ job }) => job.value !== undefined);
  if (phase === "reading" && reading) return <Reading files={reading} />;
  if (phase === "reading" || phase === "comparing") return <p class="message">Comparing the files…</p>;
  if (phase === "failed") return <Broken pair={pair} error={error} />;
  if (phase === "ready") return <Found found={found} pair={pair} sides={sides} />;
  return <Offer pair={pair} />;
}

function Offer({ pair }) {
  const cost = priceOf(pair);
  const left = unreadOf(pair);
  const stopped = left.some(({ blob }) => blob.state.value.bytes !== undefined);
  return (
    <div class="offer">
      {stopped && <p>Cancelled. What was read of other layers stays.</p>}
      <p>
        <button type="button" class="primary" data-read="" title={cost > 0 ? exactSize(cost) : undefined} onClick={() => comparePair(pair)}>
          Compare the files
          {cost > 0 && ` (downloads ${sizeText(cost)})`}
        </button>
      </p>
      <p class="dim">
        {count(left.length, "layer")} {left.length === 1 ? "is" : "are"} downloaded, verified against the digest, and read in this tab.
        {pair.shared > 0 && ` ${pair.shared === 1 ? "The lowest layer is" : `The ${pair.shared} lowest layers are`} the same in both, and not read.`}
      </p>
    </div>
  );
}

const Broken = ({ pair, error }) => (
  <div class="offer">
    {error && <Trouble error={error} isSmall isFinal />}
    {brokenOf(pair).map((layer) => (
      <p class="bad" key={layer.digest}>
        Layer {layer.index}: <Text of={layer.problem ?? briefly(layer.blob.state.value.error)} />
      </p>
    ))}
    <p>Without every layer that differs, the files cannot be compared.</p>
    <p>
      <button type="button" onClick={() => comparePair(pair)}>
        Try again
      </button>
    </p>
  </div>
);

const WORDS = { changed: "changed", added: "only in B", removed: "only in A", inA: "written by A alone", inB: "written by B alone", unknown: "of the same size, content not compared" };

function Found({ found, pair, sides }) {
  const filter = useSignal("");
  const chosen = useSignal(undefined);
  const nodes = useMemo(() => found.map(nodeOf), [found]);
  const wanted = filter.value.toLowerCase();
  const rows = wanted === "" ? nodes : nodes.filter(({ path }) => path.toLowerCase().includes(wanted));
  const sums = Object.keys(WORDS).map((change) => [change, found.filter((one) => one.change === change).length]).filter(([, many]) => many > 0);
  return (
    <div class="files-of">
      <p class="files-sum" role="status">
        {found.length === 0 ? <b>No file differs.</b> : <b>{count(found.length, "path")} {found.length === 1 ? "differs" : "differ"}</b>}
        {sums.map(([change, many]) => ` · ${grouped(many)} ${WORDS[change]}`)}
      </p>
      {pair.shared > 0 && found.length > 0 && (
        <p class="files-sum dim">
          {count(pair.shared, "layer")} below {pair.shared === 1 ? "is" : "are"} the same in both and not read. A path that one side alone writes may be there, too.
        </p>
      )}
      {found.length > 0 && (
        <div class="toolbar files-tools">
          <label class="filter">
            <span class="unseen">Filter by path</span>
            <input id="find-files" type="text" placeholder="filter" spellcheck={false} autocapitalize="none" autocorrect="off" autocomplete="off" value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
            <kbd>/</kbd>
          </label>
        </div>
      )}
      {rows.length > 0 && <FileList rows={rows} unfolded={NONE} chosen={rows.find((node) => node === chosen.value)} choose={(node) => (chosen.value = node)} fold={() => {}} open={() => {}} />}
      {found.length > 0 && rows.length === 0 && <p class="message">No path has this in it.</p>}
      {chosen.value && rows.includes(chosen.value) && <Chosen of={chosen.value.difference} sides={sides} />}
    </div>
  );
}

const NONE = new Set();

/** As the list draws files. */
function nodeOf(difference) {
  const { path, change, a, b } = difference;
  const own = b ?? a;
  return { name: path, path, entry: own?.entry, change, size: own?.size ?? 0, count: own?.entry.type === "file" ? 1 : 0, depth: 0, hides: 0, difference };
}

function Chosen({ of: { path, change, words, a, b }, sides }) {
  const stated = [a, b];
  return (
    <div class="file" role="group" aria-label="The chosen file">
      <p class="file-head">
        <b class="mono">
          <Text of={`/${path}`} />
        </b>
        <span>
          {WORDS[change]}
          {words.length > 0 && `: ${words.join(", ")}`}
        </span>
      </p>
      <dl>
        {["A", "B"].map((letter, side) => (
          <Fact key={letter} name={letter}>
            {stated[side] ? <Stated of={stated[side]} /> : <span class="dim">its own layers do not write it</span>}{" "}
            <Link to={{ ref: `${sides[side].name}@${sides[side].document.digest}`, at: `files/${path}` }}>
              files<span class="unseen"> of {letter}</span>
            </Link>
          </Fact>
        ))}
      </dl>
    </div>
  );
}

const Stated = ({ of: { entry, size } }) => (
  <>
    <code>{modeText(entry)}</code> {entry.uid}:{entry.gid} · {minuteText(entry.mtime)} UTC
    {(entry.type === "file" || entry.type === "link") && size !== undefined && ` · ${exactSize(size)}`}
    {entry.type === "symlink" && (
      <>
        {" "}
        · leads to <Text of={entry.target} class="mono" />
      </>
    )}
  </>
);
