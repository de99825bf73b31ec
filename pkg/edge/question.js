/**
 * What a visitor asks for, read from a URL: `<base>resolve|inspect|platforms/<reference>`, `<base>badge/<reference>.svg` and
 * `<base>diff?from=<reference>&to=<reference>`. Each question has one spelling, which is its key in a cache.
 */

import { formatPlatform, parsePlatform, parseReference } from "multiarch";

import { MultiarchError } from "../core/errors.js";

/** The longest URL that is read: references have 255 characters and a digest, platforms a few dozen. */
const LENGTH = 4096;

/** The kinds of questions about one reference, and the parameters that each takes. */
const ABOUT_ONE = {
  resolve: ["platform"],
  inspect: ["platform"],
  platforms: [],
  badge: ["show", "platform"],
};
const KINDS = [...Object.keys(ABOUT_ONE), "diff"];
const SHOWN = ["platforms", "size", "digest"];
const DIFF = "diff?from=<reference>&to=<reference>";

/**
 * @typedef {object} Question
 * @property {"resolve" | "inspect" | "platforms" | "badge" | "diff"} kind
 * @property {Asked[]} references one, or two of a diff
 * @property {string} [platform] in its own spelling
 * @property {"platforms" | "size" | "digest"} [show]
 * @property {boolean} isPinned whether the answer can never change: every reference has a digest
 * @property {string} key path and query below the base
 *
 * @typedef {{ text: string, domain: string, name: string }} Asked a reference with its tag or digest, and what it consists of
 */

/** Whether a path is that of a badge, whose errors are pictures too. */
export const isBadge = (path, base) => path.startsWith(`${base}badge/`);

/** Refuses a URL before anything of it is looked at. Throws EDGE_LIMIT. */
export function checkLength({ href }) {
  if (href.length > LENGTH) throw refusal("EDGE_LIMIT", "the address is too long", `At most ${LENGTH} characters are read.`);
}

/**
 * @param {URL} url
 * @param {string} base path that ends with a slash
 * @returns {Question} Throws EDGE_PATH for what is no question, EDGE_PARAMETER, REFERENCE_INVALID, PLATFORM_INVALID
 */
export function readQuestion({ pathname, searchParams }, base) {
  const [kind, rest] = kindOf(pathname, base);
  if (kind === "diff") return diffOf(rest, searchParams);
  const given = parametersOf(searchParams, ABOUT_ONE[kind]);
  const reference = referenceOf(kind === "badge" ? withoutSuffix(rest) : rest);
  const platform = given.platform === undefined ? undefined : platformOf(given.platform);
  const show = kind === "badge" ? showOf(given.show) : undefined;
  const query = new URLSearchParams([["show", show], ["platform", platform]].filter(([, value]) => value !== undefined));
  return {
    kind,
    references: [reference],
    ...(platform !== undefined && { platform }),
    ...(show !== undefined && { show }),
    isPinned: reference.isPinned,
    key: `${kind}/${reference.text}?${query}`,
  };
}

function kindOf(pathname, base) {
  const hint = `Ask for ${base}resolve/<reference>, inspect, platforms, badge/<reference>.svg, or diff?from=&to=.`;
  const [kind] = pathname.startsWith(base) ? pathname.slice(base.length).split("/", 1) : [];
  if (!KINDS.includes(kind)) throw refusal("EDGE_PATH", "there is nothing at this path", hint);
  // References need no escapes, so the question does not arise how often to decode them.
  if (/[%\\]/.test(pathname)) {
    throw refusal("REFERENCE_INVALID", "the path may not hold escapes", `Write the reference as it is: ${base}resolve/ghcr.io/owner/app:1.2.`);
  }
  return [kind, pathname.slice(base.length + kind.length + 1)];
}

function diffOf(rest, searchParams) {
  if (rest !== "") throw refusal("EDGE_PATH", "diff takes its references as parameters", `Ask for ${DIFF}.`);
  const { from, to, ...given } = parametersOf(searchParams, ["from", "to", "platform"]);
  if (from === undefined || to === undefined) {
    throw refusal("EDGE_PARAMETER", "diff takes two references: from and to", `Ask for ${DIFF}.`);
  }
  const references = [referenceOf(from), referenceOf(to)];
  const [one, other] = references.map(({ text }) => text);
  const platform = given.platform === undefined ? undefined : platformOf(given.platform);
  const query = new URLSearchParams({ from: one, to: other, ...(platform !== undefined && { platform }) });
  return {
    kind: "diff",
    references,
    ...(platform !== undefined && { platform }),
    isPinned: references.every(({ isPinned }) => isPinned),
    key: `diff?${query}`,
  };
}

/** The reference of a badge. The suffix is part of the path, where hosts look for a type. */
function withoutSuffix(rest) {
  if (!rest.endsWith(".svg")) throw refusal("EDGE_PATH", "a badge ends with .svg", "Ask for badge/<reference>.svg.");
  return rest.slice(0, -".svg".length);
}

function referenceOf(given) {
  const { domain, name, tag, digest } = parseReference(given);
  // A tag beside a digest says nothing more.
  const text = digest === undefined ? `${name}:${tag ?? "latest"}` : `${name}@${digest}`;
  return { text, domain, name, isPinned: digest !== undefined };
}

const platformOf = (given) => formatPlatform(parsePlatform(given));

function showOf(given = SHOWN[0]) {
  if (SHOWN.includes(given)) return given;
  throw refusal("EDGE_PARAMETER", "this badge does not exist", `Show one of ${SHOWN.join(", ")}.`);
}

/** The parameters by their names; none that is not known, and none twice. */
function parametersOf(searchParams, names) {
  const given = {};
  for (const [name, value] of searchParams) {
    if (!names.includes(name) || name in given) {
      const known = names.length === 0 ? "There are no parameters here." : `Known here, each once: ${names.join(", ")}.`;
      throw refusal("EDGE_PARAMETER", "there is a parameter that is not known or stands twice", known);
    }
    given[name] = value;
  }
  return given;
}

export const refusal = (code, message, hint) => new MultiarchError({ code, message, hint });
