/** The GitHub Action as the runner starts it, against a registry in memory that is a server. */

import assert from "node:assert/strict";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { serve } from "../../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../../pkg/testing/index.js";
import { checkout, metadata } from "../../../support/action.mjs";
import { assertNowhere, canary } from "../../../support/canary.mjs";
import { indexWithAttestations, ociImage, ociIndex, pushAll } from "../../../support/images.mjs";
import { multiarchHere } from "../../../support/run.mjs";
import { assertValid } from "../../../support/schemas.mjs";

const amd64 = indexWithAttestations(ociImage());
const arm64 = indexWithAttestations(ociImage({ architecture: "arm64" }));
const hex = ({ digest }) => digest.slice("sha256:".length);
const login = { username: "ada", password: canary() };

let action, registry, server, app, guarded;
before(async () => {
  action = await checkout();
  registry = createMemoryRegistry();
  server = await serve(registry.fetch);
  app = `${new URL(server.url).host}/team/app`;
  for (const [tag, image] of Object.entries({ a: amd64, b: arm64 })) await pushAll(registry.fetch, server.url, "team/app", tag, image);
  const locked = createMemoryRegistry({ auth: { type: "basic", users: { [login.username]: login.password } } });
  guarded = { registry: locked, server: await serve(locked.fetch) };
  const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  const fetch = (url, init) => locked.fetch(url, { ...init, headers: { ...init?.headers, authorization } });
  await pushAll(fetch, guarded.server.url, "team/app", "a", amd64);
});
after(async () => {
  await Promise.all([server.close(), guarded.server.close()]);
  await action.remove();
});

const stored = (tag) => registry.manifest("team/app", tag);
/** The lines that the runner shows to all readers. */
const annotations = ({ commands }) => commands.filter(({ word }) => ["error", "warning", "notice"].includes(word));

async function succeeds(inputs, options) {
  const step = await action.run(inputs, options);
  assert.equal(step.code, 0, step.log);
  assert.deepEqual(step.commands.filter(({ word }) => word === "error"), []);
  return step;
}

/** A step that fails with one error, and leaves no output. @returns its text */
async function fails(inputs, options) {
  const { code, commands, outputs, summary, log } = await action.run(inputs, options);
  const errors = commands.filter(({ word }) => word === "error");
  assert.deepEqual([code > 0, errors.length, outputs, summary], [true, 1, {}, ""], log);
  assert.doesNotMatch(log, /\n {4}at /, "no stack");
  return `${errors[0].title}: ${errors[0].text}`;
}

describe("what it makes", () => {
  test("is what the command line makes, under every tag", async () => {
    const { outputs, summary, log } = await succeeds({ tags: `${app}:1\n${app}:latest`, images: `${app}:a\n${app}:b` });
    const { digest } = stored("1");
    assert.equal(stored("latest").digest, digest);
    await multiarchHere(["create", "-t", `${app}:cli`, `${app}:a`, `${app}:b`]);
    assert.equal(stored("cli").digest, digest);
    assert.deepEqual([outputs.digest, outputs.references.split("\n")], [digest, [`${app}:1@${digest}`, `${app}:latest@${digest}`]]);
    assertValid("published", outputs.json);
    assert.deepEqual(Object.keys(outputs), Object.keys(metadata.outputs));
    assert.equal(log, `${app}:1@${digest}\n${app}:latest@${digest}\n`);
    assert.match(summary, /^### Pushed <code>sha256:/);
    for (const platform of ["linux/amd64", "linux/arm64"]) assert.match(summary, new RegExp(`^\\| <code>${platform}</code> \\| <code>sha256:`, "m"));
  });

  test("comes from a folder of digests and the JSON of docker/metadata-action", async () => {
    await mkdir(action.join("workspace/digests"));
    for (const image of [amd64, arm64]) await writeFile(action.join("workspace/digests", hex(image)), "");
    const tags = [`${app}:2.0`, `${app}:2`];
    const json = JSON.stringify({ tags, labels: {}, annotations: ["index:org.opencontainers.image.title=app", "manifest:a=b"] }, null, 2);
    const step = await succeeds({ digests: "digests", metadata: json });
    for (const tag of ["2.0", "2"]) assert.equal(stored(tag).digest, step.outputs.digest);
    assert.deepEqual(JSON.parse(Buffer.from(stored("2").bytes)).annotations, { "org.opencontainers.image.title": "app" });
    assert.match(annotations(step)[0].text, /1 annotation is for manifests/);
  });

  test("comes from digests as text, with an image or without", async () => {
    const want = stored("1").digest;
    const digests = `${amd64.digest}\n${arm64.digest}\n`;
    for (const inputs of [{ digests }, { digests, image: app }, { digests: digests.replace(/^/gm, `${app}@`).replace(/\n.*@$/, "") }]) {
      assert.equal((await succeeds({ tags: `${app}:3`, ...inputs })).outputs.digest, want);
    }
  });

  test("follows every other input", async () => {
    const built = JSON.stringify({ "containerimage.digest": arm64.digest, "containerimage.descriptor": { digest: arm64.digest }, "image.name": `${app}:b` });
    await writeFile(action.join("workspace/b.json"), built);
    const inputs = {
      tags: `${app}:4`, images: `${app}:a`, files: "b.json", platforms: "linux/arm64", attestations: "false", type: "oci", order: "platform",
      "on-duplicate": "keep", annotations: "index:a=b, c\nindex:d=e", expect: "none",
    };
    const dry = await succeeds({ ...inputs, "dry-run": "true" });
    assert.equal(stored("4"), undefined);
    assert.match(dry.summary, /^### Would push/);
    const { outputs } = await succeeds(inputs);
    assert.equal(outputs.digest, dry.outputs.digest);
    const { manifests, annotations: made } = JSON.parse(Buffer.from(stored("4").bytes));
    assert.deepEqual([manifests.map(({ platform }) => platform.architecture), made], [["arm64"], { a: "b, c", d: "e" }]);
    await succeeds({ tags: `${app}:4`, images: `${app}:a`, append: "True" });
    assert.equal(JSON.parse(Buffer.from(stored("4").bytes)).manifests.length, 3);
  });

  test("works with every Node that the package supports, and without the runner's files", async () => {
    const inputs = { tags: `${app}:5`, images: `${app}:a` };
    const { digest } = (await succeeds(inputs, { node: process.execPath })).outputs;
    assert.equal(stored("5").digest, digest);
    const { outputs, summary } = await succeeds(inputs, { env: { GITHUB_OUTPUT: "", GITHUB_STEP_SUMMARY: "" } });
    assert.deepEqual([outputs, summary], [{}, ""]);
  });
});

describe("a login", () => {
  const inputs = () => {
    const host = new URL(guarded.server.url).host;
    return { tags: `${host}/team/app:1`, images: `${host}/team/app:a`, registry: host };
  };

  test("comes from inputs, is masked and stored nowhere", async () => {
    const { commands, outputs, summary, log } = await succeeds({ ...inputs(), ...login });
    const masked = commands.filter(({ word }) => word === "add-mask").map(({ text }) => text);
    assert.deepEqual(masked, [login.password, Buffer.from(`${login.username}:${login.password}`).toString("base64")]);
    assertNowhere(login.password, outputs, summary, log.split("\n").filter((line) => !line.startsWith("::add-mask::")).join("\n"));
    assert.equal(guarded.registry.manifest("team/app", "1").digest, outputs.digest);
    await assert.rejects(stat(action.join(".docker")), { code: "ENOENT" });
  });

  test("stands beside those of the environment", async () => {
    const { registry: host, ...rest } = inputs();
    const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: { auth } } }) };
    await succeeds(rest, { env });
    await succeeds({ ...rest, registry: "elsewhere.example", username: "eve", password: "other" }, { env });
  });

  test("that is wrong is an error without it", async () => {
    const password = `${canary()}%0A\n::set-output name=a::b`;
    const step = await action.run({ ...inputs(), username: "ada", password });
    assert.equal(step.code, 1);
    assert.match(step.commands.find(({ word }) => word === "error").title, /UNAUTHORIZED|DENIED/);
    assertNowhere(password, step.log.split("\n").filter((line) => !line.startsWith("::add-mask::")).join("\n"));
    assert.deepEqual(step.commands.map(({ word }) => word), ["add-mask", "add-mask", "add-mask", "add-mask", "error"], step.log);
    assert.match(await fails({ ...inputs(), username: "ada" }), /OPTION_INVALID: a login needs both.*\nhint: /);
    const env = { DOCKER_AUTH_CONFIG: `{${login.password}` };
    const text = await fails({ ...inputs(), ...login }, { env });
    assert.match(text, /DOCKER_AUTH_CONFIG is not JSON/);
    assertNowhere(login.password, text);
  });
});

describe("bad inputs", () => {
  const cases = [
    [{ images: "a" }, /OPTION_INVALID: the index needs a name\nhint: Give `tags`, or `metadata`/],
    [{ tags: "$APP:x" }, /an index needs sources/],
    [{ tags: "$APP:x", images: "$APP:none" }, /MANIFEST_UNKNOWN: .*\nhint: /],
    [{ tags: "UPPER", images: "$APP:a" }, /REFERENCE_INVALID/],
    [{ tags: "$APP:x", images: "--config=/etc --help" }, /REFERENCE_INVALID/],
    [{ tags: "--help", images: "$APP:a" }, /REFERENCE_INVALID/],
    [{ tags: "$APP:x", images: "$APP:a", "dry-run": "maybe" }, /the input dry-run is neither true nor false/],
    [{ tags: "$APP:x", images: "$APP:a", order: "random" }, /USAGE: invalid argument/],
    [{ tags: "$APP:x", images: "$APP:a", expect: "sha256:1" }, /DIGEST_INVALID/],
    [{ tags: "$APP:x", digests: "nowhere" }, /FILE_UNREADABLE: cannot read nowhere/],
    [{ metadata: "{", images: "$APP:a" }, /JSON_INVALID: .* is not JSON\nhint: It is the JSON of/],
    [{ metadata: "[]", images: "$APP:a" }, /no JSON object/],
    [{ tags: "$APP:x", images: "$APP:a", annotations: "no equals" }, /annotation/],
  ];
  for (const [inputs, expected] of cases) {
    test(JSON.stringify(inputs), async () => {
      const given = Object.entries(inputs).map(([name, value]) => [name, value.replaceAll("$APP", app)]);
      assert.match(await fails(Object.fromEntries(given)), expected);
      assert.equal(stored("x"), undefined);
    });
  }

  test("texts of strangers are no commands, no outputs and no markup", async () => {
    const evil = "x\n::set-output name=digest::evil\n##[set-env name=PATH]evil\r::add-mask::a";
    const step = await action.run({ tags: `${app}:x`, images: `${app}:a`, annotations: `index:a=${evil}`, type: evil });
    assert.deepEqual([...new Set(step.commands.map(({ word }) => word))], ["error"], step.log);
    assert.ok(step.log.split("\n").every((line) => line === "" || line.startsWith("::error ")), step.log);
    const odd = ociImage({ os: "linux", architecture: "<img src=x>|`\n\nghadelimiter" });
    await pushAll(registry.fetch, server.url, "team/app", "odd", ociIndex(odd));
    const { outputs, summary } = await succeeds({ tags: `${app}:6`, images: `${app}:odd` });
    assert.deepEqual(Object.keys(outputs), ["digest", "references", "json"]);
    assert.equal(outputs.digest, stored("6").digest);
    assert.doesNotMatch(summary, /<img|`|\|[^|\n]*\|[^|\n]*\|[^|\n]*\|[^|\n]*\|/);
  });

  test("a run that is cancelled ends with an error, and pushes nothing", async () => {
    let reached;
    const asked = new Promise((resolve) => (reached = resolve));
    const silent = await serve(() => new Promise(() => reached()));
    try {
      const inputs = { tags: `${app}:x`, images: `${new URL(silent.url).host}/team/app:a` };
      const text = await fails(inputs, { started: (child) => void asked.then(() => child.kill("SIGINT")) });
      assert.equal(text, "multiarch: ABORTED: interrupted");
      assert.equal(stored("x"), undefined);
    } finally {
      await silent.close();
    }
  });

  test("outputs that cannot be written say that the image is there", async () => {
    const text = await fails({ tags: `${app}:7`, images: `${app}:a` }, { env: { GITHUB_OUTPUT: action.path } });
    assert.match(text, /FILE_UNWRITABLE: sha256:[0-9a-f]{64} was pushed, but the runner's files cannot be written: EISDIR/);
    assert.ok(stored("7"));
  });
});

test("every input is described, read, and in the docs", async () => {
  const [docs, source] = await Promise.all(["docs/ci.md", "pkg/cli/action/inputs.js"].map((path) => readFile(new URL(`../../../../${path}`, import.meta.url), "utf8")));
  for (const [name, { description }] of [...Object.entries(metadata.inputs), ...Object.entries(metadata.outputs)]) {
    assert.ok(description, name);
    assert.ok(docs.includes(`\`${name}\``), `docs/ci.md does not name ${name}`);
  }
  for (const name of Object.keys(metadata.inputs)) assert.ok(source.includes(`"${name}"`), `${name} is not read`);
});
