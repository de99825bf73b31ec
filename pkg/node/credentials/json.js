/**
 * Parses JSON as Go's encoding/json does, because docker and podman write and read these files: the first value of a text
 * counts, field names match in any letter case, the last of several counts. The text may contain secrets: a syntax error
 * states line and column, without the text that JavaScript engines quote.
 */

import { invalid } from "./failure.js";

/** The deepest nesting, far above what these programs write; Go's own limit is 10,000. */
const DEPTH = 1000;

/** An object of a JSON text: every member in the order of the text, repeated names included. */
export class Members {
  /** @param {[string, any][]} list values are texts, numbers, booleans, null, arrays, and Members */
  constructor(list) {
    this.list = list;
  }

  /**
   * The members as a Go struct with these fields decodes them: names match in any letter case, null leaves a field as it
   * is, other members are ignored.
   *
   * @param {string[]} names in lower case
   * @returns {Record<string, any>} by those names
   */
  fields(names) {
    return fieldsOf(this.list, names);
  }
}

/** `Members.fields` for a list of names and values. */
export function fieldsOf(list, names) {
  const found = {};
  for (const [name, value] of list) {
    const field = folded(name);
    if (names.includes(field) && value !== null) found[field] = value;
  }
  return found;
}

/** A name as Go folds it: two letters beyond ASCII are cases of `s` and `k`; `toLowerCase` covers only the second. */
export function folded(name) {
  return name.replaceAll("\u017f", "s").toLowerCase();
}

/**
 * The first value of a text, which must be an object. An empty text and `null` give an empty one: docker accepts an empty
 * file.
 *
 * @param {string} text
 * @param {string} name of the file or variable, for messages
 * @returns {Members} throws CREDENTIALS_INVALID for any other value
 */
export function parseObject(text, name) {
  const source = text.startsWith("\ufeff") ? text.slice(1) : text;
  let content;
  try {
    content = parseFirst(source);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    const lines = source.slice(0, error.at).split("\n");
    const place = { line: lines.length, column: lines.at(-1).length + 1 };
    throw invalid(`${name} is not JSON: line ${place.line}, column ${place.column}`, { path: name, ...place });
  }
  if (content === null || content === undefined) return new Members([]);
  if (!(content instanceof Members)) throw invalid(`${name} is not a JSON object`, { path: name });
  return content;
}

/** A value with plain objects in place of Members, as JSON.parse returns it. */
export function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Members)) return value;
  return Object.fromEntries(value.list.map(([name, member]) => [name, plain(member)]));
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The position of the first unexpected token. */
class Broken {
  constructor(at) {
    this.at = at;
  }
}

const SPACE = /[ \t\n\r]*/y;
// eslint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * @param {string} text
 * @returns {any} the value at the beginning, undefined when there is none; throws Broken
 */
export function parseFirst(text) {
  const open = []; // objects and lists that have not ended, the innermost last
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const space = () => take(SPACE);
  const is = (character) => text[at] === character && (at += 1) > 0;
  const fail = () => {
    throw new Broken(at);
  };
  const key = (frame) => {
    const token = take(STRING) ?? fail();
    space();
    if (!is(":")) fail();
    frame.key = JSON.parse(token);
  };
  const closed = ({ closer, list }) => (closer === "}" ? new Members(list) : list);

  space();
  if (at === text.length) return undefined;
  for (;;) {
    space();
    let value;
    const closer = is("{") ? "}" : is("[") ? "]" : undefined;
    if (closer) {
      const frame = { closer, list: [], key: undefined };
      space();
      if (!is(closer)) {
        if (open.push(frame) > DEPTH) fail();
        if (closer === "}") key(frame);
        continue;
      }
      value = closed(frame);
    } else {
      value = JSON.parse(take(STRING) ?? take(SCALAR) ?? fail());
    }
    // The value is complete, and with it perhaps the ones around it.
    for (;;) {
      const frame = open.at(-1);
      if (!frame) return value;
      frame.list.push(frame.closer === "}" ? [frame.key, value] : value);
      space();
      if (is(",")) {
        space();
        if (frame.closer === "}") key(frame);
        break;
      }
      if (!is(frame.closer)) fail();
      value = closed(open.pop());
    }
  }
}
