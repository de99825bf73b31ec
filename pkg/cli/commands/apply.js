/** `multiarch apply`: makes the lists of a specification, or checks their lock. */

import { MultiarchError, printable } from "../../entry/command.js";
import { connect } from "../setup/connection.js";
import { readInput, readText, readUtf8, refuseUnwritable, replaceFile } from "../setup/files.js";
import { interruptible } from "../setup/interrupt.js";
import { brief } from "../terminal/brief.js";
import { withProgress } from "../terminal/progress.js";

/** The exit code of a check that found something. */
const FOUND = 3;

export async function execute([file], flags, context) {
  const spec = typed(await specOf(file, flags, context), flags.type);
  const lock = flags.locked || flags.check ? parsedLock(await readText(flags.lock), flags.lock) : undefined;
  if (!spec && !lock) throw invalid("apply takes a FILE, or --template with --platforms and --target");
  for (const { line, member, message } of spec?.notes ?? []) {
    await context.terminal.note(`note: ${printable(file)}:${line}: ${brief(member)}: ${brief(message)}\n`);
  }
  return flags.check ? check({ lock, spec }, flags, context) : apply({ lock, spec }, flags, context);
}

/** The specification of the file or of the template; undefined without either, where a lock stands alone. */
async function specOf(file, flags, { io }) {
  if (flags.template === undefined) {
    if (file === undefined) return undefined;
    const { parseSpec } = await import("../../specs/parse.js");
    const text = file === "-" ? await readInput(io.stdin) : await readUtf8(file);
    const set = (flags.set ?? []).map(({ name, value }) => [name, value]);
    const environment = Object.entries(io.env).filter(([, value]) => typeof value === "string");
    return parseSpec(text, { name: file, variables: Object.fromEntries([...environment, ...set]) });
  }
  if (file !== undefined) throw invalid("apply takes a FILE or --template, not both");
  const { specFromTemplate } = await import("../../specs/template.js");
  const annotations = flags.annotations && Object.fromEntries(flags.annotations.map(({ name, value }) => [name, value]));
  const { platforms, target, tags } = flags;
  return specFromTemplate(flags.template, { platforms, target, tags, annotations });
}

/** The specification, whose lists are of this type where they state none. */
const typed = (spec, type) => (spec && type ? { ...spec, lists: spec.lists.map((list) => ({ type, ...list })) } : spec);

function parsedLock(text, file) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MultiarchError({ code: "LOCK_INVALID", message: `${file} is no JSON`, hint: "Give the file that --lock wrote.", cause });
  }
}

const invalid = (message) => new MultiarchError({ code: "OPTION_INVALID", message });

const referencesOf = ({ lists }) =>
  Array.isArray(lists) ? lists.flatMap(({ references = [], sources = [] }) => [...references, ...sources.map(({ reference }) => reference)]) : [];

async function apply({ lock, spec }, flags, context) {
  const { terminal, io } = context;
  const { applySpec } = await import("../../specs/apply.js");
  // A lock alone has all that its lists are made of.
  const given = spec ?? lock;
  const dryRun = flags["dry-run"];
  const lockFile = lock || dryRun ? undefined : flags.lock;
  if (lockFile) await refuseUnwritable(lockFile);
  const applied = await withProgress(terminal, flags, { lines: true }, async (onEvent) => {
    const client = await connect(referencesOf(given), flags, { ...context, onEvent });
    const ignoreMissing = flags["ignore-missing"];
    return interruptible(io, (signal) => applySpec(given, { client, lock, ignoreMissing, dryRun, signal }));
  });
  for (const { references, missing } of applied.lists) {
    for (const one of missing) await terminal.note(`note: ${brief(references[0].split("@")[0])} is made without ${brief(one)}, which does not exist\n`);
  }
  // Printed first: what was pushed is known even where the disk is full by now.
  await print(applied, flags, terminal);
  if (lockFile) await replaceFile(lockFile, `${JSON.stringify(applied.lock, null, 2)}\n`);
}

async function print({ lists }, flags, terminal) {
  if (flags.json) return terminal.printJson({ lists: lists.map(asJson) });
  for (const { references, steps } of lists) {
    if (flags["dry-run"]) for (const step of steps) await terminal.print(`${printable(step)}\n`);
    for (const reference of references) await terminal.print(`${reference}\n`);
  }
}

function asJson({ descriptor: { digest, mediaType, size }, references, steps, conflicts, sources, missing }) {
  return { digest, references, mediaType, size, steps, conflicts, sources, missing };
}

async function check({ lock, spec }, flags, context) {
  const { terminal } = context;
  const { checkLock } = await import("../../specs/check.js");
  const client = await connect(referencesOf(lock), flags, context);
  const findings = await checkLock(lock, { client, spec });
  if (flags.json) await terminal.printJson({ findings });
  else for (const { code, message } of findings) await terminal.print(`${brief(message)} [${code}]\n`);
  return findings.length > 0 ? FOUND : 0;
}
