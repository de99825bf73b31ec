/** `multiarch cat`: one file of an image, byte for byte; on a terminal without what that would obey. */

import { openImage } from "../../layers/image.js";
import { printable } from "../../entry/command.js";
import { wantedPlatform } from "../platform/wanted.js";
import { connect } from "../setup/connection.js";
import { replaceFile } from "../setup/files.js";

export async function execute([reference, path], flags, context) {
  const { terminal, io } = context;
  const client = await connect([reference], flags, context);
  const image = await openImage(client, reference, wantedPlatform(flags.platform ?? "local"));
  const { stream } = await image.readFile(path);
  if (flags.output !== undefined) return replaceFile(flags.output, stream);
  const shown = io.stdout.isTTY ? withoutControls(stream) : stream;
  for await (const chunk of shown) await terminal.print(chunk);
}

/** The text, with what a terminal obeys made visible; lines and tabs stay. */
async function* withoutControls(stream) {
  const decoder = new TextDecoder();
  const safe = (text) => text.split(/([\n\t]|\r\n)/).map((part) => (/^(\n|\t|\r\n)$/.test(part) ? part : printable(part))).join("");
  for await (const chunk of stream) yield safe(decoder.decode(chunk, { stream: true }));
  yield safe(decoder.decode());
}
