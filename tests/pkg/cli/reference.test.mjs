/** The command reference of docs/command-line.md and the man page, both made from the table of commands. UPDATE=1 writes them. */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { COMMANDS, GLOBAL_FLAGS } from "../../../pkg/cli/flags/table.js";
import { manPage, referenceMarkdown } from "../../support/reference.mjs";
import { run } from "../../support/run.mjs";

const PAGE = new URL("../../../docs/command-line.md", import.meta.url);
const MAN = new URL("../../../pkg/man/multiarch.1", import.meta.url);
const [START, END] = ["<!-- reference -->\n", "<!-- /reference -->\n"];
const TABLE = { commands: COMMANDS, globals: GLOBAL_FLAGS };

async function isWritten(file, text) {
  if (process.env.UPDATE) {
    await mkdir(new URL(".", file), { recursive: true });
    await writeFile(file, text);
  }
  assert.ok((await readFile(file, "utf8")) === text, `${fileURLToPath(file)} is stale: run this test with UPDATE=1`);
}

test("the command reference is that of the program", async () => {
  const page = await readFile(PAGE, "utf8");
  const [before, rest] = page.split(START);
  const [, after] = rest.split(END);
  await isWritten(PAGE, `${before}${START}\n${referenceMarkdown(TABLE)}\n\n${END}${after}`);
});

/** The table of exit codes, as the page has it, without its links. */
async function exitCodes() {
  const [, chapter] = (await readFile(PAGE, "utf8")).split("## Exit codes\n");
  const plain = (text) => text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
  const rows = [...chapter.split("\n## ")[0].matchAll(/^\| (\d[^|]*) \| (.*) \|$/gm)];
  return rows.map(([, code, text]) => [code, plain(text)]);
}

test("the man page is that of the program", async () => isWritten(MAN, manPage(TABLE, await exitCodes())));

test("man renders it without a warning, with every command, flag and exit code", async () => {
  const { code, stdout, stderr } = await run("man", ["--warnings", "--no-justification", "--no-hyphenation", "-l", fileURLToPath(MAN)], {
    env: { MANWIDTH: "100", MANPAGER: "cat", LC_ALL: "C.UTF-8", MAN_KEEP_FORMATTING: "" },
  });
  assert.deepEqual([code, stderr], [0, ""]);
  const text = stdout.replace(/.\u0008/g, "").replace(/\u001b\[[0-9;]*m/g, "");
  for (const { name, usage, flags, examples } of COMMANDS) {
    const heading = `multiarch ${name} ${usage}`;
    assert.ok(text.replace(/\s+/g, " ").includes(heading.replace(/\s+/g, " ")), heading);
    for (const flag of flags) assert.match(text, new RegExp(`^ +(?:-\\w, )?--${flag.name}(?: |$)`, "m"), `${name} --${flag.name}`);
    for (const example of examples) assert.ok(text.replace(/\s+/g, " ").includes(example.replace(/\s+/g, " ")), example);
  }
  for (const section of ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "SEE ALSO"]) assert.match(text, new RegExp(`^${section}$`, "m"));
  assert.equal((await exitCodes()).length, 7);
});

test("the package says where it is", async () => {
  const { man, files } = JSON.parse(await readFile(new URL("../../../pkg/package.json", import.meta.url), "utf8"));
  assert.deepEqual([man, files.includes("man/*.1")], ["./man/multiarch.1", true]);
});
