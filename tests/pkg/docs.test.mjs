/**
 * The README and docs/: examples run as they stand and are type-checked, commands exist, links lead somewhere. Only the
 * registry behind them is ours. UPDATE=1 writes anew what the console examples print.
 */

import assert from "node:assert/strict";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { createMemoryRegistry } from "multiarch/testing";
import { serve } from "multiarch/node";

import { COMMANDS, GLOBAL_FLAGS, HELP_FLAG } from "../../pkg/cli/flags/table.js";
import { parseFlags } from "../../pkg/cli/flags/parse.js";
import { layoutMembers, tarOf } from "../support/archives.mjs";
import { dockerImage, pushAll, samples, sha256 } from "../support/images.mjs";
import { multiarch, run } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";

const ROOT = new URL("../../", import.meta.url);
const NAMES = ["README.md", ...(await readdir(new URL("docs/", ROOT))).filter((name) => name.endsWith(".md")).sort().map((name) => `docs/${name}`)];
const TEXTS = new Map(await Promise.all(NAMES.map(async (name) => [name, await readFile(new URL(name, ROOT), "utf8")])));

const blocksOf = (text, language) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, block]) => block);

async function seeded() {
  const registry = createMemoryRegistry();
  const { attested } = samples();
  await pushAll(registry.fetch, "http://registry", "demo/app", "1.0", attested);
  for (const repository of ["library/alpine", "mirror/alpine"]) await pushAll(registry.fetch, "http://registry", repository, "3.20", attested);
  for (const architecture of ["amd64", "arm64"]) {
    for (const repository of ["demo/web", "ada/app"]) {
      await pushAll(registry.fetch, "http://registry", repository, `2.0-${architecture}`, dockerImage({ architecture }));
    }
  }
  return registry;
}

/** Runs the examples of a text, in their order, over one registry. @returns what they print, and the registry */
async function played(t, name) {
  const registry = await seeded();
  const folder = await scratch();
  const { DOCKER_CONFIG } = process.env;
  const [fetch, log, lines] = [globalThis.fetch, console.log, []];
  // What a test serves itself, on loopback, is no registry of the example.
  globalThis.fetch = (url, init) => (String(url).includes("127.0.0.1") ? fetch(url, init) : registry.fetch(url, init));
  console.log = (...values) => lines.push(values);
  process.env.DOCKER_CONFIG = folder.path;
  const home = process.cwd();
  process.chdir(folder.path);
  await writeFile("app.tar", tarOf(layoutMembers({ "app:1.0": dockerImage() })));
  t.after(async () => {
    process.chdir(home);
    Object.assign(globalThis, { fetch });
    Object.assign(console, { log });
    if (DOCKER_CONFIG === undefined) delete process.env.DOCKER_CONFIG;
    else process.env.DOCKER_CONFIG = DOCKER_CONFIG;
    await folder.remove();
  });
  for (const [at, text] of blocksOf(TEXTS.get(name), "js").entries()) {
    // Beside this file, so that the package is found as in a user's project.
    const file = new URL(`docs-example-${process.pid}-${name.replace(/\W/g, "-")}-${at}.mjs`, import.meta.url);
    await writeFile(file, text);
    try {
      const { default: handler } = await import(file.href);
      if (handler?.fetch) lines.push(await visited(handler, ASKED.find(([part]) => text.includes(part))[1]));
    } finally {
      await rm(file);
    }
  }
  return { lines, registry };
}

const QUESTION = "https://example.com/?ref=alpine:3.20";
const MANIFEST = "https://example.com/registry/docker.io/v2/library/alpine/manifests/3.20";
/** What an example is asked, by what it holds. */
const ASKED = [["createProxy", MANIFEST], ["createEdge", "https://example.com/resolve/alpine:3.20?platform=linux/arm64"], ["", QUESTION]];

/** What a Worker answers to a visitor. */
async function visited(handler, url) {
  const response = await handler.fetch(new Request(url));
  return [response.status, await response.text()];
}

describe("JavaScript examples", () => {
  for (const name of NAMES.filter((one) => blocksOf(TEXTS.get(one), "js").length > 0)) {
    test(name, async (t) => {
      const { lines, registry } = await played(t, name);
      await EXPECTED[name]?.(lines, registry);
    });
  }
});

/** What examples print, beyond that they run. */
const EXPECTED = {
  "README.md": (lines) => {
    assert.deepEqual(lines[0].slice(0, 2), ["linux", "amd64"]);
    assert.deepEqual([lines.at(-1)[0], /^sha256:/.test(lines.at(-1)[1])], [200, true], "the Worker answers");
  },
  "docs/archives.md": ([listed], registry) => {
    assert.deepEqual(listed, ["app:1.0", dockerImage().digest]);
    assert.equal(registry.manifest("ada/app", "1.0").digest, dockerImage().digest);
  },
  "docs/docker-manifest.md": (lines, registry) =>
    assert.deepEqual(lines[0], [sha256(registry.manifest("ada/app", "2.0").bytes)]),
  "docs/javascript.md": (lines, registry) => {
    assert.ok(lines.some(([code, message]) => code === "PLATFORM_NOT_FOUND" && message.includes("linux/amd64 and linux/arm64")));
    assert.deepEqual(registry.tags("mirror/alpine"), ["3", "3.20", "latest"]);
  },
  "docs/edge.md": ([[status, text], [again, digest, pinned]]) => {
    assert.deepEqual([status, again, JSON.parse(text).digest], [200, 200, digest]);
    assert.equal(pinned, `docker.io/library/alpine@${digest}`);
  },
  "docs/hosts.md": (lines) => assert.deepEqual(lines.map(([status]) => status), [200, 200, 200], JSON.stringify(lines)),
  "docs/specs.md": (lines, registry) => {
    const { digest } = registry.manifest("ada/app", "2.0");
    assert.deepEqual([lines[0][0], JSON.parse(lines[0][1]).lists[0].digest, lines[1]], [digest, digest, [true, []]]);
  },
  "docs/serve.md": ([[status, pinned], [{ tags }]]) =>
    assert.deepEqual([status, /^docker\.io\/library\/alpine@sha256:/.test(pinned), tags], [200, true, ["3.20"]]),
  "docs/testing.md": (lines) => assert.deepEqual(lines, [["amd64"], [200]]),
};

test("examples are programs that type-check", async () => {
  const folder = fileURLToPath(new URL(`docs-types-${process.pid}/`, import.meta.url));
  await mkdir(folder);
  try {
    const files = [];
    for (const [name, text] of TEXTS) {
      for (const [at, block] of blocksOf(text, "js").entries()) {
        files.push(`${name.replace(/\W/g, "-")}-${at}.mts`);
        await writeFile(folder + files.at(-1), block.includes("export default") ? block.replace("fetch(request)", "fetch(request: Request)") : block);
      }
    }
    const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
    const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom,dom.iterable,dom.asynciterable", "--types", ""];
    const { code, stdout } = await run(process.execPath, [tsc, ...options, ...files], { cwd: folder });
    assert.equal(code, 0, stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe("console examples", () => {
  for (const name of NAMES.filter((one) => blocksOf(TEXTS.get(one), "console").length > 0)) {
    test(name, async (t) => {
      const registry = await seeded();
      const server = await serve(registry.fetch);
      const folder = await scratch();
      t.after(() => Promise.all([server.close(), folder.remove()]));
      const place = `127.0.0.1:${server.port}`;
      let updated = TEXTS.get(name);
      for (const block of blocksOf(updated, "console")) {
        let printedNow = "";
        for (const step of block.split(/^\$ /m).slice(1)) {
          const [command, ...printed] = step.split("\n");
          const [program, ...args] = command.replaceAll("localhost:5000", place).split(" ");
          assert.equal(program, "multiarch");
          const { stdout, stderr } = await multiarch(args, { env: { DOCKER_CONFIG: folder.path } });
          const output = (stdout + stderr).replaceAll(place, "localhost:5000");
          if (!process.env.UPDATE) assert.equal(output, printed.join("\n"), command);
          printedNow += `$ ${command}\n${output}`;
        }
        updated = updated.replace(block, () => printedNow);
      }
      if (process.env.UPDATE) await writeFile(new URL(name, ROOT), updated);
    });
  }
});

/** Command lines in scripts, workflows and tables, as words. Quotes around a word are taken away; what else a shell does is left out. */
function commandLines(text) {
  const blocks = ["sh", "yaml", "make", "groovy"].flatMap((language) => blocksOf(text, language));
  const inTables = [...text.matchAll(/\|[^|\n]*`(multiarch [^`]*)`/g)].map(([, line]) => line);
  const inBlocks = blocks.flatMap((block) => [...block.matchAll(/(?<!install )\bmultiarch (?=[a-z-])((?:(?! #|\n|' *$).)*)/gm)].map(([, rest]) => `multiarch ${rest}`));
  return [...inTables, ...inBlocks].map((line) => line.split(/ (?=[|<]|>>? )/)[0].trim().split(/\s+/).slice(1).map((word) => word.replace(/^'(.*)'$/, "$1")));
}

test("commands that are shown exist, with their flags and arguments", () => {
  let seen = 0;
  for (const [name, text] of TEXTS) {
    for (const [word, ...rest] of commandLines(text)) {
      // The name alone is a mention, not a line to type.
      if (rest.length === 0 || word === "help") continue;
      const where = `${name}: multiarch ${[word, ...rest].join(" ")}`;
      const command = COMMANDS.find(({ name: known }) => [word, `${word} ${rest[0]}`].includes(known));
      assert.ok(command, where);
      const fail = (message) => new Error(`${where}: ${message}`);
      const line = rest.slice(command.name.split(" ").length - 1);
      const parsed = parseFlags(line, [...command.flags, ...GLOBAL_FLAGS, HELP_FLAG], { fail });
      const { arguments: wanted } = command;
      const [least, most] = typeof wanted === "function" ? wanted(parsed.flags) : wanted;
      assert.ok(parsed.rest.length >= least && parsed.rest.length <= most, where);
      seen += 1;
    }
  }
  assert.ok(seen >= 40, `${seen} command lines`);
});

test("commands of the driver that are shown exist", async () => {
  const driver = await readFile(new URL("xtask/src/main.rs", ROOT), "utf8");
  const known = [...driver.matchAll(/^ {2}(\w+) .*/gm)].map(([, name]) => name);
  const shown = [...TEXTS].flatMap(([name, text]) => [...text.matchAll(/cargo xtask (\w+)/g)].map(([, word]) => `${name}: ${word}`));
  assert.ok(shown.length > 10);
  assert.deepEqual(shown.filter((line) => !known.includes(line.split(" ")[1])), []);
});

test("every command stands in the table of commands", () => {
  const table = TEXTS.get("docs/command-line.md");
  for (const { name } of COMMANDS) assert.match(table, new RegExp(`^\\|.*\`${name}[ \`]`, "m"), name);
});

test("links lead somewhere", async () => {
  for (const [name, text] of TEXTS) {
    for (const [, target] of text.matchAll(/(?:\]\(|\b(?:src|srcset)=")(?!https?:)([^)"]+)/g)) {
      const [path, anchor] = target.split("#");
      const file = path === "" ? name : fileURLToPath(new URL(path, new URL(name, ROOT))).slice(fileURLToPath(ROOT).length);
      await stat(new URL(file, ROOT));
      const headings = [...(TEXTS.get(file) ?? "").matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replaceAll(" ", "-"));
      assert.ok(anchor === undefined || headings.includes(anchor), `${name}: ${target}`);
    }
  }
});

test("every page is linked from another one", () => {
  const isLinked = (name) => [...TEXTS].some(([from, text]) => from !== name && text.includes(`](${from === "README.md" ? name : name.slice("docs/".length)}`));
  const unlinked = NAMES.filter((name) => name.startsWith("docs/") && !isLinked(name));
  assert.deepEqual(unlinked, []);
});

test("the README is one screen and a bit", async () => {
  const { length } = Buffer.from(TEXTS.get("README.md"));
  assert.ok(length <= 8192, `${length} bytes; the rest belongs in docs/`);
});
