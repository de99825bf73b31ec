/** `multiarch create` with targets and `multiarch imagetools`, against a registry in memory that is a server. */

import assert from "node:assert/strict";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { dockerImage, dockerList, indexWithAttestations, ociImage, pushAll } from "../../support/images.mjs";
import { multiarchHere as here } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const amd64 = indexWithAttestations(ociImage());
const arm64 = indexWithAttestations(ociImage({ architecture: "arm64" }));
let registry, server, app, folder;

before(async () => {
  registry = createMemoryRegistry();
  server = await serve(registry.fetch);
  app = `${new URL(server.url).host}/team/app`;
  folder = await scratch();
  await pushAll(registry.fetch, server.url, "team/app", "a", amd64);
  await pushAll(registry.fetch, server.url, "team/app", "b", arm64);
});
after(async () => {
  await server.close();
  await folder.remove();
});

/** What a tag of the repository points at. */
const stored = (tag) => {
  const { digest, bytes } = registry.manifest("team/app", tag);
  const text = new TextDecoder().decode(bytes);
  return { digest, text, size: bytes.length, json: JSON.parse(text) };
};

const hex = ({ digest }) => digest.slice("sha256:".length);
/** What a command prints that has to succeed. */
async function printed(args, options) {
  const { code, stdout, stderr } = await here(args, options);
  assert.equal(code, 0, stderr);
  return stdout;
}
async function failure(args, options) {
  const { code, stdout, stderr } = await here(args, options);
  assert.deepEqual([code, stdout], [1, ""], args.join(" "));
  return stderr;
}

describe("create with targets", () => {
  test("merges sources under every target, and prints a line for each", async () => {
    const lines = (await printed(["create", "-t", `${app}:1`, "-t", `${app}:latest`, `${app}:a`, `${app}:b`])).trim().split("\n");
    const { digest, json } = stored("1");
    assert.deepEqual(lines, [`${app}:1@${digest}`, `${app}:latest@${digest}`]);
    assert.equal(json.manifests.length, 4);
    assert.equal(stored("latest").digest, digest);
  });

  test("--push may stand there, digests alone are of the target's repository, and --json has digest and references at its top", async () => {
    const text = await printed(["create", "--push", "--json", "-t", `${app}:2`, `${app}@${amd64.digest}`, `@${arm64.digest}`]);
    const { digest, references, mediaType, size, images, steps, conflicts } = JSON.parse(text);
    assert.deepEqual([digest, references, size], [stored("2").digest, [`${app}:2@${digest}`], stored("2").size]);
    assert.match(mediaType, /image\.index/);
    const listed = stored("2").json.manifests.filter(({ annotations }) => !annotations);
    assert.deepEqual(images, listed, "without the attestations");
    assert.equal(images.length, 2);
    assert.deepEqual([steps, conflicts], [[`put ${digest} as ${app}:2`], []]);
  });

  test("takes a folder of digests, and writes what buildx writes with --metadata-file", async () => {
    await mkdir(folder.join("digests"));
    for (const image of [amd64, arm64]) await writeFile(folder.join("digests", hex(image)), "");
    const out = folder.join("out.json");
    await printed(["create", "-t", `${app}:3`, "--digests", folder.join("digests"), "--metadata-file", out]);
    const { digest, size } = stored("3");
    assert.deepEqual(JSON.parse(await readFile(out)), {
      "containerimage.descriptor": { mediaType: "application/vnd.oci.image.index.v1+json", digest, size },
      "image.name": `${app}:3`,
    });
    await printed(["create", "-t", `${new URL(server.url).host}/other/app:3`, "--digests", folder.join("digests"), "--image", app]);
    assert.equal(registry.manifest("other/app", "3").digest, digest);
  });

  test("takes targets and annotations of docker/metadata-action", async () => {
    const metadata = JSON.stringify({
      tags: [`${app}:m1`, `${app}:m2`], labels: { a: "b" },
      annotations: ["index:org.opencontainers.image.title=app", "manifest:org.opencontainers.image.title=app"],
    });
    const args = ["create", "--metadata", "env", ":a", ":b"];
    const { code, stderr } = await here(args, { env: { DOCKER_METADATA_OUTPUT_JSON: metadata } });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^note: 1 annotation is for manifests.*LEVELS=index/);
    for (const tag of ["m1", "m2"]) {
      assert.deepEqual(stored(tag).json.annotations, { "org.opencontainers.image.title": "app" });
    }
    await writeFile(folder.join("metadata.json"), metadata);
    await printed(["create", "-q", "--metadata", folder.join("metadata.json"), ":a", ":b"]);
  });

  test("takes descriptors and what a build has written", async () => {
    const single = ociImage({ architecture: "riscv64" });
    await pushAll(registry.fetch, server.url, "team/app", "riscv64", single);
    await writeFile(folder.join("one.json"), JSON.stringify({
      mediaType: single.mediaType, digest: single.digest, size: single.size, annotations: { "org.example.a": "b" },
    }));
    await writeFile(folder.join("two.json"), JSON.stringify({
      "containerimage.digest": amd64.digest, "containerimage.descriptor": { digest: amd64.digest }, "image.name": `${app}:a,${app}:z`,
    }));
    await printed(["create", "-t", `${app}:4`, "-f", folder.join("one.json"), "--file", folder.join("two.json")]);
    const { manifests } = stored("4").json;
    assert.deepEqual(manifests.map(({ platform }) => platform.architecture), ["riscv64", "amd64", "unknown"]);
    assert.deepEqual(manifests[0].annotations, { "org.example.a": "b" });
    // As Go writes a descriptor of which the digest alone is stated.
    await writeFile(folder.join("go.json"), JSON.stringify({ mediaType: "", digest: single.digest, size: 0, annotations: { "org.example.a": "b" } }));
    await printed(["create", "-t", `${app}:4go`, "-f", folder.join("go.json"), "--file", folder.join("two.json")]);
    assert.equal(stored("4go").digest, stored("4").digest);
  });

  test("a file that contradicts the image is refused, with what both state", async () => {
    const { digest, size, mediaType } = ociImage();
    await pushAll(registry.fetch, server.url, "team/app", "amd64", ociImage());
    const docker = "application/vnd.docker.distribution.manifest.v2+json";
    const wrong = { SIZE_MISMATCH: { size: size + 1 }, MEDIA_TYPE_MISMATCH: { mediaType: docker } };
    for (const [code, member] of Object.entries(wrong)) {
      await writeFile(folder.join("wrong.json"), JSON.stringify({ mediaType, digest, size, ...member }));
      const stderr = await failure(["create", "-t", `${app}:x`, "-f", folder.join("wrong.json")]);
      for (const part of [`[${code}]`, digest, ...Object.values(member), ...Object.keys(member).map((key) => ({ size, mediaType })[key])]) {
        assert.ok(stderr.includes(String(part)), `${part}: ${stderr}`);
      }
    }
    assert.equal(registry.manifest("team/app", "x"), undefined);
  });

  test("--append adds to what the target has, --dry-run tells what would be done", async () => {
    await printed(["create", "-t", `${app}:5`, ":a"]);
    const before = stored("5").digest;
    const plan = (await printed(["create", "--dry-run", "--append", "-t", `${app}:5`, ":b"])).trim().split("\n");
    assert.equal(stored("5").digest, before);
    await printed(["create", "--append", "-t", `${app}:5`, ":b"]);
    const { digest, json } = stored("5");
    assert.deepEqual(plan, [`put ${digest} as ${app}:5`, digest]);
    assert.equal(json.manifests.length, 4);
  });

  test("--prefer-index=false copies a single image as it is", async () => {
    const image = ociImage({ architecture: "s390x" });
    await pushAll(registry.fetch, server.url, "team/app", "s390x", image);
    assert.equal(await printed(["create", "--prefer-index=false", "-t", `${app}:6`, `${app}:s390x`]), `${app}:6@${image.digest}\n`);
    assert.equal(stored("6").digest, image.digest);
    const { mediaType, digest, size } = image;
    await writeFile(folder.join("single.json"), JSON.stringify({ mediaType, digest, size }));
    const named = [[":s390x"], [digest], [`@${digest}`], ["-f", folder.join("single.json")]];
    for (const [at, source] of named.entries()) {
      await printed(["create", "--prefer-index=false", "-t", `${app}:6${at}`, ...source]);
      assert.equal(stored(`6${at}`).digest, digest, source.join(" "));
    }
  });

  test("--prefer-index=false takes no flag that an image copied as it is would lose", async () => {
    const line = (flag, ...sources) => ["create", "--prefer-index=false", "-t", `${app}:x`, ...flag, ...sources];
    for (const flag of [["--annotation", "index:a=b"], ["--type", "docker"], ["--platform", "linux/s390x"], ["--order", "platform"]]) {
      const stderr = await failure(line(flag, ":s390x"));
      assert.ok(stderr.startsWith(`${flag[0]} is for an index, and --prefer-index=false copies ${app}:s390x as it is`), stderr);
    }
    const { mediaType, digest, size } = ociImage({ architecture: "s390x" });
    for (const member of [{ platform: { os: "linux", architecture: "s390x" } }, { annotations: { a: "b" } }]) {
      await writeFile(folder.join("entry.json"), JSON.stringify({ mediaType, digest, size, ...member }));
      const stderr = await failure(line(["-f", folder.join("entry.json")]));
      const [name] = Object.keys(member);
      assert.ok(stderr.startsWith(`the member "${name}" of the descriptor in --file is for an index, and --prefer-index=false copies ${app}@${digest} as it is`), stderr);
    }
    assert.equal(registry.manifest("team/app", "x"), undefined);
    await printed(line(["-f", folder.join("entry.json"), "--dry-run"], ":a"));
    await printed(line(["--annotation", "index:a=b", "--dry-run"], ":s390x", ":a"));
    await printed(line(["--annotation", "index:a=b", "--dry-run"], ":a"));
  });

  test("--platform, --no-attestations, --order and --on-duplicate", async () => {
    await printed(["create", "-t", `${app}:7`, ":a", ":b"]);
    await printed(["create", "-t", `${app}:8`, "--platform", "linux/arm64/v8", "--no-attestations", ":7"]);
    assert.equal(stored("8").json.manifests.length, 1);
    const sorted = [[":a", ":b"], [":b", ":a"]].map((sources) => printed(["create", "--order", "platform", "-t", `${app}:9`, ...sources]));
    const [one, other] = await Promise.all(sorted);
    assert.equal(one, other);
  });

  test("says what is wrong before anything is written", async () => {
    const count = registry.requests.length;
    await mkdir(folder.join("empty"));
    await mkdir(folder.join("odd"));
    await writeFile(folder.join("odd", "readme.txt"), "");
    await writeFile(folder.join("list.json"), "[]");
    // [arguments, what stderr says]
    const mistakes = [
      [["-t", `${app}:x`], /needs sources.*--digests/],
      [["-t", `${app}:x`, "--digests", folder.join("nowhere")], /cannot read .*nowhere: there is no such file/],
      [["-t", `${app}:x`, "--digests", folder.join("empty")], /empty holds no files named by digests.*\nhint: Let each build leave one: touch /],
      [["-t", `${app}:x`, "--digests", folder.join("list.json")], /cannot read .*list\.json: it is no folder/],
      [["-t", `${app}:x`, "--digests", folder.join("odd")], /odd holds readme\.txt, which is no digest/],
      [["-t", `${app}:x`, "-f", folder.join("list.json")], /list\.json is no JSON object/],
      [["--metadata", "env", ":a"], /\$DOCKER_METADATA_OUTPUT_JSON is not set/],
      [["-t", `${app}:x`, "--annotation", "org.example.a=b", ":a"], /cannot be set.*\nhint: Write index:KEY=VALUE/],
      [["-t", `${app}:X:y`, ":a"], /REFERENCE_INVALID/],
    ];
    for (const [args, expected] of mistakes) assert.match(await failure(["create", ...args]), expected, args.join(" "));
    assert.ok(!registry.requests.slice(count).some(({ method }) => method !== "GET" && method !== "HEAD"));
    for (const args of [["--digests", "d", "a", "b"], ["-t", `${app}:x`, "--amend", ":a"], ["--image", "x", "-t", `${app}:x`, ":a"]]) {
      assert.equal((await here(["create", ...args])).code, 125, args.join(" "));
    }
  });

  test("a file for the result that cannot be written is refused before anything is pushed", async () => {
    const count = registry.requests.length;
    for (const [words, file] of [[["create"], folder.join("nowhere", "out.json")], [["imagetools", "create"], folder.path]]) {
      assert.match(await failure([...words, "-t", `${app}:x`, "--metadata-file", file, ":a"]), /cannot write .*\[FILE_UNWRITABLE\]\nhint: /);
    }
    assert.deepEqual(registry.requests.slice(count), []);
    assert.deepEqual((await readdir(folder.path)).filter((name) => name.includes("unfinished")), []);
  });

  test("a target with another digest is refused, with both digests", async () => {
    const stderr = await failure(["create", "-t", `${app}@${arm64.digest}`, ":a"]);
    assert.match(stderr, new RegExp(`the target names the digest ${arm64.digest}, and what would be put there has ${amd64.digest} \\[DIGEST_MISMATCH\\]\nhint: Name the target by a tag`));
    assert.equal(await printed(["create", "-t", `${app}@${amd64.digest}`, ":a"]), `${app}@${amd64.digest}\n`);
  });

  test("two images for one platform are refused with both, and with the flag that decides", async () => {
    await pushAll(registry.fetch, server.url, "team/app", "other", ociImage({ architecture: "arm64", variant: "v8", text: "other" }));
    const stderr = await failure(["create", "-t", `${app}:x`, ":b", ":other"]);
    assert.match(stderr, /sha256:[0-9a-f]{64} of .*:b and sha256:[0-9a-f]{64} of .*:other are both for linux\/arm64/);
    assert.match(stderr, /hint: .*--on-duplicate/);
    await printed(["create", "-t", `${app}:10`, "--on-duplicate", "keep", ":b", ":other"]);
  });

  test("--expect refuses a tag that has moved on", async () => {
    await printed(["create", "-t", `${app}:11`, ":a"]);
    assert.match(await failure(["create", "-t", `${app}:11`, "--expect", "none", ":b"]), /PRECONDITION_FAILED/);
    await printed(["create", "-t", `${app}:11`, "--expect", stored("11").digest, ":b"]);
    await printed(["create", "-t", `${app}:12`, "--expect", "none", ":b"]);
  });
});

describe("imagetools", () => {
  test("create takes buildx's line", async () => {
    await printed(["imagetools", "create", "--builder", "b", "--progress=plain", "-t", `${app}:i1`, "--tag", `${app}:i2`, `${app}@${amd64.digest}`, `${app}@${arm64.digest}`]);
    assert.equal(stored("i1").digest, stored("i2").digest);
    const dry = await printed(["imagetools", "create", "--dry-run", "-t", `${app}:i1`, ":a", ":b"]);
    assert.equal(dry, `${stored("i1").text}\n`);
  });

  test("create --dry-run shows an index that has no name yet, and nothing else does without one", async () => {
    await printed(["imagetools", "create", "-t", `${app}:i3`, ":a", ":b"]);
    const count = registry.requests.length;
    assert.equal(await printed(["imagetools", "create", "--dry-run", `${app}:a`, ":b"]), `${stored("i3").text}\n`);
    assert.ok(registry.requests.slice(count).every(({ method }) => ["GET", "HEAD"].includes(method)));
    const nameless = [["--dry-run", ":a"], ["--dry-run", "--append", `${app}:a`], [`${app}:a`]];
    for (const args of nameless) assert.match(await failure(["imagetools", "create", ...args]), /needs a name: give it with -t/);
    assert.match(await failure(["create", "--metadata", "env", "--dry-run", `${app}:a`]), /is not set/);
  });

  test("create takes the flags that its hints name", async () => {
    await pushAll(registry.fetch, server.url, "team/app", "list", dockerList(dockerImage()));
    const annotate = ["imagetools", "create", "-t", `${app}:i4`, "--annotation", "index:a=b", ":list"];
    assert.match(await failure(annotate), /cannot hold annotations.*\nhint: .*--type oci/);
    await printed([...annotate, "--type", "oci"]);
    assert.deepEqual(stored("i4").json.annotations, { a: "b" });
    await pushAll(registry.fetch, server.url, "team/app", "rival", ociImage({ architecture: "arm64", text: "rival" }));
    const both = ["imagetools", "create", "-t", `${app}:i5`, ":b", ":rival"];
    assert.match(await failure(both), /hint: .*--on-duplicate/);
    await printed([...both, "--on-duplicate", "replace", "--no-attestations", "--order", "platform"]);
    assert.equal(stored("i5").json.manifests.length, 1);
  });

  test("inspect has buildx's layout and its usual templates", async () => {
    const { digest, text, json: { manifests: [image, attestation] } } = stored("a");
    assert.equal(await printed(["imagetools", "inspect", `${app}:a`]), [
      `Name:      ${app}:a`,
      "MediaType: application/vnd.oci.image.index.v1+json",
      `Digest:    ${digest}`,
      "           ",
      "Manifests: ",
      `  Name:        ${app}:a@${image.digest}`,
      "  MediaType:   application/vnd.oci.image.manifest.v1+json",
      "  Platform:    linux/amd64",
      "               ",
      `  Name:        ${app}:a@${attestation.digest}`,
      "  MediaType:   application/vnd.oci.image.manifest.v1+json",
      "  Platform:    unknown/unknown",
      "  Annotations: ",
      `    vnd.docker.reference.digest: ${image.digest}`,
      "    vnd.docker.reference.type:   attestation-manifest",
      "",
    ].join("\n"));
    assert.equal(await printed(["imagetools", "inspect", "--format", "{{.Name}} {{.Manifest.Digest}}", `${app}:a`]), `${app}:a ${digest}`);
    const manifest = JSON.parse(await printed(["imagetools", "inspect", "--format", "{{json .Manifest}}", `${app}:a`]));
    assert.deepEqual(Object.keys(manifest), ["schemaVersion", "mediaType", "digest", "size", "manifests"]);
    const configs = JSON.parse(await printed(["imagetools", "inspect", "--format", "{{ json .Image }}", `${app}:a`]));
    assert.equal(configs["linux/amd64"].architecture, "amd64");
    const all = JSON.parse(await printed(["imagetools", "inspect", "--format", "{{json .}}", `${app}:a`]));
    assert.deepEqual(all, { name: `${app}:a`, manifest, image: configs });
    assert.equal(await printed(["imagetools", "inspect", "--raw", `${app}:a`]), text);
    assert.match(await failure(["imagetools", "inspect", "--format", "{{range .X}}", `${app}:a`]), /template .* cannot be used/);
  });

  test("a word that it does not have is asked about", async () => {
    assert.match(await failure(["imagetools", "creat"]), /unknown command: multiarch imagetools creat\n\nDid you mean 'multiarch imagetools create'\?/);
  });
});
