/** The steps of an image: its history joined with its layers, and each step as lines that a person reads. */

/**
 * History and layers run side by side, history skipping what changed no file.
 *
 * @param {object[]} layers
 * @param {unknown} history as the config has it
 * @returns {({ layer: object, index: number, step?: Step } | { settings: Step[] })[]} settings that follow one another
 *   stand together. Without a history that adds up, the layers alone
 */
export function joinSteps(layers, history) {
  const steps = Array.isArray(history) ? history : [];
  const isWhole = steps.filter((step) => step?.empty_layer !== true).length === layers.length;
  if (!isWhole) return layers.map((layer, index) => ({ layer, index }));
  const rows = [];
  let index = 0;
  for (const entry of steps) {
    const step = stepOf(entry);
    if (entry?.empty_layer !== true) rows.push({ layer: layers[index], index: index++, step });
    else if (rows.at(-1)?.settings) rows.at(-1).settings.push(step);
    else rows.push({ settings: [step] });
  }
  return rows;
}

/**
 * @typedef {object} Step
 * @property {string} instruction `RUN`, `COPY`, `ENV`, …; empty where the text names none
 * @property {string[]} lines of the step, the instruction's word left out
 * @property {string} summary the first line that says something
 */

/** @returns {Step} */
export function stepOf(entry) {
  const text = [entry?.created_by, entry?.comment].find((one) => typeof one === "string" && one !== "") ?? "";
  const plain = text
    .replace(/^\/bin\/sh -c #\(nop\)\s*/, "")
    .replace(/^(?:\|\d+ (?:\S+=(?:"[^"]*"|\S*) )*)?\/bin\/sh -c /, "RUN ")
    .replace(/\s+#\s*buildkit\s*$/, "");
  const [, word, rest] = /^([A-Z]{3,11})\s+(.*)$/s.exec(plain) ?? [null, "", plain];
  const body = word === "RUN" ? rest.replace(/^(?:\|\d+ (?:\S+=(?:"[^"]*"|\S*) )*)?\/bin\/sh -c /, "") : rest;
  const lines = word === "RUN" ? commandLines(body) : brokenLines(body);
  return { instruction: word, lines, summary: summaryOf(lines) };
}

/** At line ends, with the blanks around them gone. Tabs and line ends are layout. */
const brokenLines = (text) =>
  text
    .split(/\r?\n|\t+/)
    .map((line) => line.replace(/\s+\\?$/, "").trim())
    .filter((line) => line !== "");

/** One command a line: docker has joined continuation lines with tabs and blanks. */
function commandLines(text) {
  const parts = brokenLines(text).flatMap((line) => line.split(/(?<=;|&&)\s+|\s+(?=&&\s)/).map((part) => part.trim())).filter((part) => part !== "");
  // A semicolon on a line of its own ends the command of the line before; behind the last one it says nothing.
  const isEnded = (at) => parts[at + 1] === ";" && at + 2 < parts.length;
  return parts.flatMap((part, at) => (part === ";" ? [] : [isEnded(at) ? `${part};` : part]));
}

/** Without the shell's options, which every step of the official images begins with. */
function summaryOf(lines) {
  const telling = lines.filter((line) => !/^set -\w+(?: pipefail)?\s*(?:;|&&)?$/.test(line));
  const from = telling.length > 0 ? telling : lines;
  let summary = "";
  for (const line of from) {
    if (summary.length > 120) break;
    summary += (summary === "" ? "" : " ") + line;
  }
  return summary;
}
