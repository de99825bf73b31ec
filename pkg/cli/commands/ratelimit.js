/** `multiarch ratelimit`: how many requests a registry allows, and how many are left. */

import { parseReference, printable } from "../../entry/command.js";

import { connect } from "../setup/connection.js";

const UNITS = [["h", 3600], ["min", 60], ["s", 1]];

export async function execute([reference], flags, context) {
  const { terminal } = context;
  const client = await connect([reference], flags, context);
  const limits = await client.rateLimit(reference);
  if (flags.json) return terminal.printJson(limits);
  await terminal.print(`${sentence(limits) ?? `${parseReference(reference).domain} tells of no limit`}\n`);
}

/** `limit 100 in 6 h, 76 left, counted for 192.0.2.1`: the members that the registry states; undefined for none. */
function sentence({ limit, remaining, windowSeconds, source }) {
  if (limit === undefined && remaining === undefined) return undefined;
  const within = windowSeconds ? ` in ${duration(windowSeconds)}` : "";
  return [
    limit !== undefined && `limit ${limit}${within}`,
    remaining !== undefined && `${remaining} left${limit === undefined ? within : ""}`,
    source && `counted for ${printable(source)}`,
  ].filter(Boolean).join(", ");
}

/** In the largest unit that divides the seconds. */
function duration(seconds) {
  const [unit, length] = UNITS.find(([, size]) => seconds % size === 0);
  return `${seconds / length} ${unit}`;
}
