/**
 * Plays a row: multiarch, docker and skopeo each in a place of their own, every command a program of its own, so that one
 * that prints the right thing and does not end is seen.
 *
 * @typedef {object} Row a public case; a further one is one more of these
 * @property {string} reports the public reports that it stands for
 * @property {string} about the input; unique within its topic
 * @property {import("./place.mjs").Registry} [registry] how the server behaves
 * @property {string | Uint8Array | object} [config] config.json
 * @property {Record<string, object>} [helpers] credential helpers by name: `{ script }` for sh, or what installHelper takes
 * @property {Record<string, string>} [files] further files by their path in the home folder; CERTIFICATE and KEY stand for
 *   the server's
 * @property {Record<string, string>} [env]
 * @property {string} [input] what the last command reads from its stdin
 * @property {boolean} [insecure] whether the commands carry the option for registries without a trusted certificate
 * @property {string[]} [retries] multiarch's options about retries; default one
 * @property {(string | string[])[]} run multiarch's commands, in the spelling of place.mjs; a list of them at the same time
 * @property {Right} right of the last command; the ones before it must succeed
 * @property {string[]} [docker] docker's commands for the same
 * @property {string[]} [skopeo] skopeo's
 *
 * @typedef {object} Right the right value
 * @property {number | "any"} [code] default 0
 * @property {string | RegExp} [out] what stdout is, or matches
 * @property {string | RegExp} [err] what stderr matches; a text is contained in it
 * @property {boolean} [earlier] whether earlier commands may fail
 * @property {(facts: { place: object, stdout: string, stderr: string }) => void} [check] looks at what the server saw
 *
 * @typedef {{ code: number | string, stdout: string, stderr: string }} Outcome of the last command; `hangs` is a code
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";

import { BIN, run } from "../../support/run.mjs";
import { openPlace } from "./place.mjs";

/** What no command may take. Docker and skopeo wait and retry where a registry fails. */
const DEADLINE_MS = { multiarch: 10_000, docker: 15_000, skopeo: 15_000 };

/** Runs the commands of a program one after the other. @returns {Promise<{ outcomes: Outcome[], place: object }>} */
export async function playWith(program, row) {
  const place = await openPlace(row);
  try {
    const outcomes = [];
    const commands = row[program === "multiarch" ? "run" : program];
    for (const [at, command] of commands.entries()) {
      const input = at === commands.length - 1 ? row.input : undefined;
      const started = [command].flat().map((text) => start(program, place, row, place.fill(text).split(" "), input));
      outcomes.push(...(await Promise.all(started)));
    }
    return { outcomes, place };
  } finally {
    await place.close();
  }
}

async function start(program, place, row, words, input) {
  const own = Object.fromEntries(Object.entries(row.env ?? {}).map(([name, text]) => [name, text && place.fill(text)]));
  const [command, args] = COMMANDS[program](words, row, place);
  let timer, late;
  const { code, signal, stdout, stderr } = await run(command, args, {
    env: { ...place.env, ...own },
    cwd: place.home.path,
    input: input && place.fill(input),
    started: (child) => {
      timer = setTimeout(() => (late = child.kill("SIGKILL")), DEADLINE_MS[program]);
    },
  });
  clearTimeout(timer);
  return { code: late ? "hangs" : code ?? signal, stdout: place.canonical(stdout), stderr: place.canonical(stderr) };
}

const isPlain = ({ registry = {} }) => !registry.tls && registry.at === undefined;

const COMMANDS = {
  // One second try is enough to see what happens, unless a row is about how often there is one.
  multiarch: (words, { insecure, retries = ["--retries", "1"] }) =>
    [process.execPath, [BIN, ...words, ...(insecure ? ["--insecure"] : []), ...retries]],
  docker: ([verb, action, ...rest], row) => {
    const flag = verb === "manifest" && ["inspect", "create", "push"].includes(action) && (row.insecure || isPlain(row));
    return ["docker", [verb, action, ...(flag ? ["--insecure"] : []), ...rest].filter(Boolean)];
  },
  skopeo: ([verb, ...rest], row, { home }) => {
    const sides = verb === "copy" ? ["--src-tls-verify=false", "--dest-tls-verify=false"] : ["--tls-verify=false"];
    const config = home.join(".docker/config.json");
    const file = existsSync(config) ? ["--authfile", config] : [];
    return ["skopeo", ["--insecure-policy", verb, ...(row.insecure || isPlain(row) ? sides : []), ...file, ...rest]];
  },
};

/** What multiarch did, held against the right value. */
export function judge({ right }, { outcomes, place }) {
  const last = outcomes.at(-1);
  for (const { code, stderr } of right.earlier ? [] : outcomes.slice(0, -1)) assert.equal(code, 0, stderr);
  const { code, stdout, stderr } = last;
  const expected = right.code ?? 0;
  if (expected === "any") assert.notEqual(code, "hangs");
  else assert.equal(code, expected, `${stderr}${stdout}`);
  if (right.out instanceof RegExp) assert.match(stdout, right.out);
  else if (right.out !== undefined) assert.equal(stdout, right.out);
  if (right.err instanceof RegExp) assert.match(stderr, right.err);
  else if (right.err !== undefined) assert.ok(stderr.includes(right.err), stderr);
  right.check?.({ place, stdout, stderr });
}

/** An outcome in a few words, as the table shows it and as recordings keep it. */
export function inShort({ code, stderr }) {
  if (code === 0) return "ok";
  const lines = stderr.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("hint:"));
  const said = (lines.at(-1) ?? "")
    .replace(/^level=\w+ msg=/, "")
    .replace(/^"(.*)"$/, (whole, inside) => inside.replaceAll('\\"', '"'))
    // What was packed is no text.
    .replace(/, (?:\\?\\x1f|x\\?\\x9c).*$/, ", (packed bytes)");
  return `${code === 1 ? "fails" : code}: ${said.length > 200 ? `${said.slice(0, 199)}…` : said}`;
}
