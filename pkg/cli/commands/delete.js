/** `multiarch delete`: deletes tags, or manifests by their digests, from a registry. */

import { parseReference, printable } from "../../entry/command.js";

import { connect } from "../setup/connection.js";
import { report } from "../terminal/report.js";

export async function execute(references, flags, context) {
  const { terminal } = context;
  // An invalid reference fails before the first deletion.
  references.forEach(parseReference);
  const client = await connect(references, flags, context);
  const failures = [];
  for (const reference of references) {
    try {
      await client.delete(reference);
      await terminal.print(`Deleted ${printable(reference)}\n`);
    } catch (error) {
      failures.push(error);
    }
  }
  const last = failures.pop();
  for (const failure of failures) await report(failure, terminal, context);
  if (last) throw last;
}
