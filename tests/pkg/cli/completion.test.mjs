/** Completion: what the program offers for an unfinished line, and what real shells make of it. */

import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { SCRIPTS } from "../../../pkg/cli/completion/scripts.js";
import { COMMANDS, GLOBAL_FLAGS } from "../../../pkg/cli/flags/table.js";
import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { ociImage, pushAll, samples } from "../../support/images.mjs";
import { BIN, multiarch, multiarchHere as here, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

let folder, server, host, env;
before(async () => {
  folder = await scratch();
  const registry = createMemoryRegistry();
  server = await serve(async (request) => {
    if (request.url.endsWith("/team/evil/tags/list")) return Response.json({ name: "team/evil", tags: ["good", "bad;rm", "$(x)", "a`b`", "\u001b[2J", "a b", "'", "a\tb"] });
    if (request.url.includes("/team/slow/")) return new Promise(() => {});
    return registry.fetch(request);
  });
  host = new URL(server.url).host;
  for (const tag of ["1.0", "1.1", "2.0"]) await pushAll(registry.fetch, server.url, "team/app", tag, samples().list);
  await pushAll(registry.fetch, server.url, "team/app", "single", ociImage());
  await mkdir(folder.join("docker"));
  await writeFile(folder.join("docker/config.json"), JSON.stringify({ auths: { "ghcr.io": {}, "https://index.docker.io/v1/": {} }, credHelpers: { "gcr.io": "x" } }));
  await mkdir(folder.join("bin"));
  await symlink(BIN, folder.join("bin/multiarch"));
  await writeFile(folder.join("compose.yaml"), "");
  env = { PATH: `${folder.join("bin")}:${process.env.PATH}`, DOCKER_CONFIG: folder.join("docker"), HOME: folder.path };
});
after(async () => {
  await server?.close();
  await folder?.remove();
});

/** The candidates for a line, and what else may be there. */
async function offered(words, options = {}) {
  const { code, stdout, stderr } = await here(["__complete", ...words], { env, ...options });
  assert.deepEqual([code, stderr], [0, ""], words.join(" "));
  const lines = stdout.split("\n").slice(0, -1);
  assert.match(lines.at(-1), /^:[0-6]$/);
  return { values: lines.slice(0, -1).map((line) => line.split("\t")[0]), directive: Number(lines.at(-1).slice(1)), lines };
}

describe("the program offers", () => {
  const ROWS = [
    [["ref"], ["referrers"]],
    [["imagetools", ""], ["create", "inspect"]],
    [["manifest", "insp"], ["inspect"]],
    [["-D", "--timeout", "3s", "insp"], ["inspect"]],
    [["inspect", "--form"], ["--format"]],
    [["inspect", "--format", "t"], ["table", "tree"]],
    [["inspect", "--format=y"], ["--format=yaml"]],
    [["inspect", "--raw", "--ra"], []],
    [["check", "--platform", "linux/arm64", "--platf"], ["--platform"]],
    [["edit", "--add", "a", "--ad"], ["--add"]],
    [["resolve", "--policy", ""], ["containerd", "strict", "first", "podman"]],
    [["tags", "--columns", "digest,c"], ["digest,created"]],
    [["annotate", "--unset", "os-v"], ["os-version"]],
    [["check", "--platform", "linux/amd64,linux/ar"], ["linux/amd64,linux/arm64", "linux/amd64,linux/arm/v7", "linux/amd64,linux/arm/v6"]],
    [["completion", ""], Object.keys(SCRIPTS)],
    [["help", "ta"], ["tags"]],
    [["help", "imagetools", "c"], ["create"]],
    [["help", "opt"], ["options"]],
    [["login", ""], ["ghcr.io", "index.docker.io", "gcr.io"]],
    [["tags", "--", "--j"], []],
    [["nothing", "x"], []],
    [["version", "a", ""], []],
  ];
  for (const [words, expected] of ROWS) {
    test(words.join(" "), async () => assert.deepEqual((await offered(words)).values, expected));
  }

  test("every command and every flag, with what it is for", async () => {
    const first = new Set(COMMANDS.map(({ name }) => name.split(" ")[0]));
    assert.deepEqual((await offered([""])).values, [...first]);
    for (const { name, flags } of COMMANDS) {
      const { values, lines } = await offered([...name.split(" "), "--"]);
      assert.deepEqual(values.sort(), [...flags, ...GLOBAL_FLAGS, { name: "help" }].map((flag) => `--${flag.name}`).sort(), name);
      assert.ok(lines.slice(0, -1).every((line) => /^--[\w-]+\t\S/.test(line)));
    }
    assert.ok((await offered(["--ver"])).values.includes("--version"));
  });

  test("files where files are meant, and nothing of the kind elsewhere", async () => {
    for (const words of [["pin", ""], ["digest", ""], ["apply", ""], ["diff", ""], ["create", "--metadata-file", ""], ["create", "--digests", ""], ["--config", ""]]) {
      assert.equal((await offered(words)).directive & 4, 0, words.join(" "));
    }
    for (const words of [[""], ["tags", ""], ["inspect", "--format", ""], ["resolve", ""], ["--timeout", ""]]) assert.equal((await offered(words)).directive & 4, 4, words.join(" "));
  });

  test("an empty word where a shell cannot hand one over", async () => {
    assert.deepEqual((await offered(["--empty", "imagetools"])).values, ["create", "inspect"]);
  });

  test("tags of the repository, once its colon stands there", async () => {
    const app = `${host}/team/app`;
    assert.deepEqual((await offered(["resolve", `${app}:1`])).values, [`${app}:1.0`, `${app}:1.1`]);
    assert.deepEqual((await offered(["resolve", `${app}:1.0`, `${app}:s`])).values, [`${app}:single`]);
    assert.deepEqual((await offered(["create", "-t", `${app}:2`])).values, [`${app}:2.0`]);
    assert.deepEqual((await offered(["create", `--target=${app}:2`])).values, [`--target=${app}:2.0`]);
    for (const word of [app, host, "localhost:5", `${app}@sha256:0`]) assert.deepEqual((await offered(["resolve", word])).values, [], word);
  });

  test("platforms of the index that the line names, and the usual ones of what cannot be asked", async () => {
    const { values } = await offered(["inspect", `${host}/team/app:1.0`, "--platform", "linux/a"]);
    assert.deepEqual(values, ["linux/amd64", "linux/arm/v6", "linux/arm/v7", "linux/arm64/v8"]);
    assert.ok((await offered(["inspect", `${host}/team/none:1`, "--platform", ""])).values.includes("linux/riscv64"));
    // A pull of Docker Hub is not spent.
    assert.ok((await offered(["inspect", "alpine", "--platform", ""])).values.includes("linux/riscv64"));
  });

  test("the lists in docker's folder", async () => {
    const config = folder.join("drafts");
    assert.equal((await here(["--config", config, "create", `${host}/team/app:draft`, `${host}/team/app:single`])).code, 0);
    assert.deepEqual((await offered(["--config", config, "push", `${host}/team/app:dr`])).values, [`${host}/team/app:draft`]);
  });

  test("nothing where it takes long or fails, and nothing that a shell would read in another way", async () => {
    assert.deepEqual((await offered(["resolve", `${host}/team/slow:`])).values, []);
    assert.deepEqual((await offered(["resolve", "127.0.0.1:1/team/app:"])).values, []);
    assert.deepEqual((await offered(["resolve", `${host}/team/evil:`])).values, [`${host}/team/evil:good`]);
    for (const words of [["\u0000"], ["--=", "x"], ["inspect", "-"], ["--", ""], ["inspect", "--format="], [], ["imagetools", "nothing", ""]]) await offered(words);
  });
});

test("the script is that of the shell, and there are no others", async () => {
  for (const [shell, script] of Object.entries(SCRIPTS)) assert.equal((await here(["completion", shell])).stdout, script);
  const { code, stderr } = await here(["completion", "tcsh"]);
  assert.equal(code, 125);
  assert.match(stderr, /^"tcsh" is no shell that is known: bash, fish, powershell, zsh\n/);
});

/** Lines, and what a shell makes of them: the words that it would put in place of the last one. */
const LINES = () => [
  ["multiarch ref", ["referrers"]],
  ["multiarch imagetools ", ["create", "inspect"]],
  ["multiarch inspect --format t", ["table", "tree"]],
  [`multiarch resolve ${host}/team/app:1`, [`${host}/team/app:1.0`, `${host}/team/app:1.1`]],
  [`multiarch inspect ${host}/team/app:1.0 --platform linux/arm`, ["linux/arm/v6", "linux/arm/v7", "linux/arm64/v8"]],
  ["multiarch nothing ", []],
];

describe("real shells:", () => {
  test("bash", async () => {
    for (const [line, expected] of LINES()) {
      const script = `source <(multiarch completion bash); COMP_LINE="$1"; COMP_POINT=\${#COMP_LINE}; _multiarch; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { code, stdout, stderr } = await run("bash", ["--norc", "-c", script, "bash", line], { env });
      assert.equal(code, 0, stderr);
      // Behind the last colon, where bash begins a word.
      const words = line.split(" ").at(-1).includes(":") ? expected.map((word) => word.slice(word.lastIndexOf(":") + 1)) : expected;
      assert.deepEqual(stdout.split("\n").filter(Boolean), words, line);
    }
    const files = `source <(multiarch completion bash); COMP_LINE="multiarch pin comp"; COMP_POINT=18; _multiarch; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p multiarch`;
    const { stdout } = await run("bash", ["--norc", "-c", files], { env, cwd: folder.path });
    assert.equal(stdout, "compose.yaml\ncomplete -F _multiarch multiarch\n");
  });

  test("zsh", async () => {
    // What zsh would show is what its function hands to compadd.
    const script = `compdef() { :; }; compadd() { while [[ "$1" != -a ]]; do shift; done; print -l -- "\${(@P)2}"; }; _files() { print FILES; }
      source <(multiarch completion zsh); words=("\${(@s: :)1}"); CURRENT=$#words; PREFIX="\${words[-1]}"; _multiarch`;
    for (const [line, expected] of LINES()) {
      const { code, stdout, stderr } = await run("zsh", ["-f", "-c", script, "zsh", line], { env });
      assert.equal(code, 0, stderr);
      assert.deepEqual([stdout.split("\n").filter(Boolean), stderr], [expected, ""], line);
    }
    assert.equal((await run("zsh", ["-f", "-c", script, "zsh", "multiarch pin "], { env })).stdout, "FILES\n");
    await writeFile(folder.join("_multiarch"), SCRIPTS.zsh);
    assert.equal((await run("zsh", ["-f", "-n", folder.join("_multiarch")])).stderr, "");
  });

  test("fish", async () => {
    for (const [line, expected] of LINES()) {
      const { code, stdout, stderr } = await run("fish", ["--no-config", "-c", 'multiarch completion fish | source; complete --do-complete "$argv[1]"', line], { env });
      assert.equal(code, 0, stderr);
      assert.deepEqual(stdout.split("\n").filter(Boolean).map((found) => found.split("\t")[0]).sort(), [...expected].sort(), line);
    }
    const { stdout } = await run("fish", ["--no-config", "-c", 'multiarch completion fish | source; complete --do-complete "multiarch pin comp"'], { env, cwd: folder.path });
    assert.match(stdout, /^compose\.yaml/);
  });

  test("PowerShell, which is not here, gets a script that asks as the others do", () => {
    const { powershell } = SCRIPTS;
    assert.match(powershell, /Register-ArgumentCompleter -Native -CommandName 'multiarch'/);
    assert.match(powershell, /& \$program __complete @flags @given/);
    for (const [open, close] of ["()", "{}", "[]"]) assert.equal(powershell.split(open).length, powershell.split(close).length, open);
  });
});

test("docker asks its plugins in the same words", async () => {
  await symlink(BIN, folder.join("bin/docker-multiarch"));
  const { code, stdout } = await run(folder.join("bin/docker-multiarch"), ["__complete", "multiarch", "ref"], { env });
  assert.equal(code, 0);
  assert.match(stdout, /^referrers\t.+\n:4\n$/);
  assert.equal((await multiarch(["__complete"], { env })).code, 0);
});
