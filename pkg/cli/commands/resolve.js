/** `multiarch resolve`: resolves references to their current digests. */

import { formatPlatform, parseReference, selectPlatform } from "../../entry/command.js";

import { inParallel } from "../../core/parallel.js";
import { choices, explanation } from "../platform/explain.js";
import { mismatch } from "../platform/mismatch.js";
import { wantedPlatform } from "../platform/wanted.js";
import { connect } from "../setup/connection.js";
import { report } from "../terminal/report.js";

/** How many references are under way at once. */
const AT_ONCE = 16;

export async function execute(references, flags, context) {
  const { terminal } = context;
  const client = await connect(references, flags, context);
  const wanted = { ...wantedPlatform(flags.platform), policy: flags.policy };
  const results = new Map();
  await inParallel([...new Set(references)], AT_ONCE, async (reference) => {
    results.set(reference, await resolved(client, reference, wanted, flags).catch((error) => ({ error })));
  });
  const answers = [];
  const failures = [];
  for (const reference of references) {
    const { error, selection, pinned, found } = results.get(reference);
    if (flags.explain && (selection || !error)) {
      const bold = (text) => terminal.bold(text);
      await terminal.say(explanation(selection, { ...wanted, bold }));
    }
    if (error) {
      failures.push(error);
      continue;
    }
    const warning = wanted.platform ? undefined : await mismatch(client, { ...found, reference: pinned });
    if (warning) await terminal.say(`${warning}\n`);
    if (!flags.json) await terminal.print(`${pinned}\n`);
    answers.push(asJson(pinned, found, wanted, flags));
  }
  if (flags.json && references.length > 1) await terminal.printJson(answers);
  else if (flags.json && answers.length > 0) await terminal.printJson(answers[0]);
  // One that fails stops none of the others.
  const last = failures.pop();
  for (const failure of failures) await report(failure, terminal, { ...context, json: flags.json });
  if (last) throw last;
}

async function resolved(client, reference, wanted, flags) {
  try {
    const found = await client.resolve(reference, wanted);
    // Without the tag: it may move, the digest does not.
    return { found, selection: found.selection, pinned: `${parseReference(reference).name}@${found.digest}` };
  } catch (error) {
    if (!flags.explain || error.code !== "PLATFORM_NOT_FOUND") return { error };
    // The error lists the platforms that exist; `--explain` says why each entry was refused.
    const document = await client.manifest(reference);
    const { platform, ...options } = wanted;
    return { error, selection: document.kind === "index" ? selectPlatform(document, platform, options) : undefined };
  }
}

function asJson(pinned, { mediaType, digest, size, selection }, { platform, host }, flags) {
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
      ...(flags.explain && { choices: choices(selection, { platform, host }) }),
    }),
  };
}
