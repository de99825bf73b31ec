/** How many requests `inspect` and `resolve` cost, beside docker. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { dockerVersion, dockerWith } from "../../support/docker.mjs";
import { samples } from "../../support/images.mjs";
import { startRecorder } from "../../support/recording.mjs";
import { multiarchHere } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const RECORDED = new URL("../../data/golden/docker/requests.json", import.meta.url);

describe("requests to a registry without auth", () => {
  const { list } = samples();
  let registry, recorder, folder, config;
  before(async () => {
    folder = await scratch();
    registry = await startDockerRegistry();
    recorder = await startRecorder(registry.url);
    ({ config } = await dockerWith(folder));
    await push(registry, "team/app", "1", list);
  });
  after(async () => {
    await recorder.close();
    await registry.close();
    await folder.remove();
  });
  const asked = async (work) => {
    recorder.requests.length = 0;
    await work();
    return recorder.requests.map(({ method, url }) => `${method} ${url}`);
  };
  const ours = (...args) => asked(async () => {
    const { code, stderr } = await multiarchHere(["--config", config, ...args, `${recorder.domain}/team/app:1`]);
    assert.equal(code, 0, stderr);
  });

  test("inspect of eight entries: one GET, where docker needs twenty", async (context) => {
    assert.equal(list.children.length, 8);
    assert.deepEqual(await ours("inspect"), ["GET /v2/team/app/manifests/1"]);
    const theirs = await dockerCount();
    context.diagnostic(`docker manifest inspect: ${theirs.requests} requests (${theirs.source})`);
    assert.equal(theirs.requests, 20);
  });

  test("inspect --raw: one GET", async () => {
    assert.deepEqual(await ours("inspect", "--raw"), ["GET /v2/team/app/manifests/1"]);
  });

  test("inspect -v: one GET more for each entry", async () => {
    const [first, ...others] = await ours("inspect", "-v");
    assert.equal(first, "GET /v2/team/app/manifests/1");
    assert.deepEqual(others.sort(), list.children.map(({ digest }) => `GET /v2/team/app/manifests/${digest}`).sort());
  });

  test("resolve of a tag: one HEAD", async () => {
    assert.deepEqual(await ours("resolve"), ["HEAD /v2/team/app/manifests/1"]);
  });

  test("resolve for a platform: one GET, explained or not", async () => {
    for (const flags of [[], ["--explain"], ["--json"]]) {
      assert.deepEqual(await ours("resolve", "--platform", "linux/arm64", ...flags), ["GET /v2/team/app/manifests/1"]);
    }
  });

  test("tags: one GET a page", async () => {
    recorder.requests.length = 0;
    const { stdout } = await multiarchHere(["--config", config, "tags", `${recorder.domain}/team/app`]);
    assert.equal(stdout, "1\n");
    assert.equal(recorder.requests.length, 1);
  });

  /** What docker needs for the same, now or when it was last asked. */
  async function dockerCount() {
    const version = await dockerVersion();
    if (version === undefined) {
      assert.ok(!process.env.CI, "docker 28 or newer is needed here; CI does not accept recordings");
      const { tool, inspect } = JSON.parse(await readFile(RECORDED, "utf8"));
      return { requests: inspect, source: `recorded from ${tool}` };
    }
    const docker = await dockerWith(folder);
    const { length } = await asked(() => docker.run(["manifest", "inspect", "--insecure", `${recorder.domain}/team/app:1`]));
    if (process.env.UPDATE) {
      await writeFile(RECORDED, `${JSON.stringify({ tool: `docker ${version}`, inspect: length }, undefined, 1)}\n`);
    }
    return { requests: length, source: `docker ${version}` };
  }
});

describe("requests to a registry with Bearer tokens", () => {
  const { list } = samples();
  const users = { ada: "secret" };
  let folder;
  before(async () => {
    folder = await scratch();
  });
  after(() => folder.remove());

  for (const [name, anonymous] of [["anonymous", ["pull"]], ["with credentials", undefined]]) {
    test(`${name}: inspect of eight entries is three requests when cold`, async () => {
      const registry = createMemoryRegistry({ auth: { type: "bearer", users, ...(anonymous && { anonymous }) } });
      await registry.putManifest("team/app", "1", list.bytes, { mediaType: list.mediaType });
      const { url, close } = await serve(registry.fetch);
      const { host: domain, origin } = new URL(url);
      const { config } = await dockerWith(folder, anonymous ? {} : { [domain]: { username: "ada", password: "secret" } });

      const { code, stderr } = await multiarchHere(["--config", config, "inspect", `${domain}/team/app:1`]);
      await close();
      assert.equal(code, 0, stderr);
      const asked = registry.requests.map((request) => [request.method, new URL(request.url), request.status]);
      assert.equal(asked.length, 3);
      assert.deepEqual(asked.map(([method, { pathname }, status]) => [method, pathname.startsWith("/v2/team/app/manifests/1"), status]),
        [["GET", true, 401], ["GET", false, 200], ["GET", true, 200]]);
      assert.equal(asked[1][1].origin, origin);
      assert.equal(asked[1][1].searchParams.get("scope"), "repository:team/app:pull");
    });
  }
});
