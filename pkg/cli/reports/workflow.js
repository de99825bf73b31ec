/** Workflow commands of GitHub Actions: lines by which a step annotates its run, and keeps secrets out of the log. */

import { printable } from "../../entry/command.js";

const WORDS = { error: "error", warning: "warning", note: "notice" };

/** A line for each finding. The runner reads them on stderr, too. */
export function workflowLines(all) {
  return all.flatMap(({ reference, findings }) => findings.map(({ severity, code, message, hint }) =>
    workflowCommand(WORDS[severity], `${reference}: ${message}${hint ? `\nhint: ${hint}` : ""}`, `multiarch check: ${code}`)));
}

/**
 * One workflow command. Whatever the text holds, it stays one line that the runner reads as this command.
 *
 * @param {string} word `error`, `warning`, `notice`, `debug`, …
 * @param {string} text shown with control characters replaced
 * @param {string} [title]
 */
export function workflowCommand(word, text, title) {
  const shown = text.split("\n").map((line) => printable(line)).join("\n");
  return `::${word}${title === undefined ? "" : ` title=${property(printable(title))}`}::${data(shown)}\n`;
}

/** The command that keeps a secret out of the log, which has to name it as it is. */
export const maskCommand = (secret) => `::add-mask::${data(secret)}\n`;

const data = (text) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
