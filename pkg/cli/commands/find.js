/** `multiarch find`: the tags that point at a digest, or at an index that lists it. */

import { formatPlatform } from "../../entry/command.js";
import { brief } from "../terminal/brief.js";
import { connect } from "../setup/connection.js";

/** The exit code of a search without a result. */
const NOTHING = 3;

export async function execute([digest, repository], flags, context) {
  const { terminal } = context;
  const client = await connect([repository], flags, context);
  const found = [];
  for await (const { tag, index, platform } of client.find(digest, repository)) {
    const one = { tag, index, ...(platform && { platform: formatPlatform(platform) }) };
    found.push(one);
    if (!flags.json) await terminal.print(`${brief(`${tag}  ${index}  ${one.platform ?? "-"}`)}\n`);
  }
  if (flags.json) await terminal.printJson(found);
  return found.length > 0 ? 0 : NOTHING;
}
