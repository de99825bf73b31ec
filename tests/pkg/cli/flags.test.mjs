/** The parser of flags, beside pflag and Go's CSV. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { MultiarchError } from "multiarch";

import { cut } from "../../../pkg/core/cut.js";
import { SHOWN } from "../../../pkg/core/facts.js";
import { parseCsv } from "../../../pkg/cli/flags/csv.js";
import { parseFlags } from "../../../pkg/cli/flags/parse.js";
import { multiarchHere as here } from "../../support/run.mjs";

describe("what is wrong in a line is shown, at most so much of it", () => {
  const long = "a".repeat(100_000);
  for (const line of [
    [long], [`--${long}`], [`-z${long}`], ["imagetools", long], ["help", long], ["resolve", `--${long}`], ["resolve", "--timeout", long, "a"],
    ["completion", long], ["pin", long], ["create", "-t", "a:b", "--digests", long], ["tags", "--semver", long, "a"],
    ["inspect", "--format", `{{${long}}}`, "a"], ["inspect", `oci:${long}`], ["check", "--junit", long, "a"], ["apply", "--set", long, "x"],
    ["edit", "--set", long, "a"], ["serve", "--export", long], ["create", "--type", long, "-t", "a:b", "c"],
  ]) {
    test(line.map((argument) => argument.replace(long, "LONG")).join(" "), async () => {
      const { code, stdout, stderr } = await here(line);
      assert.ok(code > 0 && stdout === "");
      assert.ok(stderr.length < 3_000 && stderr.includes("aaa"), `${stderr.length} characters`);
      const json = await here([...line, "--json"]);
      assert.ok(json.code > 0 && json.stderr.length < 3_000, `${json.stderr.length} characters of JSON`);
    });
  }

  test("its start and its end, and no half of a character", () => {
    const shown = cut(`unknown flag: --${"\u{1f600}".repeat(5_000)}\n\nDid you mean --json?`);
    assert.ok(shown.length <= SHOWN && shown.length > SHOWN - 4 && shown.isWellFormed());
    assert.ok(shown.startsWith("unknown flag: --") && shown.includes(" … ") && shown.endsWith("Did you mean --json?"));
    assert.equal(cut(shown), shown);
    assert.equal(new MultiarchError({ code: "OPTION_INVALID", message: long }).message, cut(long));
  });
});

describe("flags", () => {
  const TABLE = [
    { name: "verbose", short: "v" }, { name: "quick", short: "q" }, { name: "os", short: "o", value: "string" },
    { name: "tag", value: "string", list: true }, { name: "feature", value: "strings", list: true, parse: parseCsv },
    { name: "size", value: "int", default: 1, parse: Number },
  ];
  const parse = (...argv) => {
    const { flags, rest } = parseFlags(argv, TABLE, { fail: (message) => new Error(message) });
    return [{ ...flags }, rest];
  };

  test("are read in time that grows with their number alone", () => {
    const start = performance.now();
    const many = (count, argument) => Array(count).fill(argument);
    const argv = [...many(50_000, "a"), ...many(20_000, "--tag=b"), "--", ...many(50_000, "c")];
    const { flags, rest } = parseFlags(argv, TABLE, { fail: (message) => new Error(message) });
    assert.deepEqual([flags.tag.length, rest.length], [20_000, 100_000]);
    assert.ok(performance.now() - start < 3_000);
  });

  test("are read as docker reads them", () => {
    // [arguments, flags beside the default, rest]
    const rows = [
      [[], {}, []],
      [["a", "-v", "b", "--os", "linux", "c"], { verbose: true, os: "linux" }, ["a", "b", "c"]],
      [["--os=linux"], { os: "linux" }, []],
      [["--os="], { os: "" }, []],
      [["--os=a=b"], { os: "a=b" }, []],
      [["--os", "--verbose"], { os: "--verbose" }, []],
      [["--os", "a", "--os", "b"], { os: "b" }, []],
      [["--verbose=false"], { verbose: false }, []],
      [["--verbose=T", "--quick=0"], { verbose: true, quick: false }, []],
      [["--verbose", "false"], { verbose: true }, ["false"]],
      [["-vq"], { verbose: true, quick: true }, []],
      [["-vqo", "linux"], { verbose: true, quick: true, os: "linux" }, []],
      [["-olinux"], { os: "linux" }, []],
      [["-o=linux"], { os: "linux" }, []],
      [["-v=false"], { verbose: false }, []],
      [["-"], {}, ["-"]],
      [["--", "--os", "-v", "--"], {}, ["--os", "-v", "--"]],
      [["-v", "--", "-q"], { verbose: true }, ["-q"]],
      [["--tag", "a", "--tag=b"], { tag: ["a", "b"] }, []],
      [["--feature", "a,b", "--feature="], { feature: ["a", "b"] }, []],
      [["--feature", "a", "--feature=b,a"], { feature: ["a", "b", "a"] }, []],
      [["--size", "7"], { size: 7 }, []],
      [["", "__proto__"], {}, ["", "__proto__"]],
    ];
    for (const [argv, flags, rest] of rows) {
      assert.deepEqual(parse(...argv), [{ size: 1, ...flags }, rest], JSON.stringify(argv));
    }
  });

  test("fail in docker's words", () => {
    const rows = [
      [["--bogus"], "unknown flag: --bogus"],
      [["--bogus=1"], "unknown flag: --bogus"],
      [["--constructor"], "unknown flag: --constructor"],
      [["-x"], "unknown shorthand flag: 'x' in -x"],
      [["-vx"], "unknown shorthand flag: 'x' in -x"],
      [["-=x"], "unknown shorthand flag: '=' in -=x"],
      [["--os"], "flag needs an argument: --os"],
      [["-vo"], "flag needs an argument: 'o' in -o"],
      [["--=x"], "bad flag syntax: --=x"],
      [["---x"], "bad flag syntax: ---x"],
      [["--verbose=x"], 'invalid argument "x" for "-v, --verbose" flag: strconv.ParseBool: parsing "x": invalid syntax'],
      [["--verbose="], 'invalid argument "" for "-v, --verbose" flag: strconv.ParseBool: parsing "": invalid syntax'],
      [["--verbose=\t\u0001\\"], 'invalid argument "\\t\\x01\\\\" for "-v, --verbose" flag: strconv.ParseBool: parsing "\\t\\x01\\\\": invalid syntax'],
      [["--feature", 'a"'], 'invalid argument "a\\"" for "--feature" flag: parse error on line 1, column 2: bare " in non-quoted-field'],
    ];
    for (const [argv, message] of rows) assert.throws(() => parse(...argv), { message }, JSON.stringify(argv));
  });

  test("that take several values are read as Go reads CSV", () => {
    const rows = [
      ["", []], ["a", ["a"]], ["a,b", ["a", "b"]], ["a,,b,", ["a", "", "b", ""]], [",", ["", ""]], [" a , b", [" a ", " b"]],
      ['"a,b",c', ["a,b", "c"]], ['"a""b"', ['a"b']], ['""', [""]], ['"a\nb",c', ["a\nb", "c"]], ['"a\r\nb"', ["a\nb"]],
      ["a\nb", ["a"]], ["\n\r\na\r\n", ["a"]], ["a\r", ["a"]], ["a\rb", ["a\rb"]], ["é,\u{1f600}", ["é", "\u{1f600}"]],
    ];
    for (const [text, fields] of rows) assert.deepEqual(parseCsv(text), fields, JSON.stringify(text));
    const quoted = 'extraneous or missing " in quoted-field';
    const faults = [
      ['a"b', 'parse error on line 1, column 2: bare " in non-quoted-field'],
      ['é,b"', 'parse error on line 1, column 5: bare " in non-quoted-field'],
      ['\n\n"', `parse error on line 3, column 2: ${quoted}`],
      ['"a', `parse error on line 1, column 3: ${quoted}`],
      ['"a\n', `parse error on line 1, column 4: ${quoted}`],
      ['"a"b', `parse error on line 1, column 3: ${quoted}`],
      ['a,"b" ,c', `parse error on line 1, column 5: ${quoted}`],
      ['"a\nb', `record on line 1; parse error on line 2, column 2: ${quoted}`],
      ['"a\nb"c', `record on line 1; parse error on line 2, column 2: ${quoted}`],
      ["\n", "EOF"], ["\r", "EOF"],
    ];
    for (const [text, message] of faults) assert.throws(() => parseCsv(text), { message }, JSON.stringify(text));
  });

  test("that cannot be meant end with 125, docker's layout and nothing on stdout", async () => {
    const tail = "\n\nUsage:  multiarch inspect [OPTIONS] [MANIFEST_LIST] MANIFEST\n\n" +
      "Run 'multiarch inspect --help' for more information\n";
    assert.deepEqual(await outcome("inspect", "--bogus", "a"), [125, "", `unknown flag: --bogus${tail}`]);
    assert.deepEqual(await outcome("inspect", "-v", "--raw", "a"), [125, "", `--raw and --verbose exclude each other${tail}`]);
    assert.deepEqual(await outcome("--bogus", "inspect"), [125, "",
      "unknown flag: --bogus\n\nUsage:  multiarch [OPTIONS] COMMAND\n\nRun 'multiarch --help' for more information\n"]);
    for (const args of [
      ["resolve", "--policy", "crane", "a"], ["digest", "--algorithm=md5", "a"], ["tags", "--timeout", "0", "a"],
      ["tags", "--timeout", "1e3", "a"], ["tags", "--timeout=25d", "a"], ["tags", "--timeout=900h", "a"],
    ]) {
      const [code, stdout, stderr] = await outcome(...args);
      assert.deepEqual([code, stdout], [125, ""], args.join(" "));
      assert.match(stderr, /^invalid argument ".*" for "--[a-z]+" flag: must be /);
    }
  });
});

async function outcome(...args) {
  const { code, stdout, stderr } = await here(args);
  return [code, stdout, stderr];
}
