/** The package's schemas of what commands print as JSON, as functions that check a value. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { Ajv2020 } from "ajv/dist/2020.js";

const FOLDER = new URL("../../pkg/schemas/", import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: true });
const known = new Map();

/** Fails unless the text is one JSON value that the schema of this name allows. */
export function assertValid(name, text) {
  if (!known.has(name)) known.set(name, ajv.compile(JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"))));
  const validate = known.get(name);
  const value = JSON.parse(text);
  assert.ok(validate(value), `${name}: ${ajv.errorsText(validate.errors)}\n${text}`);
  return value;
}
