// The README's examples run as they stand; only the registry behind them is ours.

import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import test from "node:test";

import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { pushAll, samples } from "../support/images.mjs";
import { multiarch } from "../support/run.mjs";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
const blocks = (language) => [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, text]) => text);

async function seeded() {
  const registry = createMemoryRegistry();
  const { attested } = samples();
  await pushAll(registry.fetch, "http://registry", "demo/app", "1.0", attested);
  await pushAll(registry.fetch, "http://registry", "library/alpine", "3.20", attested);
  return registry;
}

test("JavaScript examples", async (t) => {
  const registry = await seeded();
  const [fetch, log, lines] = [globalThis.fetch, console.log, []];
  globalThis.fetch = (url, init) => registry.fetch(url, init);
  console.log = (...values) => lines.push(values);
  t.after(() => Object.assign(globalThis, { fetch }) && Object.assign(console, { log }));
  const examples = blocks("js");
  assert.equal(examples.length, 3);
  for (const [at, text] of examples.entries()) {
    // Beside this file, so that the package is found as in anyone's project.
    const file = new URL(`readme-example-${process.pid}-${at}.mjs`, import.meta.url);
    await writeFile(file, text);
    try {
      await import(file.href);
    } finally {
      await rm(file);
    }
  }
  assert.deepEqual(lines[0].slice(0, 2), ["linux", "amd64"]);
  assert.deepEqual(lines.at(-1), ["PLATFORM_NOT_FOUND", ["linux/amd64", "linux/arm64"]]);
});

test("console examples", async (t) => {
  const registry = await seeded();
  const server = await serve(registry.fetch);
  t.after(() => server.close());
  const here = (text) => text.replaceAll("localhost:5000", `127.0.0.1:${server.port}`);
  const session = blocks("console").join("");
  const steps = here(session).split(/^\$ /m).slice(1);
  assert.ok(steps.length >= 3);
  for (const step of steps) {
    const [command, ...printed] = step.split("\n");
    const [program, ...args] = command.split(" ");
    assert.equal(program, "multiarch");
    const { stdout, stderr } = await multiarch(args);
    assert.equal(stdout + stderr, printed.join("\n"), command);
  }
});
