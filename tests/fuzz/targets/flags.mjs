/** Command lines, an argument a line: every command reads them or says in one sentence what is wrong. */

import assert from "node:assert/strict";

import { COMMANDS, GLOBAL_FLAGS, HELP_FLAG } from "../../../pkg/cli/flags/table.js";
import { parseFlags } from "../../../pkg/cli/flags/parse.js";

const PLAIN = [
  { name: "verbose", short: "v" }, { name: "quick", short: "q" }, { name: "os", short: "o", value: "string" },
  { name: "tag", value: "string", list: true },
];
const TABLES = [PLAIN, ...COMMANDS.map(({ flags }) => [...flags, ...GLOBAL_FLAGS, HELP_FLAG])];

export const words = [
  ...new Set(TABLES.flat().flatMap(({ name, short }) => [`--${name}`, `--${name}=`, ...(short ? [`-${short}`] : [])])),
  "\n", "--", "-", "true", "false", "10s", "1.5m", "sha256", "containerd", "linux/amd64,linux/arm64", '"a","b"',
];

export const seeds = [
  "annotate\nlist\nimage\n--arch\narm64\n--os=linux\n--os-features\na,b\n--variant=v8",
  "-vqo\nlinux\n--tag=a\n--tag\nb\n--\n-v",
  "--concurrency=8\n--retries\n3\n--timeout\n1.5m\n-D\n--ca=file",
  "--platform=linux/arm64,osver=1\n--json\n--policy\nstrict\n--explain=false",
  "-o=x\n-oy\n-v=T\n-\n--os=",
  "--replace=a=b\n--remove\nlinux/arm64\n--annotate=index:a=b\n--add=c",
  "--unset=variant\n--unset\nos-features\n--algorithm\nsha512\nfile",
];

/** No Error: thousands of stacks a second cost more than what is tested. */
class Usage {
  constructor(message) {
    this.message = message;
  }
}

export function round(text) {
  const argv = text.split("\n");
  const given = new Set(argv);
  const ends = TABLES.map((table) => {
    try {
      const { flags, rest } = parseFlags(argv, table, { fail: (message) => new Usage(message) });
      for (const name of namesOf(flags)) assert.ok(table.some((row) => row.name === name), name);
      assert.ok(rest.every((argument) => given.has(argument)) && rest.length <= argv.length);
      if (table === PLAIN) again(flags, rest);
      return `${Object.keys(flags)} ${rest.length}`;
    } catch (error) {
      if (!(error instanceof Usage)) throw error;
      assert.ok(error.message !== "");
      return error.message.split(/["':]/)[0];
    }
  });
  return ends.slice(0, 4).join();
}

/** The flags that were given: those of `operations` stand there, in the order of the line. */
const namesOf = ({ operations = [], ...flags }) => [...Object.keys(flags), ...operations.map(({ name }) => name)];

/** What was read is written as `--name=value`, and read as the same. */
function again(flags, rest) {
  const values = Object.entries(flags).flatMap(([name, value]) => [value].flat().map((one) => `--${name}=${one}`));
  const second = parseFlags([...values, "--", ...rest], PLAIN, { fail: (message) => new Error(message) });
  assert.deepEqual(second, { flags, rest });
}
