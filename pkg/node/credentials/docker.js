/** Credentials as docker, podman and CI systems keep them, for clients. */

import { readEntry } from "./entry.js";
import { contentOf, readConfig } from "./file.js";
import { askHelper, helperName } from "./keychain.js";
import { parseObject } from "./json.js";
import { Memo } from "./memo.js";
import { credentialFiles } from "./places.js";
import { keysCutShort, keysFor } from "./registries.js";

const VARIABLE = "DOCKER_AUTH_CONFIG";

/**
 * A credential provider for `createClient`. Looks in this order, and takes the first that has something:
 *
 * 1. DOCKER_AUTH_CONFIG, the text of a config.json in the environment;
 * 2. the files: `authFile` and `config` where they are given, else REGISTRY_AUTH_FILE, docker's config.json,
 *    `$XDG_RUNTIME_DIR/containers/auth.json` (on Linux else `/run/containers/<uid>/auth.json`),
 *    `~/.config/containers/auth.json`. In each the credential helper that it
 *    names for the registry (`credHelpers`, then `credsStore`), then `auths` by the longest path; when no file has
 *    anything, an entry of docker's config.json for another path of the registry, as docker reads it;
 * 3. with `github`, GITHUB_TOKEN for ghcr.io.
 *
 * A credential helper that fails is an error: nobody is anonymous by accident. Files and answers of credential helpers are
 * read when a registry first asks, and again after five minutes or when the registry has refused them.
 *
 * @param {object} [options]
 * @param {string} [options.config] docker's folder; default: DOCKER_CONFIG, else `~/.docker`
 * @param {string} [options.authFile] a file as podman's, looked into before docker's
 * @param {boolean} [options.github] whether GITHUB_TOKEN counts for ghcr.io
 * @param {number} [options.helperTimeoutMs] how long a credential helper may take; default 15,000
 * @param {Record<string, string | undefined>} [options.env] default: that of the process
 * @returns {(registry: string, context?: { repository?: string, refused?: boolean }) => Promise<import("multiarch").Credentials | undefined>}
 */
export function dockerCredentials({ config, authFile, github = false, helperTimeoutMs, env = process.env } = {}) {
  const contents = new Memo();
  return async (registry, { repository, refused } = {}) => {
    const fromVariable = readVariable(env[VARIABLE], registry, repository);
    if (fromVariable) return fromVariable;
    let lastResort;
    for (const { path, isDockers } of credentialFiles({ config, authFile, env })) {
      const content = await contents.get(path, () => readConfig(path), refused);
      const found = await find(content, path, registry, repository, { env, helperTimeoutMs, refused });
      if (found) return found;
      if (isDockers) lastResort ??= readAuths(content.auths, path, (keys) => keysCutShort(keys, registry));
    }
    return lastResort ?? (github && registry === "ghcr.io" ? githubToken(env) : undefined);
  };
}

function readVariable(text, registry, repository) {
  if (!text) return undefined;
  const { auths } = contentOf(parseObject(text, VARIABLE), VARIABLE);
  return readAuths(auths, VARIABLE, (keys) => keysFor(keys, registry, repository));
}

async function find(content, path, registry, repository, options) {
  const name = helperName(content, registry);
  const kept = name === undefined ? undefined : await askHelper(name, registry, options);
  return kept ?? readAuths(content.auths, path, (keys) => keysFor(keys, registry, repository));
}

/** The first entry that says something, of the keys that are chosen. */
function readAuths(auths, name, choose) {
  if (!auths) return undefined;
  for (const key of choose(Object.keys(auths))) {
    const found = readEntry(auths[key], key, name);
    if (found) return found;
  }
  return undefined;
}

/** The registry looks at the token alone, but wants a name beside it. */
function githubToken({ GITHUB_TOKEN, GITHUB_ACTOR }) {
  return GITHUB_TOKEN ? { username: GITHUB_ACTOR || "token", password: GITHUB_TOKEN } : undefined;
}
