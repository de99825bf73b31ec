/** Help, and command lines that are wrong, in docker's words. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { parseFlags } from "../../../pkg/cli/flags/parse.js";
import { COMMANDS, GLOBAL_FLAGS } from "../../../pkg/cli/flags/table.js";
import { nearest } from "../../../pkg/core/nearest.js";
import { assertGolden } from "../../support/golden.mjs";
import { multiarch, multiarchHere as here } from "../../support/run.mjs";

describe("help", () => {
  test("of the program and of every command is as recorded", async () => {
    for (const name of ["", ...COMMANDS.map((command) => command.name)]) {
      const { code, stdout, stderr } = await here([...name.split(" ").filter(Boolean), "--help"]);
      assert.deepEqual([code, stderr], [0, ""]);
      await assertGolden(`cli/help${name && `-${name.replace(" ", "-")}`}.txt`, stdout);
    }
  });

  test("is asked for in several ways", async () => {
    const { stdout } = await here(["--help"]);
    for (const args of [[], ["-h"], ["help"], ["--help=true"], ["-h", "inspect"], ["manifest"], ["manifest", "--help"]]) {
      assert.equal((await here(args)).stdout, stdout, args.join(" "));
    }
    const inspect = (await here(["inspect", "--help"])).stdout;
    const ways = [
      ["help", "inspect"], ["inspect", "-h"], ["inspect", "a", "b", "c", "--help"], ["inspect", "-vh"],
      ["manifest", "inspect", "--help"], ["help", "manifest", "inspect"],
    ];
    for (const args of ways) assert.equal((await here(args)).stdout, inspect, args.join(" "));
    const { stdout: options } = await here(["help", "options"]);
    for (const { name } of GLOBAL_FLAGS) assert.ok(options.includes(` --${name}`), name);
  });

  test("shows two lines that the command takes", () => {
    const fail = (message) => new Error(message);
    for (const { name, examples, flags, arguments: wanted, excludes = [], needs = [] } of COMMANDS) {
      assert.equal(examples.length, 2, name);
      for (const example of examples) {
        assert.ok(example.startsWith(name), example);
        const line = example.slice(name.length).split(" ").filter(Boolean);
        const { flags: given, rest } = parseFlags(line, [...flags, ...GLOBAL_FLAGS], { fail });
        const [least, most] = typeof wanted === "function" ? wanted(given) : wanted;
        assert.ok(rest.length >= least && rest.length <= most, example);
        for (const [one, other] of excludes) assert.ok(!(given[one] && given[other]), example);
        for (const [one, ...others] of needs) assert.ok(!given[one] || others.some((other) => given[other]), example);
      }
    }
  });

  test("fits the terminal", async () => {
    for (const columns of [60, 80, 132]) {
      const { stdout } = await here(["resolve", "--help"], { columns });
      const longest = Math.max(...stdout.split("\n").map((line) => line.length));
      assert.ok(longest <= columns, `${longest} > ${columns}`);
    }
  });

  test("lists commands and flags by name", () => {
    const sorted = (rows) => assert.deepEqual(rows, [...rows].sort());
    sorted(COMMANDS.map(({ name }) => name));
    for (const { flags } of COMMANDS) sorted(flags.map(({ name }) => name));
  });
});

describe("a slip of the fingers", () => {
  test("is reported with what was probably meant", async () => {
    // [arguments, what is asked, exit code]
    const slips = [
      [["resovle", "a"], "Did you mean 'multiarch resolve'?", 1],
      [["insp", "a"], "Did you mean 'multiarch inspect'?", 1],
      [["help", "craete"], "Did you mean 'multiarch create'?", 1],
      [["manifest", "anotate"], "Did you mean 'multiarch annotate'?", 1],
      [["resolve", "--jsn", "a"], "Did you mean --json?", 125],
      [["resolve", "--platfrom=linux/arm64", "a"], "Did you mean --platform?", 125],
      [["resolve", "--policy", "strct", "a"], "Did you mean strict?", 125],
      [["create", "--type=dokcer", "-t", "a", "b"], "Did you mean docker?", 125],
      [["inspect", "--format", "jsn", "a"], "Did you mean json?", 125],
      [["completion", "zhs"], "Did you mean zsh?", 125],
    ];
    for (const [args, question, expected] of slips) {
      const { code, stdout, stderr } = await here(args);
      assert.deepEqual([code, stdout], [expected, ""], args.join(" "));
      assert.ok(stderr.includes(`\n\n${question}\n\n`), stderr);
    }
  });

  test("for the first word of two the error names the words that follow", async () => {
    const { code, stderr } = await here(["imagetools"]);
    assert.equal(code, 1);
    assert.match(stderr, /'multiarch imagetools' needs one more word: 'multiarch imagetools create' or 'multiarch imagetools inspect'/);
  });

  test("is one only where it is near", () => {
    const words = ["create", "copy", "resolve", "rm"];
    const cases = { cretae: "create", cop: "copy", copyy: "copy", resol: "resolve", c: undefined, rn: "rm", pull: undefined, x: undefined, elephant: undefined };
    for (const [typed, meant] of Object.entries(cases)) assert.equal(nearest(typed, words), meant, typed);
    assert.equal(nearest("r".repeat(1 << 20), words), undefined);
  });
});

async function outcome(...args) {
  const { code, stdout, stderr } = await here(args);
  return [code, stdout, stderr];
}

test("a wrong number of arguments is reported in docker's layout", async () => {
  // [arguments, what is wanted, how help is named, the line of usage]
  const rows = [
    [["resolve"], "requires at least 1 argument", "See", "[OPTIONS] REFERENCE [REFERENCE...]"],
    [["find", "--", "--json", "b", "c"], "requires 2 arguments", "Run", "[OPTIONS] DIGEST REPOSITORY"],
    [["annotate", "a"], "requires 2 arguments", "Run", "[OPTIONS] MANIFEST_LIST MANIFEST"],
    [["create", "a"], "requires at least 2 arguments", "See", "MANIFEST_LIST MANIFEST [MANIFEST...]"],
    [["rm"], "requires at least 1 argument", "See", "MANIFEST_LIST [MANIFEST_LIST...]"],
    [["version", "a"], "accepts no arguments", "Run", "[OPTIONS]"],
    [["inspect"], "requires at least 1 and at most 2 arguments", "Run", "[OPTIONS] [MANIFEST_LIST] MANIFEST"],
    [["inspect", "a", "b", "c"], "requires at least 1 and at most 2 arguments", "Run", "[OPTIONS] [MANIFEST_LIST] MANIFEST"],
  ];
  for (const [args, wanted, see, usage] of rows) {
    assert.deepEqual(await outcome(...args), [1, "",
      `multiarch: 'multiarch ${args[0]}' ${wanted}\n\nUsage:  multiarch ${args[0]} ${usage}\n\n` +
      `${see} 'multiarch ${args[0]} --help' for more information\n`]);
  }
});

test("an unknown command is reported in docker's layout", async () => {
  for (const args of [["pull"], ["help", "pull"], ["constructor"]]) {
    assert.deepEqual(await outcome(...args), [1, "",
      `multiarch: unknown command: multiarch ${args.at(-1)}\n\nRun 'multiarch --help' for more information\n`]);
  }
});
