/** `multiarch annotate`: changes the platform that a draft states for an image. */

import { formatPlatform, printable } from "../../entry/command.js";

import { connectManifests } from "../setup/connection.js";

export async function execute([list, image], flags, context) {
  const manifests = await connectManifests([], flags, context);
  const { entry, known } = await manifests.annotate(list, image, {
    os: flags.os,
    arch: flags.arch,
    variant: flags.variant,
    osVersion: flags["os-version"],
    osFeatures: flags["os-features"],
    unset: flags.unset,
  });
  const { terminal } = context;
  const stated = formatPlatform(entry.descriptor.platform);
  if (flags.json) await terminal.printJson({ ref: entry.ref, digest: entry.descriptor.digest, platform: stated });
  if (known) return;
  const platform = printable(stated);
  await terminal.hint(`note: docker's own annotate refuses ${platform}; registries need not\n`);
}
