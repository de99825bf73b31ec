/** The program: its arguments, run as docker's plugin or by itself, and its exit code. */

import { isPlugin, runPlugin } from "./plugin.js";

const argv = process.argv.slice(2);
const running = isPlugin(argv, { file: process.argv[1], env: process.env })
  ? runPlugin(argv, process)
  : import("./main.js").then(({ run }) => run(argv, process));
running.then((code) => (process.exitCode = code), (error) => {
  // The module that reports errors could not be loaded either. A stack of Node's loader does not help the user.
  const hint = /^(EMFILE|ENFILE)$/.test(error?.code) ? "Allow the process more open files (ulimit -n).\n" : "Install the package again.\n";
  const message = String(error?.message ?? error).replace(/[^\x20-\x7e]/g, "?");
  process.stderr.write(`multiarch: the program could not be loaded: ${message} [LOAD_FAILED]\nhint: ${hint}`);
  process.exitCode = 1;
});
