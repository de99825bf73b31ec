/** `multiarch ls`: the drafts in docker's folder, or the images of an archive, one per line. */

import { formatPlatform, printable } from "../../entry/command.js";

import { UsageError } from "../flags/usage.js";
import { connectManifests } from "../setup/connection.js";
import { brief } from "../terminal/brief.js";

export async function execute([archive], flags, context) {
  const { terminal } = context;
  if (archive !== undefined) return listArchive(archive, flags, context);
  const lists = await (await connectManifests([], flags, context)).ls();
  if (flags.json) return terminal.printJson(lists);
  await terminal.print(lists.map((list) => `${printable(list)}\n`).join(""));
}

/** The images in the archive's order, and on stderr what is wrong with it. */
async function listArchive(archive, { json }, { terminal, places }) {
  const contents = places?.contents(archive);
  if (!contents) throw new UsageError("ls lists drafts, or the images of an archive: name it as oci:DIR, oci-archive:FILE, docker-archive:FILE or dir:DIR", 1);
  const { kind, images, findings } = contents;
  if (json) {
    const listed = images.map(({ name, descriptor: { mediaType, digest, size, platform } }) =>
      ({ name, mediaType, digest, size, ...(platform && { platform: formatPlatform(platform) }) }));
    return terminal.printJson({ kind, images: listed, findings });
  }
  for (const { name, descriptor } of images) await terminal.print(`${brief(`${descriptor.digest}  ${name ?? "-"}`)}\n`);
  for (const { severity, code, message, path } of findings) {
    const line = `${severity}: ${path ? `${path}: ` : ""}${message} [${code}]`;
    await terminal[severity === "note" ? "note" : "say"](`${printable(line)}\n`);
  }
}
