/** The error for a template that cannot be used. */

import { MultiarchError } from "../../entry/command.js";

/**
 * @param {string} template
 * @param {string} reason
 */
export function invalid(template, reason) {
  const shown = template.length > LONGEST ? `${template.slice(0, LONGEST)}…` : template;
  return new MultiarchError({
    code: "OPTION_INVALID",
    message: `the template ${shown} cannot be used: ${reason}`,
    details: { template: shown },
  });
}

/** How much of a template an error repeats. */
const LONGEST = 200;
