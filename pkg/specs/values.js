/** The values of a YAML or JSON text, each with its line and its path: what is read of one says what belongs there. */

import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from "../vendor/yaml.js";
import { nearest } from "../core/nearest.js";
import { specInvalid } from "./refusals.js";

/** More values than any such file has. What has several names counts as often as it is read. */
const MOST_VALUES = 100_000;
/** How much of what stands in the text is repeated in a message. */
const SHOWN = 100;

/**
 * The documents of a text. Its YAML may have anchors and merged mappings; a key stands once.
 *
 * @param {string} text
 * @param {string | undefined} name of the file, for messages
 * @returns {Value[]}
 */
export function documentsOf(text, name) {
  const mark = text.startsWith("\uFEFF") ? 1 : 0;
  const reader = new Reader(text.slice(mark), name);
  return reader.documents.map((node) => new Value(node, "", reader));
}

class Reader {
  #name;
  #starts = [0];
  #aliases = new Map();
  #values = 0;

  constructor(text, name) {
    this.#name = name;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
    this.documents = this.#parsed(text).map(({ contents }) => contents);
    for (const root of this.documents) this.#findAnchors(root);
  }

  /** The node itself, or the one that an alias names. */
  target(node) {
    this.#values += 1;
    if (this.#values > MOST_VALUES) throw this.error(node, `the text has more than ${MOST_VALUES.toLocaleString("en")} values`);
    if (!isAlias(node)) return node;
    const target = this.#aliases.get(node);
    if (!target) throw this.error(node, `*${shown(node.source)} has no anchor before it`);
    return target;
  }

  error(node, message, details) {
    return specInvalid(message, { file: this.#name, line: this.lineOf(node?.range?.[0] ?? 0), ...details });
  }

  lineOf(offset) {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #parsed(text) {
    let documents;
    try {
      // Keys are compared where they are read: the parser's own check takes time in proportion to their square.
      documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent" });
    } catch (cause) {
      // The parser descends into what is nested by calls of its own.
      if (cause instanceof RangeError) throw this.error(undefined, "the text is nested too deeply");
      throw cause;
    }
    const error = documents.flatMap(({ errors }) => errors)[0];
    if (!error) return documents;
    // It may catch the failure of such a call itself.
    if (/call stack|recursion/i.test(error.message)) throw this.error(undefined, "the text is nested too deeply");
    const [reason] = error.message.split(/ at line \d+|\n/);
    throw specInvalid(`the text is neither YAML nor JSON: ${reason}`, { file: this.#name, line: this.lineOf(error.pos[0]) });
  }

  /** Notes which node each alias of a document names: the last one of its name before it. */
  #findAnchors(root) {
    const anchors = new Map();
    const open = [root];
    while (open.length > 0) {
      const node = open.pop();
      if (isAlias(node)) this.#aliases.set(node, anchors.get(node.source));
      else if (node?.anchor) anchors.set(node.anchor, node);
      const inner = isMap(node) ? node.items.flatMap(({ key, value }) => [key, value]) : isSeq(node) ? node.items : [];
      for (const one of inner.toReversed()) if (one) open.push(one);
    }
  }
}

/** A value of the text. */
export class Value {
  #node;
  #reader;

  constructor(node, path, reader) {
    this.path = path;
    this.#reader = reader;
    this.place = node;
    this.#node = reader.target(node);
  }

  get line() {
    return this.#reader.lineOf(this.place?.range?.[0] ?? 0);
  }

  /** Whether nothing stands here. */
  get isEmpty() {
    return !this.#node || (isScalar(this.#node) && this.#node.value === null);
  }

  get isText() {
    return isScalar(this.#node) && !this.isEmpty;
  }

  get isList() {
    return isSeq(this.#node);
  }

  /** A text; a number or a truth value is what is written, so that 1.10 stays 1.10. */
  text(belongs) {
    const { value, source, type, tag } = isScalar(this.#node) ? this.#node : {};
    if (typeof value === "string") return value;
    if (["number", "boolean", "bigint"].includes(typeof value) && type === "PLAIN" && !tag) return source ?? String(value);
    throw this.wrong(belongs);
  }

  truth() {
    if (isScalar(this.#node) && typeof this.#node.value === "boolean") return this.#node.value;
    throw this.wrong("true or false");
  }

  items(belongs) {
    if (!isSeq(this.#node)) throw this.wrong(belongs);
    return this.#node.items.map((item, at) => new Value(item, `${this.path}[${at}]`, this.#reader));
  }

  /** The members of a mapping. Its own count before those of mappings that are merged into it with `<<`. */
  members(belongs, above = new Set()) {
    if (!isMap(this.#node) || above.has(this.#node)) throw this.wrong(belongs);
    const found = new Map();
    const merged = [];
    for (const { key, value } of this.#node.items) {
      const name = new Value(key, this.path, this.#reader).text("texts as names");
      const member = new Value(value, this.path === "" ? name : `${this.path}.${name}`, this.#reader);
      // What has no value of its own stands where its name does.
      member.place = key;
      if (name === "<<") merged.push(...(member.isList ? member.items(belongs) : [member]));
      else if (found.has(name)) throw member.error(`${shown(member.path)} stands twice`);
      else found.set(name, member);
    }
    for (const one of merged) {
      for (const [name, member] of one.members("a mapping", new Set([...above, this.#node]))) {
        if (!found.has(name)) found.set(name, member);
      }
    }
    return found;
  }

  /** The members of a mapping whose names are known; an unknown one is refused with the one that was probably meant. */
  known(names, belongs) {
    const members = this.members(belongs);
    for (const [name, member] of members) {
      if (names.includes(name)) continue;
      const meant = nearest(name, names);
      const question = meant ? `: did you mean ${meant}?` : `; known are ${names.join(", ")}`;
      throw member.error(`${this.path || "the file"} has no member ${shown(name)}${question}`);
    }
    return Object.fromEntries(members);
  }

  /** The error for a value that is something else than belongs here. */
  wrong(belongs) {
    const node = this.#node;
    let found = "nothing";
    if (isSeq(node)) found = "a list";
    else if (isMap(node)) found = "a mapping";
    else if (!this.isEmpty) found = shown(String(node.source ?? node.value));
    return this.error(`${shown(this.path) || "the file"} takes ${belongs}, not ${found}`);
  }

  error(message, details) {
    return this.#reader.error(this.place, message, { member: shown(this.path), ...details });
  }
}

const shown = (text) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
