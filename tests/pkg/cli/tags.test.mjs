/** `tags`: which tags are listed, what is looked up for them, and what that costs. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { createClient } from "../../../pkg/index.js";
import { chosenTags, parseFilter } from "../../../pkg/cli/tags/filter.js";
import { tagRows } from "../../../pkg/cli/tags/facts.js";
import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { entry, indexWithAttestations, ociImage, ociIndex, pushAll, samples } from "../../support/images.mjs";
import { serveRegistry } from "../../support/memory-server.mjs";
import { multiarchHere as here } from "../../support/run.mjs";

const { list, single } = samples();
const attested = indexWithAttestations(ociImage(), ociImage({ architecture: "arm64" }));
/** An index whose annotation states when it was made: the later the year, the newer. */
const made = (year) => {
  const index = ociIndex(ociImage({ text: String(year) }));
  const json = { ...JSON.parse(index.bytes), annotations: { "org.opencontainers.image.created": `${year}-05-06T07:08:09Z` } };
  return { ...index, bytes: Buffer.from(JSON.stringify(json)) };
};
const TAGS = { "1.0.0": made(2031), "1.10.0": list, "1.2.3": made(2030), "2.0.0-alpine": single, edge: single, latest: list, "v2.0.0": attested };

let registry, server, repository, requests;
before(async () => {
  server = await serveRegistry(Object.fromEntries(Object.entries(TAGS).map(([tag, image]) => [`team/app:${tag}`, image])));
  ({ registry, requests } = server);
  repository = `${server.host}/team/app`;
});
after(() => server?.close());

async function tags(line, options) {
  requests.length = 0;
  const result = await here(["tags", ...line, repository], options);
  return { ...result, lines: result.stdout.split("\n").slice(0, -1) };
}

describe("the tags that are listed", () => {
  const ROWS = [
    [[], ["1.0.0", "1.10.0", "1.2.3", "2.0.0-alpine", "edge", "latest", "v2.0.0"]],
    [["--semver", "^1"], ["1.10.0", "1.2.3", "1.0.0"]],
    [["--semver", "*"], ["v2.0.0", "1.10.0", "1.2.3", "1.0.0"]],
    [["--semver", "*", "--newest", "1"], ["v2.0.0"]],
    [["--semver", "2", "--prereleases"], ["v2.0.0", "2.0.0-alpine"]],
    [["--filter", "1.*"], ["1.0.0", "1.10.0", "1.2.3"]],
    [["--filter", "/^[el]/", "--filter", "v*"], ["edge", "latest", "v2.0.0"]],
    [["--filter", "1.?.*", "--semver", ">=1.1"], ["1.2.3"]],
    [["--filter", "none"], []],
  ];
  for (const [line, expected] of ROWS) {
    test(line.join(" ") || "all", async () => {
      const { code, lines, stderr } = await tags(line);
      assert.deepEqual([code, lines, stderr], [0, expected, ""]);
      assert.deepEqual(JSON.parse((await tags([...line, "--json"])).stdout), expected);
      assert.deepEqual(requests, ["GET tags"], "nothing is looked up");
    });
  }

  test("patterns are those of a shell", () => {
    const rows = [
      ["v1.*", ["v1.2", "v1."], ["v1", "xv1.2", "v12"]],
      ["[a-c]?", ["b1"], ["d1", "b"]],
      ["[!a-c]*", ["d"], ["a", ""]],
      ["{main,v[0]}-x", ["main-x"], ["v0-x"]],
      ["a.b+c", ["a.b+c"], ["aab+c", "a.bc"]],
      ["/b$/", ["ab"], ["ba"]],
    ];
    for (const [pattern, matching, others] of rows) {
      for (const tag of matching) assert.ok(parseFilter(pattern)(tag), `${pattern} ${tag}`);
      for (const tag of others) assert.ok(!parseFilter(pattern)(tag), `${pattern} ${tag}`);
    }
    assert.deepEqual(chosenTags(["1.0.0", "x"], {}), ["1.0.0", "x"]);
  });

  test("what is no pattern, no range and no column says so", async () => {
    const rows = [
      [["--filter", "/(/"], /must be a pattern such as/], [["--semver", "latest"], /"latest" is no version/], [["--columns", "size"], /must be one of "created", "digest", "platforms"/],
      [["--newest", "0"], /whole number from 1/], [["--prereleases"], /--prereleases needs --semver/], [["--most", "3"], /--most needs --columns or --group or --newest/],
    ];
    for (const [line, message] of rows) {
      const { code, stderr } = await tags(line);
      assert.equal(code, 125, stderr);
      assert.match(stderr, message);
    }
  });
});

describe("what is looked up", () => {
  test("stands beside the tag", async () => {
    const { code, lines, stderr } = await tags(["--columns", "platforms,digest,created", "--filter", "/^(1.0|v|e)/"]);
    assert.deepEqual([code, stderr], [0, ""]);
    const short = ({ digest }) => digest.slice(0, 19);
    const index = registry.manifest("team/app", "1.0.0");
    assert.deepEqual(lines, [
      "TAG     PLATFORMS                 DIGEST               CREATED",
      `1.0.0   linux/amd64               ${short(index)}  2031-05-06`,
      `edge    linux/amd64               ${short(single)}  2026-01-02`,
      `v2.0.0  linux/amd64, linux/arm64  ${short(attested)}  2026-01-02`,
    ]);
  });

  test("costs a HEAD for each tag and a GET for each different manifest", async () => {
    const count = (kind) => requests.filter((request) => request === kind).length;
    await tags(["--columns", "digest"]);
    assert.deepEqual([count("HEAD manifests"), count("GET manifests"), count("GET blobs")], [7, 0, 0]);
    await tags(["--columns", "platforms"]);
    // Only a single image states its platform in its config.
    assert.deepEqual([count("HEAD manifests"), count("GET manifests"), count("GET blobs")], [7, 5, 1]);
    await tags(["--columns", "created"]);
    // Two indexes state their time, one image is single, of two indexes one image each is read.
    assert.deepEqual([count("HEAD manifests"), count("GET manifests"), count("GET blobs")], [7, 7, 3]);
    await tags(["--columns", "created", "--most", "2"]);
    assert.deepEqual([count("HEAD manifests"), count("GET manifests"), count("GET blobs")], [2, 3, 1]);
  });

  test("is at most so much, and it says so", async () => {
    const { lines, stderr } = await tags(["--columns", "digest", "--most", "2"]);
    assert.equal(lines.length, 3);
    assert.equal(stderr, "note: the first 2 of 7 tags; --most 7 looks up all of them\n");
    const newest = await tags(["--newest", "1", "--most", "2"]);
    assert.equal(newest.code, 1);
    assert.match(newest.stderr, /the newest of 7 tags is known when all are looked up, and at most 2 are \[OPTION_INVALID\]\nhint: .*--most 7\n$/);
    assert.deepEqual(requests, ["GET tags"]);
  });

  test("says which are the newest", async () => {
    assert.deepEqual((await tags(["--newest", "2"])).lines, ["TAG    CREATED", "1.0.0  2031-05-06", "1.2.3  2030-05-06"]);
    assert.deepEqual(JSON.parse((await tags(["--newest", "1", "--json"])).stdout).map(({ tag }) => tag), ["1.0.0"]);
  });

  test("says which tags are equal", async () => {
    const { lines } = await tags(["--group"]);
    assert.deepEqual(lines.map((line) => line.split("  ")[0].trim()), ["TAG", "1.0.0", "1.10.0, latest", "1.2.3", "2.0.0-alpine, edge", "v2.0.0"]);
    const groups = JSON.parse((await tags(["--group", "--json"])).stdout);
    assert.deepEqual(groups[1], { tags: ["1.10.0", "latest"], digest: list.digest });
  });

  test("fits the terminal", async () => {
    for (const columns of [80, 40, 20]) {
      const { lines } = await tags(["--columns", "platforms,digest,created"], { tty: true, columns, env: { NO_COLOR: "1" } });
      for (const line of lines) assert.ok(line.length <= columns, `${columns}: ${line}`);
      if (columns === 80) assert.match(lines[2], /^1\.10\.0 +linux\/amd64 \+7 +[0-9a-f]{12} {2}2026-01-02$/);
    }
  });

  test("spoils its own row where it cannot be read", async () => {
    const faulty = await serve(async (request) => {
      const path = new URL(request.url).pathname;
      if (path.endsWith("/manifests/edge")) return new Response(null, { status: 404 });
      if (path.includes(attested.digest)) return Response.json({ errors: [{ code: "DENIED" }] }, { status: 403 });
      return registry.fetch(request);
    });
    const { code, stdout } = await here(["tags", "--json", "--columns", "platforms", `${new URL(faulty.url).host}/team/app`]);
    const text = await here(["tags", "--columns", "platforms", `${new URL(faulty.url).host}/team/app`]);
    await faulty.close();
    assert.equal(code, 0);
    const problems = Object.fromEntries(JSON.parse(stdout).filter(({ problem }) => problem).map(({ tag, problem }) => [tag, problem.code]));
    assert.deepEqual(problems, { edge: "MANIFEST_UNKNOWN", "v2.0.0": "DENIED" });
    assert.match(text.stdout, /\nedge +-\n {2}MANIFEST_UNKNOWN: /);
  });
});

test("of Docker Hub's pulls 50 are left", async () => {
  const memory = createMemoryRegistry();
  for (const [tag, image] of Object.entries(TAGS)) await pushAll(memory.fetch, "http://hub", "library/app", tag, image);
  const rowsWith = async (remaining, wanted) => {
    const sent = [];
    const client = createClient({
      fetch: async (url, init) => {
        sent.push(init.method ?? "GET");
        const response = await memory.fetch(new Request(url, init));
        const headers = new Headers(response.headers);
        headers.set("ratelimit-remaining", `${remaining};w=21600`);
        return new Response(init.method === "HEAD" ? null : response.body, { status: response.status, headers });
      },
    });
    const { rows, refused } = await tagRows(client, "docker.io/library/app", Object.keys(TAGS), wanted);
    return { rows, refused, gets: sent.filter((method) => method === "GET").length };
  };
  // Five different manifests, and for the time one more of each.
  const few = await rowsWith(54, { platforms: true, created: false });
  assert.deepEqual(few.refused, { manifests: 5, reason: "the registry counts pulls, and 54 are left" });
  assert.deepEqual([few.gets, few.rows.every(({ digest }) => digest)], [0, true]);
  assert.equal((await rowsWith(55, { platforms: true, created: false })).refused, undefined);
  assert.equal((await rowsWith(59, { platforms: false, created: true })).refused.manifests, 10);
});

test("what a registry chose reaches no terminal as it is", async () => {
  const evil = "\u001b[2J|\u202egpj|\u200b|a\nb";
  const platform = { os: evil, architecture: evil };
  const index = ociIndex(entry(ociImage(), { platform, annotations: { "org.opencontainers.image.created": evil } }));
  const own = createMemoryRegistry();
  await pushAll(own.fetch, "http://own", "team/evil", "1", index);
  const place = await serve(async (request) => (request.url.endsWith("/tags/list")
    ? Response.json({ name: "team/evil", tags: ["1", evil] }) : own.fetch(request)));
  for (const line of [[], ["--columns", "platforms,created,digest"], ["--group"], ["--json", "--columns", "platforms"]]) {
    const { stdout, stderr } = await here(["tags", ...line, `${new URL(place.url).host}/team/evil`], { tty: true, columns: 60, env: { NO_COLOR: "1" } });
    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/);
    assert.notEqual(stdout, "");
  }
  await place.close();
});
