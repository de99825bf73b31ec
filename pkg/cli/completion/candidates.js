/** What the last word of a line may be. */

import { DIRECTIVES } from "./scripts.js";
import { drafts, platforms, registries, tags } from "./places.js";

const { noSpace, noFiles } = DIRECTIVES;

/** Platforms that many images are for, where no reference is named yet that could be asked. */
const USUAL_PLATFORMS = [
  "linux/amd64", "linux/arm64", "linux/arm/v7", "linux/arm/v6", "linux/386", "linux/ppc64le", "linux/riscv64", "linux/s390x", "windows/amd64", "local",
];

/**
 * @param {import("./line.js").Line} line
 * @param {{ commands: object[], globals: object[], beforeCommand: object[] }} table
 * @param {object} context
 * @returns {Promise<{ candidates: { value: string, about?: string }[], directive: number }>}
 */
export async function candidatesFor(line, table, context) {
  if (line.isLost) return { candidates: [], directive: noFiles };
  if (line.awaits) return valuesOf(line, context);
  if (line.isFlag) return { candidates: flagsOf(line, table), directive: noFiles };
  if (!line.command) return { candidates: commandsOf(line, table.commands), directive: noFiles };
  return operandsOf(line, table, context);
}

function commandsOf({ group }, commands) {
  const found = new Map();
  for (const { name, summary } of commands) {
    const [first, second] = name.split(" ");
    if (group === undefined && !found.has(first)) found.set(first, second ? `Commands: ${first} …` : summary);
    if (first === group) found.set(second, summary);
  }
  return [...found].map(([value, about]) => ({ value, about }));
}

/** All flags that may follow: one that was given comes again only where it takes a list. */
function flagsOf({ command, given }, { globals, beforeCommand }) {
  return [...(command ? command.flags : beforeCommand), ...globals]
    .filter(({ name, list, operation }) => list || operation || !given.has(name))
    .map(({ name, summary }) => ({ value: `--${name}`, about: summary }));
}

async function valuesOf(line, context) {
  const { awaits: { name, value, words, parse, list }, flagPrefix = "", current } = line;
  const known = words ?? parse?.words;
  // Of a list the last one is being typed.
  const before = list ? current.slice(0, current.lastIndexOf(",") + 1) : "";
  const taken = before.split(",");
  const prefixed = (all, directive = noFiles) => ({
    candidates: all.filter((one) => !taken.includes(one.value)).map((one) => ({ ...one, value: flagPrefix + before + one.value })), directive,
  });
  if (known) return prefixed(known.map((one) => ({ value: one })));
  if (name === "platform" || name === "platforms") {
    const [reference] = referencesOf(line);
    const found = reference ? await platforms(reference, line, context) : [];
    return prefixed((found.length > 0 ? found : USUAL_PLATFORMS).map((one) => ({ value: one })));
  }
  if (value === "reference" || value === "repository") return prefixed(await tags(current, line, context), noSpace | noFiles);
  // A shell completes names of files in a word of its own.
  return { candidates: [], directive: ["file", "dir"].includes(value) || name === "config" ? 0 : noFiles };
}

/** The operands that a command takes, as its line of usage names them. */
const operandNames = ({ usage }) => usage.replace("[OPTIONS]", "").split(" ").filter(Boolean).map((word) => word.replace(/[[\].]/g, ""));

/** The name of the next operand: the last one again where there may be more. */
function operandName({ command, operands }) {
  const { arguments: wanted } = command;
  const [, most] = typeof wanted === "function" ? [0, Infinity] : wanted;
  const names = operandNames(command);
  return operands.length < most ? names[operands.length] ?? names.at(-1) : undefined;
}

const REFERENCES = ["REFERENCE", "MANIFEST", "SOURCE", "TARGET", "NAME", "REPOSITORY"];

async function operandsOf(line, { commands }, context) {
  const name = operandName(line);
  const kinds = (name ?? "").split("|");
  if (kinds.includes("COMMAND")) return { candidates: [...commandsOf({ group: line.operands[0] }, commands), { value: "options" }], directive: noFiles };
  if (kinds.includes("SHELL")) return { candidates: line.command.words.map((value) => ({ value })), directive: noFiles };
  if (kinds.includes("REGISTRY")) return { candidates: await registries(line, context), directive: noFiles };
  if (kinds.includes("MANIFEST_LIST")) return { candidates: [...(await drafts(line, context)), ...(await tags(line.current, line, context))], directive: noFiles };
  if (kinds.some((kind) => REFERENCES.includes(kind))) {
    const candidates = kinds.includes("REPOSITORY") ? [] : await tags(line.current, line, context);
    return { candidates, directive: kinds.includes("FILE") ? 0 : noFiles };
  }
  return { candidates: [], directive: kinds.includes("FILE") ? 0 : noFiles };
}

/** The references among the operands. */
function referencesOf({ command, operands }) {
  const names = operandNames(command ?? { usage: "" });
  return operands.filter((_, at) => [...REFERENCES, "MANIFEST_LIST"].includes((names[at] ?? names.at(-1) ?? "").split("|")[0]));
}
