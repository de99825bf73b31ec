// An error that says what to do. The package cleans the texts; values in the details are shown as data.
import { el, value } from "../dom.js";
import { hashOf } from "../route.js";

/** @param {{ message: string, hint?: string, code?: string, status?: number, details?: object }} error */
export function errorPanel(error, route) {
  const platforms = platformsOf(error);
  return el(
    "div",
    { class: "panel error", role: "alert" },
    el("p", { class: "panel-message" }, el("bdi", {}, error.message)),
    error.hint && el("p", { class: "panel-hint" }, el("bdi", {}, withCommands(error.hint))),
    platforms.length > 0 && platformChips(platforms, route),
    error.code &&
      el(
        "p",
        { class: "panel-code" },
        el("code", {}, error.code),
        error.status ? ` · HTTP ${error.status}` : "",
        error.registry ? [" · ", el("bdi", {}, error.registry)] : "",
      ),
  );
}

/** A hint's commands stand between backticks. */
function withCommands(hint) {
  return hint.split("`").map((part, at) => (at % 2 === 1 ? el("code", {}, part) : part));
}

/** The platforms that exist, as a PLATFORM_NOT_FOUND error lists them. */
export function platformsOf(error) {
  const available = error.details?.available;
  return Array.isArray(available) ? available.map(String) : [];
}

/** Platforms as links that ask the picker's question again. */
export function platformChips(platforms, route) {
  return el(
    "p",
    { class: "chips" },
    el("span", { class: "aid" }, "Platforms that exist: "),
    [...new Set(platforms)]
      .slice(0, 60)
      .map((platform) =>
        route
          ? el(
              "a",
              { class: "chip mono", href: hashOf({ ...route, platform, at: undefined }) },
              value(platform),
            )
          : value(platform, { class: "chip mono" }),
      ),
  );
}
