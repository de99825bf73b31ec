/** The frame of the page, and which view stands in it. */

import { useEffect } from "preact/hooks";
import { composeHere, page, route, said } from "../state/inspector.js";
import { createPart, lost } from "../state/parts.js";
import { isPaletteOpen } from "../state/single-keys.js";
import { Drop } from "./drop.jsx";
import { Sign } from "./icons.jsx";
import { ImageView } from "./image.jsx";
import { Omnibox, startComparison } from "./omnibox.jsx";
import { Skeleton } from "./skeleton.jsx";
import { Link, Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";

/** The view of a phase. That of another phase comes with what it shows. */
const VIEWS = { starting: Skeleton, loading: Skeleton, document: ImageView, failed: Failed };

/** Those that the first view of an image does without, by their phases. */
export const LATER = {
  start: createPart(async () => (await import("./start.jsx")).Start),
  repository: createPart(async () => (await import("./repository.jsx")).RepositoryView),
  archive: createPart(async () => (await import("./archive.jsx")).ArchiveView),
  compare: createPart(async () => (await import("./compare.jsx")).CompareView),
  forgotten: createPart(async () => (await import("./forgotten.jsx")).Forgotten),
};

const palette = createPart(async () => (await import("./palette.jsx")).Palette);
const openPalette = () => (isPaletteOpen.value = true);

export function App() {
  const { phase, View = VIEWS[phase] } = page.value;
  return (
    <>
      <Skip />
      <Header hasField={phase !== "start"} />
      <main id="main" tabindex="-1" data-phase={phase}>
        <View />
      </main>
      <p id="status" role="status" class="unseen">
        {said.value}
      </p>
      <Toast />
      <Lost />
      <Commands />
      <Drop />
    </>
  );
}

/** A skip link through the hash would be taken for a route. */
function Skip() {
  const skip = (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  };
  return (
    <a class="skip" href="#main" onClick={skip}>
      Skip to the document
    </a>
  );
}

const Header = ({ hasField }) => (
  <header class="top">
    <Link to={{}} class="brand">
      <Sign />
      {hasField ? <span class="unseen">multiarch, start page</span> : <b>multiarch</b>}
    </Link>
    {hasField && <Omnibox />}
    <nav aria-label="Tools">
      <button type="button" class="plain quiet" onClick={startComparison}>
        Compare
      </button>
      <button type="button" class="plain quiet" data-compose="" onClick={composeHere}>
        Compose
      </button>
      <button type="button" class="key" onClick={openPalette}>
        <span class="unseen">All commands </span>⌘K
      </button>
    </nav>
  </header>
);

/** What was copied, for the eye. */
function Toast() {
  const text = said.value;
  return text.startsWith("Copied") ? (
    <p class="toast" key={text} aria-hidden="true">
      <Text of={text} />
    </p>
  ) : null;
}

/** A part of the page that was asked for and could not be loaded. */
function Lost() {
  const error = lost.value;
  return error ? (
    <div class="lost">
      <Trouble error={error} isSmall isFinal />
      <button type="button" onClick={() => (lost.value = undefined)}>
        Close
      </button>
    </div>
  ) : null;
}

/** The list of all commands, from the first time on that it is opened. */
function Commands() {
  const isOpen = isPaletteOpen.value;
  useEffect(() => {
    if (!isOpen) return;
    palette.need().catch((error) => {
      lost.value = error;
      isPaletteOpen.value = false;
    });
  }, [isOpen]);
  const Palette = palette.now;
  return Palette ? <Palette /> : null;
}

function Failed() {
  const { error, last } = page.value;
  return (
    <div class="narrow">
      <h1 tabindex="-1">{route.value.ref ? <Text of={route.value.ref} class="mono" /> : "Nothing could be opened"}</h1>
      <Trouble error={error} />
      {last?.ref && (
        <p>
          <Link to={last}>
            Back to <Text of={last.ref} class="mono" />
          </Link>
        </p>
      )}
    </div>
  );
}
