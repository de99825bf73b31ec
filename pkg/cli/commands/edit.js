/** `multiarch edit`: changes an index in its registry, or a draft. */

import { parseReference, printable } from "../../entry/command.js";

import { TYPES } from "../../lists/build.js";
import { connect, connectManifests } from "../setup/connection.js";
import { interruptible } from "../setup/interrupt.js";
import { withProgress } from "../terminal/progress.js";

/** What each flag does to the index. */
const OPERATIONS = {
  add: (index, reference) => index.add(reference),
  annotate: (index, { target, annotations }) => index.annotate(target, annotations),
  "artifact-type": (index, type) => index.artifactType(type),
  remove: (index, selector) => index.remove(selector),
  replace: (index, { selector, reference }) => index.replace(selector, reference),
  set: (index, { selector, platform }) => index.setPlatform(selector, platform),
  subject: (index, reference) => index.subject(reference),
  unset: (index, { selector, platform }) => index.setPlatform(selector, platform),
  "unset-annotation": (index, { target, annotations }) => index.annotate(target, annotations),
};

export async function execute([reference], flags, context) {
  const { terminal, io, usage } = context;
  const { operations = [], type, order } = flags;
  if (operations.length === 0 && !type && !order && !flags.to && !flags.wrap) {
    throw usage.flagError("edit needs a change, for example --add REFERENCE or --remove linux/s390x", usage.find(["edit"]));
  }
  const change = (index) => {
    // A Docker list holds less: an index becomes one last, and stops being one first.
    if (type === "oci") index.convert(TYPES.oci);
    for (const { name, value } of joined(operations)) OPERATIONS[name](index, value);
    if (order) index.order(order);
    if (type === "docker") index.convert(TYPES.docker);
  };
  const options = {
    expect: flags.expect, to: flags.to, dryRun: flags["dry-run"], wrap: flags.wrap, merge: !flags["no-merge"],
    onDuplicate: flags["on-duplicate"], ignoreMissing: flags["ignore-missing"],
  };
  if (flags.draft) return editDraft(reference, change, flags, context);
  const edited = await withProgress(terminal, flags, { lines: true }, async (onEvent) => {
    const client = await connect(namedIn(reference, flags), flags, { ...context, onEvent });
    return interruptible(io, (signal) => client.edit(reference, change, { ...options, signal }));
  });
  for (const line of edited.conflicts) await terminal.note(`note: ${printable(line)}\n`);
  if (flags.json) return terminal.printJson(asJson(edited));
  const steps = flags["dry-run"] ? edited.steps : [];
  if (!flags["dry-run"]) for (const line of gone(edited)) await terminal.note(`note: ${printable(line.replace("remove", "removed"))}\n`);
  if (edited.steps.length === 0) await terminal.note("note: nothing changes, and nothing was written\n");
  const pinned = `${parseReference(edited.references[0]).name}@${edited.descriptor.digest}`;
  await terminal.print([...steps.map(printable), pinned, ""].join("\n"));
}

/** A draft, by the same operations. */
async function editDraft(list, change, flags, context) {
  const { terminal } = context;
  const options = { dryRun: flags["dry-run"], onDuplicate: flags["on-duplicate"], ignoreMissing: flags["ignore-missing"] };
  const manifests = await connectManifests(namedIn(list, flags), flags, context);
  const edited = await interruptible(context.io, (signal) => manifests.edit(list, change, { ...options, signal }));
  if (flags.json) {
    const images = edited.entries.map(({ ref, descriptor: { mediaType, digest, size, platform } }) =>
      ({ reference: ref, mediaType, digest, size, platform }));
    return terminal.printJson({ list: edited.list, images, steps: edited.steps });
  }
  if (!flags["dry-run"]) for (const line of gone(edited)) await terminal.note(`note: ${printable(line.replace("remove", "removed"))}\n`);
  if (edited.steps.length === 0) await terminal.note("note: nothing changes, and nothing was written\n");
  const lines = flags["dry-run"] ? edited.steps : [`Edited manifest list ${edited.list}`];
  await terminal.print(lines.map((line) => `${printable(line)}\n`).join(""));
}

/** The operations with neighbours that set members of one platform made one: os alone, without an architecture, is none. */
function joined(operations) {
  const all = [];
  for (const operation of operations) {
    const before = all.at(-1);
    const isSame = isSetting(operation) && before && isSetting(before) && before.value.selector === operation.value.selector;
    if (!isSame) all.push(operation);
    else {
      const platform = { ...before.value.platform, ...operation.value.platform };
      all[all.length - 1] = { name: "set", value: { selector: operation.value.selector, platform } };
    }
  }
  return all;
}

const isSetting = ({ name }) => name === "set" || name === "unset";

/** The references on the line: `--insecure` is for their registries. */
function namedIn(reference, { operations = [], to }) {
  const others = operations.flatMap(({ name, value }) => (["add", "subject"].includes(name) ? [value] : [value?.reference]));
  return [reference, to, ...others].filter((one) => typeof one === "string");
}

/** The attestations that went with their images. */
const gone = ({ steps }) => steps.filter((line) => line.startsWith("remove the attestation"));

function asJson({ references, descriptor: { mediaType, digest, size }, steps, conflicts }) {
  return { digest, references, mediaType, size, steps, conflicts };
}
