/** What docker and skopeo did with the rows of a topic, in short: recorded/<topic>.json. UPDATE=1 records anew. */

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("recorded/", import.meta.url));
const fileOf = (topic) => `${FOLDER}${topic}.json`;

/** @returns {Promise<{ versions: Record<string, string>, rows: Record<string, Record<string, string>> }>} */
export async function readRecording(topic) {
  return existsSync(fileOf(topic)) ? JSON.parse(await readFile(fileOf(topic), "utf8")) : { versions: {}, rows: {} };
}

/** What a reader of the file would not see. */
const UNSEEN = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** @param {Record<string, Record<string, string>>} rows by what they are about: the outcome in short by program */
export async function writeRecording(topic, versions, rows) {
  await mkdir(FOLDER, { recursive: true });
  const text = JSON.stringify({ versions, rows }, undefined, 1).replaceAll(UNSEEN, escaped);
  await writeFile(fileOf(topic), `${text}\n`);
}
