/** Random secrets, and the search for them. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { inspect } from "node:util";

/** A secret that stands nowhere by chance. */
export const canary = () => `canary${randomBytes(12).toString("hex")}`;

/** Fails when a secret stands in any of the things: texts, bytes, errors with everything that hangs on them. */
export function assertNowhere(secret, ...things) {
  const spellings = [secret, Buffer.from(secret).toString("base64"), encodeURIComponent(secret)];
  for (const thing of things) {
    const text = typeof thing === "string" ? thing : `${inspect(thing, { depth: 9 })}${JSON.stringify(thing)}${thing?.stack}`;
    for (const spelling of spellings) assert.ok(!text.includes(spelling), `a secret stands in ${text.slice(0, 200)}`);
  }
}
