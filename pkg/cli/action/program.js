/** The program of the GitHub Action (action.yml): bundled with everything it needs into one file. */

import "../../entry/standalone.js";

import { runAction } from "./main.js";

runAction(process).then((code) => (process.exitCode = code));
