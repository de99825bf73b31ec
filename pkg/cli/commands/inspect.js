/** `multiarch inspect`: docker's text for a draft or a manifest, or the registry's own bytes. */

import { createManifests } from "../../entry/command.js";

import { connect, connectManifests } from "../setup/connection.js";

export async function execute(references, flags, context) {
  const [reference, list] = [...references].reverse();
  const verbose = flags.verbose === true;
  // Loaded on demand: most calls name no platform.
  const wanted = flags.platform === undefined ? {} : (await import("../platform/wanted.js")).wantedPlatform(flags.platform);
  const { terminal } = context;
  if (!flags.raw && !wanted.platform) {
    const manifests = await connectManifests(references, flags, context);
    return terminal.printDocument(terminal.spokenJson(await manifests.inspect(reference, { list, verbose })));
  }
  const client = await connect(references, flags, context);
  if (flags.raw) return terminal.printDocument(await client.raw(reference, wanted));
  const chosen = (await client.resolve(reference, wanted)).reference;
  return terminal.printDocument(terminal.spokenJson(await createManifests({ client }).inspect(chosen, { verbose })));
}
