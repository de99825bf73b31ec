// What stands where a document would: the start page, the wait, an error.
import { el, section, value } from "../dom.js";
import { hashOf } from "../route.js";
import { errorPanel } from "./error.js";

export function noticeView({ phase, error, site, route }) {
  if (phase === "starting") return el("p", { class: "loading" }, "Loading the WebAssembly module…");
  if (phase === "loading") {
    return el(
      "p",
      { class: "loading" },
      "Asking for ",
      route.ref ? value(route.ref, { class: "mono" }) : "the document",
      "…",
    );
  }
  if (phase === "error") return errorPanel(error);
  if (phase === "forgotten") {
    return el(
      "p",
      { class: "panel quiet" },
      "This address names a pasted document. Pasted documents stay in the tab they were pasted into; paste it again to see it.",
    );
  }
  return phase === "start" ? startPage(site) : null;
}

function startPage(site) {
  return el(
    "div",
    { class: "start" },
    el("h1", { class: "unseen" }, "Inspect an image manifest"),
    site.examples.length > 0 &&
      section(
        "examples",
        "Start with one of these",
        el(
          "ul",
          { class: "examples" },
          site.examples.map(({ reference, text, platform }) =>
            el(
              "li",
              {},
              el(
                "a",
                {
                  href: hashOf({ ref: String(reference), platform: platform && String(platform) }),
                  class: "example",
                },
                value(reference, { class: "mono" }),
                el("span", { class: "aid" }, value(text)),
              ),
            ),
          ),
        ),
      ),
    section(
      "about",
      "What this page does",
      el(
        "dl",
        { class: "about" },
        point(
          "Reads",
          "an index, an image or an artifact: every entry, digest, size and annotation, and the exact bytes.",
        ),
        point("Verifies", "the digest of every document from its bytes, in this browser."),
        point(
          "Explains",
          "which entry a host would pull under four policies, and why each of the others would not be.",
        ),
        point(
          "Keeps",
          "pasted documents in this tab; references go to registries through this page's own proxy only.",
        ),
      ),
    ),
  );
}

function point(word, rest) {
  return [el("dt", {}, word), el("dd", {}, rest)];
}
