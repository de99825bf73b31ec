/** Which credential helper a file names for a registry, and its answers, kept for the whole process. */

import { Memo } from "./memo.js";
import { ownKey } from "./registries.js";

/** By environment: what a credential helper finds depends on it. */
const answers = new WeakMap();

/**
 * The name that a file's content gives for the registry, unchecked: its own in `credHelpers`, else `credsStore`.
 *
 * @returns {unknown} undefined for none
 */
export function helperName({ credHelpers, credsStore }, registry) {
  const key = credHelpers ? ownKey(credHelpers, registry) : undefined;
  const name = key === undefined ? credsStore : credHelpers[key];
  return name === null || name === "" ? undefined : name;
}

/** Asks once for callers at the same time, and again only after a while, or when the answer was refused. */
export async function askHelper(name, registry, options) {
  // Most people have none, and starting programs is not free to load.
  const { openHelper } = await import("./program.js");
  const helper = await openHelper(name, options);
  return memoOf(options.env).get(`${helper.file}\n${registry}`, () => helper.get(registry), options.refused);
}

/** What is kept was changed. */
export function forgetAnswers(env) {
  memoOf(env).forget();
}

function memoOf(env) {
  if (!answers.has(env)) answers.set(env, new Memo());
  return answers.get(env);
}
