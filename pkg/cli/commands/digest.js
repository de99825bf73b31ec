/** `multiarch digest`: the digest of a file's bytes, of any size. */

import { createReadStream } from "node:fs";

import { createDigester } from "../../entry/command.js";

import { connect } from "../setup/connection.js";
import { unreadable } from "../setup/files.js";

export async function execute([file], flags, context) {
  const { algorithm, json } = flags;
  const { terminal, io, places } = context;
  if (places) return ofImage(file, flags, context);
  const digester = createDigester(algorithm);
  let size = 0;
  try {
    const source = file === "-" ? io.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
    for await (const chunk of source) {
      digester.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    throw typeof error.code === "string" && error.syscall ? unreadable(file, error) : error;
  }
  const digest = digester.digest();
  return json ? terminal.printJson({ digest, size }) : terminal.print(`${digest}\n`);
}

/** The digest of the manifest that an archive has under a name. */
async function ofImage(reference, flags, context) {
  const { digest, size } = await (await connect([reference], flags, context)).resolve(reference);
  return flags.json ? context.terminal.printJson({ digest, size }) : context.terminal.print(`${digest}\n`);
}
