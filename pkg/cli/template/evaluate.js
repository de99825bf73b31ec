/** Evaluates a template: members are read when it comes to them, so that it costs only what it names. */

import { counted } from "../../core/counted.js";
import { BUILTINS, Made, isTrue, plain, textOf } from "./builtins.js";
import { invalid } from "./invalid.js";
import { Lazy, keyOf } from "./members.js";
import { parseTemplate } from "./parse.js";

/**
 * @param {string} template
 * @param {unknown} root what `.` and `$` are
 * @returns {Promise<string>} safe to print; rejects with OPTION_INVALID for a template that cannot be used
 */
export async function formatted(template, root) {
  const nodes = parseTemplate(template);
  const parts = [];
  await execute(nodes, { dot: root, variables: new Map([["$", root]]), template, parts });
  return parts.join("");
}

async function execute(nodes, scope) {
  for (const node of nodes) {
    if (node.text !== undefined) scope.parts.push(node.text);
    else if (node.block === "range") await repeat(node, scope);
    else if (node.block) await choose(node, scope);
    else scope.parts.push(await textOf(await valueOf(node.pipeline, scope)));
  }
}

/** `if` and `with`. */
async function choose({ block, names, pipeline, body, otherwise = [] }, scope) {
  const value = await valueOf(pipeline, scope);
  const inner = inside(scope, block === "with" ? value : scope.dot, names.map((name) => [name, value]));
  return (await isTrue(value)) ? execute(body, inner) : execute(otherwise, scope);
}

async function repeat({ names, pipeline, body, otherwise = [] }, scope) {
  const value = plain(await valueOf(pipeline, scope));
  const entries = await entriesOf(value, scope);
  for (const [key, element] of entries) {
    const given = names.length === 2 ? [key, element] : [element];
    await execute(body, inside(scope, element, names.map((name, at) => [name, given[at]])));
  }
  if (entries.length === 0) await execute(otherwise, scope);
}

/** What `range` goes through, with indexes or keys; keys sorted, as Go has them. */
async function entriesOf(value, { template }) {
  const whole = value instanceof Lazy ? await value.value() : value;
  if (whole === undefined || whole === null) return [];
  if (Array.isArray(whole)) return [...whole.entries()];
  if (typeof whole === "object") return Object.entries(whole).sort(([one], [other]) => (one < other ? -1 : 1));
  throw invalid(template, "range goes through lists and objects only");
}

const inside = (scope, dot, variables) => ({ ...scope, dot, variables: new Map([...scope.variables, ...variables]) });

/** The last command's value; each gets the one before it as its last operand. */
async function valueOf(commands, scope) {
  let before = [];
  for (const operands of commands) before = [await commandValue(operands, before, scope)];
  return before[0];
}

async function commandValue([first, ...others], before, scope) {
  if (first.name === undefined) {
    if (others.length + before.length > 0) throw invalid(scope.template, "only a function takes operands");
    return operandValue(first, scope);
  }
  if (!Object.hasOwn(BUILTINS, first.name)) {
    throw invalid(scope.template, `there is no function "${first.name}"; there are ${Object.keys(BUILTINS).join(", ")}`);
  }
  const values = [];
  for (const operand of others) values.push(await operandValue(operand, scope));
  values.push(...before);
  const called = BUILTINS[first.name];
  if (values.length < called.length) throw invalid(scope.template, `the function ${first.name} takes at least ${counted(called.length, "operand")}`);
  return called(...values);
}

async function operandValue(operand, scope) {
  if (operand.literal !== undefined) return typeof operand.literal === "string" ? new Made(operand.literal) : operand.literal;
  if (operand.name !== undefined) return commandValue([operand], [], scope);
  return follow(await rootOf(operand, scope), operand.path, scope);
}

function rootOf({ inner, variable }, scope) {
  if (inner) return valueOf(inner, scope);
  if (variable === undefined) return scope.dot;
  if (!scope.variables.has(variable)) throw invalid(scope.template, `there is no variable ${variable}`);
  return scope.variables.get(variable);
}

/** The member at the end of a path. One that a document need not have has no value; one that cannot be is a mistake. */
async function follow(root, path, { template }) {
  let value = plain(root);
  for (const name of path) {
    if (value instanceof Lazy) {
      const { found, value: member, names } = await value.member(name);
      if (!found) throw invalid(template, `there is no member .${name}; there are ${names.map((known) => `.${capital(known)}`).join(", ")}`);
      value = member;
    } else value = Array.isArray(value) ? undefined : value?.[keyOf(value, name)];
  }
  return value;
}

const capital = (name) => name.charAt(0).toUpperCase() + name.slice(1);
