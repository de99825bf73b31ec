/** `multiarch create`: a draft of a list, or with `--push` the list itself. */

import { formatPlatform, printable } from "./core.js";

import { connectManifests } from "./connection.js";
import { planAsJson, printPushed, tellingOfPushed } from "./pushed.js";
import { hintOf } from "./report.js";

export async function execute([list, ...images], flags, context) {
  const { terminal } = context;
  const { amend, replace, refresh, push } = flags;
  const manifests = await connectManifests([list, ...images], flags, context);
  const options = { amend, replace, refresh, push, tags: flags.tag, dryRun: flags["dry-run"] };
  const created = await tellingOfPushed(manifests.create(list, images, options), terminal);

  for (const { ref, from, to, dropped } of created.moved) {
    await terminal.say(`${printable(ref)} has moved from ${from} to ${to}\n`);
    if (!dropped) continue;
    const { descriptor } = created.entries.find((entry) => entry.ref === ref);
    const [now, before] = [descriptor.platform, dropped].map((platform) => printable(formatPlatform(platform)));
    await terminal.say(`${printable(ref)} is listed for ${now} now, as its config says, no longer for ${before}\n`);
  }
  // What is named by its digest cannot have moved.
  for (const ref of created.reused.filter((name) => !name.includes("@"))) {
    await terminal.hint(`note: ${printable(ref)} is taken from the list; --refresh reads its tag again\n`);
  }
  if (flags.json) return terminal.printJson(asJson(created));
  if (created.refused) {
    await terminal.say(`a push would fail: ${created.refused.message}\n`);
    const hint = hintOf(created.refused);
    return hint && terminal.hint(`hint: ${printable(hint)}\n`);
  }
  if (created.plan) return printPushed(created.plan, terminal);
  await terminal.print(`Created manifest list ${created.list}\n`);
}

function asJson({ list, entries, reused, moved, plan, refused }) {
  const images = entries.map(({ ref, descriptor: { mediaType, digest, size, platform } }) =>
    ({ reference: ref, mediaType, digest, size, platform }));
  const tags = moved.map(({ ref, ...facts }) => ({ reference: ref, ...facts }));
  const wrong = refused && { refused: { code: refused.code, message: refused.message } };
  return { list, images, reused, moved: tags, ...(plan && { plan: planAsJson(plan) }), ...wrong };
}
