/** Finds programs by PATH, and on Windows by PATHEXT, as Go's `exec.LookPath` does. */

import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { posix, win32 } from "node:path";

/** Extensions that can be started, in the default order. PATHEXT may name scripts that cannot. */
const EXTENSIONS = [".com", ".exe", ".bat", ".cmd"];

/** This machine; tests pass another one. */
const HERE = {
  platform: process.platform,
  isFile: (path) => stat(path).then((found) => found.isFile(), () => false),
  mayRun: (path) => access(path, constants.X_OK).then(() => true, () => false),
};

/**
 * The first executable file of this name in the folders of PATH. Relative folders, the current one among them, are
 * ignored.
 *
 * @param {string} program a name without a path
 * @param {Record<string, string | undefined>} env
 * @param {typeof HERE} [system]
 * @returns {Promise<{ file?: string, isBarred: boolean }>} `isBarred` when there are files without the right to run
 */
export async function findProgram(program, env, system = HERE) {
  const isWindows = system.platform === "win32";
  const { delimiter, isAbsolute, join } = isWindows ? win32 : posix;
  const folders = (variable(env, "PATH", isWindows) ?? "").split(delimiter).map((folder) => unquoted(folder, isWindows));
  let isBarred = false;
  for (const folder of folders.filter((one) => isAbsolute(one))) {
    for (const extension of isWindows ? extensions(program, env) : [""]) {
      const file = join(folder, program + extension);
      if (!(await system.isFile(file))) continue;
      if (await system.mayRun(file)) return { file, isBarred };
      isBarred = true;
    }
  }
  return { isBarred };
}

/**
 * The command that starts a program with one word: scripts of Windows run in its shell, with no text that the shell would
 * interpret.
 *
 * @param {string} file as `findProgram` returns it
 * @param {string} action a word of small letters
 * @param {Record<string, string | undefined>} env
 * @param {string} [platform] as `process.platform`
 * @returns {{ file: string, args: string[], windowsVerbatimArguments?: boolean } | undefined} undefined for a script in a
 *   folder whose name the shell would interpret
 */
export function commandOf(file, action, env, platform = process.platform) {
  if (platform !== "win32" || !/\.(cmd|bat)$/i.test(file)) return { file, args: [action] };
  // Within quotation marks the shell interprets only these.
  if (/["%\r\n]/.test(file)) return undefined;
  const shell = variable(env, "ComSpec", true) || "cmd.exe";
  return { file: shell, args: ["/d", "/s", "/c", `""${file}" ${action}"`], windowsVerbatimArguments: true };
}

/** Windows ignores the letter case of variables; a copy of the environment does not. */
function variable(env, name, isWindows) {
  if (env[name] !== undefined || !isWindows) return env[name];
  const own = Object.keys(env).find((key) => key.toUpperCase() === name.toUpperCase());
  return own === undefined ? undefined : env[own];
}

function unquoted(folder, isWindows) {
  return isWindows ? folder.replaceAll('"', "") : folder;
}

/** A name that already has an extension is first tried unchanged. */
function extensions(program, env) {
  const listed = variable(env, "PATHEXT", true)?.toLowerCase().split(";") ?? [];
  const known = listed.filter((extension) => EXTENSIONS.includes(extension));
  const own = EXTENSIONS.some((extension) => program.toLowerCase().endsWith(extension)) ? [""] : [];
  return [...own, ...(known.length > 0 ? known : EXTENSIONS)];
}
