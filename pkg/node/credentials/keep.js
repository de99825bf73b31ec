/** Stores and removes credentials for `login` and `logout`: in docker's config.json or its credential helper. */

import { isDeepStrictEqual } from "node:util";

import { writeEntry } from "./entry.js";
import { changeConfig, readConfig } from "./file.js";
import { hasProgram, openHelper } from "./program.js";
import { forgetAnswers, helperName } from "./keychain.js";
import { dockerConfigFile } from "./places.js";
import { isSameRegistry, keyOf, keysFor, parseKey } from "./registries.js";

/**
 * Stores credentials for a registry where docker finds them: in the credential helper that config.json names, in the
 * system's own while config.json has no credentials at all, else in config.json.
 *
 * @param {string} registry
 * @param {{ username?: string, password?: string, identityToken?: string }} credentials
 * @param {{ config?: string, env: Record<string, string | undefined>, helperTimeoutMs?: number }} options
 * @returns {Promise<{ file: string, plain: boolean }>} `plain` when the secret is in the file now, and was not
 *   before. Rejects with CREDENTIALS_INVALID, CREDENTIALS_UNAVAILABLE and the codes of credential helpers
 */
export async function keepCredentials(registry, credentials, options) {
  const file = dockerConfigFile(options);
  const content = await readConfig(file);
  const key = keyOf(registry);
  const named = helperName(content, registry);
  const name = named ?? (hasNothing(content) ? await systemHelper(options.env) : undefined);
  if (name !== undefined) {
    await (await openHelper(name, options)).store(registry, credentials);
    forgetAnswers(options.env);
  }
  // Docker writes an empty entry when a credential helper has the secret.
  const entry = name === undefined ? writeEntry(credentials) : {};
  const isThere = isDeepStrictEqual(content.auths?.[key], entry);
  if (!isThere) {
    await changeConfig(file, (now) => ({
      ...now, ...(named !== name && { credsStore: name }), auths: { ...now.auths, [key]: entry },
    }));
  }
  return { file, plain: name === undefined && !isThere };
}

/**
 * Removes the credentials for a registry, under all its names; those of its namespaces stay.
 *
 * @param {string} registry
 * @param {{ config?: string, env: Record<string, string | undefined>, helperTimeoutMs?: number }} options
 * @returns {Promise<boolean>} whether there were any. Rejects as `keepCredentials` does
 */
export async function eraseCredentials(registry, options) {
  const file = dockerConfigFile(options);
  const content = await readConfig(file);
  const name = helperName(content, registry);
  const erased = name === undefined ? false : await eraseKept(await openHelper(name, options), registry);
  forgetAnswers(options.env);
  const keys = keysFor(Object.keys(content.auths ?? {}), registry);
  if (keys.length > 0) {
    await changeConfig(file, (now) => {
      const rest = Object.entries(now.auths ?? {}).filter(([key]) => !keys.includes(key));
      return { ...now, auths: Object.fromEntries(rest) };
    });
  }
  return erased || keys.length > 0;
}

/** Erases the registry's keys; docker's own key where the credential helper cannot list. */
async function eraseKept(helper, registry) {
  const listed = await helper.list().catch((error) => {
    if (error.code !== "HELPER_FAILED") throw error;
    return [keyOf(registry)];
  });
  let erased = false;
  for (const key of listed) {
    if (isSameRegistry(parseKey(key).domain, registry)) erased = (await helper.erase(key)) || erased;
  }
  return erased;
}

function hasNothing({ auths, credHelpers, credsStore }) {
  return !credsStore && [auths, credHelpers].every((object) => Object.keys(object ?? {}).length === 0);
}

/** The credential helper of the system's keychain, by docker's rule; undefined where it is not installed. */
async function systemHelper(env) {
  const known = { darwin: "osxkeychain", win32: "wincred" }[process.platform];
  const name = known ?? ((await hasProgram("pass", env)) ? "pass" : "secretservice");
  return (await hasProgram(`docker-credential-${name}`, env)) ? name : undefined;
}
