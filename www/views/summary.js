// The head of a document: what it is, how large, its digest, and the command line that says the same.
import { code, copyButton, el, value } from "../dom.js";
import { count, exactSize, humanSize, kindOf, shellWord } from "../format.js";
import { DEFAULT_POLICY, isAttestation, isIndex } from "../choice.js";
import { hashOf } from "../route.js";
import { fact, pairList } from "./pieces.js";

export function summaryView(state) {
  const { document, reference, route, name, listedBy } = state;
  if (!document) return null;
  const parent = name && listedBy.get(`${name}@${document.digest}`);
  return el(
    "section",
    { class: "part summary", "aria-labelledby": "summary-title" },
    parent &&
      el(
        "p",
        { class: "crumb" },
        "Listed in ",
        el("a", { href: hashOf({ ref: parent }) }, value(parent, { class: "mono" })),
      ),
    el(
      "div",
      { class: "headline" },
      el(
        "h1",
        { id: "summary-title" },
        reference ? value(headline(reference), { class: "mono" }) : "Pasted document",
      ),
      el("span", { class: "kind" }, kindOf(document)),
    ),
    el(
      "div",
      { class: "digest-row" },
      code(document.digest, { class: "digest" }),
      copyButton(document.digest, "the digest"),
    ),
    badge(state),
    el(
      "dl",
      { class: "facts" },
      fact("Media type", code(document.mediaType)),
      fact(
        "Size",
        exactSize(document.size),
        document.size >= 1024 && el("span", { class: "faint" }, ` (${humanSize(document.size)})`),
      ),
      document.kind === "index" && fact("Entries", entries(document.manifests)),
      document.artifactType && fact("Artifact type", code(document.artifactType)),
      document.subject &&
        fact(
          "Subject",
          name
            ? el(
                "a",
                { href: hashOf({ ref: `${name}@${document.subject.digest}` }) },
                code(document.subject.digest),
              )
            : code(document.subject.digest),
        ),
    ),
    annotations(document.annotations),
    commands(state, route),
  );
}

/** The reference as people write it; a digest stands below in full anyway. */
function headline(reference) {
  return reference.digest ? reference.familiar.replace(/@.*$/, "") : reference.familiar;
}

function badge({ document, asked, route }) {
  const algorithm = document.digest.slice(0, document.digest.indexOf(":"));
  const over = `${algorithm} over the ${exactSize(document.size)}`;
  if (asked) return mark("Verified in your browser", `${over}: equal to the digest that was asked for.`);
  if (route.paste)
    return mark(
      "Computed in your browser",
      `${over} as they were pasted. Nothing was promised to compare it with.`,
      "computed",
    );
  return mark(
    "Verified in your browser",
    `${over} received, not taken from a header. A tag may point elsewhere tomorrow; this digest will not.`,
  );
}

function mark(words, detail, kind = "verified") {
  return el(
    "p",
    { class: `badge ${kind}` },
    el("span", { class: "badge-mark" }, words),
    el("span", { class: "badge-detail" }, detail),
  );
}

function entries(manifests) {
  const attestations = manifests.filter(isAttestation).length;
  const nested = manifests.filter(isIndex).length;
  return [
    count(manifests.length - attestations - nested, "image"),
    nested > 0 && `, ${count(nested, "index", "indexes")} inside`,
    attestations > 0 && `, ${count(attestations, "attestation")}`,
  ];
}

function annotations(pairs) {
  const list = Object.entries(pairs);
  return (
    list.length > 0 &&
    el("details", { class: "fold" }, el("summary", {}, count(list.length, "annotation")), pairList(list))
  );
}

/** The same answers on the command line: the page teaches the tool. */
function commands({ reference, document, choice }, route) {
  const lines = [];
  if (reference) {
    lines.push(`multiarch inspect ${shellWord(route.ref)}`);
    if (choice) {
      const policy = choice.policy === DEFAULT_POLICY ? "" : ` --policy ${choice.policy}`;
      lines.push(
        `multiarch resolve ${shellWord(route.ref)} --platform ${shellWord(choice.platform)}${policy} --explain`,
      );
    }
  } else {
    lines.push(`multiarch digest ${document.kind === "index" ? "index.json" : "manifest.json"}`);
  }
  return el(
    "div",
    { class: "commands" },
    el("h2", { class: "commands-title" }, "On the command line"),
    lines.map((line) =>
      el(
        "div",
        { class: "command" },
        el(
          "code",
          { class: "line" },
          el("span", { class: "prompt", "aria-hidden": "true" }, "$ "),
          value(line),
        ),
        copyButton(line, "the command"),
      ),
    ),
  );
}
