/** `multiarch referrers`: the manifests that refer to a manifest, with digest and type, one per line. */

import { printable } from "../../entry/command.js";

import { brief } from "../terminal/brief.js";
import { connect } from "../setup/connection.js";

export async function execute([reference], flags, context) {
  const { terminal } = context;
  const client = await connect([reference], flags, context);
  const found = [];
  for await (const descriptor of client.referrers(reference, { artifactType: flags["artifact-type"] })) {
    found.push(descriptor);
    if (!flags.json) await terminal.print(`${line(descriptor)}\n`);
  }
  if (flags.json) return terminal.printJson(found);
  if (found.length === 0) await terminal.hint(`note: nothing refers to ${printable(reference)}\n`);
}

/** A referrer that cannot be used is shown with the reason, and begins with `-`, which no script takes for a digest. */
function line({ digest, artifactType, mediaType, problem }) {
  return problem ? brief(`-  ${problem}`) : brief(`${digest}  ${artifactType || mediaType}`);
}
