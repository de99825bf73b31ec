/** The chosen platform in detail: its layers, config, attestations and JSON as tabs. */

import { at, page, pick, show } from "../state/inspector.js";
import { detail, detailConfig } from "../state/choice.js";
import { TABS } from "../state/route.js";
import { BACK, CHECK, Icon } from "./icons.jsx";
import { Ghosts, Layers } from "./layers.jsx";
import { viewOf } from "./part.jsx";
import { Digest, Platform, Size } from "./pieces.jsx";
import { Link, Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";

const Waiting = () => <Ghosts of={6} />;
const Attestations = viewOf(async () => (await import("./attestations.jsx")).Attestations, Waiting);
const ConfigView = viewOf(async () => (await import("./config.jsx")).ConfigView, Waiting);
export const JsonView = viewOf(async () => (await import("./json.jsx")).JsonView, Waiting);

/** With the core that reads layers. */
const FilesView = viewOf(async () => {
  const [view, { init }] = await Promise.all([import("./files/files.jsx"), import("../whole.js")]);
  await init();
  return view.FilesView;
}, Waiting, { isLarge: true });

const NAMES = { layers: "Layers", config: "Config", files: "Files", attestations: "Attestations", json: "JSON" };

export function Detail() {
  const shown = detail.value;
  if (!shown) {
    return (
      <section class="detail empty" aria-label="Detail">
        <p>Choose a platform to see its layers.</p>
      </section>
    );
  }
  const tab = at.value.tab ?? "layers";
  return (
    <section class="detail" aria-label="Detail" onKeyDown={leave}>
      <Head shown={shown} />
      <Tabs tab={tab} shown={shown} />
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`} tabindex="-1">
        <Panel tab={tab} shown={shown} />
      </div>
    </section>
  );
}

/** Escape leads back to the list. */
function leave(event) {
  if (event.key === "Escape" && !event.defaultPrevented) document.querySelector(".platforms [aria-current=true]")?.focus();
}

function Head({ shown }) {
  const { row, platform, document, descriptor, name } = shown;
  const created = detailConfig.value?.state.value.value?.created;
  const digest = descriptor?.digest ?? document.digest;
  return (
    <div class="detail-head">
      {row && (
        <button type="button" class="plain back" onClick={() => (history.length > 1 ? history.back() : pick({ at: undefined }))}>
          <Icon path={BACK} />
          <span class="unseen">Back to the platforms</span>
        </button>
      )}
      <h2>{platform ? <Platform of={platform} /> : titleOf(shown)}</h2>
      {row && !descriptor.problem && <Digest of={digest} />}
      {row && document && (
        <span class="verified">
          <Icon path={CHECK} /> verified
        </span>
      )}
      {row && name && !descriptor.problem && (
        <Link to={{ ref: `${name}@${digest}` }} class="alone">
          open alone
        </Link>
      )}
      {created && <Text of={created.slice(0, 10)} class="created" />}
    </div>
  );
}

const titleOf = ({ row, document }) => {
  if (row?.kind === "index") return "An index inside";
  return document?.kind === "image" ? "This image" : "This document";
};

function Tabs({ tab, shown }) {
  const counts = { layers: shown.document?.layers.length, attestations: shown.attestations.length || undefined };
  const onKeyDown = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length];
    show({ tab: next });
    requestAnimationFrame(() => document.getElementById(`tab-${next}`)?.focus());
  };
  return (
    <div class="tabs" role="tablist" aria-label="Parts of the image" onKeyDown={onKeyDown}>
      {TABS.map((name) => (
        <button
          type="button"
          role="tab"
          key={name}
          id={`tab-${name}`}
          aria-selected={name === tab}
          aria-controls={name === tab ? "panel" : undefined}
          tabIndex={name === tab ? 0 : -1}
          onClick={() => show({ tab: name })}
        >
          {NAMES[name]}
          {counts[name] !== undefined && ` ${counts[name]}`}
        </button>
      ))}
    </div>
  );
}

function Panel({ tab, shown }) {
  const { row, document, error, isLoading, descriptor, name } = shown;
  if (descriptor?.problem) {
    return (
      <p class="message">
        This entry cannot be used: <Text of={descriptor.problem} />
      </p>
    );
  }
  if (error) return <Trouble error={error} isSmall retry={() => row.cell.again()} />;
  if (!document) return isLoading ? <Ghosts of={6} /> : <Unread descriptor={descriptor} />;
  if (tab === "config") return <ConfigView shown={shown} />;
  if (tab === "attestations") return <Attestations shown={shown} />;
  if (tab === "json") return <JsonView document={document} name={name} />;
  if (document.kind === "index") return <NestedHint />;
  return tab === "files" ? <FilesView shown={shown} /> : <Layers shown={shown} />;
}

const NestedHint = () => <p class="message">Its entries stand in the list, below this one.</p>;

/** A pasted index holds no manifests. */
const Unread = ({ descriptor }) => (
  <p class="message">
    The manifest of this entry (<Size of={descriptor.size} />) is no part of the index{page.value.name ? "." : ", and this tab does not know its repository."}
  </p>
);
