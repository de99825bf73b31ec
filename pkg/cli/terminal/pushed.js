/** Prints what a push did or would do, in docker's lines. */

import { printable } from "../../entry/command.js";

/**
 * @param {import("multiarch").PushPlan} plan
 * @param {import("./terminal.js").Terminal} terminal
 */
export async function printPushed({ steps, pushed, digest }, terminal) {
  const lines = steps ?? pushed.map(line);
  await terminal.print([...lines, digest, ""].join("\n"));
}

/** Warns of what is odd about a list or its images. @param {{ warnings: string[] }} result */
export async function warnOf({ warnings }, terminal) {
  for (const warning of warnings) await terminal.say(`warning: ${printable(warning)}\n`);
}

/** The members of a plan without the list's own text, which `digest` identifies. */
export function planAsJson({ digest, mediaType, size, names, pushed, warnings, purged, steps }) {
  return { digest, mediaType, size, names, pushed, warnings, purged, steps };
}

/**
 * Waits for a push. When it fails half-way, prints the images that are in the registry by then, as docker does.
 *
 * @template T
 * @param {Promise<T>} pushing
 * @param {import("./terminal.js").Terminal} terminal
 * @returns {Promise<T>}
 */
export async function reportingPushed(pushing, terminal) {
  try {
    return await pushing;
  } catch (error) {
    for (const reference of error.details?.pushed ?? []) await terminal.print(`${line(reference)}\n`);
    throw error;
  }
}

function line(reference) {
  return `Pushed ref ${reference} with digest: ${reference.slice(reference.indexOf("@") + 1)}`;
}
