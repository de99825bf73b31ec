/** `multiarch rm`: removes drafts from docker's folder. */

import { connectManifests } from "../setup/connection.js";

export async function execute(lists, flags, context) {
  const manifests = await connectManifests([], flags, context);
  await manifests.rm(lists);
  if (flags.json) await context.terminal.printJson({ removed: lists });
}
