/**
 * docs/ci.md: its workflows are YAML, and each of their lines runs in a shell, as does each step of our action. `npx` is the program
 * of this repository, registries are one in memory, and the services of GitHub and docker are played by the test.
 */

import assert from "node:assert/strict";
import { chmod, cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { serve } from "../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../pkg/testing/index.js";
import { parseAllDocuments } from "../../pkg/vendor/yaml.js";
import { checkout, metadata as described } from "../support/action.mjs";
import { indexWithAttestations, ociImage, pushAll } from "../support/images.mjs";
import { BIN, run } from "../support/run.mjs";

const ROOT = new URL("../../", import.meta.url);
const TEXT = await readFile(new URL("docs/ci.md", ROOT), "utf8");
const blocksOf = (language) => [...TEXT.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, block]) => block);
const parsed = (text) => {
  const [document] = parseAllDocuments(text);
  assert.deepEqual(document.errors, [], text);
  return document.toJS();
};
const WORKFLOWS = blocksOf("yaml").map(parsed);
const BUILDS = { "linux/amd64": indexWithAttestations(ociImage()), "linux/arm64": indexWithAttestations(ociImage({ architecture: "arm64" })) };
const SHA = "0123456789abcdef0123456789abcdef01234567";

let action, registry, server, host, image;
before(async () => {
  action = await checkout();
  registry = createMemoryRegistry({ auth: { type: "basic", users: { ada: "secret" }, anonymous: ["pull", "push"] } });
  server = await serve(registry.fetch);
  ({ host } = new URL(server.url));
  image = `${host}/ada/app`;
  await mkdir(action.join("bin"));
  await writeFile(action.join("bin/npx"), `#!/bin/sh\ntest "$1" = multiarch || exit 127\nshift\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  await chmod(action.join("bin/npx"), 0o755);
});
after(() => Promise.all([server.close(), action.remove()]));

/** Runs a script as a CI system does, in the workspace; registries of the example are ours. */
async function shell(script, env = {}) {
  const variables = {
    PATH: `${action.join("bin")}:${process.env.PATH}`, DOCKER_CONFIG: action.join("docker"), IMAGE: image, GITHUB_SHA: SHA,
    DOCKER_METADATA_OUTPUT_JSON: metadata(), GITHUB_OUTPUT: action.join("output"), ...env,
  };
  const { code, stdout, stderr } = await run("bash", ["-euo", "pipefail", "-c", script.replaceAll("docker.io/", `${host}/`)], { cwd: action.join("workspace"), env: variables });
  assert.equal(code, 0, `${script}: ${stderr}${stdout}`);
  return stdout;
}

/** What docker/metadata-action answers. */
const metadata = (version = "1.2.3") => JSON.stringify({ tags: [`${image}:${version}`, `${image}:sha-0123456`], labels: {}, annotations: ["index:org.opencontainers.image.title=app"] });

/** The value of GitHub's `${{ }}` in a text. */
function expanded(text, more = {}) {
  const known = { "github.repository": "ada/app", "github.actor": "ada", "github.token": "secret", "github.sha": SHA, "env.IMAGE": image, ...more };
  return String(text).replaceAll("ghcr.io", host).replace(/\$\{\{ *(.*?) *\}\}/g, (whole, name) => {
    assert.ok(name in known, whole);
    return known[name];
  });
}

/** What steps of others do, as far as the steps behind them see it. */
const SERVICES = ["docker/setup-buildx-action", "docker/login-action", "docker/build-push-action", "docker/metadata-action", "actions/upload-artifact", "actions/download-artifact", "actions/checkout"];

/** Runs the steps of a job in their order. @returns the outputs of our action */
async function steps(list, values = {}) {
  let outputs;
  for (const { uses, with: inputs = {}, env = {}, run: script } of list) {
    const [name] = (uses ?? "").split("@");
    if (name === "multiarch/multiarch") {
      const given = Object.entries(inputs).map(([key, value]) => [key, expanded(value, values)]);
      const step = await action.run(Object.fromEntries(given));
      assert.equal(step.code, 0, step.log);
      outputs = step.outputs;
      for (const [output, value] of Object.entries(outputs)) values[`steps.index.outputs.${output}`] = value;
    } else if (script !== undefined) {
      await shell(expanded(script, values), Object.fromEntries(Object.entries(env).map(([key, value]) => [key, expanded(value, values)])));
    } else {
      assert.ok(SERVICES.includes(name), `${uses} is no step that a test plays`);
    }
  }
  return outputs;
}

async function pushed(tags) {
  for (const [platform, build] of Object.entries(BUILDS)) {
    for (const tag of tags) await pushAll(registry.fetch, server.url, "ada/app", tag && `${tag}-${platform.slice("linux/".length)}`, build);
  }
}

/** The platforms of what a tag points at. */
function platformsOf(tag) {
  const { bytes } = registry.manifest("ada/app", tag);
  return JSON.parse(Buffer.from(bytes)).manifests.map(({ platform }) => platform.architecture).filter((name) => name !== "unknown").sort();
}

test("GitHub: a matrix builds, and a job merges by digest", async () => {
  const { jobs } = WORKFLOWS.find((one) => one.jobs?.merge);
  await pushed([undefined]);
  for (const row of jobs.build.strategy.matrix.include) {
    await rm(action.join("workspace/digests"), { recursive: true, force: true });
    await steps(jobs.build.steps, { "matrix.platform": row.platform, "matrix.runner": row.runner, "steps.build.outputs.digest": BUILDS[row.platform].digest });
    await cp(action.join("workspace/digests"), action.join("artifact"), { recursive: true });
  }
  assert.equal((await readdir(action.join("artifact"))).length, 2);
  await cp(action.join("artifact"), action.join("workspace/digests"), { recursive: true });
  await steps(jobs.merge.steps);
  for (const tag of ["1.2.3", "sha-0123456"]) assert.deepEqual(platformsOf(tag), ["amd64", "arm64"]);
});

test("GitHub: steps with the action", async () => {
  const own = WORKFLOWS.filter((one) => Array.isArray(one) && one.some(({ uses }) => uses?.startsWith("multiarch/")));
  assert.equal(own.length, 2);
  await pushed([SHA]);
  for (const list of own) {
    const { references } = await steps(list, { "steps.meta.outputs.json": metadata("1.3.0") });
    for (const reference of references.split("\n")) assert.deepEqual(platformsOf(reference.split("@")[0].slice(image.length + 1)), ["amd64", "arm64"]);
  }
});

test("GitHub: lines for a step", async () => {
  const lines = WORKFLOWS.filter((one) => Array.isArray(one) && one.every((step) => step.run));
  assert.equal(lines.length, 2);
  for (const list of lines) await steps(list);
  assert.deepEqual(platformsOf("latest"), ["amd64", "arm64"]);
  assert.match(await readFile(action.join("output"), "utf8"), /^digest=sha256:[0-9a-f]{64}\n$/m);
  const [diff] = blocksOf("diff");
  await shell(`cd digests; ${diff.split("\n").find((line) => line.startsWith("+")).slice(1)}`);
  const pinned = `FROM ${image}@${registry.manifest("ada/app", "latest").digest}\n`;
  await writeFile(action.join("workspace/Dockerfile"), pinned);
  await writeFile(action.join("workspace/compose.yaml"), `services: { app: { image: "${pinned.slice("FROM ".length).trim()}" } }\n`);
  await steps(WORKFLOWS.find((one) => one.jobs?.pins).jobs.pins.steps);
});

test("GitLab", async () => {
  const variables = { CI_REGISTRY: host, CI_REGISTRY_USER: "ada", CI_REGISTRY_PASSWORD: "secret", CI_REGISTRY_IMAGE: image, CI_COMMIT_TAG: "3.0" };
  await pushed(["3.0"]);
  await shell(WORKFLOWS.find((one) => one.merge).merge.script.join("\n"), variables);
  assert.deepEqual(platformsOf("3.0"), ["amd64", "arm64"]);
  for (const [platform, { digest }] of Object.entries(BUILDS)) {
    const built = { "containerimage.digest": digest, "containerimage.descriptor": { digest }, "image.name": image };
    await writeFile(action.join("workspace", `${platform.slice("linux/".length)}.json`), JSON.stringify(built));
  }
  const script = WORKFLOWS.find((one) => Array.isArray(one) && typeof one[0] === "string");
  await shell(script.join("\n"), { ...variables, CI_COMMIT_TAG: "3.1" });
  assert.deepEqual(platformsOf("3.1"), ["amd64", "arm64"]);
});

test("Make and Jenkins", async () => {
  const [[makefile], [groovy]] = [blocksOf("make"), blocksOf("groovy")];
  await writeFile(action.join("workspace/Makefile"), makefile);
  await pushed(["4.0", "5.0"]);
  await shell(`make merge IMAGE=${image} TAG=4.0`);
  const [, line] = /^sh '(.*)'$/m.exec(groovy);
  await shell(line, { TAG: "5.0" });
  for (const tag of ["4.0", "5.0"]) assert.deepEqual(platformsOf(tag), ["amd64", "arm64"]);
});

test("the action is named by the repository that package.json names", async () => {
  const { repository } = JSON.parse(await readFile(new URL("pkg/package.json", ROOT), "utf8"));
  const [, name] = /github\.com\/(.+)\.git$/.exec(repository.url);
  const texts = [TEXT, await readFile(new URL("README.md", ROOT), "utf8")];
  const uses = texts.flatMap((text) => [...text.matchAll(/uses: ([\w-]*multiarch[\w-]*\/[^\s@`]+)@/g)].map(([, used]) => used));
  assert.ok(uses.length >= 3);
  assert.deepEqual([...new Set(uses)], [name]);
});

test("workflows of this repository are YAML, and a release has the file that action.yml names", async () => {
  const folder = new URL(".github/workflows/", ROOT);
  const workflows = await Promise.all((await readdir(folder)).map((name) => readFile(new URL(name, folder), "utf8")));
  for (const text of workflows) assert.ok(parsed(text).jobs);
  const publish = parsed(workflows.find((text) => text.includes("npm publish")));
  const lines = publish.jobs.tag.steps.map((step) => step.run ?? "").join("\n");
  assert.ok(lines.includes(`git add --force ${described.runs.main} pkg/THIRD-PARTY-NOTICES\n`));
  assert.deepEqual(publish.jobs.publish.permissions, { contents: "read", "id-token": "write" });
});
