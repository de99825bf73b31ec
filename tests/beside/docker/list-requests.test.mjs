/** How many requests a list costs, from create to push, beside docker. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { dockerVersion, dockerWith } from "../../support/docker.mjs";
import { dockerList, eightImages } from "../../support/images.mjs";
import { startRecorder } from "../../support/recording.mjs";
import { multiarchHere } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const RECORDED = new URL("../../data/golden/docker/list-requests.json", import.meta.url);

describe("requests for a list of eight images of ten blobs each, from another repository", () => {
  const images = eightImages();
  let registry, recorder, folder, docker, sources;
  before(async () => {
    folder = await scratch();
    docker = await dockerWith(folder);
    registry = await startDockerRegistry();
    recorder = await startRecorder(registry.url);
    await push(registry, "team/pushed", "1", dockerList(...images));
    for (const image of images) await push(registry, "team/source", image.platform.architecture, image);
    sources = images.map(({ platform }) => `${recorder.domain}/team/source:${platform.architecture}`);
  });
  after(async () => {
    await recorder.close();
    await registry.close();
    await folder.remove();
  });

  const asked = async (run, args) => {
    recorder.requests.length = 0;
    const { code, stderr } = await run(args);
    assert.equal(code, 0, stderr);
    return recorder.requests.map(({ method, url }) => `${method} ${url.split("?")[0].replace("/v2/team/", "")}`);
  };
  const ours = (...args) => asked((given) => multiarchHere(["--config", docker.config, ...given]), args);
  const each = (line) => images.map(line).sort();

  test("inspect: one; create: a manifest and a config each; push: a HEAD and a PUT each, every blob once, the list", async (context) => {
    const list = `${recorder.domain}/team/ours:1`;
    const counts = {};
    const count = (verb, requests) => (counts[verb] = requests.length);

    const inspected = await ours("inspect", `${recorder.domain}/team/pushed:1`);
    count("inspect", inspected);
    assert.deepEqual(inspected, ["GET pushed/manifests/1"]);

    const created = await ours("create", list, ...sources);
    count("create", created);
    assert.deepEqual(created.sort(), [
      ...each(({ blobs: [config] }) => `GET source/blobs/${config.digest}`),
      ...each(({ platform }) => `GET source/manifests/${platform.architecture}`),
    ]);

    const pushed = await ours("push", list);
    count("push", pushed);
    assert.equal(pushed.at(-1), "PUT ours/manifests/1");
    assert.deepEqual(pushed.slice(0, -1).sort(), [
      ...each(({ digest }) => `HEAD ours/manifests/${digest}`),
      ...Array.from({ length: 80 }, () => "POST ours/blobs/uploads/"),
      ...each(({ digest }) => `PUT ours/manifests/${digest}`),
    ]);

    const again = await ours("push", list);
    assert.deepEqual(again.slice(0, -1).sort(), each(({ digest }) => `HEAD ours/manifests/${digest}`));
    assert.equal(again.at(-1), "PUT ours/manifests/1");

    const theirs = await dockerCounts();
    context.diagnostic(`${JSON.stringify(counts)}; ${theirs.tool} ${JSON.stringify(theirs.requests)}`);
    assert.deepEqual(counts, { inspect: 1, create: 16, push: 97 });
    for (const verb of ["inspect", "push"]) assert.ok(counts[verb] * 2 <= theirs.requests[verb], verb);
    assert.ok(counts.create < theirs.requests.create);
  });

  /** What docker needs for the same, now or when it was last asked. */
  async function dockerCounts() {
    const version = await dockerVersion();
    if (version === undefined) {
      assert.ok(!process.env.CI, "docker 28 or newer is needed here; CI does not accept recordings");
      return JSON.parse(await readFile(RECORDED, "utf8"));
    }
    const list = `${recorder.domain}/team/theirs:1`;
    const requests = {};
    for (const [verb, operands] of [["inspect", [`${recorder.domain}/team/pushed:1`]], ["create", [list, ...sources]], ["push", [list]]]) {
      requests[verb] = (await asked(docker.run, ["manifest", verb, "--insecure", ...operands])).length;
    }
    const counts = { tool: `docker ${version}`, requests };
    if (process.env.UPDATE) await writeFile(RECORDED, `${JSON.stringify(counts, undefined, 1)}\n`);
    return counts;
  }
});

describe("requests for the same list to a registry with Bearer tokens", () => {
  let folder;
  before(async () => {
    folder = await scratch();
  });
  after(() => folder.remove());

  test("two more when cold, a 401 and a token, however many go side by side", async () => {
    const users = { ada: "secret" };
    const registry = createMemoryRegistry({ auth: { type: "bearer", users } });
    const images = eightImages();
    for (const { platform, bytes, mediaType, blobs } of images) {
      for (const blob of blobs) await registry.putBlob("team/source", blob.bytes);
      await registry.putManifest("team/source", platform.architecture, bytes, { mediaType });
    }
    const { url, close } = await serve(registry.fetch);
    const { host: domain } = new URL(url);
    const { config } = await dockerWith(folder, { [domain]: { username: "ada", password: "secret" } });
    const list = `${domain}/team/ours:1`;
    const asked = async (...args) => {
      const before = registry.requests.length;
      const { code, stderr } = await multiarchHere(["--config", config, ...args]);
      assert.equal(code, 0, stderr);
      const requests = registry.requests.slice(before);
      const scopes = requests.map(({ url: to }) => new URL(to).searchParams.getAll("scope")).filter(({ length }) => length);
      return { requests: requests.length, refused: requests.filter(({ status }) => status === 401).length, scopes };
    };
    try {
      const created = await asked("create", list, ...images.map(({ platform }) => `${domain}/team/source:${platform.architecture}`));
      const pushed = await asked("push", list);
      assert.deepEqual(created, { requests: 16 + 2, refused: 1, scopes: [["repository:team/source:pull"]] });
      const scopes = [["repository:team/ours:pull,push", "repository:team/source:pull"]];
      assert.deepEqual(pushed, { requests: 97 + 2, refused: 1, scopes });
    } finally {
      await close();
    }
  });
});
