/** Where programs are found: by PATH, and on Windows by PATHEXT, as Go's `exec.LookPath` does it. */

import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { posix, win32 } from "node:path";

/** What can be started, in the order that counts where PATHEXT says nothing. It may name other scripts, which cannot. */
const EXTENSIONS = [".com", ".exe", ".bat", ".cmd"];

/** This machine, or what stands for one in a test. */
const HERE = {
  platform: process.platform,
  isFile: (path) => stat(path).then((found) => found.isFile(), () => false),
  mayRun: (path) => access(path, constants.X_OK).then(() => true, () => false),
};

/**
 * The first file of this name in the folders of PATH that may be run. Relative folders, the current one among them, are
 * never looked into.
 *
 * @param {string} program a name without a path
 * @param {Record<string, string | undefined>} env
 * @param {typeof HERE} [system]
 * @returns {Promise<{ file?: string, isBarred: boolean }>} `isBarred` when there are files, but none that may be run
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
 * How a program is started with one fixed word: scripts of Windows run in its shell, which is given nothing that it could
 * read as its own.
 *
 * @param {string} file as `findProgram` gives it
 * @param {string} action a word of small letters
 * @param {Record<string, string | undefined>} env
 * @param {string} [platform] as `process.platform`
 * @returns {{ file: string, args: string[], windowsVerbatimArguments?: boolean } | undefined} undefined for a script in a
 *   folder whose name the shell would read
 */
export function commandOf(file, action, env, platform = process.platform) {
  if (platform !== "win32" || !/\.(cmd|bat)$/i.test(file)) return { file, args: [action] };
  // Within quotation marks only these mean something to it.
  if (/["%\r\n]/.test(file)) return undefined;
  const shell = variable(env, "ComSpec", true) || "cmd.exe";
  return { file: shell, args: ["/d", "/s", "/c", `""${file}" ${action}"`], windowsVerbatimArguments: true };
}

/** Windows knows its variables by any letters; a copy of the environment keeps those that it was made with. */
function variable(env, name, isWindows) {
  if (env[name] !== undefined || !isWindows) return env[name];
  const own = Object.keys(env).find((key) => key.toUpperCase() === name.toUpperCase());
  return own === undefined ? undefined : env[own];
}

function unquoted(folder, isWindows) {
  return isWindows ? folder.replaceAll('"', "") : folder;
}

/** A name that has one of them already is tried as it is first. */
function extensions(program, env) {
  const listed = variable(env, "PATHEXT", true)?.toLowerCase().split(";") ?? [];
  const known = listed.filter((extension) => EXTENSIONS.includes(extension));
  const own = EXTENSIONS.some((extension) => program.toLowerCase().endsWith(extension)) ? [""] : [];
  return [...own, ...(known.length > 0 ? known : EXTENSIONS)];
}
