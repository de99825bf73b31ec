/** `multiarch push`: pushes a draft, and its images that are in other repositories. */

import { parseReference, printable } from "../../entry/command.js";
import { dockerStore, draftNameOf } from "../../node/store/docker.js";

import { connectManifests } from "../setup/connection.js";
import { interruptible } from "../setup/interrupt.js";
import { withProgress } from "../terminal/progress.js";
import { planAsJson, printPushed, reportingPushed, warnOf } from "../terminal/pushed.js";

export async function execute([list], flags, context) {
  const { terminal, io } = context;
  const { purge, tag: tags, "dry-run": dryRun, type } = flags;
  const result = await withProgress(terminal, flags, {}, async (onEvent) => {
    const manifests = await connectManifests([list, ...await sourcesOf(list, flags, io)], flags, { ...context, onEvent });
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

/** The images of a draft: `--insecure` is for their registries too. */
async function sourcesOf(list, { insecure, config }, { env }) {
  if (!insecure) return [];
  try {
    return ((await dockerStore({ config, env }).read(draftNameOf(parseReference(list)))) ?? []).map(({ ref }) => ref);
  } catch {
    return []; // the push itself says what is wrong
  }
}
