/** Command lines as the goldens show them. */

import { multiarchHere } from "./run.mjs";

/**
 * Makes a function that runs a line. In the line a name after `:` is a tag of `team/app`, and $FOLDER the folder; what is
 * printed has HOST and FOLDER in their places.
 *
 * @param {() => { host: string, folder: { path: string, join: (...names: string[]) => string } }} place
 * @returns {(line: string, options?: object) => Promise<{ code: number, stdout: string, stderr: string, bytes: Buffer, shown: string }>}
 */
export function lineRunner(place) {
  return async (line, options) => {
    const { host, folder } = place();
    const args = line.split(" ").map((word) => word.replace(/^:/, `${host}/team/app:`).replace("$FOLDER", folder.path));
    const { stdout, stderr, code, bytes } = await multiarchHere(["--config", folder.join("docker"), "--retries", "0", ...args], options);
    const [out, err] = [stdout, stderr].map((text) => text.replaceAll(host, "HOST").replaceAll(folder.path, "FOLDER"));
    return { code, bytes, stdout: out, stderr: err, shown: `$ multiarch ${line}\n${out}${err}exit ${code}\n` };
  };
}
