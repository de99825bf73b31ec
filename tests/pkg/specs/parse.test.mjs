/** Specifications of lists: what is read of YAML and JSON, and what is refused, with its place. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { parseSpec } from "multiarch";

const DIGEST = `sha256:${"a".repeat(64)}`;
const RULES = JSON.parse(await readFile(new URL("../../data/vectors/specs.json", import.meta.url), "utf8"));

describe("a text as lists", () => {
  for (const { about, text, variables, lists, notes } of RULES.read) {
    test(about, async () => {
      const spec = await parseSpec(text, { name: "lists.yaml", variables });
      assert.deepEqual(spec, { lists, ...(notes && { notes }) });
    });
  }

  test("as YAML and as JSON, with a byte order mark and without", async () => {
    const text = RULES.read[0].text;
    const spec = await parseSpec(text);
    const json = JSON.stringify({ lists: [{ image: "a:1", sources: [{ image: "b:1", platform: "linux/arm64" }] }] }, null, "\t");
    assert.deepEqual((await parseSpec(json)).lists[0].sources[0].platform, { os: "linux", architecture: "arm64" });
    for (const other of [`\uFEFF${text}`, text.replaceAll("\n", "\r\n"), `---\n${text}---\n`]) assert.deepEqual(await parseSpec(other), spec);
  });
});

test("the examples of the documentation are specifications", async () => {
  const text = await readFile(new URL("../../../docs/specs.md", import.meta.url), "utf8");
  const examples = [...text.matchAll(/^```yaml\n(.*?)^```/gms)];
  assert.equal(examples.length, 1);
  const { lists } = await parseSpec(examples[0][1], { variables: { VERSION: "2.0" } });
  assert.deepEqual(lists.map(({ references }) => references), [
    ["ghcr.io/ada/app:2.0", "ghcr.io/ada/app:latest"], ["ghcr.io/ada/tools:1", "registry.example/mirror/tools:1"],
  ]);
});

describe("a text that is no specification", () => {
  for (const [text, message, details = {}] of RULES.refused) {
    test(`${JSON.stringify(text)}: ${message}`, async () => {
      const error = await parseSpec(text.replaceAll("DIGEST", DIGEST), { name: "lists.yaml" }).then(() => undefined, (thrown) => thrown);
      assert.equal(error?.code, "SPEC_INVALID", error?.stack);
      assert.equal(error.message, `lists.yaml:${message.replaceAll("DIGEST", DIGEST)}`);
      assert.match(error.hint, /docs\/specs\.md/);
      const { file, line, ...more } = error.details;
      assert.deepEqual([file, line], ["lists.yaml", Number(message.split(":")[0])]);
      for (const [name, value] of Object.entries(details)) assert.equal(more[name], value);
    });
  }

  test("has its line without a name, too", async () => {
    await assert.rejects(parseSpec("image: a\nsources: a\n"), { code: "SPEC_INVALID", message: "line 2: sources takes a list of images, not a" });
  });
});

describe("a text that is made to take long", () => {
  const doubled = Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [${at === 0 ? "x, x" : `*a${at}, *a${at}`}]`).join("\n");
  const merged = (at) => (at === 0 ? "&m0 {a: b}" : `&m${at} {<<: [*m${at - 1}, *m${at - 1}]}`);
  const wide = Array.from({ length: 20 }, (_, at) => `- {image: 'a:${at}', sources: [b], annotations: ${merged(at)}}`).join("\n");
  const keys = Array.from({ length: 40_000 }, (_, at) => `  k${at}: v`).join("\n");
  const cases = {
    "nested deeply": ["[".repeat(200_000), "SPEC_INVALID"],
    "mappings nested deeply": ["{a: ".repeat(100_000), "SPEC_INVALID"],
    "names that double": [`${doubled}\nimage: a\nsources: *a30\n`, "SPEC_INVALID"],
    "mappings that double as they are merged": [`lists:\n${wide}\n`, "SPEC_INVALID"],
    "many keys": [`image: a\nsources: [b]\nannotations:\n${keys}\n`, undefined],
    "many sources": [`image: a\nsources: &s [${"b,".repeat(150_000)}]\n`, "SPEC_INVALID"],
    "too many characters": [`# ${"x".repeat(1 << 20)}`, "OPTION_INVALID"],
  };
  for (const [about, [text, code]] of Object.entries(cases)) {
    test(about, { timeout: 20_000 }, async () => {
      const error = await parseSpec(text).then(() => undefined, (thrown) => thrown);
      assert.equal(error?.code, code, error?.message);
      assert.ok((error?.message ?? "").length < 1000);
    });
  }
});

test("a member of an anchor is read wherever it is named, and no prototype is written", async () => {
  const text = "lists:\n- {image: a, sources: [b], annotations: &n {x: y, __proto__: z}}\n- {image: c, sources: [b], annotations: *n}\n- {image: d, sources: [b], annotations: {x: z, <<: *n}}\n";
  const { lists } = await parseSpec(text);
  assert.deepEqual(Object.entries(lists[1].annotations), [["x", "y"], ["__proto__", "z"]]);
  assert.deepEqual(Object.entries(lists[2].annotations), [["x", "z"], ["__proto__", "z"]]);
  assert.equal({}.z, undefined);
});

test("what is no text, and no text for a variable, is refused", async () => {
  for (const given of [undefined, null, 5, new Uint8Array(2)]) await assert.rejects(parseSpec(given), { code: "OPTION_INVALID" });
  for (const variables of [[], "A=1", { A: 1 }]) await assert.rejects(parseSpec("image: a\nsources: [b]", { variables }), { code: "OPTION_INVALID" });
});
