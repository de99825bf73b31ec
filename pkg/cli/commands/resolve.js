/** `multiarch resolve`: resolves a reference to its current digest. */

import { formatPlatform, parseReference, selectPlatform } from "../../entry/command.js";

import { connect } from "../setup/connection.js";
import { explanation } from "../platform/explain.js";
import { mismatch } from "../platform/mismatch.js";
import { wantedPlatform } from "../platform/wanted.js";

export async function execute([reference], flags, context) {
  const { terminal } = context;
  const client = await connect([reference], flags, context);
  const { policy } = flags;
  const { platform, host } = wantedPlatform(flags.platform);
  const explain = (selection) =>
    flags.explain && terminal.say(explanation(selection, platform, (text) => terminal.bold(text)));

  let resolved;
  try {
    resolved = await client.resolve(reference, { platform, policy, host });
  } catch (error) {
    // The error lists the platforms that exist; `--explain` says why each entry was refused.
    if (flags.explain && error.code === "PLATFORM_NOT_FOUND") {
      const document = await client.manifest(reference);
      if (document.kind === "index") await explain(selectPlatform(document, platform, { policy, host }));
    }
    throw error;
  }
  await explain(resolved.selection);
  // Without the tag: it may move, the digest does not.
  const pinned = `${parseReference(reference).name}@${resolved.digest}`;
  const warning = platform ? undefined : await mismatch(client, { ...resolved, reference: pinned });
  if (warning) await terminal.say(`${warning}\n`);
  return flags.json ? terminal.printJson(asJson(pinned, resolved, platform)) : terminal.print(`${pinned}\n`);
}

function asJson(pinned, { mediaType, digest, size, selection }, platform) {
  return {
    reference: pinned, mediaType, digest, size,
    ...(platform && { platform: formatPlatform(platform) }),
    ...(selection && {
      policy: selection.policy,
      path: selection.path,
      candidates: selection.candidates.map(({ index, rank, reason, descriptor }) => ({
        index, rank, reason, digest: descriptor.digest,
        ...(descriptor.platform && { platform: formatPlatform(descriptor.platform) }),
      })),
    }),
  };
}
