/** `multiarch tags`: the tags of a repository, one per line, in the registry's order. */

import { printable } from "../../entry/command.js";

import { connect } from "../setup/connection.js";

export async function execute([repository], flags, context) {
  const { terminal } = context;
  const client = await connect([repository], flags, context);
  const tags = [];
  for await (const tag of client.tags(repository)) {
    if (flags.json) tags.push(tag);
    else await terminal.print(`${printable(tag)}\n`);
  }
  if (flags.json) await terminal.printJson(tags);
}
