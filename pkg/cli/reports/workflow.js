/** Findings as workflow commands of GitHub Actions, which shows them at the run. */

import { printable } from "../../entry/command.js";

const WORDS = { error: "error", warning: "warning", note: "notice" };

/** A line for each finding. The runner reads them on stderr, too. */
export function workflowLines(all) {
  return all.flatMap(({ reference, findings }) => findings.map(({ severity, code, message, hint }) => {
    const text = `${reference}: ${message}${hint ? `\nhint: ${hint}` : ""}`;
    return `::${WORDS[severity]} title=${property(`multiarch check: ${code}`)}::${data(text)}\n`;
  }));
}

const data = (text) => text.split("\n").map((line) => printable(line)).join("\n")
  .replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
