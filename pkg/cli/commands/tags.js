/** `multiarch tags`: the tags of a repository, and what they stand for. */

import { are, counted } from "../../core/counted.js";
import { MultiarchError, parseReference, printable } from "../../entry/command.js";

import { connect } from "../setup/connection.js";

/** How many tags are looked up, unless more are asked for. */
const MOST = 100;

export async function execute([repository], flags, context) {
  const { terminal } = context;
  const { name, tag, digest } = parseReference(repository);
  if (tag ?? digest) {
    const message = `tags lists a repository, and ${repository} names one manifest of it`;
    throw new MultiarchError({ code: "OPTION_INVALID", message, details: { repository: name } });
  }
  const client = await connect([repository], flags, context);
  const isPlain = !flags.json && flags.semver === undefined && flags.newest === undefined && !looksUp(flags);
  const tags = [];
  for await (const tag of client.tags(repository)) {
    if (!isPlain) tags.push(tag);
    else if (!flags.filter || flags.filter.some((matches) => matches(tag))) await terminal.print(`${printable(tag)}\n`);
  }
  if (!isPlain) await printChosen(client, name, tags, flags, terminal);
}

/** Whether it takes more than the list of the registry; versions say by themselves which is the newest. */
const looksUp = ({ columns, group, newest, semver }) =>
  columns !== undefined || group === true || (newest !== undefined && semver === undefined);

async function printChosen(client, name, tags, flags, terminal) {
  const { chosenTags } = await import("../tags/filter.js");
  const chosen = chosenTags(tags, flags);
  if (chosen.length === 0) await terminal.hint(`note: ${tags.length === 1 ? "the only tag is not" : `none of ${tags.length} tags is`} meant\n`);
  if (!looksUp(flags)) {
    const first = chosen.slice(0, flags.newest);
    return flags.json ? terminal.printJson(first) : terminal.print(first.map((tag) => `${printable(tag)}\n`).join(""));
  }
  const rows = await lookedUp(client, name, chosen, flags, terminal);
  const columns = flags.columns ?? (flags.group ? ["digest"] : ["created"]);
  if (flags.json) return terminal.printJson(rows);
  const { tagsTable } = await import("../reports/tags-table.js");
  return terminal.print(tagsTable(rows, columns, { ...terminal.paper, full: flags["no-trunc"] === true }));
}

async function lookedUp(client, name, chosen, flags, terminal) {
  const { grouped, newestFirst, tagRows } = await import("../tags/facts.js");
  const { newest, semver, columns = [], group, most = MOST } = flags;
  const byTime = newest !== undefined && semver === undefined;
  // Which is the newest is known when all have been looked up.
  if (byTime && chosen.length > most) throw tooMany(chosen.length, most);
  const named = !byTime && !group ? chosen.slice(0, newest) : chosen;
  const wanted = { platforms: columns.includes("platforms"), created: byTime || columns.includes("created") };
  const { rows, refused } = await tagRows(client, name, named.slice(0, most), wanted);
  const unread = refused && `${counted(refused.manifests, "manifest")} ${are(refused.manifests)} not read: ${refused.reason}`;
  if (refused && byTime) throw new MultiarchError({ code: "TOO_MANY_REQUESTS", message: unread });
  if (refused) await terminal.note(`note: ${unread}\n`);
  if (named.length > most) await terminal.note(`note: the first ${most} of ${named.length} tags; --most ${named.length} looks up all of them\n`);
  const sorted = byTime ? newestFirst(rows) : rows;
  return (group ? grouped(sorted) : sorted).slice(0, newest);
}

function tooMany(count, most) {
  return new MultiarchError({
    code: "OPTION_INVALID",
    message: `the newest of ${count} tags is known when all are looked up, and at most ${most} are`,
    details: { most: count },
  });
}
