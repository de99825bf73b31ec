/** JSON that may hold secrets: where it breaks is told by line and column, without the text that engines quote. */

import { invalid } from "./failure.js";

/**
 * @param {string} text
 * @param {string} name of the file or variable, for messages
 * @returns {Record<string, any>} throws CREDENTIALS_INVALID for what is not an object
 */
export function parseObject(text, name) {
  const source = text.startsWith("\ufeff") ? text.slice(1) : text;
  let content;
  try {
    content = JSON.parse(source);
  } catch {
    const lines = source.slice(0, problemAt(source)).split("\n");
    const place = { line: lines.length, column: lines.at(-1).length + 1 };
    throw invalid(`${name} is not JSON: line ${place.line}, column ${place.column}`, { path: name, ...place });
  }
  if (!isObject(content)) throw invalid(`${name} is not a JSON object`, { path: name });
  return content;
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const SPACE = /[ \t\n\r]*/y;
// eslint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The position of the first token that cannot stand where it stands, in a text that is known to be broken. */
function problemAt(text) {
  const closers = [];
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found !== null;
  };
  const is = (character) => text[at] === character && (at += 1) > 0;
  const isKey = () => take(STRING) && (take(SPACE), is(":")) && take(SPACE);

  for (let expected = "value"; ; take(SPACE)) {
    take(SPACE);
    if (expected === "value") {
      const opened = is("{") ? "}" : is("[") ? "]" : undefined;
      if (opened) {
        closers.push(opened);
        take(SPACE);
        if (text[at] === opened) expected = "end";
        else if (opened === "}" && !isKey()) return at;
        continue;
      }
      if (!take(STRING) && !take(SCALAR)) return at;
      expected = "end";
    } else if (closers.length === 0) {
      return at;
    } else if (is(",")) {
      take(SPACE);
      if (closers.at(-1) === "}" && !isKey()) return at;
      expected = "value";
    } else if (is(closers.at(-1))) {
      closers.pop();
    } else {
      return at;
    }
  }
}
