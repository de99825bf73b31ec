/** `multiarch inspect`: docker's text for what a reference stands for, or the registry's own bytes. */

import { createManifests } from "multiarch";

import { connect, wantedPlatform } from "./connection.js";

export async function execute([reference], flags, context) {
  const client = await connect(reference, flags, context);
  const wanted = wantedPlatform(flags.platform);
  if (flags.raw) {
    const { bytes } = await client.manifest(reference, wanted);
    return context.terminal.printDocument(bytes);
  }
  const chosen = wanted.platform ? (await client.resolve(reference, wanted)).reference : reference;
  const text = await createManifests({ client }).inspect(chosen, { verbose: flags.verbose === true });
  return context.terminal.printDocument(text);
}
