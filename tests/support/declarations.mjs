/** Reads declaration files: what they export, with the first sentence about each. */

import { readFile } from "node:fs/promises";

/**
 * @param {URL} file a declaration file
 * @returns {Promise<string[]>} the values that it exports by their names from `index.d.ts`
 */
export async function passedOn(file) {
  const [, names = ""] = /^export \{([^}]*)\} from "\.\/index\.js"/m.exec(await readFile(file, "utf8")) ?? [];
  return names.match(/\w+/g) ?? [];
}

/**
 * @param {URL} file a declaration file
 * @returns {Promise<string>} its text, and behind it that of the files whose every name it exports
 */
export async function declarationText(file) {
  const text = await readFile(file, "utf8");
  const parts = [...text.matchAll(/^export \* from "(\..*)\.js";$/gm)].map(([, path]) => new URL(`${path}.d.ts`, file));
  return [text, ...await Promise.all(parts.map(declarationText))].join("\n");
}

/**
 * @typedef {{ name: string, kind: "function" | "const" | "class" | "interface" | "type", signature?: string, sentence: string,
 *   members: { signature: string, sentence: string }[] }} Declaration
 * @param {string} text of a declaration file
 * @returns {Declaration[]} in the order of the file, overloads once; `members` are the calls of an interface or a class
 */
export function declarationsIn(text) {
  const found = new Map();
  const pattern = /^export (?:declare )?(?:abstract )?(function|const|class|interface|type) (\w+)/gm;
  for (const { 1: kind, 2: name, index } of text.matchAll(pattern)) {
    if (found.has(name)) continue;
    const start = index + text.slice(index).indexOf(name);
    const signature = kind === "function" ? `${name}${parameters(text, start + name.length)}` : undefined;
    const members = kind === "class" || kind === "interface" ? membersOf(text, start) : [];
    found.set(name, { name, kind, signature, sentence: sentenceBefore(text, index), members });
  }
  return [...found.values()];
}

/** The methods of a body: lines with one level of indentation, a name and an opening parenthesis. */
function membersOf(text, start) {
  const open = text.indexOf("{", start);
  const end = text.indexOf("\n}", open);
  const members = new Map();
  for (const { 1: name, index } of text.slice(open, end).matchAll(/^ {2}(?:readonly )?(\w+)(?=[(<])/gm)) {
    if (members.has(name) || name === "constructor") continue;
    const at = open + index;
    members.set(name, { signature: `${name}${parameters(text, at + text.slice(at).indexOf(name) + name.length)}`, sentence: sentenceBefore(text, at) });
  }
  return [...members.values()];
}

/** The names of the parameters behind a place, in parentheses. */
function parameters(text, from) {
  const open = text.indexOf("(", from);
  const parts = [""];
  let depth = 0;
  for (const character of text.slice(open)) {
    if ("([{<".includes(character)) depth += 1;
    // An arrow ends no angle bracket.
    if (")]}".includes(character) || (character === ">" && !parts.at(-1).endsWith("="))) depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && character === ",") parts.push("");
    else parts[parts.length - 1] += character;
  }
  parts[0] = parts[0].slice(1);
  const names = parts.map((part) => /^\s*(?:\/\*.*?\*\/\s*)?((?:\.\.\.)?\w+\??)\s*:/s.exec(part)?.[1]).filter(Boolean);
  return `(${names.join(", ")})`;
}

/** The first sentence of the comment right before a place; nothing where there is none. */
function sentenceBefore(text, at) {
  const before = text.slice(0, at).trimEnd();
  if (!before.endsWith("*/")) return "";
  const comment = before.slice(before.lastIndexOf("/**") + "/**".length, -"*/".length);
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trim());
  const [paragraph] = lines.join("\n").trim().split(/\n\n|\n```/);
  const joined = paragraph.replaceAll("\n", " ").trim();
  return /^(.*?[.:!?])(?= [A-Z`]|$)/.exec(joined)?.[1].replace(/:$/, ".") ?? joined;
}
