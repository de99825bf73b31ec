/** What serving the inspector page and exporting it have in common. */

import { MultiarchError, parseReference } from "../../entry/command.js";

/** A registry as it is written on the line. @param {string} flag the option that names it */
export function domainOf(text, flag = "registry") {
  const { domain } = parseReference(`${text}/name`);
  if (domain === text.toLowerCase()) return domain;
  throw new MultiarchError({ code: "OPTION_INVALID", message: `--${flag} takes a domain, for example ghcr.io: ${text} is none` });
}

/** The registries that the page reads without a proxy. */
export const directOf = (texts = []) => [...new Set(texts.map((text) => domainOf(text, "direct")))];

/** The error of a program that was built without the page. */
export const withoutPage = () =>
  new MultiarchError({ code: "LOAD_FAILED", message: "the page is no part of this program", hint: "Use the npm package: npx multiarch serve" });
