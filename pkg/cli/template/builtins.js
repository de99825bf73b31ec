/** The functions of templates: those of Go and docker that are of use here, and three of this program. */

import { printable } from "../../entry/command.js";
import { decimalSize } from "../../core/sizes.js";
import { shortDigest } from "../reports/table.js";
import { jsonEscaped } from "../terminal/json-text.js";
import { keyOf, Lazy, loaded } from "./members.js";

/** A text that the template made itself: what a registry chose in it is printable already. */
export class Made {
  constructor(text) {
    this.text = text;
  }
}

/** The value itself, of a text that the template made as well. */
export const plain = (value) => (value instanceof Made ? value.text : value);

/** What an action prints of a value. */
export async function textOf(value) {
  if (value instanceof Made) return value.text;
  if (value === undefined || value === null) return "<no value>";
  return typeof value === "object" ? jsonOf(value) : printable(String(value));
}

const jsonOf = async (value) => jsonEscaped(JSON.stringify(await loaded(plain(value)), undefined, 2) ?? "null");

const made = (text) => new Made(text);
const texts = (values) => Promise.all(values.map(textOf));

/** What counts as false: as in Go, everything empty. */
export async function isTrue(value) {
  const known = plain(value);
  if (known instanceof Lazy) return true;
  if (Array.isArray(known)) return known.length > 0;
  if (typeof known === "object" && known !== null) return Object.keys(known).length > 0;
  return Boolean(known);
}

async function lengthOf(value) {
  const known = await (value instanceof Lazy ? value.value() : plain(value));
  if (typeof known === "string" || Array.isArray(known)) return known.length;
  return typeof known === "object" && known !== null ? Object.keys(known).length : 0;
}

async function at(value, ...keys) {
  let found = value;
  for (const key of keys.map(plain)) {
    if (found instanceof Lazy) found = (await found.member(String(key))).value;
    else if (Array.isArray(found)) found = found[key];
    else found = typeof found === "object" && found !== null ? found[keyOf(found, String(key))] : undefined;
  }
  return found;
}

async function printf(format, ...values) {
  const left = [...values];
  const shown = { s: textOf, v: textOf, d: textOf, q: async (value) => JSON.stringify(await textOf(value)) };
  let text = "";
  for (const [part, letter] of String(plain(format)).matchAll(/%(?:-?\d+)?([svdq%])|[^%]+|%/g)) {
    if (letter === undefined || letter === "%") {
      text += letter ?? part;
      continue;
    }
    const value = left.length > 0 ? await shown[letter](left.shift()) : "%!(MISSING)";
    const width = Number(part.slice(1, -1));
    text += width < 0 ? value.padEnd(-width) : value.padStart(width);
  }
  return made(text);
}

const compared = (test) => (one, other) => test(plain(one), plain(other));

/** By name. Each gets the values of its operands, and may return a promise. */
export const BUILTINS = {
  and: async (...values) => (await firstThat(values, async (value) => !(await isTrue(value)))) ?? values.at(-1),
  eq: (one, ...others) => others.some((other) => plain(one) === plain(other)),
  ge: compared((one, other) => one >= other),
  gt: compared((one, other) => one > other),
  humansize: (bytes) => made(decimalSize(Number(plain(bytes)))),
  index: at,
  join: async (values, separator = "") => made((await texts((await loaded(plain(values))) ?? [])).join(await textOf(separator))),
  json: async (value) => made(await jsonOf(value)),
  le: compared((one, other) => one <= other),
  len: lengthOf,
  lower: async (value) => made((await textOf(value)).toLowerCase()),
  lt: compared((one, other) => one < other),
  ne: compared((one, other) => one !== other),
  not: async (value) => !(await isTrue(value)),
  or: async (...values) => (await firstThat(values, isTrue)) ?? values.at(-1),
  print: async (...values) => made((await texts(values)).join("")),
  printf,
  println: async (...values) => made(`${(await texts(values)).join(" ")}\n`),
  short: async (digest) => made(shortDigest(await textOf(digest))),
  split: (value, separator) => String(plain(value)).split(String(plain(separator))),
  upper: async (value) => made((await textOf(value)).toUpperCase()),
};

async function firstThat(values, test) {
  for (const value of values) if (await test(value)) return value;
  return undefined;
}
