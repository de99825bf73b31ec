/** Commands in this process: JSON, digests, what was probably meant, and reads from a registry. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { COMMANDS } from "../../../pkg/cli/flags/table.js";
import { hintOf } from "../../../pkg/cli/terminal/report.js";
import { MultiarchError } from "../../../pkg/core/errors.js";
import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { assertGolden } from "../../support/golden.mjs";
import { entry, ociImage, ociIndex, pushAll, samples } from "../../support/images.mjs";
import { startServer } from "../../support/recording.mjs";
import { BIN, multiarch, multiarchHere as here, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

/** Everything that a terminal obeys, or that hides or reorders text. */
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u;

test("resolve takes several references, and one that fails stops none of the others", async () => {
  const registry = createMemoryRegistry();
  const { url, close } = await serve(registry.fetch);
  const app = `${new URL(url).host}/team/app`;
  const images = [ociImage(), ociImage({ architecture: "arm64" })];
  for (const [at, image] of images.entries()) await pushAll(registry.fetch, url, "team/app", String(at), image);
  const { code, stdout, stderr } = await here(["resolve", "--platform", "linux/amd64", `${app}:0`, `${app}:none`, `${app}:1`, `${app}:0`]);
  const pinned = `${app}@${images[0].digest}\n`;
  assert.deepEqual([code, stdout], [1, pinned + pinned]);
  assert.match(stderr, /MANIFEST_UNKNOWN[^]*PLATFORM_NOT_FOUND/);
  const failed = stderr.split("\n").filter((line) => line.startsWith("multiarch: ")).map((line) => line.split(" ")[1]);
  assert.deepEqual(failed, [`${app}:none:`, `${app}:1:`], "each says what it is about");
  const alone = await here(["resolve", `${app}:none`]);
  assert.ok(!alone.stderr.includes(`${app}:none`), "one reference needs no name");
  const json = await here(["resolve", "--json", `${app}:0`, `${app}:1`]);
  assert.deepEqual(JSON.parse(json.stdout).map(({ digest }) => digest), images.map(({ digest }) => digest));
  await close();
});

test("of a digest alone is said how it is read", () => {
  const tag = "0123456789abcdef".repeat(4);
  const hint = (code, reference) => hintOf(new MultiarchError({ code, message: "", reference })) ?? "";
  for (const code of ["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "UNAUTHORIZED", "DENIED"]) {
    assert.match(hint(code, `docker.io/library/sha256:${tag}`), new RegExp(`docker\\.io/library/sha256:0123456789ab.*NAME@sha256:${tag}`));
    for (const other of [`docker.io/library/sha256:${tag.slice(1)}`, `docker.io/team/sha256:${tag}`, `ghcr.io/library/sha256:${tag}`, undefined]) {
      assert.doesNotMatch(hint(code, other), /NAME@/);
    }
  }
  assert.doesNotMatch(hint("TIMEOUT", `docker.io/library/sha256:${tag}`), /NAME@/);
});

describe("what was probably meant is asked", () => {
  let server, app, listed;
  before(async () => {
    const registry = createMemoryRegistry();
    server = await serve((request) => {
      if (request.url.endsWith("/tags/list")) listed += 1;
      return registry.fetch(request);
    });
    app = `${new URL(server.url).host}/team/app`;
    await pushAll(registry.fetch, server.url, "team/app", "1.2.3", samples().list);
  });
  after(() => server.close());

  test("of a platform", async () => {
    for (const [platform, meant] of [["linux/amd46", "linux/amd64"], ["linx/s390x", "linux/s390x"], ["linux/mips64le", undefined], ["plan9/foo", undefined]]) {
      const { stderr } = await here(["resolve", "--platform", platform, `${app}:1.2.3`]);
      assert.match(stderr, meant ? new RegExp(`hint: Did you mean ${meant}\\?\n$`) : /hint: Ask for one of/, platform);
    }
    const only = ociIndex(ociImage({ architecture: "arm64" }));
    await pushAll(fetch, server.url, "team/app", "arm", only);
    const { stderr } = await here(["resolve", "--platform", "linux/amd64", `${app}:arm`]);
    assert.doesNotMatch(stderr, /Did you mean/, "another platform is no slip");
  });

  test("of a tag, where a person reads it: another request is none of a script's", async () => {
    for (const [args, options, asked] of [
      [["resolve"], { tty: true }, 1], [["inspect"], { tty: true }, 1], [["resolve"], {}, 0], [["resolve", "--json"], { tty: true }, 0],
    ]) {
      listed = 0;
      const { code, stderr } = await here([...args, `${app}:1.2.4`], options);
      assert.deepEqual([code, listed, stderr.includes(`Did you mean ${app}:1.2.3?`)], [1, asked, asked === 1], stderr);
    }
    const { stderr } = await here(["resolve", `${app}:nothing-like-it`], { tty: true });
    assert.match(stderr, /MANIFEST_UNKNOWN\]\nhint: (?!Did)/);
  });
});

describe("with --json", () => {
  test("an error is one line of JSON on stderr", async () => {
    // [arguments, exit code, code]
    const mistakes = [
      [["resolve", "--json", "a:b:c"], 1, "REFERENCE_INVALID"],
      [["tags", "--json", "registry.example/a:1"], 1, "OPTION_INVALID"],
      [["resolve", "--json"], 1, "USAGE"],
      [["resolve", "--json", "--nope", "a"], 125, "USAGE"],
    ];
    for (const [args, expected, errorCode] of mistakes) {
      const { code, stdout, stderr } = await here(args);
      assert.deepEqual([code, stdout, stderr.split("\n").length], [expected, "", 2], args.join(" "));
      const { error } = JSON.parse(stderr);
      assert.equal(error.code, errorCode);
      assert.equal(typeof error.message, "string");
    }
  });

  test("what prints one line prints an object", async () => {
    const { stdout } = await here(["version", "--json"]);
    assert.match(JSON.parse(stdout).version, /^\d+\.\d+\.\d+$/);
    const { stdout: digested } = await here(["digest", "--json", "-"], { input: "abc" });
    const sum = createHash("sha256").update("abc").digest("hex");
    assert.deepEqual(JSON.parse(digested), { digest: `sha256:${sum}`, size: 3 });
  });
});

test("tags refuses the name of one manifest", async () => {
  const { code, stderr } = await here(["tags", "registry.example/a/b:1"]);
  assert.equal(code, 1);
  assert.match(stderr, /tags lists a repository.*\nhint: Name the repository alone: registry\.example\/a\/b\n$/);
});

test("--version prints the package's version", async () => {
  for (const args of [["--version"], ["-v"], ["--debug", "--version"], ["version"]]) {
    const { code, stdout } = await here(args);
    assert.equal(code, 0);
    assert.match(stdout, /^multiarch \d+\.\d+\.\d+\n$/);
  }
});

test("help and version load no core", async () => {
  const source = 'WebAssembly.Module = class { constructor() { throw new Error("compiled"); } };';
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}` };
  for (const args of [["--version"], ["--help"], ["create", "--help"], ["docker-cli-plugin-metadata"]]) {
    const { code, stdout, stderr } = await multiarch(args, { env });
    assert.deepEqual([code, stderr], [0, ""], args.join(" "));
    assert.notEqual(stdout, "");
  }
  const { code, stderr } = await multiarch(["rm", "A"], { env });
  assert.equal(code, 1);
  assert.match(stderr, /could not be loaded: compiled\n$/);
});

describe("digest", () => {
  let folder;
  before(async () => {
    folder = await scratch();
  });
  after(() => folder.remove());

  test("of files and standard input, in every algorithm", async () => {
    const large = Buffer.alloc(5_000_001, "multiarch\0");
    await writeFile(folder.join("large"), large);
    for (const algorithm of ["sha256", "sha384", "sha512"]) {
      const expected = (bytes) => `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}\n`;
      assert.equal((await here(["digest", "--algorithm", algorithm, folder.join("large")])).stdout, expected(large));
      assert.equal((await here(["digest", "-", "--algorithm", algorithm], { input: "abc" })).stdout, expected("abc"));
    }
    const { stdout } = await multiarch(["digest", "-"], { input: large });
    assert.equal(stdout, `sha256:${createHash("sha256").update(large).digest("hex")}\n`);
  });

  test("of what cannot be read says so in one line", async () => {
    const { code, stdout, stderr } = await here(["digest", folder.join("absent")]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^multiarch: cannot read .*absent: there is no such file \[FILE_UNREADABLE\]\nhint: .+\n$/);
    assert.match((await here(["digest", folder.path])).stderr, /it is a directory/);
    assert.match((await here(["digest", "a\u0000b"])).stderr, /^multiarch: .* \[[A-Z_]+\]\n(hint: .*\n)?$/);
  });
});

describe("against a registry", () => {
  let registry, server, domain, config, folder;
  before(async () => {
    folder = await scratch();
    config = folder.path;
    registry = createMemoryRegistry();
    server = await serve(registry.fetch);
    domain = new URL(server.url).host;
    for (const [name, image] of Object.entries(samples())) await pushAll(fetch, server.url, `team/${name}`, "1", image);
  });
  after(async () => {
    await server.close();
    await folder.remove();
  });
  const cli = (args, options) => here(["--config", config, ...args], options);
  const reference = (name) => `${domain}/team/${name}:1`;
  const general = (text) => text.replaceAll(domain, "registry.test");

  test("--explain tells of every entry on stderr, and stdout stays for the result", async () => {
    const rows = [
      ["list", "linux/arm/v7"], ["list", "linux/arm64"], ["attested", "linux/arm64"], ["windows", "windows/amd64"],
      ["nested", "linux/riscv64"], ["bare", "linux/amd64"], ["single", "linux/amd64"],
    ];
    const texts = [];
    for (const [name, platform] of rows) {
      const { code, stdout, stderr } = await cli(["resolve", "--explain", "--platform", platform, reference(name)]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^127\.0\.0\.1:\d+\/team\/[a-z]+@sha256:[0-9a-f]{64}\n$/);
      texts.push(`$ multiarch resolve --explain --platform ${platform} registry.test/team/${name}:1\n${general(stdout + stderr)}`);
    }
    await assertGolden("cli/explain.txt", texts.join("\n"));
  });

  test("--json is one value with everything", async () => {
    const { stdout } = await cli(["resolve", "--json", "--platform", "linux/arm64", reference("list")]);
    const { reference: pinned, digest, mediaType, size, platform, policy, path, candidates, ...rest } = JSON.parse(stdout);
    const image = samples().list.children[3];
    assert.deepEqual({ digest, mediaType, size, platform, policy, path, rest }, {
      digest: image.digest, mediaType: image.mediaType, size: image.size, platform: "linux/arm64", policy: "containerd",
      path: [3], rest: {},
    });
    assert.equal(pinned, `${domain}/team/list@${digest}`);
    assert.equal(candidates.length, 8);
    const plain = JSON.parse((await cli(["resolve", "--json", reference("list")])).stdout);
    assert.deepEqual(Object.keys(plain), ["reference", "mediaType", "digest", "size"]);
    assert.equal(plain.digest, samples().list.digest);
  });

  test("an absent platform lists all that exist, however many", async () => {
    const architectures = Array.from({ length: 40 }, (_, at) => `arch${at}`);
    const index = ociIndex(...architectures.map((architecture) => ociImage({ architecture })));
    await pushAll(fetch, server.url, "team/many", "1", index);
    const { code, stderr } = await cli(["resolve", "--platform", "linux/amd64", `${domain}/team/many:1`]);
    assert.equal(code, 1);
    const available = architectures.map((architecture) => `linux/${architecture}`).join(", ");
    assert.match(stderr, /\[PLATFORM_NOT_FOUND\]\n/);
    assert.ok(stderr.includes(`\navailable: ${available}\nhint: `), stderr);
  });

  test("local and host mean this machine", async () => {
    const machine = { x64: "amd64", arm64: "arm64" }[process.arch] ?? process.arch;
    const image = samples().list.children.find(({ platform }) => platform.architecture === machine);
    for (const specifier of ["local", "host"]) {
      const { stdout } = await cli(["resolve", "--platform", specifier, reference("list")]);
      assert.equal(stdout, `${domain}/team/list@${image.digest}\n`);
    }
  });

  test("inspect --platform --raw gives the child's bytes", async () => {
    const { bytes } = await cli(["inspect", "--raw", "--platform=linux/s390x", reference("list")]);
    assert.deepEqual(bytes, samples().list.children[7].bytes);
  });

  test("tags as lines and as JSON", async () => {
    for (const tag of ["b", "a", "c"]) await pushAll(fetch, server.url, "team/tags", tag, samples().single);
    assert.equal((await cli(["tags", `${domain}/team/tags`])).stdout, "a\nb\nc\n");
    assert.deepEqual(JSON.parse((await cli(["tags", "--json", `${domain}/team/tags`])).stdout), ["a", "b", "c"]);
  });

  test("bold is for terminals without NO_COLOR", async () => {
    const args = ["resolve", "--explain", "--platform", "linux/amd64", reference("list")];
    const bold = /\u001b\[1m\* .*linux\/amd64.*\u001b\[22m\n/;
    assert.match((await cli(args, { tty: true })).stderr, bold);
    for (const options of [{}, { tty: true, env: { NO_COLOR: "1" } }, { tty: true, env: { TERM: "dumb" } }]) {
      assert.doesNotMatch((await cli(args, options)).stderr, /\u001b/);
    }
    assert.match((await cli(args, { tty: true, env: { NO_COLOR: "" } })).stderr, bold);
  });

  test("a reader who leaves early ends the program quietly", async () => {
    const many = Buffer.from(JSON.stringify({ name: "team/app", tags: Array.from({ length: 50_000 }, (_, at) => `tag-${at}`) }));
    const tags = await startServer((_, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(many));
    const line = `"$0" "$1" tags ${tags.domain}/team/app | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await run("bash", ["-c", line, process.execPath, BIN]);
    await tags.close();
    assert.deepEqual([stdout, stderr], ["tag-0\n0\n", ""]);
  });

  test("a silent registry is given up after --timeout", async () => {
    const silent = await startServer(() => {});
    const { code, stderr } = await cli(["resolve", "--timeout", "100ms", `${silent.domain}/team/app`]);
    await silent.close();
    assert.equal(code, 1);
    assert.match(stderr, /\[TIMEOUT\]\nhint: .*--timeout/);
  });

  test("a registry that is never silent and never done is given up after --deadline", async () => {
    const ends = new Set();
    const drip = await startServer((_, response) => {
      response.writeHead(200, { "content-type": "application/vnd.oci.image.index.v1+json" });
      const dripping = setInterval(() => response.write(" "), 20);
      ends.add(() => clearInterval(dripping));
    });
    for (const args of [["resolve", "--platform", "linux/amd64"], ["inspect", "--raw"]]) {
      const start = performance.now();
      const { code, stderr } = await cli([...args, "--timeout", "5s", "--deadline", "300ms", `${drip.domain}/team/app`]);
      assert.equal(code, 1);
      assert.ok(performance.now() - start < 4_000);
      assert.match(stderr, /^(multiarch: )?the call took longer than it was given/, args.join(" "));
      if (args[0] === "resolve") assert.match(stderr, /\[TIMEOUT\]\nhint: .*--deadline/);
    }
    for (const end of ends) end();
    await drip.close();
  });

  test("commands that only read have a deadline by themselves", () => {
    const reading = (flags) =>
      COMMANDS.filter(({ reads }) => (typeof reads === "function" ? reads(flags) : reads)).map(({ name }) => name);
    assert.ok(["push", "target", "metadata"].every((name) => !reading({ [name]: true }).includes("create")));
    assert.deepEqual(reading({}), ["cat", "check", "create", "diff", "files", "find", "imagetools inspect", "inspect", "layers", "login", "pin", "ratelimit", "referrers", "resolve", "tags"]);
  });

  test("a credential helper that is named and missing is no reason to be anonymous", async () => {
    const locked = createMemoryRegistry({ auth: { type: "basic", users: { ada: "secret" } } });
    const { url, close } = await serve(locked.fetch);
    const own = await scratch();
    await writeFile(own.join("config.json"), JSON.stringify({ credsStore: "desktop" }));
    const { code, stderr } = await here(["--config", own.path, "resolve", `${new URL(url).host}/team/app:1`]);
    await close();
    await own.remove();
    assert.equal(code, 1);
    assert.match(stderr, /^multiarch: docker-credential-desktop is in no folder of PATH \[HELPER_MISSING\]\nhint: Install /);
  });

  test("the global fetch and its classes stay untouched: they cost more than all the rest", async () => {
    const guard = ["fetch", "Request", "Response", "Headers"].map((name) =>
      `Object.defineProperty(globalThis,"${name}",{get(){throw new Error("touched ${name}")}});`).join("");
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(guard)}` };
    for (const args of [
      ["inspect", reference("list")], ["inspect", "-v", reference("list")], ["tags", `${domain}/team/list`],
      ["resolve", "--platform", "linux/arm64", "--explain", reference("nested")],
      ["create", "--push", `${domain}/team/pushed:1`, reference("single")],
    ]) {
      const { code, stderr } = await multiarch(["--config", config, ...args], { env });
      assert.equal(code, 0, stderr);
    }
  });

  describe("hostile characters", () => {
    const PAYLOADS = [
      "\u001b[2J", "\u001b]8;;http://evil.example\u0007link", "\u009b31m", "\u0090q\u009c", "safe\u202egpj.exe", "\u2066\u2069",
      "\u200b\u200d\ufeff", "a\u0000b", "\u007f\u0085", "\u061c\u00ad", "\u{e0041}\u{e007f}", "line\u2028\u2029", "a\rb\nc\td",
    ];
    const evil = PAYLOADS.join("|");
    const platform = { os: evil, architecture: evil, variant: evil, osVersion: evil, osFeatures: [evil] };
    before(async () => {
      const image = ociImage({ annotations: { [evil]: evil } });
      const index = ociIndex(entry(image, { platform, annotations: { [evil]: evil } }), ociImage({ architecture: "arm64" }));
      await pushAll(fetch, server.url, "evil/image", "1", image);
      await pushAll(fetch, server.url, "evil/index", "1", index);
      const spoof = Buffer.from(image.bytes.toString().replace("{", '{\r\n"x": 1,\r          \r\t'));
      await registry.putManifest("evil/spoof", "1", spoof, { mediaType: image.mediaType });
    });
    const INVOCATIONS = [
      ["inspect", "image"], ["inspect", "-v", "image"], ["inspect", "--raw", "image"], ["inspect", "index"],
      ["inspect", "-v", "index"], ["inspect", "--raw", "index"], ["inspect", "--raw", "spoof"], ["inspect", "spoof"],
      ["resolve", "--explain", "--platform", "linux/arm64", "index"],
      ["resolve", "--json", "--platform", "linux/arm64", "index"],
      ["resolve", "--explain", "--platform", "linux/s390x", "index"],
    ];

    test("never reach a terminal as they are", async () => {
      for (const args of INVOCATIONS) {
        const full = [...args.slice(0, -1), `${domain}/evil/${args.at(-1)}:1`];
        const { stdout, stderr } = await cli(full, { tty: true, env: { NO_COLOR: "1" } });
        assert.doesNotMatch(stdout, UNSAFE, args.join(" "));
        assert.doesNotMatch(stderr, UNSAFE, args.join(" "));
      }
    });

    test("stay the same data on a terminal, and the same bytes in a pipe", async () => {
      for (const name of ["image", "index"]) {
        const exact = registry.manifest(`evil/${name}`, "1").bytes;
        const piped = await cli(["inspect", "--raw", `${domain}/evil/${name}:1`]);
        assert.deepEqual(piped.bytes, Buffer.from(exact));
        const shown = await cli(["inspect", "--raw", `${domain}/evil/${name}:1`], { tty: true });
        assert.deepEqual(JSON.parse(shown.stdout), JSON.parse(piped.stdout));
        const text = await cli(["inspect", `${domain}/evil/${name}:1`]);
        assert.deepEqual(JSON.parse((await cli(["inspect", `${domain}/evil/${name}:1`], { tty: true })).stdout), JSON.parse(text.stdout));
      }
      const json = ["resolve", "--json", "--platform", "linux/arm64", `${domain}/evil/index:1`];
      assert.equal((await cli(json)).stdout, (await cli(json, { tty: true })).stdout);
    });

    test("in tags, errors and arguments are written out, in a pipe too", async () => {
      const answers = {
        "/v2/team/tags/tags/list": [200, { name: "team/tags", tags: [evil, "plain"] }],
        "/v2/team/app/manifests/1": [400, { errors: [{ code: evil, message: evil, detail: evil }] }],
      };
      const odd = await startServer((request, response) => {
        const [status, body] = answers[request.url.split("?")[0]] ?? [404, {}];
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
      const outcomes = [
        await cli(["tags", `${odd.domain}/team/tags`]),
        await cli(["tags", "--json", `${odd.domain}/team/tags`]),
        await cli(["inspect", `${odd.domain}/team/app:1`]),
        await cli(["inspect", evil]),
        await cli(["resolve", "--platform", evil, reference("list")]),
        await cli([`--${evil}`]),
        await cli([evil]),
        await cli(["digest", `/absent/${evil.replaceAll("\u0000", "")}`]),
        await cli(["tags", "--timeout", evil, "a"]),
      ];
      await odd.close();
      for (const { stdout, stderr } of outcomes) {
        assert.doesNotMatch(stdout, UNSAFE);
        assert.doesNotMatch(stderr, UNSAFE);
        assert.notEqual(stdout + stderr, "");
      }
    });
  });
});

test("too few files to work with end in a sentence, not in a stack", async () => {
  let seen = 0;
  for (let files = 18; files < 40; files += 1) {
    const { stderr } = await run("bash", ["-c", `ulimit -n ${files}; exec "$0" "$@"`, process.execPath, BIN, "inspect", "127.0.0.1:1/a/b:1"]);
    // Node needs some before it has opened the program.
    if (/^node:|^$|Native stack/m.test(stderr.trimEnd())) continue;
    assert.doesNotMatch(stderr, /^ +at /m);
    seen += stderr.includes("EMFILE") ? 1 : 0;
  }
  assert.ok(seen > 0, "no limit was too low for it");
});
