/** docs/api.md: every export of every entry of the package, with the sentence of its types. UPDATE=1 writes it. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";

import { declarationsIn, declarationText, passedOn } from "../support/declarations.mjs";

const ROOT = new URL("../../", import.meta.url);
const PAGE = new URL("docs/api.md", ROOT);
const { exports } = JSON.parse(await readFile(new URL("pkg/package.json", ROOT), "utf8"));

const ENTRIES = await Promise.all(Object.entries(exports)
  // Other forms of the main entry have its names.
  .filter(([path, { types }], at, all) => types && all.findIndex(([, one]) => one.types === types) === at)
  .map(async ([path, { types }]) => {
    const file = new URL(types, new URL("pkg/", ROOT));
    const text = await declarationText(file);
    const others = await passedOn(file);
    const known = others.length > 0 ? declarationsIn(await declarationText(new URL("index.d.ts", file))) : [];
    // Their members stand with the entry that they are from.
    const named = known.filter(({ name }) => others.includes(name)).map((one) => ({ ...one, members: [] }));
    const [head] = /^\/\*\*.*?\*\//s.exec(text) ?? [""];
    return { name: path.replace(/^\./, "multiarch"), about: headLine(head), declarations: [...declarationsIn(text), ...named] };
  }));

/** The first comment of a file, as one paragraph, without the name of the entry. */
function headLine(comment) {
  const lines = comment.slice("/**".length, -"*/".length).split("\n").map((line) => line.replace(/^\s*\*? ?/, ""));
  const [paragraph] = lines.join("\n").trim().split("\n\n");
  return paragraph.replaceAll("\n", " ").replace(/^`?multiarch[^:]*: /, "");
}

const row = (name, sentence) => `| \`${name.replaceAll("|", "\\|")}\` | ${sentence.replaceAll("|", "\\|")} |`;
const table = (rows) => (rows.length === 0 ? [] : ["| | |", "|---|---|", ...rows, ""]);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function sectionOf({ name, about, declarations }) {
  const calls = declarations.filter(({ kind }) => kind === "function" || kind === "const");
  const objects = declarations.filter(({ members }) => members.length > 0);
  const types = declarations.filter((one) => !calls.includes(one) && !objects.includes(one));
  return [
    `## ${name}`, "", capital(about), "",
    ...table(calls.map(({ name: own, signature, sentence }) => row(signature ?? own, sentence))),
    ...objects.flatMap(({ name: own, sentence, members }) =>
      [`### ${own}`, "", sentence, "", ...table(members.map((member) => row(member.signature, member.sentence)))]),
    ...(types.length > 0 ? ["### Types", ""] : []),
    ...table(types.map(({ name: own, sentence }) => row(own, sentence))),
  ];
}

const HEAD = [
  "# API", "",
  "Every export of the package, made from its types (`pkg/*.d.ts`), which say more: options, answers and error codes stand there, and an",
  "editor shows them. [JavaScript](javascript.md) has examples. `UPDATE=1 node --test tests/pkg/api.test.mjs` writes this page.", "",
];

test("the page lists what the types export", async () => {
  const page = `${[...HEAD, ...ENTRIES.flatMap(sectionOf)].join("\n").trimEnd()}\n`;
  if (process.env.UPDATE) await writeFile(PAGE, page);
  assert.equal(await readFile(PAGE, "utf8"), page, "docs/api.md is stale: run this test with UPDATE=1");
});

test("every export has a sentence, and so has every call", () => {
  const silent = ENTRIES.flatMap(({ name, declarations }) => declarations.flatMap((one) => [
    ...(one.sentence ? [] : [`${name}: ${one.name}`]),
    ...one.members.filter(({ sentence }) => !sentence).map(({ signature }) => `${name}: ${one.name}.${signature}`),
  ]));
  assert.deepEqual(silent, []);
});

test("the types name what the modules export", async () => {
  for (const { name, declarations } of ENTRIES.filter((entry) => !entry.name.endsWith(".wasm"))) {
    const values = declarations.filter(({ kind }) => ["function", "const", "class"].includes(kind)).map((one) => one.name);
    assert.deepEqual(Object.keys(await import(name)).sort(), values.sort(), name);
  }
});

test("declarations are read", () => {
  const [one, two, three] = declarationsIn(`
/**
 * Makes a thing of \`a.b\`, and more. Not this.
 */
export function make<T>(first: (a: string, b: number) => Promise<void>, ...rest: { c: string }[]): T;
export function make(): void;
export type Kind = "a" | "b";
/** A thing: */
export interface Thing {
  readonly name: string;
  /** Runs. Fast. */
  run(options?: { signal: AbortSignal }): void;
}
`);
  assert.deepEqual([one.signature, one.sentence], ["make(first, ...rest)", "Makes a thing of `a.b`, and more."]);
  assert.deepEqual([two.kind, two.sentence, three.sentence], ["type", "", "A thing."]);
  assert.deepEqual(three.members, [{ signature: "run(options?)", sentence: "Runs." }]);
});
