/** `multiarch tags`: the tags of a repository, one per line, in the registry's order. */

import { MultiarchError, parseReference, printable } from "../../entry/command.js";

import { connect } from "../setup/connection.js";

export async function execute([repository], flags, context) {
  const { terminal } = context;
  const { name, tag, digest } = parseReference(repository);
  if (tag ?? digest) {
    const message = `tags lists a repository, and ${repository} names one manifest of it`;
    throw new MultiarchError({ code: "OPTION_INVALID", message, details: { repository: name } });
  }
  const client = await connect([repository], flags, context);
  const tags = [];
  for await (const tag of client.tags(repository)) {
    if (flags.json) tags.push(tag);
    else await terminal.print(`${printable(tag)}\n`);
  }
  if (flags.json) await terminal.printJson(tags);
}
