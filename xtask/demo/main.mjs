/**
 * `cargo xtask demo`: a registry in memory, the command line at work on it, and the page over it. Everything on loopback.
 * With `--once` it shows all of that, fetches its own page to prove it, and ends.
 */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { serve } from "../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../pkg/testing/index.js";
import { dockerImage, pushAll } from "../../tests/support/images.mjs";
import { scratch } from "../../tests/support/scratch.mjs";
import { visit } from "./visit.mjs";
import { pushSamples } from "./samples.mjs";
import { startDemoServer } from "./server.mjs";
import { accent, bold, command, dim, output, rows, say, step } from "./terminal.mjs";

const BIN = fileURLToPath(new URL("../../pkg/bin/multiarch.cjs", import.meta.url));

async function main({ once }) {
  const registry = await serve(createMemoryRegistry().fetch);
  const domain = new URL(registry.url).host;
  const examples = await pushSamples(fetch, registry.url);
  await pushSingles(registry.url);
  const drafts = await scratch();
  const page = await startDemoServer({ registries: [domain], examples });
  try {
    await present({ domain, page, examples, drafts, once });
  } finally {
    // Nothing that was started keeps the process, whatever went wrong.
    await Promise.all([page.close(), registry.close(), drafts.remove()]);
  }
}

async function present({ domain, page, examples, drafts, once }) {
  say();
  say(
    `${bold("multiarch")}  ${dim("everything `docker manifest` does, without Docker, anywhere JavaScript runs")}`,
  );
  say();
  say(`   A registry in this process, on ${bold(domain)}, now holds:`);
  say();
  rows(examples.map(({ reference, text }) => [reference, text]));

  await tour(domain, { DOCKER_CONFIG: drafts.path });

  step(
    6,
    "The same in a browser",
    "`multiarch serve` shows this page for any registry. The package itself runs in it.",
  );
  say(`   ${accent(bold(page.url))}`);
  say();
  if (once) {
    rows((await visit(page.url, examples[0].reference)).map(([what, found]) => [`✓ ${what}`, found]));
  } else {
    say(`   ${dim("Serving until Ctrl-C. Meanwhile, in another shell:")}`);
    say();
    command(`node pkg/bin/multiarch.cjs inspect -v ${examples[1].reference}`);
    await interrupted();
  }
  say();
}

/** An image for each of two platforms: what becomes a list. */
async function pushSingles(registry) {
  for (const architecture of ["amd64", "arm64"]) {
    await pushAll(fetch, registry, "demo/web", `2.0-${architecture}`, dockerImage({ architecture }));
  }
}

/** What a newcomer should see, in the order of the questions they would ask. */
async function tour(domain, env) {
  const app = `${domain}/demo/app:1.0`;
  step(
    1,
    "What is in this image?",
    "Docker's own text, one request. Every document is verified against its digest.",
  );
  await show(["inspect", app]);
  step(2, "Which digest would an arm64 host pull?", "Made for scripts: the answer alone on stdout.");
  await show(["resolve", app, "--platform", "linux/arm64"]);
  step(3, "And why that one?", "Every entry of the index with its rank, or the reason why it is not taken.");
  await show(["resolve", app, "--platform", "linux/arm64", "--explain"]);
  step(4, "What if nothing fits?", "An error has a stable code, names what exists, and says what to do.");
  await show(["resolve", app, "--platform", "linux/s390x"], { expected: 1 });
  step(5, "How do two images become one tag?", "Docker's own verbs, words and bytes; the draft lies where docker's lie.");
  const list = `${domain}/demo/web:2.0`;
  await show(["create", list, `${list}-amd64`, `${list}-arm64`], { env });
  await show(["annotate", "--variant", "v8", list, `${list}-arm64`], { env });
  await show(["push", "--purge", list], { env });
  await show(["resolve", list, "--platform", "linux/arm64"], { env });
}

/** Runs the command line and shows what it said, both streams in the order in which they came. */
async function show(args, { expected = 0, env } = {}) {
  command(["multiarch", ...args].join(" "));
  const { code, text } = await run(args, env);
  if (text !== "") output(text);
  if (code !== expected) throw new Error(`multiarch ${args[0]} ended with ${code}, not ${expected}`);
}

function run(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (part) => (text += part));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, text }));
  });
}

function interrupted() {
  return new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

main({ once: process.argv.includes("--once") }).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
