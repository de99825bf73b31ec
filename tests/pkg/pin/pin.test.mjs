/** References in build and deployment files: pinned, renewed, unpinned, and the rest of the text as it was. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { pin } from "multiarch";

const OLD = `sha256:${"a".repeat(64)}`;
const NEW = `sha256:${"b".repeat(64)}`;

/** Digests as one letter, which a table can hold. */
const shown = (text) => text.replaceAll(OLD, "OLD").replaceAll(NEW, "NEW");
const written = (text) => text.replaceAll("OLD", OLD).replaceAll("NEW", NEW);

async function pinned(name, text, mode = "pin") {
  const asked = [];
  const resolve = async (reference) => {
    asked.push(reference);
    return mode === "update" ? NEW : OLD;
  };
  const { text: result, changes, skipped } = await pin(written(text), { name, mode, resolve });
  return { text: shown(result), asked, changes, skipped };
}

/** name, text, text when pinned. What is unpinned again is the text, unless a tag had to be added. */
const TEXTS = [
  ["Dockerfile", "FROM alpine:3.20\n", "FROM alpine:3.20@OLD\n"],
  ["Dockerfile", "from  alpine:3.20  as x # y\r\nrun true\r\n", "from  alpine:3.20@OLD  as x # y\r\nrun true\r\n"],
  ["Dockerfile", "\uFEFFFROM alpine:3.20", "\uFEFFFROM alpine:3.20@OLD"],
  ["Dockerfile", "FROM --platform=$BUILDPLATFORM ghcr.io:443/a/b:1 AS x\nFROM x\nFROM X AS y\n", "FROM --platform=$BUILDPLATFORM ghcr.io:443/a/b:1@OLD AS x\nFROM x\nFROM X AS y\n"],
  ["Dockerfile", "FROM scratch\nCOPY --from=0 a b\n", "FROM scratch\nCOPY --from=0 a b\n"],
  ["Dockerfile", "FROM a:1 AS x\nCOPY --from=y /a /b\nCOPY --link --from=nginx:1 /a /b\nFROM b:1 AS y\n", "FROM a:1@OLD AS x\nCOPY --from=y /a /b\nCOPY --link --from=nginx:1@OLD /a /b\nFROM b:1@OLD AS y\n"],
  ["Dockerfile", "FROM a:1\nRUN --mount=type=bind,from=b:1,target=/x \\\n  --mount=type=cache,target=/y true\n", "FROM a:1@OLD\nRUN --mount=type=bind,from=b:1@OLD,target=/x \\\n  --mount=type=cache,target=/y true\n"],
  ["Dockerfile", "FROM a:1\nONBUILD COPY --from=b:1 x y\n", "FROM a:1@OLD\nONBUILD COPY --from=b:1@OLD x y\n"],
  ["Dockerfile", "FROM \\\n # a comment\n  a:1 \\\n\n  AS x\n", "FROM \\\n # a comment\n  a:1@OLD \\\n\n  AS x\n"],
  ["Dockerfile", "# escape=`\nFROM `\n  a:1\n", "# escape=`\nFROM `\n  a:1@OLD\n"],
  ["Dockerfile", "# syntax = docker/dockerfile:1\nFROM a:1\n# syntax=b:1\n", "# syntax = docker/dockerfile:1@OLD\nFROM a:1@OLD\n# syntax=b:1\n"],
  ["Dockerfile", "FROM a:1\nRUN <<A cat <<-'B'\nFROM no:1\nA\nFROM no:2\n\tB\nFROM b:1\n", "FROM a:1@OLD\nRUN <<A cat <<-'B'\nFROM no:1\nA\nFROM no:2\n\tB\nFROM b:1@OLD\n"],
  ["Dockerfile", "ARG BASE=a:1\nFROM ${BASE}\nFROM $BASE\n", "ARG BASE=a:1@OLD\nFROM ${BASE}\nFROM $BASE\n"],
  ["Dockerfile", "ARG R=ghcr.io V='1'\nARG I=$R/a:$V\nFROM ${I}\n", "ARG R=ghcr.io V='1@OLD'\nARG I=$R/a:$V\nFROM ${I}\n"],
  ["Dockerfile", "ARG V=1\nFROM a:${V}-slim\n", "ARG V=1\nFROM a:${V}-slim@OLD\n"],
  ["Dockerfile", "FROM ${X:-a:1}\nFROM b:${Y-2}\n", "FROM ${X:-a:1@OLD}\nFROM b:${Y-2@OLD}\n"],
  ["build/app.Dockerfile", "FROM a:1\n", "FROM a:1@OLD\n"],
  ["Containerfile.dev", "FROM a:1\n", "FROM a:1@OLD\n"],
  ["compose.yaml", "services:\n  a: {image: 'a:1'}  # c\n  b:\n    image: \"b:1\"\n", "services:\n  a: {image: 'a:1@OLD'}  # c\n  b:\n    image: \"b:1@OLD\"\n"],
  ["docker-compose.prod.yml", "x: &x\n  image: a:1\nservices:\n  a: *x\n  b: {<<: *x}\n  c: {<<: [*x, {image: b:1}]}\n", "x: &x\n  image: a:1@OLD\nservices:\n  a: *x\n  b: {<<: *x}\n  c: {<<: [*x, {image: b:1}]}\n"],
  ["compose.yaml", "services:\n  a:\n    image: ${I:-a:1}\n    # image: no:1\n", "services:\n  a:\n    image: ${I:-a:1@OLD}\n    # image: no:1\n"],
  ["compose.yaml", "services:\n  a:\n    build: {additional_contexts: {b: docker-image://b:1, c: ../c}}\n", "services:\n  a:\n    build: {additional_contexts: {b: docker-image://b:1@OLD, c: ../c}}\n"],
  ["compose.yaml", "services:\n  a:\n    build:\n      additional_contexts: [b=docker-image://b:1]\n", "services:\n  a:\n    build:\n      additional_contexts: [b=docker-image://b:1@OLD]\n"],
  ["pod.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  initContainers: [{image: a:1}]\n  containers:\n  - image: &i b:1\n  - image: *i\n  volumes: [{image: {reference: c:1}}]\n", "apiVersion: v1\nkind: Pod\nspec:\n  initContainers: [{image: a:1@OLD}]\n  containers:\n  - image: &i b:1@OLD\n  - image: *i\n  volumes: [{image: {reference: c:1@OLD}}]\n"],
  ["all.yaml", "---\napiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1}]}\n---\napiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{image: b:1}]}}}}}\n...\n", "---\napiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1@OLD}]}\n---\napiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{image: b:1@OLD}]}}}}}\n...\n"],
  ["kustomization.yaml", "images:\n- name: a\n  newTag: \"1.20\" # t\n- newTag: v2\n  name: b\n  newName: c/b\n", "images:\n- name: a\n  newTag: \"1.20\" # t\n  digest: OLD\n- newTag: v2\n  digest: OLD\n  name: b\n  newName: c/b\n"],
  ["kustomization.yaml", "images: [{name: a, newTag: v1}]", "images: [{name: a, newTag: v1, digest: OLD}]"],
  ["kustomization.yml", "images:\r\n  - name: a\r\n    newTag: 1.20", "images:\r\n  - name: a\r\n    newTag: 1.20\r\n    digest: OLD"],
  [".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    container: a:1\n    services: {b: {image: b:1}}\n    steps:\n    - uses: actions/checkout@v4\n    - uses: docker://c:1\n  b: {container: {image: d:1}}\n", "on: push\njobs:\n  a:\n    container: a:1@OLD\n    services: {b: {image: b:1@OLD}}\n    steps:\n    - uses: actions/checkout@v4\n    - uses: docker://c:1@OLD\n  b: {container: {image: d:1@OLD}}\n"],
  ["action.yml", "name: x\nruns: {using: docker, image: 'docker://a:1'}\n", "name: x\nruns: {using: docker, image: 'docker://a:1@OLD'}\n"],
  [".gitlab-ci.yml", "image: a:1\ndefault: {image: {name: b:1}}\nj:\n  image: c:1\n  services: [d:1, {name: e:1, alias: e}]\n", "image: a:1@OLD\ndefault: {image: {name: b:1@OLD}}\nj:\n  image: c:1@OLD\n  services: [d:1@OLD, {name: e:1@OLD, alias: e}]\n"],
  [".devcontainer/devcontainer.json", "// \"image\": \"no:1\"\n{\n  /* x */ \"image\": \"a:1\", // y\n  \"build\": { \"image\": \"no:2\" },\n}\n", "// \"image\": \"no:1\"\n{\n  /* x */ \"image\": \"a:1@OLD\", // y\n  \"build\": { \"image\": \"no:2\" },\n}\n"],
];

/** name, text, text when pinned: a reference without a tag gets the one that it means. */
const UNTAGGED = [
  ["Dockerfile", "FROM localhost:5000/a\n", "FROM localhost:5000/a:latest@OLD\n"],
  ["compose.yaml", "services: {a: {image: a}}\n", "services: {a: {image: a:latest@OLD}}\n"],
];

describe("tags become digests", () => {
  for (const [name, text, expected] of [...TEXTS, ...UNTAGGED]) {
    test(`${name}: ${JSON.stringify(text)}`, async () => {
      assert.equal((await pinned(name, text)).text, expected);
      const again = await pinned(name, expected);
      assert.deepEqual([again.text, again.changes, again.asked], [expected, [], []], "what is pinned stays, and asks for nothing");
      assert.equal((await pinned(name, expected, "update")).text, expected.replaceAll("OLD", "NEW"));
      const open = await pinned(name, text, "check");
      assert.deepEqual([open.text, open.asked, open.changes.length > 0], [text, [], text !== expected]);
      assert.deepEqual((await pinned(name, expected, "check")).changes, []);
    });
  }

  for (const [name, text, expected] of TEXTS) {
    test(`${name}: ${JSON.stringify(text)} comes back`, async () => {
      assert.equal((await pinned(name, expected, "unpin")).text, text);
    });
  }
});

/** name, text, the reference that stays, why. */
const SKIPPED = [
  ["Dockerfile", "FROM ${X}\n", "${X}", /X has no value/],
  ["Dockerfile", "ARG V\nFROM a:$V\n", "a:$V", /V has no value/],
  ["Dockerfile", "FROM a:1\nCOPY --from=$X a b\n", "$X", /X has no value/],
  ["Dockerfile", "ARG V=1\nFROM a:$V\nARG V\nRUN install $V\n", "a:1", /V is used in a stage/],
  ["Dockerfile", "ARG V=1\nFROM a:$V\nFROM b:$V\n", "b:1", /same value as a:1/],
  ["Dockerfile", "ARG V=1\nFROM a:$V\nFROM b:$V-slim\n", "a:1", /within another reference/],
  ["Dockerfile", "ARG V=1\nFROM a:${V%.*}\n", "a:${V%.*}", /not followed/],
  ["Dockerfile", "FROM A:1\n", "A:1", /lowercase/],
  ["compose.yaml", "services: {a: {build: ., image: me:1}}\n", "me:1", /builds/],
  ["compose.yaml", "services: {a: {image: 'a:$V'}}\n", "a:$V", /V has no value/],
  ["compose.yaml", "services: {a: {image: \"a:\\u0031\"}}\n", "a:1", /escapes/],
  ["pod.yaml", "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: \"a:{{ .V }}\"}]}\n", "a:{{ .V }}", /variable/],
  ["kustomization.yaml", "images: [{name: a, newName: b}]\n", "b", /newTag/],
  [".github/workflows/ci.yml", "on: push\njobs: {a: {container: 'a:${{ x }}'}}\n", "a:${{ x }}", /variable/],
  [".gitlab-ci.yml", "image: $CI_REGISTRY_IMAGE:1\n", "$CI_REGISTRY_IMAGE:1", /variable/],
  ["devcontainer.json", "{\"image\": \"${localEnv:X}\"}", "${localEnv:X}", /variable/],
];

describe("what cannot be rewritten safely stays, and is named", () => {
  for (const [name, text, reference, reason] of SKIPPED) {
    test(`${name}: ${JSON.stringify(text)}`, async () => {
      const { skipped } = await pinned(name, text);
      const one = skipped.find((found) => found.reference === reference);
      assert.match(one?.reason ?? JSON.stringify(skipped), reason);
      assert.ok(one.line >= 1 && one.line <= text.split("\n").length);
    });
  }
});

test("changes name their lines, and each reference is resolved once", async () => {
  const { asked, changes } = await pinned("Dockerfile", "FROM a:1\n\nFROM b:1@OLD\nFROM a:1\n");
  assert.deepEqual(asked, ["a:1"]);
  assert.deepEqual(changes.map(({ line, from, to }) => [line, from, shown(to)]), [[1, "a:1", "a:1@OLD"], [4, "a:1", "a:1@OLD"]]);
});

test("a digest without a tag was chosen by its digest", async () => {
  for (const mode of ["pin", "update", "unpin", "check"]) {
    assert.equal((await pinned("Dockerfile", "FROM a@OLD\n", mode)).text, "FROM a@OLD\n", mode);
  }
});

test("the kind follows from the name, then from the text, then from the option", async () => {
  const resolve = () => OLD;
  const kindless = "services: {a: {image: a:1}}\n";
  assert.match((await pin(kindless, { resolve })).text, /@sha256/);
  assert.match((await pin("FROM a:1", { resolve })).text, /@sha256/);
  assert.match((await pin(kindless, { name: "C:\\x\\stack.yml", kind: "compose", resolve })).text, /@sha256/);
  for (const [text, options] of [["x", { resolve }], ["FROM a:1", { name: "README.md", resolve }], ["FROM a:1", { kind: "make", resolve }]]) {
    await assert.rejects(pin(text, options), { code: "OPTION_INVALID" });
  }
});

test("what is no text of its kind, and what no digest comes of, changes nothing", async () => {
  const resolve = () => "sha256:x";
  await assert.rejects(pin("FROM a:1", { resolve }), { code: "DIGEST_INVALID", reference: "a:1" });
  await assert.rejects(pin("FROM a:1", {}), { code: "OPTION_INVALID" });
  await assert.rejects(pin("FROM a:1", { mode: "fix" }), { code: "OPTION_INVALID" });
  await assert.rejects(pin(1, { resolve }), { code: "OPTION_INVALID" });
  await assert.rejects(pin("FROM a:1", { resolve: () => { throw new Error("no network"); } }), { message: "no network" });
  for (const text of ["a: [", "a: b: c", "[".repeat(100_000), "%YAML 1.2\n---\n\t- a"]) {
    await assert.rejects(pin(text, { kind: "compose", resolve }), { code: "OPTION_INVALID" }, text.slice(0, 20));
  }
});

test("hostile texts take no longer than their length lets expect", async () => {
  const aliases = Array.from({ length: 60 }, (_, at) => `a${at}: &a${at} [*a${at - 1}, *a${at - 1}]`).join("\n").replaceAll("*a-1", "x");
  const itself = "apiVersion: v1\nkind: &k x\nspec: &s\n  <<: *s\n  self: *s\n  containers: [{image: a:1}]\n";
  const texts = [
    ["devcontainer", "/*".repeat(1e6)], ["devcontainer", "\"".repeat(1e6)], ["dockerfile", `FROM ${"${A-".repeat(1e5)}`],
    ["dockerfile", `FROM ${"$".repeat(1e6)}`], ["dockerfile", "RUN <<A\n".repeat(1e4)], ["dockerfile", "FROM a \\\n".repeat(1e5)],
    ["kubernetes", aliases], ["kubernetes", itself],
  ];
  for (const [kind, text] of texts) await pin(text, { kind, mode: "check" });
});
