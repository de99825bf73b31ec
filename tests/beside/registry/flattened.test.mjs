/** Drafts made of what builders push, in a real registry and beside docker: nothing that was in it is lost. */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { dockerVersion, dockerWith } from "../../support/docker.mjs";
import { attestation, entry, indexWithAttestations, ociImage, ociIndex, sha256 } from "../../support/images.mjs";
import { multiarchHere, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const IMAGES = { amd64: ociImage(), arm64: ociImage({ architecture: "arm64" }) };
/** Each image as buildx pushes it: an index of it and of its attestation. */
const PUSHED = Object.fromEntries(Object.entries(IMAGES).map(([name, image]) => [name, indexWithAttestations(image)]));
const KIND = "vnd.docker.reference.type";
const ABOUT = "vnd.docker.reference.digest";

describe("drafts of indexes", { concurrency: 2 }, () => {
  let registry, elsewhere, folder;
  before(async () => {
    folder = await scratch();
    [registry, elsewhere] = await Promise.all([startDockerRegistry(), startDockerRegistry()]);
  });
  after(async () => {
    await Promise.all([registry.close(), elsewhere.close()]);
    await folder.remove();
  });

  /** A docker configuration of its own, and both programs on it. */
  async function place(name, images = PUSHED, at = registry) {
    const docker = await dockerWith({ join: (...names) => folder.join(name, ...names) });
    for (const [tag, image] of Object.entries(images)) await push(at, name, tag, image);
    const ours = (...args) => multiarchHere(["--config", docker.config, ...args]);
    const list = `${registry.domain}/${name}:1`;
    const sources = Object.keys(images).map((tag) => `${at.domain}/${name}:${tag}`);
    const drafts = `${docker.config}/manifests/${list.replaceAll(":", "-").replaceAll("/", "_")}`;
    return { docker: docker.run, ours, list, sources, drafts };
  }

  test("create, annotate and push keep two images and two attestations", async () => {
    const { docker, ours, list, sources } = await place("whole/app");
    if (await dockerVersion()) {
      const refused = await docker(["manifest", "create", "--insecure", list, ...sources]);
      assert.deepEqual([refused.code, refused.stderr], [1, `${sources[0]} is a manifest list\n`]);
      await docker(["manifest", "rm", list]);
    }
    assert.equal(await succeed(ours("create", list, ...sources)), `Created manifest list ${list}\n`);
    await succeed(ours("annotate", "--variant", "v8", list, sources[1]));
    const digest = (await succeed(ours("push", "--purge", list))).trim();

    const { body, manifests } = await published(list);
    assert.equal(sha256(body), digest);
    assert.deepEqual(manifests.map(({ platform, annotations }) => [platform, annotations?.[ABOUT]]), expectedEntries("v8"));
    for (const { digest: child, annotations } of manifests.filter((one) => one.annotations?.[KIND])) {
      const statement = JSON.parse(await skopeo(list.replace(/:1$/, `@${child}`)));
      const predicate = await blob(list, statement.layers[0].digest);
      assert.equal(`sha256:${predicate.subject[0].digest.sha256}`, annotations[ABOUT]);
    }
  });

  test("docker reads such a draft, annotates it and pushes it, and multiarch goes on with what docker left", async (context) => {
    if (!(await dockerVersion())) return context.skip("there is no docker");
    const { docker, ours, list, sources, drafts } = await place("turns/app");
    await succeed(ours("create", list, ...sources));
    const arm64 = `${list.replace(/:1$/, "")}@${IMAGES.arm64.digest}`;
    assert.equal(await succeed(docker(["manifest", "inspect", list])), await succeed(ours("inspect", list)));
    assert.equal(await succeed(docker(["manifest", "inspect", "-v", list])), await succeed(ours("inspect", "-v", list)));
    assert.equal(await succeed(docker(["manifest", "inspect", list, arm64])), await succeed(ours("inspect", list, arm64)));
    const before = await members(drafts);
    await succeed(docker(["manifest", "annotate", "--variant", "v8", list, arm64]));
    const after = await members(drafts);
    assert.deepEqual([before.length, after.length], [4, 3], "docker drops what it does not know");

    const shown = await succeed(docker(["manifest", "inspect", list]));
    await succeed(docker(["manifest", "push", "--insecure", list]));
    const theirs = await published(list);
    assert.equal(`${theirs.body}\n`, shown);
    assert.deepEqual(theirs.manifests.map(({ annotations }) => annotations), [undefined, undefined, undefined, undefined]);

    await succeed(ours("push", list));
    const { manifests } = await published(list);
    assert.deepEqual(manifests.map(({ platform, annotations }) => [platform, annotations?.[ABOUT]]), expectedEntries("v8"));
    await succeed(docker(["manifest", "rm", list]));
  });

  test("of one image that docker annotates, or amends the draft of, nothing is lost that docker does not know", async (context) => {
    if (!(await dockerVersion())) return context.skip("there is no docker");
    const text = ociIndex(entry(IMAGES.arm64)).bytes.toString()
      .replace('"platform"', '"x-own" : 1.50, "platform"')
      .replace('"manifests"', '"annotations": { "org.example.index": "mine" }, "manifests"');
    const bytes = Buffer.from(text);
    const index = { ...ociIndex(entry(IMAGES.arm64)), bytes, digest: sha256(bytes), size: bytes.length };
    const { docker, ours, list, sources, drafts } = await place("single/app", { index, amd64: IMAGES.amd64 });
    await succeed(ours("create", list, sources[0]));
    const arm64 = `${list.replace(/:1$/, "")}@${IMAGES.arm64.digest}`;
    await succeed(docker(["manifest", "annotate", "--variant", "v8", list, arm64]));
    await succeed(docker(["manifest", "create", "--insecure", "--amend", list, arm64, sources[1]]));
    assert.deepEqual(await members(drafts), [], "docker drops what it does not know");
    // By the index that it came from, which docker's file does not name.
    await succeed(ours("annotate", "--os-version", "1.2", list, sources[0]));
    await succeed(docker(["manifest", "annotate", "--os-features", "a", list, arm64]));
    await succeed(ours("push", list));
    const { body, manifests, annotations } = await published(list);
    assert.deepEqual(annotations, { "org.example.index": "mine" });
    const image = manifests.find(({ digest }) => digest === IMAGES.arm64.digest);
    assert.deepEqual(image.platform, { architecture: "arm64", os: "linux", variant: "v8", "os.version": "1.2", "os.features": ["a"] });
    assert.match(body, /"x-own": 1\.50/);
    assert.equal(manifests.length, 2);

    await succeed(docker(["manifest", "rm", list]));
    await succeed(docker(["manifest", "create", "--insecure", list, arm64]));
    await succeed(ours("push", list));
    assert.equal((await published(list)).annotations, undefined, "a list that docker makes anew has nothing of the one before");
  });

  test("a draft is edited as an index is, and docker reads, annotates and pushes what comes of it", async (context) => {
    if (!(await dockerVersion())) return context.skip("there is no docker");
    const { docker, ours, list, sources } = await place("edited/app");
    await succeed(ours("create", list, sources[0]));
    const edits = ["--add", sources[1], "--annotate", "index:org.example.title=a list", "--annotate", "linux/arm64:org.example.note=an image"];
    const dry = await succeed(ours("edit", "--draft", "--dry-run", ...edits, list));
    assert.match(dry, new RegExp(`^add linux/arm64 ${IMAGES.arm64.digest}$`, "m"));
    assert.equal(await succeed(ours("edit", "--draft", ...edits, list)), `Edited manifest list ${list}\n`);
    assert.equal(await succeed(docker(["manifest", "inspect", list])), await succeed(ours("inspect", list)));
    const arm64 = `${list.replace(/:1$/, "")}@${IMAGES.arm64.digest}`;
    await succeed(docker(["manifest", "annotate", "--variant", "v8", list, arm64]));
    await succeed(docker(["manifest", "push", "--insecure", list]));
    const theirs = (await published(list)).manifests.find(({ digest }) => digest === IMAGES.arm64.digest);
    assert.deepEqual([theirs.platform.variant, theirs.annotations], ["v8", undefined]);

    await succeed(ours("push", list));
    const { manifests, annotations } = await published(list);
    assert.deepEqual(annotations, { "org.example.title": "a list" });
    const image = manifests.find(({ digest }) => digest === IMAGES.arm64.digest);
    assert.deepEqual([image.annotations, image.platform.variant], [{ "org.example.note": "an image" }, "v8"]);
    assert.deepEqual(JSON.parse(await succeed(ours("edit", "--draft", "--json", "--remove", "linux/arm64/v8", list))).images.length, 2);
    const refused = await ours("edit", "--draft", "--expect", "none", list);
    assert.equal(refused.code, 125, refused.stderr);
  });

  test("entries keep the members that docker does not know, and indexes their own annotations", async () => {
    const listed = ociIndex(
      entry(IMAGES.arm64, { annotations: { "org.example.z": "<1>", "org.example.a": "2" } }), attestation(IMAGES.arm64));
    const text = listed.bytes.toString()
      .replace('"platform"', '"urls": [ "https://a.example/?b&c" ], "x-own" : 1.50, "artifactType": "a/b", "platform"')
      .replace('"manifests"', '"annotations": { "org.example.index": "both" }, "manifests"');
    const bytes = Buffer.from(text);
    const index = { ...listed, bytes, digest: sha256(bytes), size: bytes.length };
    const { ours, list, sources } = await place("members/app", { index, amd64: IMAGES.amd64 });
    await succeed(ours("create", list, ...sources));
    await succeed(ours("push", list));
    const { body, manifests, annotations } = await published(list);
    assert.deepEqual(annotations, { "org.example.index": "both" });
    const [arm64] = JSON.parse(text).manifests;
    assert.deepEqual(manifests.find(({ digest }) => digest === arm64.digest), arm64);
    assert.match(body, /"x-own": 1\.50/);
    assert.equal(manifests.length, 3);
  });

  test("images of another registry are copied, with their attestations", async () => {
    const { ours, list, sources } = await place("far/app", PUSHED, elsewhere);
    await succeed(ours("create", list, ...sources));
    const printed = await succeed(ours("push", list));
    assert.equal(printed.match(/^Pushed ref /gm).length, 4);
    const { manifests } = await published(list);
    for (const { digest } of manifests) {
      const child = JSON.parse(await skopeo(list.replace(/:1$/, `@${digest}`)));
      for (const layer of child.layers) assert.equal((await head(list, layer.digest)).status, 200);
    }
  });

  test("a tag that has moved adds its new images, and the ones before are removed", async () => {
    const { ours, list, sources } = await place("moved/app");
    await succeed(ours("create", list, ...sources));
    await succeed(ours("annotate", "--variant", "v8", list, sources[1]));
    const next = ociImage({ architecture: "arm64", text: "the next one" });
    await push(registry, "moved/app", "arm64", indexWithAttestations(next));
    const printed = JSON.parse(await succeed(ours("create", "--refresh", "--json", list, sources[0])));
    assert.deepEqual(printed.moved.map(({ reference, from }) => [reference, from]), [[sources[1], PUSHED.arm64.digest]]);
    const digests = printed.images.map(({ digest }) => digest);
    assert.ok(digests.includes(next.digest) && digests.includes(IMAGES.amd64.digest) && !digests.includes(IMAGES.arm64.digest));
    assert.equal(digests.length, 4);
    assert.equal(printed.images.find(({ digest }) => digest === next.digest).platform.variant, "v8");
  });

  const image = (name, variant) =>
    [{ architecture: name, os: "linux", ...(variant && { variant }) }, undefined];
  /** Images in the order of their files' names, then attestations in that order. */
  function expectedEntries(variant) {
    const sorted = [["amd64"], ["arm64", variant]].sort(([one], [other]) => (IMAGES[one].digest < IMAGES[other].digest ? -1 : 1));
    const statements = Object.values(IMAGES)
      .sort((one, other) => (attestation(one).image.digest < attestation(other).image.digest ? -1 : 1))
      .map(({ digest }) => [{ architecture: "unknown", os: "unknown" }, digest]);
    return [...sorted.map(([name, own]) => image(name, own)), ...statements];
  }
});

const base = (reference) => reference.replace(/^([^/]+)\/(.*)[:@].*$/, "http://$1/v2/$2");
const head = (list, digest) => fetch(`${base(list)}/blobs/${digest}`, { method: "HEAD" });
const blob = async (list, digest) => (await fetch(`${base(list)}/blobs/${digest}`)).json();

async function published(list) {
  const body = await skopeo(list);
  return { body, ...JSON.parse(body) };
}

const skopeo = (reference) => succeed(run("skopeo", ["inspect", "--raw", "--tls-verify=false", `docker://${reference}`]));

/** The drafts with a member that docker does not know. */
async function members(folder) {
  const files = await readdir(folder);
  const texts = await Promise.all(files.map((name) => readFile(`${folder}/${name}`, "utf8")));
  return texts.filter((text) => "Multiarch" in JSON.parse(text));
}

async function succeed(running) {
  const { code, stdout, stderr } = await running;
  assert.equal(code, 0, stderr);
  return stdout;
}
