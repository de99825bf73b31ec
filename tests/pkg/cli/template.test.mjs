/** Templates in the language of Go's text/template: what they print, what they cost, and what is wrong with them. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { formatted } from "../../../pkg/cli/template/evaluate.js";
import { Lazy } from "../../../pkg/cli/template/members.js";
import "../../../pkg/entry/command.js";

/** A value whose members are noted when they are read. */
function values(reads = []) {
  const member = (name, value) => () => (reads.push(name), value);
  return new Lazy({
    digest: member("digest", "sha256:0123456789abcdef"),
    size: member("size", 12_345_678),
    platforms: member("platforms", ["linux/amd64", "linux/arm64"]),
    annotations: member("annotations", { b: "2", a: "1" }),
    nothing: member("nothing", undefined),
    evil: member("evil", "\u001b[2J\u202e\nline"),
    images: member("images", [new Lazy({ platform: () => "linux/amd64", layers: member("layers", 3) })]),
  });
}

describe("a template prints", () => {
  const ROWS = [
    ["plain", "plain"],
    ["{{.Digest}} {{ .digest }}", "sha256:0123456789abcdef sha256:0123456789abcdef"],
    ["{{short .Digest}}|{{.Digest | short}}", "sha256:0123456789ab|sha256:0123456789ab"],
    ["{{humansize .Size}}", "12.3MB"],
    ["{{json .Platforms}}", '[\n  "linux/amd64",\n  "linux/arm64"\n]'],
    ["{{join .Platforms \", \"}}", "linux/amd64, linux/arm64"],
    ["{{index .Platforms 1}} {{index .Annotations \"a\"}} {{len .Platforms}} {{len .Annotations}}", "linux/arm64 1 2 2"],
    ["{{range .Platforms}}[{{.}}]{{end}}", "[linux/amd64][linux/arm64]"],
    ["{{range $at, $one := .Platforms}}{{$at}}={{$one}};{{end}}", "0=linux/amd64;1=linux/arm64;"],
    ["{{range $key, $value := .Annotations}}{{$key}}{{$value}}{{end}}", "a1b2"],
    ["{{range .Nothing}}x{{else}}none{{end}}", "none"],
    ["{{range .Images}}{{.Platform}} {{$.Digest | short}} {{.Layers}}{{end}}", "linux/amd64 sha256:0123456789ab 3"],
    ["{{(index .Images 0).Platform}}", "linux/amd64"],
    ["{{if .Nothing}}a{{else if eq .Size 1}}b{{else}}c{{end}}", "c"],
    ["{{if and (gt .Size 1) (not .Nothing)}}yes{{end}}", "yes"],
    ["{{if or .Nothing (eq \"a\" \"b\" \"a\")}}yes{{end}}", "yes"],
    ["{{with .Annotations}}{{.a}}{{end}}{{with .Nothing}}x{{end}}", "1"],
    ["{{with $x := .Size}}{{$x}}{{end}}", "12345678"],
    ["a  {{- /* nothing */ -}}  b", "ab"],
    ["{{\"tab\\t\"}}{{`raw\\t`}}", "tab\traw\\t"],
    ["{{printf \"%-6s|%4d|%q|%%|%v\" \"ab\" 7 \"c\" true}}", "ab    |   7|\"c\"|%|true"],
    ["{{upper \"a\"}}{{lower \"B\"}}{{index (split \"x:y\" \":\") 1}}", "Aby"],
    ["{{.Nothing}} {{.Annotations.none}}", "<no value> <no value>"],
    ["{{println}}{{print 1 2}}", "\n12"],
    ["{{.Evil}}", "\\u{1b}[2J\\u{202e}\\u{a}line"],
    ["{{json .Evil}}", "\"\\u001b[2J\\u202e\\nline\""],
    ["{{println .Evil}}{{join (split .Evil \"x\") \"\"}}", "\\u{1b}[2J\\u{202e}\\u{a}line\n\\u{1b}[2J\\u{202e}\\u{a}line"],
  ];
  for (const [template, expected] of ROWS) {
    test(template, async () => assert.equal(await formatted(template, values()), expected));
  }
});

test("only what is named is read, and once", async () => {
  const cost = async (template) => {
    const reads = [];
    await formatted(template, values(reads));
    return reads;
  };
  assert.deepEqual(await cost("{{.Digest}}{{.Digest}}"), ["digest"]);
  assert.deepEqual(await cost("{{range .Images}}{{.Platform}}{{end}}"), ["images"]);
  assert.deepEqual(await cost("{{if .Nothing}}{{.Size}}{{end}}"), ["nothing"]);
  assert.equal((await cost("{{json .}}")).length, 8);
});

describe("a template that cannot be used says why", () => {
  const ROWS = [
    ["{{.Foo}}", /no member \.Foo; there are \.Digest, \.Size, /],
    ["{{foo .}}", /no function "foo"; there are and, eq, /],
    ["{{short}}", /short takes at least 1 operand/],
    ["{{.Digest .Size}}", /only a function takes operands/],
    ["{{range .Images}}", /\{\{range\}\} has no \{\{end\}\}/],
    ["{{end}}", /nothing that \{\{end\}\} belongs to/],
    ["{{if .}}{{else}}{{else}}{{end}}", /nothing that \{\{else\}\} belongs to/],
    ["{{.Digest", /\{\{\.Digest is not closed/],
    ["{{}}", /nothing in it/],
    ["{{. |}}", /nothing in it/],
    ["{{(.Digest}}", /a parenthesis is not closed/],
    ["{{.Digest)}}", /"\)" is not expected/],
    ["{{$x}}", /no variable \$x/],
    ["{{range .Size}}{{end}}", /range goes through lists and objects only/],
    ["{{#each}}", /"#each" cannot be read/],
    [`{{${"(".repeat(1000)}`, /is not closed/],
    [`{{${"(".repeat(1000)}}}`, /more than 100 deep/],
    ["{{if .}}".repeat(1000), /more than 100 deep/],
    ["{{.Digest \u001b}}", /cannot be read/],
  ];
  for (const [template, reason] of ROWS) {
    test(template.slice(0, 40), async () => {
      await assert.rejects(formatted(template, values()), (error) => {
        assert.equal(error.code, "OPTION_INVALID");
        assert.match(error.message, reason);
        return true;
      });
    });
  }
});

test("names of the language's own objects are no members", async () => {
  for (const name of ["constructor", "__proto__", "toString"]) {
    await assert.rejects(formatted(`{{.${name}}}`, values()), { code: "OPTION_INVALID" });
    assert.equal(await formatted(`{{.Annotations.${name}}}`, values()), "<no value>");
    await assert.rejects(formatted(`{{${name} .}}`, values()), { code: "OPTION_INVALID" });
  }
});
