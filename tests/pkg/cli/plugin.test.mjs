/** The program as docker's plugin: metadata, flags of docker's, and the name in texts. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { isPlugin } from "../../../pkg/cli/plugin.js";
import { BIN, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const VERSION = JSON.parse(readFileSync(new URL("../../../pkg/package.json", import.meta.url), "utf8")).version;

let folder, link;
before(async () => {
  folder = await scratch();
  link = folder.join("docker-multiarch");
  await symlink(BIN, link);
});
after(() => folder.remove());

const plugin = (args, env) => run(process.execPath, [link, ...args], { env });

async function printed(...args) {
  const { code, stdout, stderr } = await plugin(args, { DOCKER_CONFIG: folder.path });
  assert.deepEqual([code, stderr], [0, ""], args.join(" "));
  return stdout;
}

test("docker's question what the plugin is gets docker's answer, under every name", async () => {
  for (const file of [link, BIN]) {
    const { code, stdout, stderr } = await run(process.execPath, [file, "docker-cli-plugin-metadata"]);
    assert.deepEqual([code, stderr], [0, ""]);
    const { SchemaVersion, Vendor, Version, ShortDescription } = JSON.parse(stdout);
    assert.deepEqual([SchemaVersion, Version], ["0.1.0", VERSION]);
    // Without a vendor, docker does not take a plugin for one.
    for (const text of [Vendor, ShortDescription]) assert.match(text, /^[^\n]+$/);
  }
});

test("the plugin's own word before the command is dropped", async () => {
  assert.equal(await printed("multiarch", "--version"), `multiarch ${VERSION}\n`);
  assert.equal(await printed("multiarch", "ls"), "");
  assert.equal(await printed("ls"), "");
  const { code, stderr } = await plugin(["multiarch", "multiarch", "ls"]);
  assert.deepEqual([code, stderr.split("\n")[0]], [1, "docker: unknown command: docker multiarch multiarch"]);
});

test("docker's own flags may come before it, and --config counts", async () => {
  const other = folder.join("other");
  const list = folder.join("other", "manifests", "registry.example_team_list-1");
  await mkdir(list, { recursive: true });
  const flags = ["-l", "error", "--context=x", "-H", "unix:///nowhere", "--tls", "--tlscacert", "a", "--tlsverify=false"];
  assert.equal(await printed(...flags, "--config", other, "multiarch", "ls"), "registry.example/team/list:1\n");
  assert.equal(await printed("multiarch", "--config", other, "ls"), "registry.example/team/list:1\n");
  assert.equal(await printed("--config", "multiarch", "multiarch", "--config", other, "ls"), "registry.example/team/list:1\n");
});

test("help and mistakes name the program as docker's users call it", async () => {
  const help = await printed("multiarch", "create", "--help");
  assert.ok(help.startsWith("Usage:  docker multiarch create MANIFEST_LIST MANIFEST [MANIFEST...]\n\n"), help);
  for (const args of [["help", "multiarch", "create"], ["multiarch", "help", "create"], ["help", "create"]]) {
    assert.equal(await printed(...args), help, args.join(" "));
  }
  const program = await printed("multiarch", "--help");
  assert.ok(program.startsWith("Usage:  docker multiarch [OPTIONS] COMMAND\n\n"), program);
  assert.ok(program.includes("\nRun 'docker multiarch COMMAND --help' for more information on a command.\n"), program);
  for (const args of [["multiarch"], ["help", "multiarch"], ["multiarch", "-h"]]) {
    assert.equal(await printed(...args), program, args.join(" "));
  }
  const rows = [
    [["create", "a"], 1, "docker: 'docker multiarch create' requires at least 2 arguments\n\n" +
      "Usage:  docker multiarch create MANIFEST_LIST MANIFEST [MANIFEST...]\n\n" +
      "See 'docker multiarch create --help' for more information\n"],
    [["push", "--bogus"], 125, "unknown flag: --bogus\n\nUsage:  docker multiarch push [OPTIONS] MANIFEST_LIST\n\n" +
      "Run 'docker multiarch push --help' for more information\n"],
    [["--bogus"], 125, "unknown flag: --bogus\n\nUsage:  docker multiarch [OPTIONS] COMMAND\n\n" +
      "Run 'docker multiarch --help' for more information\n"],
  ];
  for (const [args, wanted, sentence] of rows) {
    const { code, stdout, stderr } = await plugin(["multiarch", ...args]);
    assert.deepEqual([code, stdout, stderr], [wanted, "", sentence]);
  }
});

test("a script that runs the program is a plugin too", async () => {
  const script = folder.join("script");
  await writeFile(script, `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  await chmod(script, 0o755);
  const { stdout } = await run(script, ["multiarch", "rm", "--help"], {
    env: { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: "docker" },
  });
  assert.ok(stdout.startsWith("Usage:  docker multiarch rm "), stdout);
});

test("by its own name the program is no plugin", () => {
  const env = {};
  for (const [file, argv, expected] of [
    ["/usr/bin/multiarch", ["create", "a"], false],
    ["/x/multiarch.js", ["multiarch", "create"], false],
    ["/x/docker-multiarch/multiarch.js", ["create"], false],
    ["/x/docker-multiarch", [], true],
    ["C:\\plugins\\docker-multiarch.js", [], true],
    [undefined, [], false],
    ["/x/multiarch.js", ["docker-cli-plugin-metadata"], true],
    ["/x/multiarch.js", ["create", "docker-cli-plugin-metadata"], false],
  ]) assert.equal(isPlugin(argv, { file, env }), expected, `${file} ${argv}`);
  // Another plugin's script may run the program by its own name.
  const called = { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: "docker" };
  assert.equal(isPlugin(["create", "a"], { file: "/usr/bin/multiarch", env: called }), false);
});
