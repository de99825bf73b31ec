/** `multiarch ls`: the drafts in docker's folder, one per line, sorted by name. */

import { printable } from "../../entry/command.js";

import { connectManifests } from "../setup/connection.js";

export async function execute(_, flags, context) {
  const { terminal } = context;
  const lists = await (await connectManifests([], flags, context)).ls();
  if (flags.json) return terminal.printJson(lists);
  await terminal.print(lists.map((list) => `${printable(list)}\n`).join(""));
}
