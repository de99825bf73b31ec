/** `multiarch create --target` and `multiarch imagetools create`: an index in registries, without a local one. */

import { are, counted } from "../../core/counted.js";
import { isAttestation, parseReference, printable } from "../../entry/command.js";

import { isIndex } from "../../lists/leaves.js";
import { digestsIn, metadataIn, sourceIn } from "../index/sources.js";
import { wantedPlatform } from "../platform/wanted.js";
import { connect } from "../setup/connection.js";
import { refuseUnwritable, replaceFile } from "../setup/files.js";
import { interruptible } from "../setup/interrupt.js";
import { withProgress } from "../terminal/progress.js";
import { UsageError } from "../flags/usage.js";

/** Flags of which a single image that is copied as it is can have nothing. */
const OF_INDEX = ["annotation", "order", "platform", "type"];
/** Members of a descriptor that only an entry of an index has. */
const OF_ENTRY = ["platform", "annotations"];
/** A digest or a tag without a repository. */
const SHORT = /^(?:@|:|sha256:[0-9a-f]{64}$)/;

/** `multiarch create --target`. */
export const execute = (names, flags, context) => createIndex(names, flags, context, flags.target ?? []);

/** `multiarch imagetools create`, which has buildx's word for targets, and prints what buildx prints. */
export const executeAlias = (names, flags, context) => createIndex(names, { ...flags, isAlias: true }, context, flags.tag ?? []);

async function createIndex(names, flags, context, given) {
  const { terminal, io } = context;
  const { targets: tags, annotations, skipped } = flags.metadata === undefined
    ? { targets: [], annotations: [], skipped: [] }
    : await metadataIn(flags.metadata, io);
  const sources = await sourcesOf(names, flags);
  const targets = [...given, ...tags];
  if (flags.isAlias && flags["dry-run"] && !flags.append && targets.length === 0) targets.push(...nameless(sources));
  if (targets.length === 0) throw new UsageError("an index needs a name: give it with -t", 1);
  if (sources.length === 0 && !flags.append) throw new UsageError("an index needs sources: name images, or give --digests or --file", 1);
  if (flags["prefer-index"] === false && flags.expect !== undefined) {
    throw new UsageError("--expect is for an index, and --prefer-index=false may copy an image", 1);
  }
  const metadataFile = flags["dry-run"] ? undefined : flags["metadata-file"];
  if (metadataFile) await refuseUnwritable(metadataFile);
  if (skipped.length > 0) {
    await terminal.say(
      `note: ${counted(skipped.length, "annotation")} ${are(skipped.length)} for manifests, which an index leaves as they are; ` +
      "set DOCKER_METADATA_ANNOTATIONS_LEVELS=index to have them on the index\n");
  }
  const options = {
    append: flags.append,
    annotate: [...(flags.annotation ?? []), ...annotations],
    attestations: !flags["no-attestations"],
    dryRun: flags["dry-run"],
    expect: flags.expect,
    merge: !flags["no-merge"],
    onDuplicate: flags["on-duplicate"],
    order: flags.order,
    platforms: flags.platform?.map((specifier) => wantedPlatform(specifier).platform),
    type: flags.type,
  };
  const published = await withProgress(terminal, flags, { lines: true }, async (onEvent) => {
    const references = sources.map((source) => source.reference ?? source);
    const client = await connect([...targets, ...references], flags, { ...context, onEvent });
    return interruptible(io, (signal) => publish(client, { targets, sources, options, flags, signal }));
  });
  for (const line of published.conflicts) await terminal.say(`note: ${printable(line)}\n`);
  for (const { digest } of withoutPlatform(published)) {
    await terminal.note(`note: ${printable(digest)} states no platform, so that no host chooses it; --file lays one over it\n`);
  }
  // Printed first: what was pushed is known even where the disk is full by now.
  await print(published, flags, terminal);
  if (metadataFile) await replaceFile(metadataFile, metadataOf(published, targets));
}

/** A name for an index that is only shown: in the repository of the first source that names one. */
function nameless(sources) {
  const names = sources.map((source) => source.reference ?? source).filter((name) => !SHORT.test(name));
  return names.slice(0, 1).map((name) => parseReference(name).name);
}

/** Images of the new index that are for no platform: artifacts are not meant to be. */
function withoutPlatform({ document }) {
  return (document?.manifests ?? []).filter(({ problem, platform, artifactType }) => !problem && !platform && !artifactType);
}

/** The images of the new index: what it lists beside attestations. None where a single image was copied. */
function imagesIn(document) {
  const entries = (document?.manifests ?? []).filter((entry) => !entry.problem && !isAttestation(entry));
  return entries.map(({ mediaType, digest, size, platform }) => ({ mediaType, digest, size, platform }));
}

/** The sources: names, the digests of a folder, and what files describe. */
async function sourcesOf(names, flags) {
  const digests = flags.digests === undefined ? [] : await digestsIn(flags.digests, flags.image);
  const files = await Promise.all((flags.file ?? []).map(sourceIn));
  return [...names, ...digests, ...files];
}

async function publish(client, { targets, sources, options, flags, signal }) {
  if (flags["prefer-index"] === false && sources.length === 1 && !flags.append) {
    const source = nameOf(sources[0], targets[0]);
    const found = await client.resolve(source, { signal });
    if (!isIndex(found.mediaType)) refuseLoss(flags, sources[0], source);
    if (!isIndex(found.mediaType)) return copied(client, { source, found, targets }, { dryRun: options.dryRun, signal });
  }
  return client.create(targets, sources, { ...options, signal });
}

/** Refuses what a single image that is copied as it is would lose: flags for an index, and what a file says of its entry. */
function refuseLoss(flags, { descriptor = {} }, name) {
  const flag = OF_INDEX.find((one) => flags[one] !== undefined);
  const member = OF_ENTRY.find((one) => Object.hasOwn(descriptor, one));
  if (!flag && !member) return;
  const what = flag ? `--${flag} is` : `the member "${member}" of the descriptor in --file is`;
  throw new UsageError(`${what} for an index, and --prefer-index=false copies ${printable(name)} as it is: leave one of them out`, 1);
}

/** A source's name in full: a digest or a tag alone is of the first target's repository. */
function nameOf(source, target) {
  const name = source.reference ?? source;
  if (!SHORT.test(name)) return name;
  return `${parseReference(target).name}${name.startsWith("sha256:") ? "@" : ""}${name}`;
}

/** A single image under every target, as it is. */
async function copied(client, { source, found, targets }, { dryRun, signal }) {
  const { reference, ...descriptor } = found;
  const steps = targets.map((target) => `copy ${reference} to ${target}`);
  if (!dryRun) for (const target of targets) await client.copy(source, target, { signal });
  const references = targets.map((target) => `${parseReference(target).canonical}@${descriptor.digest}`);
  return { references, descriptor, steps, conflicts: [] };
}

async function print({ references, descriptor, document, steps, conflicts }, flags, terminal) {
  const { mediaType, digest, size } = descriptor;
  if (flags.json) return terminal.printJson({ digest, references, mediaType, size, images: imagesIn(document), steps, conflicts });
  if (flags["dry-run"] && flags.isAlias) return terminal.printDocument(document ? `${new TextDecoder().decode(document.bytes)}\n` : `${digest}\n`);
  const lines = flags["dry-run"] ? [...steps, digest] : references;
  return terminal.print(lines.map((line) => `${printable(line)}\n`).join(""));
}

/** As `docker buildx imagetools create --metadata-file` writes it. */
function metadataOf({ descriptor }, targets) {
  const { mediaType, digest, size } = descriptor;
  const name = targets.map((target) => parseReference(target).canonical).join(",");
  return `${JSON.stringify({ "containerimage.descriptor": { mediaType, digest, size }, "image.name": name }, undefined, 2)}\n`;
}
