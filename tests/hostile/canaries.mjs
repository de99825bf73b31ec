/** Secrets that are random in each case, and the search for them wherever they do not belong. */

import { randomBytes } from "node:crypto";
import { inspect } from "node:util";

/** Secrets, each with the origins that may see it. */
export function createCanaries() {
  const secrets = new Map();

  /** Notes a secret; one that is known gains owners. */
  function keep(kind, text, owners) {
    const known = secrets.get(text) ?? { kind, text, owners: new Set() };
    for (const owner of owners) known.owners.add(owner);
    secrets.set(text, known);
    return text;
  }

  return {
    /** A new secret for `owners`. */
    make: (kind, ...owners) => keep(kind, `canary-${kind.replaceAll(" ", "-")}-${randomBytes(12).toString("hex")}`, owners),
    keep: (kind, text, ...owners) => keep(kind, text, owners),
    all: () => [...secrets.values()],
    find: (kind) => [...secrets.values()].find((secret) => secret.kind === kind)?.text,
  };
}

/**
 * Looks for every secret in every place.
 *
 * @param {{ kind: string, text: string, owners: Set<string> }[]} secrets
 * @param {{ where: string, origin?: string, content: string | Buffer }[]} places without an origin, nothing may be there
 * @returns {{ leaks: string[], searched: number }}
 */
export function search(secrets, places) {
  const leaks = [];
  let searched = 0;
  for (const { kind, text, owners } of secrets) {
    const forms = spellings(text);
    for (const { where, origin, content } of places) {
      searched += 1;
      if (origin !== undefined && owners.has(origin)) continue;
      if (forms.some((form) => content.includes(form))) leaks.push(`the ${kind} was found in ${where}`);
    }
  }
  return { leaks, searched };
}

/** A text as it is, and in base64 at each of the three places where it can begin in a longer one. */
function spellings(text) {
  const shifted = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString("base64");
    // Letters that mix the text with its neighbours are left out at both ends.
    return encoded.slice(before === 0 ? 0 : 4, -4);
  });
  return [text, encodeURIComponent(text), ...shifted];
}

/** Everything that an error shows where it is printed or stored. */
export function shownBy(error) {
  if (error === undefined) return [];
  const parts = { message: error?.message, hint: error?.hint, stack: error?.stack, details: error?.details };
  const texts = Object.entries(parts).map(([name, part]) => [name, typeof part === "string" ? part : JSON.stringify(part)]);
  const whole = [["JSON", JSON.stringify(error)], ["text", String(error)], ["inspection", inspect(error, { depth: 8 })]];
  return [...texts, ...whole, ...causes(error?.cause)]
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => ({ where: `the error's ${name}`, content: text }));
}

const causes = (cause) => (cause === undefined ? [] : [["cause", `${inspect(cause, { depth: 8 })} ${cause?.stack}`]]);
