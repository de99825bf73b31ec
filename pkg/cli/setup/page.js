/** What serving the inspector page and exporting it have in common. */

import { MultiarchError, parseReference } from "../../entry/command.js";

/** A registry as it is written on the line: a domain, or the name of a repository there. */
export function domainOf(text) {
  const { domain } = parseReference(`${text}/name`);
  if (domain === text.toLowerCase()) return domain;
  throw new MultiarchError({ code: "OPTION_INVALID", message: `--registry takes a domain, for example ghcr.io: ${text} is none` });
}

/** The error of a program that was built without the page. */
export const withoutPage = () =>
  new MultiarchError({ code: "LOAD_FAILED", message: "the page is no part of this program", hint: "Use the npm package: npx multiarch serve" });
