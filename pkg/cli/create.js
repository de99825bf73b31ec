/** `multiarch create`: a draft of a list, or with `--push` the list itself. */

import { printable } from "./core.js";

import { connectManifests } from "./connection.js";
import { planAsJson, printPushed, tellingOfPushed } from "./pushed.js";

export async function execute([list, ...images], flags, context) {
  const { terminal } = context;
  const { amend, replace, refresh, push } = flags;
  const manifests = await connectManifests([list, ...images], flags, context);
  const options = { amend, replace, refresh, push, tags: flags.tag, dryRun: flags["dry-run"] };
  const created = await tellingOfPushed(manifests.create(list, images, options), terminal);

  for (const { ref, from, to } of created.moved) {
    await terminal.say(`${printable(ref)} has moved from ${from} to ${to}\n`);
  }
  for (const ref of created.reused) {
    await terminal.hint(`note: ${printable(ref)} is taken from the list; --refresh reads its tag again\n`);
  }
  if (flags.json) return terminal.printJson(asJson(created));
  if (created.plan) return printPushed(created.plan, terminal);
  await terminal.print(`Created manifest list ${created.list}\n`);
}

function asJson({ list, entries, reused, moved, plan }) {
  const images = entries.map(({ ref, descriptor: { mediaType, digest, size, platform } }) =>
    ({ reference: ref, mediaType, digest, size, platform }));
  const tags = moved.map(({ ref, from, to }) => ({ reference: ref, from, to }));
  return { list, images, reused, moved: tags, ...(plan && { plan: planAsJson(plan) }) };
}
