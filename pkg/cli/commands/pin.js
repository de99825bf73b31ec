/** `multiarch pin`: the tags in files become digests, or digests tags again. */

import { chmod, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { pid } from "node:process";

import { MultiarchError, parseReference } from "../../entry/command.js";
import { connect } from "../setup/connection.js";
import { unreadable } from "../setup/files.js";

/** What a check ends with that found something. */
const FOUND = 3;

export async function execute(files, flags, context) {
  const { terminal, io } = context;
  const mode = ["unpin", "update", "check"].find((name) => flags[name]) ?? "pin";
  const resolve = resolver(flags, context);
  // Every file is worked out before the first one is written: one that fails leaves all as they were.
  const pinned = [];
  for (const file of files) pinned.push(await pinFile(file, { mode, flags, resolve, io }));
  const writes = !flags.check && !flags["dry-run"];
  for (const one of pinned) {
    if (one.file === "-" && !flags.check) await terminal.print(one.text);
    else if (writes && one.text !== one.before) await replace(one.file, one.text);
  }
  await tell(pinned, flags, terminal);
  const isOpen = flags.check && pinned.some(({ changes }) => changes.length > 0);
  return isOpen ? FOUND : 0;
}

async function pinFile(file, { mode, flags, resolve, io }) {
  const { pin } = await import("../../pin/pin.js");
  const before = file === "-" ? await readAll(io.stdin) : await readUtf8(file);
  const name = file === "-" ? undefined : file;
  // With --update, a check tells what has moved on, too.
  const isDry = flags.check && flags.update;
  try {
    const { text, changes, skipped } = await pin(before, { name, kind: flags.kind, mode: isDry ? "update" : mode, resolve });
    return { file, before, text, changes, skipped };
  } catch (error) {
    throw about(file, error);
  }
}

/** The error with what it is about before its message. */
function about(name, error) {
  error.message = `${name}: ${error.message}`;
  return error;
}

/** One client for each registry, whose name is known only when a file has been read, and each reference once. */
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

async function readUtf8(file) {
  let bytes;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  return decoded(bytes, file);
}

async function readAll(stdin) {
  const chunks = [];
  for await (const chunk of stdin) chunks.push(chunk);
  return decoded(Buffer.concat(chunks), "-");
}

/** What is no UTF-8 would not come back as it was. */
function decoded(bytes, file) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const message = `cannot read ${file}: it is not UTF-8`;
    throw new MultiarchError({ code: "FILE_UNREADABLE", message, hint: "Give text files only.", cause });
  }
}

/** A file in one step, with the permissions that it had. */
async function replace(file, text) {
  let unfinished;
  try {
    // A link goes on pointing at the file.
    const target = await realpath(file);
    unfinished = `${target}.${pid}.unfinished`;
    const { mode } = await stat(target);
    await writeFile(unfinished, text);
    await chmod(unfinished, mode & 0o7777);
    await rename(unfinished, target);
  } catch (error) {
    if (unfinished) await rm(unfinished, { force: true });
    throw new MultiarchError({ code: "FILE_UNWRITABLE", message: `cannot write ${file}: ${error.code}`, cause: error });
  }
}

async function tell(pinned, flags, terminal) {
  if (flags.json) {
    return terminal.printJson(pinned.map(({ file, changes, skipped }) => ({ file, changes, skipped })));
  }
  for (const { file, changes, skipped } of pinned) {
    // The text itself has gone to standard output.
    const say = file === "-" ? (line) => terminal.say(line) : (line) => terminal.print(line);
    for (const { line, from, to } of changes) await say(`${file}:${line}: ${from} ${to ? `-> ${to}` : "is not pinned"}\n`);
    for (const { line, reference, reason } of skipped) await terminal.note(`${file}:${line}: ${reference} stays: ${reason}\n`);
  }
}
