// The README's examples run as they stand; only the registry behind them is ours. UPDATE=1 writes anew what they print.

import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import test from "node:test";

import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { dockerImage, pushAll, samples, sha256 } from "../support/images.mjs";
import { multiarch } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";

const README = new URL("../../README.md", import.meta.url);
const readme = await readFile(README, "utf8");
const blocks = (language) => [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, text]) => text);

async function seeded() {
  const registry = createMemoryRegistry();
  const { attested } = samples();
  await pushAll(registry.fetch, "http://registry", "demo/app", "1.0", attested);
  await pushAll(registry.fetch, "http://registry", "library/alpine", "3.20", attested);
  for (const architecture of ["amd64", "arm64"]) {
    for (const repository of ["demo/web", "ada/app"]) {
      await pushAll(registry.fetch, "http://registry", repository, `2.0-${architecture}`, dockerImage({ architecture }));
    }
  }
  return registry;
}

test("JavaScript examples", async (t) => {
  const registry = await seeded();
  const folder = await scratch();
  const { DOCKER_CONFIG } = process.env;
  const [fetch, log, lines] = [globalThis.fetch, console.log, []];
  globalThis.fetch = (url, init) => registry.fetch(url, init);
  console.log = (...values) => lines.push(values);
  process.env.DOCKER_CONFIG = folder.path;
  t.after(async () => {
    Object.assign(globalThis, { fetch });
    Object.assign(console, { log });
    if (DOCKER_CONFIG === undefined) delete process.env.DOCKER_CONFIG;
    else process.env.DOCKER_CONFIG = DOCKER_CONFIG;
    await folder.remove();
  });
  const examples = blocks("js");
  assert.equal(examples.length, 6);
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
  assert.deepEqual(lines[0], [sha256(registry.manifest("ada/app", "2.0").bytes)]);
  assert.deepEqual(lines[1].slice(0, 2), ["linux", "amd64"]);
  assert.ok(lines.some(([code, available]) => code === "PLATFORM_NOT_FOUND" && available.join() === "linux/amd64,linux/arm64"));
  assert.deepEqual(lines.slice(-3), [["3"], ["3.20"], ["latest"]]);
});

test("console examples", async (t) => {
  const registry = await seeded();
  const server = await serve(registry.fetch);
  const folder = await scratch();
  t.after(() => Promise.all([server.close(), folder.remove()]));
  const place = `127.0.0.1:${server.port}`;
  let count = 0;
  let updated = readme;
  for (const block of blocks("console")) {
    let told = "";
    for (const step of block.split(/^\$ /m).slice(1)) {
      const [command, ...printed] = step.split("\n");
      const [program, ...args] = command.replaceAll("localhost:5000", place).split(" ");
      assert.equal(program, "multiarch");
      const { stdout, stderr } = await multiarch(args, { env: { DOCKER_CONFIG: folder.path } });
      const output = (stdout + stderr).replaceAll(place, "localhost:5000");
      if (!process.env.UPDATE) assert.equal(output, printed.join("\n"), command);
      told += `$ ${command}\n${output}`;
      count += 1;
    }
    updated = updated.replace(block, () => told);
  }
  assert.ok(count >= 9);
  if (process.env.UPDATE) await writeFile(README, updated);
});
