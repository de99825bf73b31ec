/** What a step says to the runner of GitHub Actions: the log, the outputs and the summary. */

import { randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { Writable } from "node:stream";

import { maskCommand, workflowCommand } from "../reports/workflow.js";

/** A stream that keeps everything. */
export function keeping() {
  const chunks = [];
  const write = (chunk, _encoding, done) => {
    chunks.push(chunk);
    done();
  };
  return Object.assign(new Writable({ write }), { text: () => Buffer.concat(chunks).toString() });
}

/**
 * A stream for stderr of the command: each line becomes a workflow command, so that no line is one by its own text. Errors
 * in JSON and notes are annotations of the run; the rest is shown where the log is verbose.
 *
 * @param {{ write(text: string): void }} log
 */
export function annotating(log) {
  let rest = "";
  const write = (chunk, _encoding, done) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) log.write(annotation(line));
    done();
  };
  return new Writable({ write });
}

function annotation(line) {
  const error = line.startsWith("{") ? errorIn(line) : undefined;
  if (error) return errorCommand(error);
  if (line.startsWith("note: ")) return workflowCommand("notice", line.slice("note: ".length), "multiarch");
  return workflowCommand("debug", line);
}

/** The error of a line, where it is one. */
function errorIn(line) {
  try {
    return JSON.parse(line).error;
  } catch {
    return undefined;
  }
}

/** An error as an annotation, with what to do next. */
export function errorCommand({ code, message, hint }) {
  return workflowCommand("error", `${message}${hint ? `\nhint: ${hint}` : ""}`, `multiarch: ${code}`);
}

/** Keeps secrets out of everything that is logged from now on, also where only one of their lines is. */
export function mask(log, secrets) {
  const lines = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]);
  for (const line of new Set(lines)) if (line.trim() !== "") log.write(maskCommand(line));
}

/** Sets the outputs of the step. A delimiter that no value can hold keeps each value one. */
export async function setOutputs(file, outputs) {
  if (!file) return;
  const texts = Object.entries(outputs).map(([name, value]) => {
    const delimiter = `ghadelimiter_${randomUUID()}`;
    return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
  });
  await appendFile(file, texts.join(""));
}

/** Adds Markdown to the summary of the run. */
export async function addSummary(file, markdown) {
  if (file) await appendFile(file, markdown);
}
