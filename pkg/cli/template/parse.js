/** Parses a template in the language of Go's text/template, as `--format` takes one. */

import { invalid } from "./invalid.js";

/** How deep parentheses and blocks may stand inside one another. */
const DEEPEST = 100;

const ACTION = /\{\{(- )?([^]*?)( -)?\}\}/g;
const TOKEN = /\s*(?:("(?:[^"\\\n]|\\.)*"|`[^`]*`)|(-?\d+(?:\.\d+)?)(?![\w.])|(\$\w*(?:\.\w+)*)|(\.\w+(?:\.\w+)*|\.)|(\w+)|(:=|[|(),]))/y;

/**
 * @typedef {{ text: string } | { pipeline: Pipeline } | Block} Node
 * @typedef {{ block: "if" | "range" | "with", names: string[], pipeline: Pipeline, body: Node[], otherwise: Node[] }} Block
 * @typedef {Operand[][]} Pipeline commands, each a list of operands
 * @typedef {{ literal: unknown } | { path: string[], variable?: string } | { name: string } | { inner: Pipeline, path: string[] }} Operand
 */

/**
 * @param {string} template
 * @returns {Node[]} throws OPTION_INVALID with what cannot be read
 */
export function parseTemplate(template) {
  const root = { body: [] };
  const open = [root];
  for (const piece of piecesOf(template)) {
    const block = open.at(-1);
    const nodes = block.otherwise ?? block.body;
    if (piece.text !== undefined) {
      if (piece.text !== "") nodes.push(piece);
      continue;
    }
    const [word] = /^\w+/.exec(piece.action) ?? [""];
    const rest = piece.action.slice(word.length);
    if (["if", "range", "with"].includes(word)) {
      if (open.length > DEEPEST) throw invalid(template, `blocks stand more than ${DEEPEST} deep`);
      const begun = { block: word, ...declared(rest, template), body: [] };
      nodes.push(begun);
      open.push(begun);
    } else if (word === "else" && block.block && !block.otherwise) beginElse(open, rest, template);
    else if (word === "end" && rest.trim() === "" && open.length > 1) end(open);
    else if (["else", "end"].includes(word)) throw invalid(template, `there is nothing that {{${piece.action}}} belongs to`);
    else nodes.push({ pipeline: pipelineOf(piece.action, template) });
  }
  if (open.length > 1) throw invalid(template, `{{${open.at(-1).block}}} has no {{end}}`);
  return root.body;
}

/** `{{else}}`, or `{{else if …}}`, which is a block inside that ends with the one around it. */
function beginElse(open, rest, template) {
  const block = open.at(-1);
  block.otherwise = [];
  const [, word, condition] = /^\s+(if|with)\b([^]*)$/.exec(rest) ?? [];
  if (!word && rest.trim() !== "") throw invalid(template, `{{else${rest}}} is no else`);
  if (!word) return;
  const inner = { block: word, ...declared(condition, template), body: [], isChained: true };
  block.otherwise.push(inner);
  open.push(inner);
}

function end(open) {
  let ended = open.pop();
  while (ended.isChained) ended = open.pop();
}

/** Texts and actions, in their order; `{{- ` and ` -}}` take the white space beside them away. Comments are left out. */
function piecesOf(template) {
  const pieces = [];
  let at = 0;
  let isTrimmed = false;
  const text = (end, trims) => {
    let part = template.slice(at, end);
    if (part.includes("{{")) throw invalid(template, `${part.slice(part.indexOf("{{"), part.indexOf("{{") + 40)} is not closed`);
    if (isTrimmed) part = part.trimStart();
    pieces.push({ text: trims ? part.trimEnd() : part });
  };
  for (const found of template.matchAll(ACTION)) {
    text(found.index, found[1] !== undefined);
    const action = found[2].trim();
    if (!/^\/\*[^]*\*\/$/.test(action)) pieces.push({ action });
    at = found.index + found[0].length;
    isTrimmed = found[3] !== undefined;
  }
  text(template.length, false);
  return pieces;
}

/** A pipeline, with the variables that stand before it: `$platform, $config := .Image`. */
function declared(source, template) {
  const [whole, one, other] = /^\s*(\$\w+)\s*(?:,\s*(\$\w+)\s*)?:=/.exec(source) ?? [""];
  const names = [one, other].filter((name) => name !== undefined);
  return { names, pipeline: pipelineOf(source.slice(whole.length), template) };
}

function pipelineOf(source, template) {
  const tokens = tokensOf(source, template);
  const pipeline = read(tokens, { template, depth: 0 });
  if (tokens.length > 0) throw invalid(template, `"${tokens[0].text}" is not expected in {{${source.trim()}}}`);
  return pipeline;
}

function tokensOf(source, template) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length && source.slice(TOKEN.lastIndex).trim() !== "") {
    const start = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (!found) throw invalid(template, `${JSON.stringify(source.slice(start).trim().slice(0, 40))} cannot be read`);
    const [whole, string, number, variable, path, name, mark] = found;
    const text = whole.trim();
    // A field of what stands before it has no space between.
    tokens.push({ text, string, number, variable, path, name, mark, isTight: whole === text });
  }
  return tokens;
}

/** Commands with `|` between them, up to the end or to a parenthesis that closes. */
function read(tokens, { template, depth }) {
  if (depth > DEEPEST) throw invalid(template, `parentheses stand more than ${DEEPEST} deep`);
  const commands = [[]];
  while (tokens.length > 0 && tokens[0].mark !== ")") {
    const token = tokens.shift();
    if (token.mark === "|") commands.push([]);
    else if (token.mark === "(") commands.at(-1).push(parenthesis(tokens, { template, depth }));
    else if (token.mark) throw invalid(template, `"${token.text}" is not expected`);
    else commands.at(-1).push(operandOf(token, template));
  }
  if (commands.some((operands) => operands.length === 0)) throw invalid(template, "an action has nothing in it");
  return commands;
}

function parenthesis(tokens, { template, depth }) {
  const inner = read(tokens, { template, depth: depth + 1 });
  if (tokens.length === 0) throw invalid(template, "a parenthesis is not closed");
  tokens.shift();
  const isField = tokens.length > 0 && tokens[0].path && tokens[0].isTight;
  return { inner, path: isField ? pathOf(tokens.shift().path) : [] };
}

function operandOf({ text, string, number, variable, path, name }, template) {
  if (string !== undefined) return { literal: unquoted(string, template) };
  if (number !== undefined) return { literal: Number(number) };
  if (path !== undefined) return { path: pathOf(path) };
  if (variable !== undefined) {
    const [root, ...members] = text.split(".");
    return { variable: root, path: members };
  }
  return name === "true" || name === "false" ? { literal: name === "true" } : { name };
}

const pathOf = (text) => text.split(".").filter(Boolean);

function unquoted(text, template) {
  if (text.startsWith("`")) return text.slice(1, -1);
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(template, `the text ${text} cannot be read`);
  }
}
