/** A record of comma-separated values: fields that are written in quotes are read as they were. */

import assert from "node:assert/strict";

import { parseCsv } from "../../../pkg/cli/flags/csv.js";

export const words = ['"', '""', ",", "\n", "\r\n", "\r", '","'];

export const seeds = ["a,b,c", '"a","b ""c""",d', '"a\nb",c\nd,e', "\n\na,b\r\n", "", ",", '"', 'a"b', '"a"b', '"a\r\nb"\r'];

export function round(text) {
  let fields;
  try {
    fields = parseCsv(text);
  } catch (error) {
    assert.ok(error instanceof RangeError, error.stack);
    assert.match(error.message, /^EOF$|parse error on line \d+, column \d+: /);
    return error.message.replace(/\d+/g, "");
  }
  assert.ok(fields.every((field) => typeof field === "string"));
  // A carriage return before a line's end is a part of that end.
  if (fields.length > 0 && !fields.some((field) => field.includes("\r\n"))) {
    const written = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(",");
    assert.deepEqual(parseCsv(written), fields);
  }
  return `${fields.length} ${fields.some((field) => /[\n",]/.test(field))}`;
}
