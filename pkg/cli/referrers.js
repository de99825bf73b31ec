/** `multiarch referrers`: what refers to a manifest, its digest and its type, one a line. */

import { printable } from "./core.js";

import { connect } from "./connection.js";

export async function execute([reference], flags, context) {
  const { terminal } = context;
  const client = await connect([reference], flags, context);
  const found = [];
  for await (const descriptor of client.referrers(reference, { artifactType: flags["artifact-type"] })) {
    found.push(descriptor);
    const { digest, artifactType, mediaType } = descriptor;
    if (!flags.json) await terminal.print(`${printable(`${digest}  ${artifactType || mediaType}`)}\n`);
  }
  if (flags.json) return terminal.printJson(found);
  if (found.length === 0) await terminal.hint(`note: nothing refers to ${printable(reference)}\n`);
}
