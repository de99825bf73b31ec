/** Finds the credentials that docker, podman and CI systems store. */

import { readEntry } from "./entry.js";
import { contentOf, readConfig } from "./file.js";
import { askHelper, helperName } from "./keychain.js";
import { parseObject } from "./json.js";
import { Memo } from "./memo.js";
import { credentialFiles } from "./places.js";
import { keysCutShort, keysFor } from "./registries.js";

const VARIABLE = "DOCKER_AUTH_CONFIG";

/**
 * A credential provider for `createClient`. The first of these that has credentials counts:
 *
 * 1. DOCKER_AUTH_CONFIG, the text of a config.json in the environment;
 * 2. the files: `authFile` and `config` where they are given, else REGISTRY_AUTH_FILE, docker's config.json,
 *    `$XDG_RUNTIME_DIR/containers/auth.json` (on Linux else `/run/containers/<uid>/auth.json`),
 *    `~/.config/containers/auth.json`. In each the credential helper that it
 *    names for the registry (`credHelpers`, then `credsStore`), then `auths` by the longest path; when no file has
 *    anything, an entry of docker's config.json for another path of the registry, as docker reads it;
 * 3. with `github`, GITHUB_TOKEN for ghcr.io.
 *
 * A credential helper that fails is an error: no request becomes anonymous by accident. Files and credential helpers are
 * read when a registry first asks, and again after five minutes or when the registry has refused the credentials.
 *
 * @param {object} [options]
 * @param {string} [options.config] docker's folder; default: DOCKER_CONFIG, else `~/.docker`
 * @param {string} [options.authFile] a file in podman's format, read before docker's
 * @param {boolean} [options.github] whether GITHUB_TOKEN is used for ghcr.io
 * @param {number} [options.helperTimeoutMs] the time limit of a credential helper; default 15,000
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

/** The first entry with credentials among the chosen keys. */
function readAuths(auths, name, choose) {
  if (!auths) return undefined;
  for (const key of choose(Object.keys(auths))) {
    const found = readEntry(auths[key], key, name);
    if (found) return found;
  }
  return undefined;
}

/** ghcr.io checks the token alone, but requires a user name. */
function githubToken({ GITHUB_TOKEN, GITHUB_ACTOR }) {
  return GITHUB_TOKEN ? { username: GITHUB_ACTOR || "token", password: GITHUB_TOKEN } : undefined;
}
