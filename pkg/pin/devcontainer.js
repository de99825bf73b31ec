/** The image of a devcontainer.json: JSON with comments and trailing commas. Source: containers.dev, "devcontainer.json". */

import { lineFinder } from "./places.js";

/** A comment, which the end of the text closes too, a string, or what else says something. */
const TOKEN = /\/\/[^\n]*|\/\*(?:[^]*?\*\/|[^]*)|"(?:\\.|[^"\\\n])*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * @param {string} text
 * @returns {import("./places.js").Places}
 */
export function devcontainer(text) {
  const lineOf = lineFinder(text);
  const found = [];
  const skipped = [];
  let depth = 0;
  let previous = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token.startsWith("//") || token.startsWith("/*")) continue;
    const [before, colon] = previous;
    if (depth === 1 && before === '"image"' && colon === ":" && token.startsWith('"')) {
      const reference = token.slice(1, -1);
      const line = lineOf(index);
      const tail = index + token.length - 1;
      if (/[\\$]/.test(reference)) skipped.push({ line, reference, reason: "it holds an escape or a variable" });
      else found.push({ reference, line, tail });
    }
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    previous = [previous.at(-1), token];
  }
  return { found, skipped };
}
