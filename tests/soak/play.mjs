/** One batch of calls with a registry of its own, and the judgement of each call. */

import { createMemoryRegistry } from "multiarch/testing";

import { CALLS } from "./calls.mjs";
import { partOf, pick, seeded } from "./chance.mjs";

/** What a call may fail with where the registry misbehaves; any other code, and INTERNAL above all, is a defect. */
const CODES = new Set([
  "CHALLENGE_INVALID", "DENIED", "DIGEST_MISMATCH", "JSON_DUPLICATE_KEY", "JSON_INVALID", "JSON_TOO_DEEP", "MANIFEST_AMBIGUOUS",
  "MANIFEST_INVALID", "MEDIA_TYPE_MISMATCH", "NETWORK", "NOT_A_REGISTRY", "REDIRECT_REFUSED", "REGISTRY_ERROR",
  "REGISTRY_UNAVAILABLE", "RESPONSE_INVALID", "SIZE_MISMATCH", "TIMEOUT", "TOKEN_INVALID", "TOO_MANY_REQUESTS", "UNAUTHORIZED", "UPLOAD_LOST",
]);

/** Who may do everything. */
export const LOGIN = { username: "ada", password: "secret" };

export const kindOf = (seed, number) => pick(seeded(partOf(seed ^ 0x5bd1e995, number)), Object.keys(CALLS));

/** A registry for a batch: none outlives it, so that what registries keep is no growth of the client. */
export const registryFor = (misbehaviour) =>
  createMemoryRegistry({
    auth: { type: "bearer", users: { [LOGIN.username]: LOGIN.password } },
    faults: (request) => misbehaviour.fault(request),
  });

/**
 * Makes a call and judges its answer.
 *
 * @param {{ seed: number, number: number, client: object, domain: string, registry: object, library: object }} facts
 * @returns {Promise<string>} `ok`, or the code it failed with; rejects where the answer or the failure is a wrong one
 */
export async function make({ seed, number, client, domain, registry, library, deadline }) {
  const kind = kindOf(seed, number);
  const { prepare, run, check } = CALLS[kind];
  const path = `c${number}/app`;
  await prepare?.(registry, path);
  let answer;
  try {
    answer = await deadline(run(client, `${domain}/${path}`, { ...library, number }), `${kind} hangs`);
  } catch (error) {
    if (error instanceof library.MultiarchError && CODES.has(error.code)) return error.code;
    throw error;
  }
  check?.(answer, { registry, path, number });
  return "ok";
}
