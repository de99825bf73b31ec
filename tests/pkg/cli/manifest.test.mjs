/** Docker's commands in this process, over a folder of drafts and a registry in memory. */

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, beforeEach, describe, test } from "node:test";

import { draftFileName } from "multiarch";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { dockerImage, ociImage, ociIndex, pushAll } from "../../support/images.mjs";
import { multiarchHere as here } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const WRITES = ["POST", "PUT", "PATCH", "DELETE"];

let registry, server, domain, folder, config, list, app, requests, intercept;
let count = 0;
before(async () => {
  folder = await scratch();
  registry = createMemoryRegistry();
  server = await serve(async (request) => {
    const line = `${request.method} ${new URL(request.url).pathname}`;
    requests?.push(line);
    return (await intercept?.(line)) ?? registry.fetch(request);
  });
  domain = new URL(server.url).host;
});
after(async () => {
  await server.close();
  await folder.remove();
});
beforeEach(async () => {
  count += 1;
  config = folder.join(`config-${count}`);
  [list, app] = [`${domain}/space${count}/list:1`, `${domain}/space${count}/app`];
  for (const architecture of ["amd64", "arm64"]) await put(architecture, dockerImage({ architecture }));
  requests = [];
  intercept = undefined;
});

const put = (tag, image) => pushAll(fetch, server.url, `space${count}/app`, tag, image);
const cli = (args, options) => here(["--config", config, ...args], options);
const create = (...flags) => ["create", ...flags, list, `${app}:amd64`, `${app}:arm64`];
const pushedList = (tag = "1") => registry.manifest(`space${count}/list`, tag);

/** What a command printed; it must succeed, and say nothing beside. */
async function printed(...args) {
  const { code, stdout, stderr } = await cli(args);
  assert.deepEqual([code, stderr], [0, ""], args.join(" "));
  return stdout;
}

async function failed(...args) {
  const { code, stdout, stderr } = await cli(args);
  return [code, stdout, stderr];
}

describe("docker's verbs", () => {
  test("make, change, show, push and remove a list", async () => {
    assert.equal(await printed(...create()), `Created manifest list ${list}\n`);
    assert.equal(await printed("annotate", list, `${app}:arm64`, "--os-features", 'a,"b,c"', "--variant=v8"), "");
    assert.deepEqual(JSON.parse(await printed("inspect", list)).manifests.map(({ platform }) => platform), [
      { architecture: "amd64", os: "linux" },
      { architecture: "arm64", os: "linux", "os.features": ["a", "b,c"], variant: "v8" },
    ]);
    assert.equal(JSON.parse(await printed("inspect", "-v", list, `${app}:arm64`)).Ref, `${app}:arm64`);
    const [one, other, digest, ...rest] = (await printed("push", "-p", list)).split("\n");
    assert.deepEqual([digest, rest], [pushedList().digest, [""]]);
    for (const [line, image] of [[one, "amd64"], [other, "arm64"]]) {
      const child = registry.manifest(`space${count}/app`, image).digest;
      assert.equal(line, `Pushed ref ${list.replace(/:1$/, "")}@${child} with digest: ${child}`);
    }
    assert.deepEqual(await failed("push", list), [1, "", `No such manifest: ${list}\n`]);
    await printed(...create());
    assert.equal(await printed("rm", list), "");
    assert.deepEqual(await failed("rm", list, "B"), [1, "",
      `No such manifest: ${list}\ninvalid reference format: repository name (library/B) must be lowercase\n`]);
  });

  test("fail in one sentence without a code; a hint is for people", async () => {
    await printed(...create());
    const sentence = "refusing to amend an existing manifest list with no --amend flag\n";
    assert.deepEqual(await failed(...create()), [1, "", sentence]);
    const { stderr } = await cli(create(), { tty: true });
    assert.match(stderr.slice(sentence.length), /^hint: .*--amend.*--replace/);
    assert.match((await cli(["push", `${app}:none`], { tty: true })).stderr, /\nhint: .*DOCKER_CONFIG/);
    assert.match((await cli(["ls"], { tty: true })).stderr, /^$/);
  });

  test("tell what was pushed before the push failed", async () => {
    await printed("create", list, `${app}:amd64`);
    intercept = (line) => (line.startsWith("PUT ") && line.endsWith("/list/manifests/1")
      ? new Response(null, { status: 403 }) : undefined);
    const { digest } = registry.manifest(`space${count}/app`, "amd64");
    const [code, stdout, stderr] = await failed("push", "--purge", list);
    assert.deepEqual([code, stdout], [1, `Pushed ref ${list.replace(/:1$/, "")}@${digest} with digest: ${digest}\n`]);
    assert.ok(stderr.startsWith(`failed to put manifest ${list}: denied`), stderr);
    assert.equal(await printed("ls"), `${list}\n`);
  });

  test("keep drafts where --config, DOCKER_CONFIG or the home folder say", async () => {
    const places = [
      [["--config", folder.join("a")], { DOCKER_CONFIG: folder.join("b"), HOME: folder.join("c") }, "a"],
      [[], { DOCKER_CONFIG: folder.join("b"), HOME: folder.join("c") }, "b"],
      [[], { HOME: folder.join("c") }, "c/.docker"],
    ];
    for (const [flags, env, place] of places) {
      const { code, stderr } = await here([...flags, ...create()], { env });
      assert.equal(code, 0, stderr);
      assert.equal((await readdir(folder.join(place, "manifests"))).filter((name) => !name.startsWith(".")).length, 1);
      assert.equal((await here([...flags, "ls"], { env })).stdout, `${list}\n`);
    }
  });

  test("a hostile draft's name and text do not reach a terminal as they are", async () => {
    const { stderr } = await cli(["annotate", "\u001b[2J", "a"], { tty: true });
    assert.match(stderr, /^annotate: error parsing name for manifest list /);
    assert.doesNotMatch(stderr, /\u001b/);
  });
});

describe("beyond docker", () => {
  test("create --replace starts over", async () => {
    await printed(...create());
    assert.equal(await printed("create", "--replace", list, `${app}:amd64`), `Created manifest list ${list}\n`);
    assert.equal(JSON.parse(await printed("inspect", list)).manifests.length, 1);
  });

  test("create --replace takes an image whose file is that of one that goes", async () => {
    const [old, next] = [`${domain}/space${count}/app:a-b`, `${domain}/space${count}/app-a:b`];
    await put("a-b", dockerImage());
    await pushAll(fetch, server.url, `space${count}/app-a`, "b", dockerImage({ architecture: "arm64" }));
    await printed("create", list, old);
    const [code, , stderr] = await failed("create", "--amend", list, next);
    assert.deepEqual([code, stderr], [1, `${next} and ${old} would share the file ${draftFileName(next)} of the draft\n`]);
    assert.equal(await printed("create", "--replace", list, next), `Created manifest list ${list}\n`);
    assert.deepEqual(JSON.parse(await printed("inspect", "-v", list)).map(({ Ref }) => Ref), [next]);
  });

  test("create --replace that fails leaves the list that there was", async () => {
    await printed(...create());
    const drafted = await printed("inspect", list);
    assert.deepEqual(await failed("create", "--replace", list, `${app}:gone`), [1, "", `no such manifest: ${app}:gone\n`]);
    assert.equal(await printed("inspect", list), drafted);
  });

  test("create --refresh says which tags have moved, and --amend that it did not look", async () => {
    await printed(...create());
    const from = registry.manifest(`space${count}/app`, "arm64").digest;
    const moved = ociImage({ architecture: "arm64", text: "newer" });
    await put("arm64", moved);
    const { stderr: note } = await cli(create("-a"), { tty: true });
    assert.equal(note.split("\n").filter((line) => line.includes("--refresh")).length, 2);
    assert.equal(await printed(...create("-a")), `Created manifest list ${list}\n`);
    const { code, stdout, stderr } = await cli(["create", "--refresh", list, `${app}:amd64`]);
    assert.deepEqual([code, stdout], [0, `Created manifest list ${list}\n`]);
    assert.equal(stderr, `${app}:arm64 has moved from ${from} to ${moved.digest}\n`);
    assert.ok((await printed("inspect", list)).includes(moved.digest));
  });

  test("create --refresh says which platform went with the image that a tag named", async () => {
    await printed(...create());
    await printed("annotate", list, `${app}:arm64`, "--arch", "arm", "--variant", "v6");
    await put("arm64", dockerImage({ architecture: "arm64", text: "newer" }));
    const { code, stdout, stderr } = await cli(["create", "--refresh", "--json", list, `${app}:amd64`]);
    assert.equal(code, 0);
    assert.ok(stderr.endsWith(`\n${app}:arm64 is listed for linux/arm64 now, as its config says, no longer for linux/arm/v6\n`), stderr);
    const { moved, images } = JSON.parse(stdout);
    assert.deepEqual([moved[0].dropped.variant, images[1].platform], ["v6", { os: "linux", architecture: "arm64" }]);
  });

  test("create --push makes the list in the registry, under every tag, and no draft", async () => {
    const stdout = await printed(...create("--push", "--tag", "2", "--tag=latest"));
    assert.match(stdout, /^(Pushed ref .*\n){2}sha256:[0-9a-f]{64}\n$/);
    for (const tag of ["1", "2", "latest"]) assert.ok(stdout.endsWith(`\n${pushedList(tag).digest}\n`), tag);
    assert.equal(await printed("ls"), "");
  });

  test("push --tag pushes one list under several tags", async () => {
    await printed(...create());
    assert.ok((await printed("push", list, "--tag", "2")).endsWith(`\n${pushedList("2").digest}\n`));
    assert.equal(pushedList("1").digest, pushedList("2").digest);
  });

  test("--dry-run prints every step and the digest, and writes nothing", async () => {
    const made = await printed(...create("--dry-run"));
    const pushes = await printed(...create("--dry-run", "--push"));
    assert.equal(pushes, made);
    assert.equal(await printed("ls"), "");
    await printed(...create());
    const planned = await printed("push", "--dry-run", "--purge", list);
    assert.equal(planned, made);
    assert.deepEqual(requests.filter((request) => WRITES.includes(request.split(" ")[0])), []);
    assert.equal(await printed("ls"), `${list}\n`);

    const lines = planned.trimEnd().split("\n");
    const { digest } = registry.manifest(`space${count}/app`, "amd64");
    const repository = list.replace(/:1$/, "");
    assert.ok(lines.includes(`put ${repository}@${digest}`), planned);
    assert.equal(lines.at(-2), `put ${list}`);
    await printed("push", list);
    assert.equal(lines.at(-1), pushedList().digest);
  });

  test("create --dry-run ends as create does where only a push would be refused", async () => {
    await put("bare", dockerImage({ os: "", architecture: "" }));
    const sentence = `a push would fail: manifest ${app}:bare must have an OS and Architecture to be pushed to a registry\n`;
    const dry = ["create", "--dry-run", list, `${app}:bare`];
    assert.deepEqual(await failed(...dry), [0, "", sentence]);
    assert.match((await cli(dry, { tty: true })).stderr, /\nhint: .* --os and --arch\.\n$/);
    assert.equal(JSON.parse(await printed(...dry, "--json")).refused.code, "PLATFORM_INVALID");
    assert.equal(await printed("ls"), "");
    assert.equal((await failed("create", "--dry-run", "--push", list, `${app}:bare`))[0], 1);
  });

  test("--json is one value with everything", async () => {
    const created = JSON.parse(await printed(...create("--json")));
    const image = registry.manifest(`space${count}/app`, "amd64");
    assert.deepEqual(Object.keys(created), ["list", "images", "reused", "moved", "flattened", "warnings"]);
    assert.deepEqual(created.images[0], {
      reference: `${app}:amd64`, mediaType: image.mediaType, digest: image.digest, size: image.bytes.length,
      platform: { os: "linux", architecture: "amd64" },
    });
    assert.deepEqual(JSON.parse(await printed("ls", "--json")), [list]);
    const plan = JSON.parse(await printed("push", "--dry-run", "--json", list));
    const { purged, ...pushed } = JSON.parse(await printed("push", "--json", "-p", "--tag", "2", list));
    assert.equal(purged, true);
    assert.deepEqual(pushed, {
      digest: pushedList().digest, mediaType: pushedList().mediaType, size: pushedList().bytes.length, names: ["1", "2"],
      pushed: created.images.map(({ digest }) => `${list.replace(/:1$/, "")}@${digest}`), warnings: [],
    });
    assert.equal(plan.digest, pushed.digest);
    assert.ok(plan.steps.length > 4);
    assert.equal(JSON.parse(await printed(...create("--json", "--push"))).plan.digest, pushed.digest);
  });

  test("annotate --unset takes away what is set", async () => {
    await printed(...create());
    const platform = async () => JSON.parse(await printed("inspect", list)).manifests[0].platform;
    const target = [list, `${app}:amd64`];
    await printed("annotate", ...target, "--variant", "v3", "--os-version", "10", "--os-features", "a,b");
    await printed("annotate", ...target, "--unset", "variant", "--unset=os-features", "--os-features", "c");
    assert.deepEqual(await platform(), { architecture: "amd64", os: "linux", "os.version": "10", "os.features": ["c"] });
    await printed("annotate", ...target, "--unset", "os-version", "--unset", "os-features");
    assert.deepEqual(await platform(), { architecture: "amd64", os: "linux" });
    const [code, , stderr] = await failed("annotate", ...target, "--unset", "os");
    assert.equal(code, 125);
    assert.match(stderr, /^invalid argument "os" for "--unset" flag: must be one of "os-features", /);
  });

  test("annotate takes platforms that docker refuses, and tells people", async () => {
    await printed(...create());
    const args = ["annotate", list, `${app}:amd64`, "--arch", "loong64"];
    assert.equal(await printed(...args), "");
    assert.match((await cli(args, { tty: true })).stderr, /^note: .*linux\/loong64.*\n$/);
    assert.equal((await cli(["annotate", list, `${app}:arm64`, "--arch", "arm64"], { tty: true })).stderr, "");
  });

  test("ls lists drafts by name", async () => {
    const names = ["b:1", "a:2", "a/b:1"].map((name) => `${domain}/space${count}/${name}`);
    for (const name of names) await printed("create", name, `${app}:amd64`);
    assert.equal(await printed("ls"), names.sort().map((name) => `${name}\n`).join(""));
  });

  test("flags that exclude each other end with 125, without a request", async () => {
    const rows = [
      [create("--tag", "2"), "--tag needs --push"],
      [create("--push", "-a"), "--push and --amend exclude each other"],
      [create("--amend", "--replace"), "--amend and --replace exclude each other"],
      [create("--refresh", "--replace"), "--refresh and --replace exclude each other"],
      [["inspect", "--raw", list, app], "--raw takes a single MANIFEST, which it asks the registry for"],
      [["inspect", "--platform", "local", list, app], "--platform takes a single MANIFEST, which it asks the registry for"],
    ];
    for (const [args, sentence] of rows) {
      const [code, stdout, stderr] = await failed(...args);
      assert.deepEqual([code, stdout, stderr.split("\n")[0]], [125, "", sentence]);
    }
    assert.deepEqual(requests, []);
    assert.equal(await printed(...create("--amend=false", "--replace")), `Created manifest list ${list}\n`);
  });

  test("push --purge keeps a draft that changed meanwhile, and says so", async () => {
    await printed(...create());
    intercept = async (line) => {
      if (line.startsWith("PUT ") && line.endsWith("/list/manifests/1")) {
        await printed("annotate", list, `${app}:arm64`, "--variant", "v9");
      }
    };
    const { code, stdout, stderr } = await cli(["push", "--purge", list]);
    assert.equal(code, 0);
    assert.ok(stdout.endsWith(`\n${pushedList().digest}\n`));
    assert.equal(stderr, `warning: ${list} was changed during the push, and stays in local storage\n`);
    assert.equal(await printed("ls"), `${list}\n`);
  });
});

describe("resolve warns of an image that does not run here", () => {
  const machine = { x64: "amd64", arm64: "arm64" }[process.arch];
  const WARNING = /^WARNING: The requested image's platform \(linux\/[a-z0-9]+\) does not match the detected host platform \(linux\/[a-z0-9/]+\) and no specific platform was requested\n$/;

  test("in docker's sentence, on stderr, and not where a platform was asked for", async () => {
    const other = machine === "amd64" ? "arm64" : "amd64";
    const { code, stdout, stderr } = await cli(["resolve", `${app}:${other}`]);
    assert.deepEqual([code, stdout], [0, `${app}@${registry.manifest(`space${count}/app`, other).digest}\n`]);
    assert.match(stderr, WARNING);
    assert.equal(stderr.includes(`(linux/${other})`), true);
    assert.match((await cli(["resolve", "--json", `${app}:${other}`])).stderr, WARNING);
    await printed("resolve", `${app}:${machine}`);
    await printed("resolve", "--platform", `linux/${other}`, `${app}:${other}`);
  });

  test("and never fails for it", async () => {
    const artifact = ociImage({ text: "no config", architecture: "" });
    await put("odd", artifact);
    await put("index", ociIndex(dockerImage({ architecture: "s390x" })));
    await printed("resolve", `${app}:odd`);
    requests.length = 0;
    await printed("resolve", `${app}:index`);
    assert.equal(requests.length, 1);
  });
});
