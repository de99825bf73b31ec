/** `multiarch push`: pushes a draft, and its images that are in other repositories. */

import { printable } from "../../entry/command.js";

import { connectManifests } from "../setup/connection.js";
import { interruptible } from "../setup/interrupt.js";
import { withProgress } from "../terminal/progress.js";
import { planAsJson, printPushed, reportingPushed, warnOf } from "../terminal/pushed.js";

export async function execute([list], flags, context) {
  const { terminal, io } = context;
  const { purge, tag: tags, "dry-run": dryRun, type } = flags;
  const result = await withProgress(terminal, flags, {}, async (onEvent) => {
    const manifests = await connectManifests([list], flags, { ...context, onEvent });
    return interruptible(io, (signal) =>
      reportingPushed(manifests.push(list, { purge, tags, dryRun, type, signal }), terminal));
  });
  await warnOf(result, terminal);
  if (flags.json) await terminal.printJson(planAsJson(result));
  else await printPushed(result, terminal);
  if (purge && result.purged === false) {
    await terminal.say(`warning: ${printable(list)} was changed during the push, and stays in local storage\n`);
  }
}
