/** `multiarch digest`: the digest of a file's bytes, of any size. */

import { createReadStream } from "node:fs";

import { createDigester } from "../../entry/command.js";

import { unreadable } from "../setup/files.js";

export async function execute([file], { algorithm }, { terminal, io }) {
  const digester = createDigester(algorithm);
  try {
    const source = file === "-" ? io.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
    for await (const chunk of source) digester.update(chunk);
  } catch (error) {
    throw typeof error.code === "string" && error.syscall ? unreadable(file, error) : error;
  }
  await terminal.print(`${digester.digest()}\n`);
}
