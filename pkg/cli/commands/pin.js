/** `multiarch pin`: replaces tags in files by digests, or digests by tags. */

import { parseReference, printable } from "../../entry/command.js";
import { connect } from "../setup/connection.js";
import { readInput, readUtf8, refuseUnwritable, replaceFile } from "../setup/files.js";
import { brief } from "../terminal/brief.js";

/** The exit code of a check that found a change to make. */
const FOUND = 3;

export async function execute(files, flags, context) {
  const { terminal, io } = context;
  const mode = ["unpin", "update", "check"].find((name) => flags[name]) ?? "pin";
  const resolve = resolver(flags, context);
  // All results are computed before the first file is written: a failure leaves every file unchanged.
  const pinned = [];
  for (const file of files) pinned.push(await pinFile(file, { mode, flags, resolve, io }));
  const writes = !flags.check && !flags["dry-run"];
  const changed = pinned.filter(({ file, text, before }) => writes && file !== "-" && text !== before);
  for (const { file } of changed) await refuseUnwritable(file);
  for (const one of pinned) {
    if (one.file === "-" && !flags.check) await terminal.print(one.text);
    else if (changed.includes(one)) await replaceFile(one.file, one.text);
  }
  await printChanges(pinned, flags, terminal);
  const isOpen = flags.check && pinned.some(({ changes }) => changes.length > 0);
  return isOpen ? FOUND : 0;
}

async function pinFile(file, { mode, flags, resolve, io }) {
  const { pin } = await import("../../pin/pin.js");
  const before = file === "-" ? await readInput(io.stdin) : await readUtf8(file);
  const name = file === "-" ? undefined : file;
  // With --update, a check also lists the tags that have moved on.
  const isDry = flags.check && flags.update;
  try {
    const { text, changes, skipped } = await pin(before, { name, kind: flags.kind, mode: isDry ? "update" : mode, resolve });
    return { file, before, text, changes, skipped };
  } catch (error) {
    throw about(file, error);
  }
}

/** The error, with the name of its file or reference before its message. */
function about(name, error) {
  error.message = `${name}: ${error.message}`;
  return error;
}

/** Asks for each reference once. Makes a client per registry on demand: the files name the registries. */
function resolver(flags, context) {
  const clients = new Map();
  const digests = new Map();
  const digestOf = async (reference) => {
    const { domain } = parseReference(reference);
    if (!clients.has(domain)) clients.set(domain, connect([reference], flags, context));
    const client = await clients.get(domain);
    return (await client.resolve(reference).catch((error) => { throw about(reference, error); })).digest;
  };
  return (reference) => {
    if (!digests.has(reference)) digests.set(reference, digestOf(reference));
    return digests.get(reference);
  };
}

async function printChanges(pinned, flags, terminal) {
  if (flags.json) {
    return terminal.printJson(pinned.map(({ file, changes, skipped }) => ({ file, changes, skipped })));
  }
  for (const { file, changes, skipped } of pinned) {
    // Standard output holds the text itself then.
    const say = file === "-" ? (line) => terminal.say(line) : (line) => terminal.print(line);
    for (const { line, from, to } of changes) await say(`${printable(file)}:${line}: ${from} ${to ? `-> ${to}` : "is not pinned"}\n`);
    for (const { line, reference, reason } of skipped) await terminal.note(`${printable(file)}:${line}: ${brief(reference)} stays: ${brief(reason)}\n`);
  }
}
