/** `multiarch diff`: what changed from one reference or file to another. */

import { diff } from "../../diff/diff.js";
import { formatPlatform, parseManifest, parsePlatform } from "../../entry/command.js";
import { connect } from "../setup/connection.js";
import { inputBytes, readBytes } from "../setup/files.js";
import { diffText } from "../reports/diff-text.js";

/** The exit code where the two are not the same. */
const DIFFERENT = 1;

export async function execute([a, b], flags, context) {
  const { terminal, io, usage } = context;
  if (a === "-" && b === "-") throw usage.flagError("only one of the two can be standard input", usage.find(["diff"]));
  const client = await connect([a, b].filter((name) => !isFile(name)), flags, context);
  const platform = flags.platform === undefined ? undefined : parsePlatform(flags.platform);
  const [from, to] = await Promise.all([a, b].map((name) => (isFile(name) ? documentIn(name, io.stdin) : name)));
  const difference = await diff(from, to, { client, platform });
  for (const [side, name] of [["from", a], ["to", b]]) difference[side] = { ...difference[side], name };
  if (flags.json) await terminal.printJson(asJson(difference));
  else if (!terminal.quiet) await terminal.print(diffText(difference, { details: !flags["no-details"], all: true }));
  return difference.same ? 0 : DIFFERENT;
}

/** Standard input, or what can be no reference: a path with a folder in front, or a name that ends as JSON does. */
const isFile = (name) => name === "-" || /^(\.{0,2}[/\\]|[A-Za-z]:[/\\])|\.json$/.test(name);

const documentIn = async (name, stdin) => parseManifest(await (name === "-" ? inputBytes(stdin) : readBytes(name)));

function asJson({ platforms, ...difference }) {
  return { ...difference, platforms: platforms.map(({ platform, ...row }) => ({ ...(platform && { platform: formatPlatform(platform) }), ...row })) };
}
