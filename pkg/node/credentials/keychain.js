/** Finds the credential helper that a file names for a registry, and caches its answers for the process. */

import { Memo } from "./memo.js";
import { ownKey } from "./registries.js";

/** By environment, on which a credential helper's answer depends. */
const answers = new WeakMap();

/**
 * The name that a file states for the registry, unchecked: the registry's in `credHelpers`, else `credsStore`.
 *
 * @returns {unknown} undefined for none
 */
export function helperName({ credHelpers, credsStore }, registry) {
  const key = credHelpers ? ownKey(credHelpers, registry) : undefined;
  const name = key === undefined ? credsStore : credHelpers[key];
  return name === null || name === "" ? undefined : name;
}

/** Asks once for concurrent callers; again after the cache's lifetime, or when the registry refused the answer. */
export async function askHelper(name, registry, options) {
  // Loaded on demand: most users have no credential helper.
  const { openHelper } = await import("./program.js");
  const helper = await openHelper(name, options);
  return memoOf(options.env).get(`${helper.file}\n${registry}`, () => helper.get(registry), options.refused);
}

/** Drops the cached answers after a change. */
export function forgetAnswers(env) {
  memoOf(env).forget();
}

function memoOf(env) {
  if (!answers.has(env)) answers.set(env, new Memo());
  return answers.get(env);
}
