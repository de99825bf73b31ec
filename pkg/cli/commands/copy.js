/** `multiarch copy`: copies a reference with everything below it, within a registry or between two. */

import { counted } from "../../core/counted.js";
import { parseReference } from "../../entry/command.js";

import { connect } from "../setup/connection.js";
import { interruptible } from "../setup/interrupt.js";
import { withProgress } from "../terminal/progress.js";
import { wantedPlatform } from "../platform/wanted.js";

export async function execute([source, target], flags, context) {
  const { terminal, io } = context;
  const platforms = flags.platform?.map((specifier) => wantedPlatform(specifier).platform);
  const copied = await withProgress(terminal, flags, { lines: true }, async (onEvent) => {
    const client = await connect([source, target], flags, { ...context, onEvent });
    const options = { platforms, attestations: !flags["no-attestations"], sparse: flags.sparse, referrers: flags.referrers };
    return interruptible(io, (signal) => client.copy(source, target, { ...options, signal }));
  });
  const { preserved, mediaType, digest, size, referrers } = copied;
  if (!preserved) {
    await terminal.note(
      `note: an index ${platforms ? "of some platforms" : "without its attestations"} is a document of its own: ` +
      "it has another digest than the source, " +
      "and what refers to that (signatures, for instance) does not hold for it\n");
  }
  if (flags.referrers) {
    const verbs = referrers.length === 1 ? ["refers", "was"] : ["refer", "were"];
    await terminal.note(`note: ${counted(referrers.length, "document")} that ${verbs[0]} to it ${verbs[1]} copied, too\n`);
  }
  const reference = `${parseReference(target).name}@${digest}`;
  if (flags.json) return terminal.printJson({ reference, mediaType, digest, size, preserved, referrers });
  await terminal.print(`${reference}\n`);
}
