/** Writes a JSON value as YAML 1.2: blocks, with texts in quotes where another reading would be possible. */

import { printable } from "../../entry/command.js";

/** A text that is one in YAML 1.1 and 1.2 without quotes: no number, date, boolean or null begins so. */
const PLAIN = /^[A-Za-z_/][A-Za-z0-9_/.+-]*(?::[A-Za-z0-9_/.+-]+)*$/;
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i;

/** @param {unknown} value as JSON.parse gives one @returns {string} safe to print */
export function yamlText(value) {
  return isEmpty(value) ? `${scalar(value)}\n` : `${block(value, "").join("\n")}\n`;
}

const isEmpty = (value) => typeof value !== "object" || value === null || Object.keys(value).length === 0;

/** The lines of a list or an object that is not empty. */
function block(value, indent) {
  return Array.isArray(value) ? value.flatMap((element) => item(element, indent)) : members(value, indent);
}

function item(element, indent) {
  if (isEmpty(element)) return [`${indent}- ${scalar(element)}`];
  const [first, ...rest] = block(element, `${indent}  `);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function members(value, indent) {
  return Object.entries(value).filter(([, member]) => member !== undefined).flatMap(([name, member]) => {
    const key = `${indent}${scalar(name)}:`;
    return isEmpty(member) ? [`${key} ${scalar(member)}`] : [key, ...block(member, `${indent}  `)];
  });
}

function scalar(value) {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[]" : "{}";
  if (typeof value !== "string") return JSON.stringify(value ?? null);
  return PLAIN.test(value) && !RESERVED.test(value) ? value : quoted(value);
}

/** In double quotes, where YAML knows all escapes of JSON. What a terminal would obey is escaped too. */
function quoted(text) {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, (character) => {
    if (printable(character) === character) return character;
    return `\\U${character.codePointAt(0).toString(16).padStart(8, "0")}`;
  });
}
