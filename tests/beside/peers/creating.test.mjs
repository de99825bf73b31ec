/** What the best of other tools do as they create lists, and what none of them does: one test for each promise. */

import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { createClient } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { dockerVersion, dockerWith } from "../../support/docker.mjs";
import { pushAll, sha256 } from "../../support/images.mjs";
import { multiarch, run } from "../../support/run.mjs";
import { IMAGES, useLab } from "./lab.mjs";

const lab = useLab();
const { at } = lab;
const client = createClient();
const entriesOf = (document) => document.json.manifests;
const writes = (asked) => asked.filter((line) => !/^(GET|HEAD) /.test(line));

describe("a create from what buildx pushes", () => {
  test("has both images and both attestations, intact", async () => {
    const { document } = await client.create(at("merged"), [at("bx-amd64"), at("bx-arm64")]);
    const expected = ["bx-amd64", "bx-arm64"].flatMap((tag) => JSON.parse(IMAGES[tag].bytes).manifests);
    assert.deepEqual(entriesOf(document), expected);
    const abouts = entriesOf(document).map(({ annotations }) => annotations?.["vnd.docker.reference.digest"]);
    assert.deepEqual(abouts, [undefined, IMAGES.amd64.digest, undefined, IMAGES.arm64.digest]);
    assert.equal((await client.resolve(at("merged"))).digest, document.digest);
  });

  test("keeps os.version of what is added", async () => {
    const { document } = await client.create(at("with-windows"), [at("bx-amd64"), at("win")]);
    assert.equal(entriesOf(document).at(-1).platform["os.version"], "10.0.17763.1234");
  });

  test("is taken by skopeo, which docker's own create is not", async () => {
    const folder = lab.folder.join("skopeo");
    await client.create(at("for-skopeo"), [at("bx-amd64"), at("bx-arm64")]);
    const { code, stderr } = await run("skopeo", ["copy", "--all", "--src-tls-verify=false", `docker://${lab.registry.domain}/lab/app:for-skopeo`, `oci:${folder}`]);
    assert.equal(code, 0, stderr);
    if (!(await dockerVersion())) return;
    const docker = await dockerWith(lab.folder);
    const refused = await docker.run(["manifest", "create", "--insecure", at("docker"), at("bx-amd64"), at("bx-arm64")]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is a manifest list/);
  });

  test("works with all Docker-* headers hidden, and its digest is that of what is stored", async () => {
    const registry = createMemoryRegistry();
    for (const tag of ["bx-amd64", "bx-arm64"]) await pushAll(registry.fetch, "http://registry.example", "lab/app", tag, IMAGES[tag]);
    const blind = createClient({
      fetch: async (url, init) => {
        const { status, body, headers } = await registry.fetch(url, init);
        return new Response(body, { status, headers: [...headers].filter(([name]) => !name.startsWith("docker-")) });
      },
    });
    const name = "registry.example/lab/app";
    const { descriptor } = await blind.create(`${name}:merged`, [`${name}:bx-amd64`, `${name}:bx-arm64`]);
    assert.equal(descriptor.digest, sha256(registry.manifest("lab/app", "merged").bytes));
  });
});

/** What docker's five verbs do in a release script, in the words of both programs. */
const SCRIPT = (name) => [
  ["create", `${name}:script`, `${name}:amd64`],
  ["create", "--amend", `${name}:script`, `${name}:arm64`],
  ["annotate", `${name}:script`, `${name}:arm64`, "--variant", "v8"],
  ["inspect", `${name}:script`],
  ["push", "-p", `${name}:script`],
  ["create", `${name}:gone`, `${name}:win`],
  ["rm", `${name}:gone`],
];

test("a create of a layout's tar and a registry's image into a new layout writes to no registry, and the layout passes check", async () => {
  const [tar, layout] = [`oci-archive:${lab.folder.join("amd64.tar")}:amd64`, `oci:${lab.folder.join("assembled")}:both`];
  assert.equal((await lab.cli("copy", at("bx-amd64"), tar)).code, 0);
  const asked = await lab.asked(async () => {
    const { code, stderr } = await lab.cli("create", "-t", layout, tar, at("bx-arm64"));
    assert.equal(code, 0, stderr);
  });
  assert.deepEqual(writes(asked), []);
  const { code, stdout } = await lab.cli("check", "--platform", "linux/amd64,linux/arm64", "--blobs", layout);
  assert.equal(code, 0, stdout);
  const { stdout: raw } = await lab.cli("inspect", "--raw", layout);
  assert.deepEqual(JSON.parse(raw).manifests, ["bx-amd64", "bx-arm64"].flatMap((tag) => JSON.parse(IMAGES[tag].bytes).manifests));
});

test("a recorded script of docker manifest leaves docker's drafts and pushes docker's digest", async (t) => {
  if (!(await dockerVersion())) return t.skip("there is no docker CLI");
  const theirs = await dockerWith(lab.folder);
  const ours = lab.folder.join("ours");
  const programs = {
    docker: { config: theirs.config, run: (args) => theirs.run(["manifest", ...withInsecure(args)]) },
    multiarch: { config: ours, run: (args) => multiarch(withInsecure(args), { env: { DOCKER_CONFIG: ours } }) },
  };
  const seen = {};
  for (const [program, { config, run: step }] of Object.entries(programs)) {
    seen[program] = [];
    for (const args of SCRIPT(lab.name)) {
      const { code, stdout } = await step(args);
      seen[program].push([args.join(" "), code, stdout, await draftsIn(config)]);
    }
  }
  assert.deepEqual(seen.multiarch, seen.docker);
  assert.match(seen.docker[4][2], /^sha256:[0-9a-f]{64}\n$/);
});

const withInsecure = ([verb, ...args]) => (["create", "inspect", "push"].includes(verb) ? [verb, "--insecure", ...args] : [verb, ...args]);

/** Docker's files of the drafts, by name; those beside them are ours. */
async function draftsIn(config) {
  const names = await readdir(`${config}/manifests`, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = names.filter((entry) => entry.isFile() && !entry.parentPath.includes(".multiarch"));
  return Object.fromEntries(await Promise.all(files.map(async (entry) =>
    [`${entry.parentPath.slice(config.length)}/${entry.name}`, await readFile(`${entry.parentPath}/${entry.name}`, "utf8")])));
}

describe("two images for one platform", () => {
  const twice = () => [at("arm64"), { reference: at("arm"), descriptor: { platform: { os: "linux", architecture: "arm64", variant: "v8" } } }];

  test("are refused after normalisation, with both digests and both references", async () => {
    const error = await client.create(at("twice"), twice()).then(() => undefined, (thrown) => thrown);
    assert.equal(error?.code, "PLATFORM_DUPLICATE");
    for (const one of [IMAGES.arm64.digest, IMAGES.arm.digest, at("arm64"), at("arm")]) assert.ok(error.message.includes(one), `${one}: ${error.message}`);
    await assert.rejects(client.resolve(at("twice")), { code: "MANIFEST_UNKNOWN" });
  });

  test("are replaced or kept where that is asked for; one digest twice is one entry", async () => {
    const digests = async (onDuplicate) => entriesOf((await client.create(at(onDuplicate), twice(), { onDuplicate })).document).map(({ digest }) => digest);
    assert.deepEqual(await digests("replace"), [IMAGES.arm.digest]);
    assert.deepEqual(await digests("keep"), [IMAGES.arm64.digest, IMAGES.arm.digest]);
    const { document } = await client.create(at("once"), [at("amd64"), at("amd64"), at("bx-amd64")]);
    assert.deepEqual(entriesOf(document).map(({ digest }) => digest), [...new Set(entriesOf(document).map(({ digest }) => digest))]);
  });
});

test("a dry run of a create makes no request but GET and HEAD, and has the digest of the create", async () => {
  const sources = [at("bx-amd64"), at("bx-arm64"), at("win")];
  let dry;
  const asked = await lab.asked(async () => {
    dry = await client.create([at("dry"), at("dry-too")], sources, { dryRun: true });
  });
  assert.deepEqual(writes(asked), []);
  assert.ok(dry.steps.length > 0);
  const made = await client.create([at("dry"), at("dry-too")], sources);
  assert.equal(made.descriptor.digest, dry.descriptor.digest);
  assert.equal((await client.resolve(at("dry-too"))).digest, dry.descriptor.digest);
});

test("the same inputs in any order give one digest when they are ordered by platform", async () => {
  const sources = ["bx-amd64", "bx-arm64", "win", "arm", "s390x"].map(at);
  const digests = new Set();
  for (const order of [sources, sources.toReversed(), [sources[2], sources[0], sources[4], sources[1], sources[3]]]) {
    digests.add((await client.create(at("ordered"), order, { order: "platform", dryRun: true })).descriptor.digest);
  }
  assert.equal(digests.size, 1);
});

describe("a platform subset", () => {
  test("is exactly its images, their attestations and the index's annotations", async () => {
    const { document } = await client.create(at("filtered"), [at("multi")], { platforms: ["linux/amd64", "linux/arm64"] });
    const digests = entriesOf(document).map(({ digest, annotations }) => annotations?.["vnd.docker.reference.digest"] ?? digest);
    assert.deepEqual(digests, [IMAGES.amd64.digest, IMAGES.arm64.digest, IMAGES.amd64.digest, IMAGES.arm64.digest]);
    assert.deepEqual(document.annotations, { "org.opencontainers.image.source": "https://example.com/lab" });
    assert.equal(entriesOf(document)[0].annotations["org.example.desc"], "the first");
  });

  test("that is copied has them, too", async () => {
    const { code, stderr } = await lab.cli("copy", "-q", "--platform", "linux/amd64,linux/arm64", at("multi"), `${lab.domain}/lab/copied:1`);
    assert.equal(code, 0, stderr);
    const copied = await client.manifest(`${lab.domain}/lab/copied:1`);
    assert.equal(entriesOf(copied).length, 4);
    assert.deepEqual(copied.annotations, { "org.opencontainers.image.source": "https://example.com/lab" });
  });
});

describe("a Docker list", () => {
  test("takes no annotation, and the error has the remedy", async () => {
    await assert.rejects(client.create(at("annotated"), [at("dlist")], { type: "docker", annotations: { a: "b" } }), (error) => {
      assert.equal(error.code, "MEDIA_TYPE_UNSUPPORTED");
      assert.match(`${error.message} ${error.hint}`, /oci/i);
      return true;
    });
  });

  test("becomes an OCI index, which takes them", async () => {
    const { document } = await client.create(at("converted"), [at("dlist")], { type: "oci", annotations: { a: "b" } });
    assert.deepEqual([document.mediaType, document.annotations], ["application/vnd.oci.image.index.v1+json", { a: "b" }]);
    assert.deepEqual(entriesOf(document).map(({ digest }) => digest), IMAGES.dlist.children.map(({ digest }) => digest));
  });

  test("cannot hold what an OCI index has, and the error names that", async () => {
    await assert.rejects(client.create(at("lossy"), [at("multi")], { type: "docker" }), { code: "MEDIA_TYPE_UNSUPPORTED", message: /annotations/ });
  });
});

describe("a specification", () => {
  const README = (target, name) => [
    `image: ${target}`, 'tags: ["1.0.0", "1.0", "1"]', "manifests:",
    ...["arm64", "amd64"].flatMap((architecture) =>
      ["  -", `    image: ${name}:${architecture}`, "    platform:", `      architecture: ${architecture}`, "      os: linux"]),
  ].join("\n");

  test("of manifest-tool's README and its template make the same entries; from the lock the bytes are the same", async () => {
    const [file, lock] = [lab.folder.join("someimage.yaml"), lab.folder.join("someimage.lock.json")];
    await writeFile(file, README(at("spec"), lab.name));
    const made = await lab.cli("apply", "--lock", lock, file);
    assert.deepEqual([made.code, made.stdout.split("\n").length], [0, 5], made.stderr);
    const template = await lab.cli("apply", "--platforms", "linux/arm64,linux/amd64", "--template", at("ARCHVARIANT"), "--tags", "t1,t2", "--target", at("template"));
    assert.equal(template.code, 0, template.stderr);
    const [bySpec, byTemplate] = await Promise.all(["spec", "template"].map((tag) => client.manifest(at(tag))));
    assert.deepEqual(Buffer.from(byTemplate.bytes), Buffer.from(bySpec.bytes));
    assert.deepEqual(entriesOf(bySpec).map(({ digest }) => digest), [IMAGES.arm64.digest, IMAGES.amd64.digest]);

    // The tags of the sources and of the list move on.
    await pushAll(fetch, lab.url, "lab/app", "arm64", IMAGES.s390x);
    await pushAll(fetch, lab.url, "lab/app", "spec", IMAGES.multi);
    const checked = await lab.cli("apply", "--lock", lock, "--check", file);
    assert.deepEqual([checked.code, checked.stdout.match(/\[\w+\]/g)], [3, ["[SOURCE_MOVED]", "[LIST_MOVED]"]], checked.stderr);
    const again = await lab.cli("apply", "--lock", lock, "--locked", file);
    assert.equal(again.stdout, made.stdout, again.stderr);
    assert.deepEqual(Buffer.from((await client.manifest(at("spec"))).bytes), Buffer.from(bySpec.bytes));
    await pushAll(fetch, lab.url, "lab/app", "arm64", IMAGES.arm64);
  });

  test("leaves out what is missing only at one's word, and never everything", async () => {
    const args = ["apply", "--template", at("ARCH"), "--target", at("partly"), "--platforms"];
    const strict = await lab.cli(...args, "linux/amd64,linux/mips64le");
    assert.deepEqual([strict.code, strict.stdout], [1, ""]);
    assert.match(strict.stderr, /mips64le.*\[MANIFEST_UNKNOWN\]/);
    const partly = await lab.cli(...args, "linux/amd64,linux/mips64le", "--ignore-missing");
    assert.equal(partly.code, 0, partly.stderr);
    assert.match(partly.stderr, /without .*:mips64le, which does not exist/);
    const nothing = await lab.cli(...args, "linux/mips,linux/mips64le", "--ignore-missing");
    assert.match(nothing.stderr, /every source of .*:partly is missing/);
  });
});
