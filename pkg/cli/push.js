/** `multiarch push`: a draft into a registry, with its images where they come from other repositories. */

import { printable } from "./core.js";

import { connectManifests } from "./connection.js";
import { planAsJson, printPushed, tellingOfPushed } from "./pushed.js";

export async function execute([list], flags, context) {
  const { terminal } = context;
  const manifests = await connectManifests([list], flags, context);
  const { purge, tag: tags, "dry-run": dryRun } = flags;
  const result = await tellingOfPushed(manifests.push(list, { purge, tags, dryRun }), terminal);
  if (flags.json) await terminal.printJson(planAsJson(result));
  else await printPushed(result, terminal);
  if (purge && result.purged === false) {
    await terminal.say(`warning: ${printable(list)} was changed during the push, and stays in local storage\n`);
  }
}
