/** The files of credentials, in the order in which they are searched. */

import { homedir } from "node:os";
import { join } from "node:path";

/**
 * @param {{ config?: string, authFile?: string, env: Record<string, string | undefined> }} options
 * @returns {{ path: string, isDockers: boolean }[]} files, and whether docker's rules apply, not podman's; the first with
 *   credentials counts
 */
export function credentialFiles({ config, authFile, env }) {
  const podmans = (path) => ({ path, isDockers: false });
  const dockers = (path) => ({ path, isDockers: true });
  const given = [authFile && podmans(authFile), config && dockers(join(config, "config.json"))].filter(Boolean);
  if (given.length > 0) return given;
  const { REGISTRY_AUTH_FILE, XDG_CONFIG_HOME } = env;
  const runtime = runtimeFolder(env);
  return [
    REGISTRY_AUTH_FILE && podmans(REGISTRY_AUTH_FILE),
    dockers(dockerConfigFile({ env })),
    runtime && podmans(join(runtime, "auth.json")),
    podmans(join(XDG_CONFIG_HOME || join(homeOf(env), ".config"), "containers", "auth.json")),
  ].filter(Boolean);
}

/** The file that `docker login` writes. */
export function dockerConfigFile({ config, env }) {
  return join(config || env.DOCKER_CONFIG || join(homeOf(env), ".docker"), "config.json");
}

/** Podman's folder for the user's session; on Linux `/run/containers/<uid>` where the system names none. */
function runtimeFolder({ XDG_RUNTIME_DIR }) {
  if (XDG_RUNTIME_DIR) return join(XDG_RUNTIME_DIR, "containers");
  return process.platform === "linux" ? join("/run/containers", String(process.getuid())) : undefined;
}

function homeOf(env) {
  return (process.platform === "win32" ? env.USERPROFILE : env.HOME) || homedir();
}
