/** `multiarch create`: a draft of a list, or with `--push` the list itself. */

import { counted } from "../../core/counted.js";
import { formatPlatform, isAttestation, printable } from "../../entry/command.js";

import { connectManifests } from "../setup/connection.js";
import { interruptible } from "../setup/interrupt.js";
import { withProgress } from "../terminal/progress.js";
import { planAsJson, printPushed, reportingPushed, warnOf } from "../terminal/pushed.js";
import { hintOf } from "../terminal/report.js";

export async function execute([list, ...images], flags, context) {
  const { terminal, io } = context;
  const { amend, replace, refresh, push } = flags;
  const options = {
    amend, replace, refresh, push, tags: flags.tag, dryRun: flags["dry-run"], type: flags.type,
    onDuplicate: flags["on-duplicate"], attestations: !flags["no-attestations"],
    // Loaded on demand: most calls name no platform.
    platforms: flags.platform && await platformsOf(flags.platform),
  };
  const created = await withProgress(terminal, flags, {}, async (onEvent) => {
    const manifests = await connectManifests([list, ...images], flags, { ...context, onEvent });
    const make = (signal) => reportingPushed(manifests.create(list, images, { ...options, signal }), terminal);
    // An interrupt may end this at once: the store writes a draft completely or not at all.
    return push ? interruptible(io, make) : make();
  });

  const entries = new Map(created.entries.map((entry) => [entry.ref, entry]));
  await warnOf(created, terminal);
  for (const one of created.flattened) await terminal.hint(`note: ${flattenedLine(one, entries)}\n`);
  for (const { ref, from, to, dropped } of created.moved) {
    await terminal.note(`${printable(ref)} has moved from ${from} to ${to}\n`);
    if (!dropped) continue;
    const { descriptor } = entries.get(ref);
    const [now, before] = [descriptor.platform, dropped].map((platform) => printable(formatPlatform(platform)));
    await terminal.note(`${printable(ref)} is listed for ${now} now, as its config says, no longer for ${before}\n`);
  }
  // A reference with a digest cannot have moved.
  for (const ref of created.reused.filter((name) => !name.includes("@"))) {
    await terminal.hint(`note: ${printable(ref)} is taken from the list; --refresh reads its tag again\n`);
  }
  if (flags.json) return terminal.printJson(asJson(created));
  if (created.refused) {
    await terminal.say(`a push would fail: ${created.refused.message}\n`);
    const hint = hintOf(created.refused);
    return hint && terminal.hint(`hint: ${printable(hint)}\n`);
  }
  if (created.plan) {
    await warnOf(created.plan, terminal);
    return printPushed(created.plan, terminal);
  }
  await terminal.print(`Created manifest list ${created.list}\n`);
}

async function platformsOf(specifiers) {
  const { wantedPlatform } = await import("../platform/wanted.js");
  return specifiers.map((specifier) => wantedPlatform(specifier).platform);
}

/** What became of an index. */
function flattenedLine({ ref, entries: references }, entries) {
  const found = references.flatMap((reference) => entries.get(reference) ?? []);
  const statements = found.filter(({ descriptor }) => isAttestation(descriptor)).length;
  const images = counted(found.length - statements, "image");
  return `${printable(ref)} is an index: ${images} and ${counted(statements, "attestation")} of it are listed; ` +
    "what else it says of them is kept in docker's files, and `docker manifest push` leaves that out";
}

function asJson({ list, entries, reused, moved, flattened, warnings, plan, refused }) {
  const images = entries.map(({ ref, descriptor: { mediaType, digest, size, platform } }) =>
    ({ reference: ref, mediaType, digest, size, platform }));
  const tags = moved.map(({ ref, ...facts }) => ({ reference: ref, ...facts }));
  const wrong = refused && { refused: { code: refused.code, message: refused.message } };
  const indexes = flattened.map(({ ref, ...facts }) => ({ reference: ref, ...facts }));
  return { list, images, reused, moved: tags, flattened: indexes, warnings, ...(plan && { plan: planAsJson(plan) }), ...wrong };
}
