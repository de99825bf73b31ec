/** Templates of `--format`: each prints something safe, or says in one sentence what is wrong. */

import assert from "node:assert/strict";

import { formatted } from "../../../pkg/cli/template/evaluate.js";
import { Lazy } from "../../../pkg/cli/template/members.js";
import "../../../pkg/entry/command.js";

export const seeds = [
  "{{.Digest}} {{short .Digest}}", "{{range $at, $one := .Images}}{{$at}} {{$one.Platform | json}}{{else}}none{{end}}", "{{with .Nothing}}a{{else with .Size}}b{{end}}",
  "{{if and (eq .Size 1) (not .Nothing)}}{{printf \"%-5s|%d\" .Digest .Size}}{{else if .Size}}x{{end}}", "a {{- /* b */ -}} c {{`raw`}}{{\"\\n\"}}",
  "{{index .Images 0 \"platform\"}}{{len .Images}}{{join (split .Digest \":\") \",\"}}{{json .}}", "{{(index .Images 0).Platform}}{{$.Digest}}",
];

export const words = [
  "{{", "}}", "{{-", "-}}", "{{end}}", "{{else}}", "{{range ", "{{if ", "{{with ", "|", "(", ")", ".", "$", ":=", ",", "\"", "`", "/*", "*/", ".Images", ".Evil", "json ", "index ", "1", "-1", "1e9",
];

const values = () => new Lazy({
  digest: () => "sha256:0123456789abcdef", size: () => 1, nothing: () => undefined, evil: () => "\u001b[2J\u202e",
  images: () => [new Lazy({ platform: () => "linux/amd64" })],
});

export async function round(text) {
  try {
    const printed = await formatted(text, values());
    // What the template itself says is the user's.
    if (!/[\u001b\u202e]/.test(text) && !text.includes("\\u")) assert.doesNotMatch(printed, /[\u001b\u202e]/);
    return "printed";
  } catch (error) {
    assert.equal(error.code, "OPTION_INVALID", error.stack);
    return /cannot be used: (?:\W*)([a-z ]*)/.exec(error.message)?.[1];
  }
}
