/** Image references of a Dockerfile. Source: the Dockerfile reference of BuildKit, for what its frontend reads. */

import { lineFinder } from "./places.js";
import { expanded } from "./variables.js";

/**
 * References of `FROM`, `COPY --from`, `RUN --mount=from=` and the `syntax` directive. Names of earlier stages, numbers
 * and `scratch` are none.
 *
 * @param {string} text
 * @returns {import("./places.js").Places}
 */
export function dockerfile(text) {
  const lineOf = lineFinder(text);
  const stages = new Set();
  const args = new Map();
  const words = [];
  let hasStages = false;
  const redeclared = new Set();
  const { directives, instructions } = read(text);
  for (const instruction of instructions) {
    const [keyword, ...rest] = wordsOf(instruction);
    switch (keyword?.text.toLowerCase()) {
      case "from": {
        hasStages = true;
        const [image, as, name] = rest.filter(({ text }) => !text.startsWith("--"));
        if (image && !stages.has(image.text.toLowerCase())) words.push({ ...image, args });
        if (as?.text.toLowerCase() === "as" && name) stages.add(name.text.toLowerCase());
        break;
      }
      case "arg":
        for (const word of rest) {
          if (!hasStages) declare(word, args);
          // Without a default of its own it has the same value in the stage.
          else if (!word.text.includes("=")) redeclared.add(word.text);
        }
        break;
      case "copy":
      case "add":
        words.push(...rest.flatMap((word) => behind(word, "--from=")));
        break;
      case "run":
        words.push(...rest.filter(({ text }) => text.startsWith("--mount=")).flatMap(mountSource));
        break;
    }
  }
  // A name that only a later stage has is a stage too: BuildKit looks at all of them for --from.
  const images = words.filter(({ text, args }) => args || !(stages.has(text.toLowerCase()) || /^\d+$/.test(text)));
  return sorted([...directives, ...images], { redeclared, lineOf });
}

/** References with their values, and those that cannot be rewritten. */
function sorted(images, { redeclared, lineOf }) {
  const found = [];
  const skipped = [];
  const inner = new Set();
  for (const word of images) {
    // Only FROM sees the variables that stand before the first stage.
    const value = expanded(word, (name) => word.args?.get(name));
    const line = lineOf(word.at);
    const elsewhere = value.uses.find((name) => redeclared.has(name));
    for (const name of value.inner ?? []) inner.add(name);
    if (value.text === "scratch") continue;
    if (value.problem) skipped.push({ line, reference: word.text, reason: value.problem });
    else if (elsewhere) skipped.push({ line, reference: value.text, reason: `${elsewhere} is used in a stage, too` });
    else found.push({ reference: value.text, line: lineOf(value.tail), tail: value.tail, uses: value.uses });
  }
  const isInner = ({ uses }) => uses.some((name) => inner.has(name));
  for (const { reference, line } of found.filter(isInner)) {
    skipped.push({ line, reference, reason: "its last value stands within another reference, too" });
  }
  return { found: found.filter((one) => !isInner(one)), skipped };
}

/** A variable's default, with its quotes taken off. */
function declare({ text, at }, args) {
  const equals = text.indexOf("=");
  if (equals < 0) return;
  const name = text.slice(0, equals);
  const value = unquoted({ text: text.slice(equals + 1), at: at + equals + 1 });
  const { problem, ...rest } = expanded(value, (other) => args.get(other));
  if (!problem) args.set(name, rest);
}

function unquoted({ text, at }) {
  const quote = text[0];
  const isQuoted = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote);
  return isQuoted ? { text: text.slice(1, -1), at: at + 1 } : { text, at };
}

const behind = ({ text, at }, prefix) =>
  text.startsWith(prefix) ? [unquoted({ text: text.slice(prefix.length), at: at + prefix.length })] : [];

function mountSource({ text, at }) {
  const [, before, source] = /^(--mount=(?:[^,]*,)*?from=)([^,]*)/.exec(text) ?? [];
  return source ? [{ text: source, at: at + before.length }] : [];
}

/**
 * The `syntax` directive and the instructions of a file, each as the pieces of its lines. Comments between the lines of
 * an instruction, and the bodies of here-documents, belong to none.
 */
function read(text) {
  const lines = linesOf(text);
  const { escape, directives, next } = readDirectives(lines);
  const instructions = [];
  for (let at = next; at < lines.length; at += 1) {
    if (isBlankOrComment(lines[at].text)) continue;
    const pieces = [];
    for (; at < lines.length; at += 1) {
      const { text: line, at: start } = lines[at];
      if (pieces.length > 0 && isBlankOrComment(line)) continue;
      const goesOn = line.trimEnd().endsWith(escape);
      pieces.push({ text: goesOn ? line.trimEnd().slice(0, -1) : line, at: start });
      if (!goesOn) break;
    }
    instructions.push(pieces);
    for (const end of hereDocuments(pieces)) {
      while (at + 1 < lines.length && !end(lines[at + 1].text)) at += 1;
      at += 1;
    }
  }
  return { directives, instructions };
}

function linesOf(text) {
  const lines = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  for (const line of text.slice(at).split("\n")) {
    lines.push({ text: line.replace(/\r$/, ""), at });
    at += line.length + 1;
  }
  return lines;
}

const isBlankOrComment = (line) => /^\s*(#|$)/.test(line);

/** `# name=value` at the very start; the first other line ends them. */
function readDirectives(lines) {
  const directives = [];
  let escape = "\\";
  let next = 0;
  for (; next < lines.length; next += 1) {
    const { text, at } = lines[next];
    const directive = /^(?<before>\s*#\s*(?<name>[A-Za-z]+)\s*=\s*)(?<value>\S+)/.exec(text)?.groups;
    if (!directive) break;
    const { before, name, value } = directive;
    if (name.toLowerCase() === "escape" && value === "`") escape = value;
    if (name.toLowerCase() === "syntax") directives.push({ text: value, at: at + before.length });
  }
  return { escape, directives, next };
}

/** What ends each here-document of an instruction, in their order. Only RUN, COPY and ADD take them. */
function hereDocuments(pieces) {
  const text = pieces.map((piece) => piece.text).join(" ");
  if (!/^\s*(onbuild\s+)?(run|copy|add)\s/i.test(text)) return [];
  return [...text.matchAll(/(?<!<)<<(-?)\s*(["']?)([A-Za-z0-9_.]+)\2/g)].map(([, dash, , word]) =>
    (line) => (dash ? line.replace(/^\t+/, "") : line) === word);
}

/** The words of an instruction with their places. A word may go on in the next line; its place is then that of its end. */
function wordsOf(pieces) {
  const words = [];
  let glued = false;
  for (const { text, at } of pieces) {
    for (const match of text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
      const word = { text: match[0], at: at + match.index };
      // What touches the end of one line and the start of the next is one word.
      const previous = glued && match.index === 0 ? words.pop() : undefined;
      words.push(previous ? { text: previous.text + word.text, at: word.at - previous.text.length } : word);
      glued = false;
    }
    glued = text !== "" && !/\s$/.test(text);
  }
  if (words[0]?.text.toLowerCase() === "onbuild") words.shift();
  return words;
}
