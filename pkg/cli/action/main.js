/** The GitHub Action: `multiarch create -t` with the inputs of a step, and outputs, annotations and a summary for its run. */

import { run } from "../main.js";
import { commandOf } from "./inputs.js";
import { addSummary, annotating, errorCommand, keeping, mask, setOutputs } from "./runner.js";
import { summaryOf } from "./summary.js";

/**
 * @param {{ env: Record<string, string | undefined>, stdin: object, stdout: object, on?: Function, off?: Function }} step the
 *   process of the step, or a test's stand-in
 * @returns {Promise<number>} the exit code
 */
export async function runAction(step) {
  const log = step.stdout;
  let command;
  try {
    command = commandOf(step.env);
  } catch (error) {
    log.write(errorCommand(error));
    return 1;
  }
  mask(log, command.secrets);
  const [stdout, stderr] = [keeping(), annotating(log)];
  const listening = { on: step.on?.bind(step), off: step.off?.bind(step) };
  const code = await run(command.argv, { stdin: step.stdin, stdout, stderr, env: command.env, ...listening });
  if (code !== 0) return code;
  return tell(stdout.text(), { env: step.env, log, isDry: command.argv.includes("--dry-run") });
}

/** Hands what was made to the steps behind, and to the reader of the run. */
async function tell(text, { env, log, isDry }) {
  const published = JSON.parse(text);
  const { digest, references } = published;
  for (const reference of references) log.write(`${reference}\n`);
  try {
    await setOutputs(env.GITHUB_OUTPUT, { digest, references: references.join("\n"), json: text.trim() });
    await addSummary(env.GITHUB_STEP_SUMMARY, summaryOf(published, { isDry }));
    return 0;
  } catch (error) {
    const message = `${isDry ? "nothing was pushed" : `${digest} was pushed`}, but the runner's files cannot be written: ${error.message}`;
    log.write(errorCommand({ code: "FILE_UNWRITABLE", message, hint: "Run the step again: it finds what it has pushed." }));
    return 1;
  }
}
