/** `multiarch digest`: the digest of a file's bytes, of any size. */

import { createReadStream } from "node:fs";

import { createDigester } from "../../entry/command.js";

import { unreadable } from "../setup/files.js";

export async function execute([file], { algorithm, json }, { terminal, io }) {
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
