// The picker's answer in one sentence; the platform table says the rest, entry by entry.
import { VIEW_ERRORS } from "../../pkg/core/facts.js";
import { formatPlatform } from "../../pkg/entry/browser.js";
import { isAttestation } from "../choice.js";
import { code, copyButton, el, value } from "../dom.js";
import { shortDigest } from "../format.js";
import { hashOf } from "../route.js";
import { errorPanel, platformChips, platformsOf } from "./error.js";

export function verdictView(state) {
  const { document, choice, name, route } = state;
  if (!document || !choice) return null;
  if (choice.error) return absent(choice.error, state);
  if (!choice.descriptor) return absent(nothingMatches(choice), state);
  const { digest, platform } = choice.descriptor;
  const path = choice.selection?.path ?? [];
  return el(
    "div",
    { class: "verdict", "data-policy": choice.policy },
    el(
      "p",
      { class: "verdict-line" },
      "A ",
      value(choice.platform, { class: "mono strong" }),
      " host pulls ",
      digest === document.digest
        ? "this image"
        : name
          ? el("a", { href: hashOf({ ref: `${name}@${digest}` }), title: digest }, code(shortDigest(digest)))
          : code(shortDigest(digest), { title: digest }),
      platform && [" for ", value(formatPlatform(platform), { class: "mono" })],
      place(choice.selection, path),
      ".",
    ),
    digest !== document.digest && copyButton(name && route.ref ? `${name}@${digest}` : digest, "what it pulls"),
  );
}

function place(selection, path) {
  if (!selection) return "";
  const at = path.length > 0 ? path : [selection.index];
  return at.length > 1
    ? `: entry ${at[0]}, an index, and entry ${at.slice(1).join(", ")} inside it`
    : `: entry ${at[0]} of this index`;
}

function absent(error, { document, choice, route }) {
  const panel = errorPanel(error, route);
  if (error.code === "PLATFORM_NOT_FOUND" && platformsOf(error).length === 0) {
    const own = document.manifests
      .filter((entry) => entry.platform && !isAttestation(entry))
      .map((entry) => formatPlatform(entry.platform));
    if (own.length > 0) panel.querySelector(".panel-code").before(platformChips(own, route));
  }
  panel.setAttribute("data-policy", choice.policy);
  return panel;
}

/** A pasted index is judged here alone; the registry's client says the same through its own error. */
function nothingMatches({ platform, policy }) {
  return {
    code: "PLATFORM_NOT_FOUND",
    message: `No entry is for ${platform} under the ${policy} policy.`,
    hint: `${VIEW_ERRORS.PLATFORM_NOT_FOUND.hint} The table says why each entry is not taken.`,
  };
}
