#!/usr/bin/env node
import { isPlugin, runPlugin } from "../cli/plugin.js";

const argv = process.argv.slice(2);
const running = isPlugin(argv, { file: process.argv[1], env: process.env })
  ? runPlugin(argv, process)
  : import("../cli/main.js").then(({ run }) => run(argv, process));
running.then((code) => (process.exitCode = code));
