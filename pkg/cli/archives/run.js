/** Runs a command whose line names archives: with references in their places; what it wrote is moved into the archives at the end. */

import { printable } from "../../entry/command.js";
import { Places } from "./places.js";

/**
 * @param {string[]} rest
 * @param {Record<string, any>} flags
 * @param {{ command: object, context: object, execute: Function }} about
 * @returns {Promise<number | undefined>} the exit code
 */
export async function withArchives(rest, flags, { command, context, execute }) {
  const { terminal, io } = context;
  const places = await Places.open(rest, flags, command, io);
  context.places = places;
  terminal.spoken = (text) => places.spoken(text);
  // `ls` lists all findings.
  if (command.name !== "ls") for (const line of places.warnings()) await terminal.note(`${printable(`warning: ${line}`)}\n`);
  terminal.beforeResult = () => places.commit();
  try {
    const code = await execute(places.rest, places.flags, context);
    await places.commit();
    return code;
  } finally {
    await places.close();
  }
}
