// The entries of an index: platform, digest, size, type, and why each would or would not be pulled.
import { formatPlatform } from "../../pkg/entry/browser.js";
import { isAttestation, isIndex } from "../choice.js";
import { code, copyButton, el, row, section, table, value } from "../dom.js";
import { count, exactSize, humanSize, shortDigest, shortMediaType } from "../format.js";
import { hashOf } from "../route.js";
import { pairList, size } from "./pieces.js";

/** Rows shown at first; a hostile index has thousands. */
const SHOWN = 200;

export function platformsView(state) {
  const { document, choice } = state;
  if (document?.kind !== "index") return null;
  const verdicts = verdictsOf(choice);
  const entries = document.manifests.map((entry, index) => ({ entry, index, verdict: verdicts.get(index) }));
  const images = entries.filter(({ entry }) => !isAttestation(entry));
  const attestations = entries.filter(({ entry }) => isAttestation(entry));
  const columns = [
    "#",
    "Platform",
    ...(choice?.selection ? ["Why"] : []),
    "Digest",
    "Size",
    "Media type",
    "Notes",
  ];
  return section(
    "platforms",
    `Entries (${document.manifests.length.toLocaleString("en-US")})`,
    table(
      "Entries of the index",
      columns,
      [
        ...paged(images, (item) => entryRow(columns, item, state), columns.length),
        ...(attestations.length > 0 ? folded(attestations, columns, state) : []),
      ],
      { class: choice?.selection ? "entries explained" : "entries" },
    ),
  );
}

/** What the selection says about each entry, by its index. */
function verdictsOf(choice) {
  const { selection, descriptor } = choice ?? {};
  const chosen = (index) => descriptor !== undefined && selection.index === index;
  return new Map(selection?.candidates.map((one) => [one.index, { ...one, chosen: chosen(one.index) }]));
}

function entryRow(columns, { entry, index, verdict }, state) {
  const cells = {
    "#": String(index),
    Platform: platformCell(entry),
    Why: verdict && why(verdict),
    Digest: entry.problem
      ? el("span", { class: "faint" }, "none")
      : el(
          "span",
          { class: "together" },
          digestLink(entry.digest, state),
          copyButton(entry.digest, `the digest of entry ${index}`),
        ),
    Size: size(entry.size),
    "Media type": code(shortMediaType(entry.mediaType), { title: entry.mediaType, class: "type" }),
    Notes: notes(entry),
  };
  const kind = verdict?.chosen ? "chosen" : verdict && verdict.rank === undefined ? "passed" : null;
  return row(
    columns,
    columns.map((column) => cells[column]),
    { id: `at-manifests/${index}`, class: kind },
  );
}

function platformCell(entry) {
  if (entry.problem) return el("span", { class: "tag no" }, "cannot be used");
  if (isIndex(entry)) return el("span", { class: "tag" }, "index");
  if (isAttestation(entry)) return el("span", { class: "tag" }, "attestation");
  return entry.platform
    ? value(formatPlatform(entry.platform), { class: "mono strong" })
    : el("span", { class: "faint" }, "not stated");
}

function why({ chosen, rank, reason }) {
  const mark = chosen
    ? el("span", { class: "tag chosen-tag" }, "pulled")
    : rank === undefined
      ? el("span", { class: "tag no" }, "no")
      : el("span", { class: "tag" }, `choice ${rank + 1}`);
  return [mark, " ", value(reason, { class: "reason" })];
}

/** A digest of this index, as the link that opens what it names; a pasted index has no repository to open it from. */
function digestLink(digest, { name }) {
  const short = code(shortDigest(digest), { class: "digest-short" });
  return name
    ? el(
        "a",
        { href: hashOf({ ref: `${name}@${digest}` }), title: digest, "aria-label": `Open ${digest}` },
        short,
      )
    : el("span", { title: digest }, short);
}

function notes(entry) {
  if (entry.problem) return value(entry.problem, { class: "reason" });
  const pairs = Object.entries(entry.annotations ?? {});
  const about = entry.annotations?.["vnd.docker.reference.digest"];
  return [
    entry.artifactType && code(entry.artifactType, { class: "type" }),
    about &&
      isAttestation(entry) &&
      el("span", { class: "about-digest" }, "attests ", code(shortDigest(about), { title: about })),
    pairs.length > 0 &&
      el(
        "details",
        { class: "fold small" },
        el("summary", {}, count(pairs.length, "annotation")),
        pairList(pairs),
      ),
    entry.urls?.length > 0 && el("span", { class: "faint" }, count(entry.urls.length, "url")),
    entry.data !== undefined && el("span", { class: "faint" }, "embeds its content"),
  ];
}

/** Attestations are entries of the document but no host's choice: one line, until a person wants to see them. */
function folded(attestations, columns, state) {
  const body = el("tbody", { role: "rowgroup", hidden: true, id: "attestations" });
  const button = el(
    "button",
    { type: "button", class: "quiet-button", "aria-expanded": "false", "aria-controls": "attestations" },
    `${count(attestations.length, "attestation")}: build provenance and the like, never pulled to run`,
  );
  button.addEventListener("click", () => {
    if (body.childElementCount === 0)
      body.append(...attestations.slice(0, SHOWN).map((item) => entryRow(columns, item, state)));
    body.hidden = !body.hidden;
    button.setAttribute("aria-expanded", String(!body.hidden));
  });
  return [wholeRow(button, columns.length, "fold-row"), body];
}

function paged(items, makeRow, width) {
  const body = el("tbody", { role: "rowgroup" }, items.slice(0, SHOWN).map(makeRow));
  if (items.length <= SHOWN) return [body];
  const button = el(
    "button",
    { type: "button", class: "quiet-button" },
    `Show ${count(items.length - SHOWN, "further entry", "further entries")}`,
  );
  const more = wholeRow(button, width, "fold-row");
  button.addEventListener("click", () => {
    body.append(...items.slice(SHOWN).map(makeRow));
    more.remove();
  });
  return [body, more];
}

function wholeRow(content, width, kind) {
  return el(
    "tbody",
    { role: "rowgroup", class: kind },
    el("tr", { role: "row" }, el("td", { role: "cell", colspan: width }, content)),
  );
}
