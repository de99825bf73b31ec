/** The frame of the page, and which view stands in it. */

import { composeHere, page, route, said } from "../state/inspector.js";
import { ArchiveView } from "./archive.jsx";
import { CompareView } from "./compare.jsx";
import { Drop } from "./drop.jsx";
import { Sign } from "./icons.jsx";
import { ImageView } from "./image.jsx";
import { Omnibox, startComparison } from "./omnibox.jsx";
import { openPalette, Palette } from "./palette.jsx";
import { RepositoryView } from "./repository.jsx";
import { Start } from "./start.jsx";
import { Skeleton } from "./skeleton.jsx";
import { Link, Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";

const VIEWS = {
  starting: () => <Skeleton />,
  loading: () => <Skeleton />,
  start: () => <Start />,
  document: () => <ImageView />,
  repository: () => <RepositoryView />,
  archive: () => <ArchiveView />,
  compare: () => <CompareView />,
  composing: () => <page.value.View />,
  failed: () => <Failed />,
  forgotten: () => <Forgotten />,
};

export function App() {
  const { phase } = page.value;
  const View = VIEWS[phase];
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
      <Palette />
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

const Forgotten = () => (
  <div class="narrow">
    <h1 tabindex="-1">A document of another tab</h1>
    <p class="panel">
      This address names a document that was pasted or dropped. Such documents stay in the tab that they were opened in: open it again to
      see it.
    </p>
  </div>
);
