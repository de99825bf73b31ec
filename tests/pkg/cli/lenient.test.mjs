/** Commands about documents that carry along what the specification forbids: other tools take them all. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { startServer } from "../../support/recording.mjs";
import { multiarchHere as cli } from "../../support/run.mjs";

const OCI = "application/vnd.oci.image";
const TYPE = { index: `${OCI}.index.v1+json`, manifest: `${OCI}.manifest.v1+json`, config: `${OCI}.config.v1+json`, layer: `${OCI}.layer.v1.tar` };
const SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";
const sha256 = (text) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

const config = JSON.stringify({ architecture: "amd64", os: "linux" });
const descriptor = (mediaType, text, more) => ({ mediaType, digest: sha256(text), size: Buffer.byteLength(text), ...more });
const image = (more = {}) => JSON.stringify({
  schemaVersion: 2, mediaType: TYPE.manifest, config: descriptor(TYPE.config, config), layers: [descriptor(TYPE.layer, "")], ...more,
});
const layer = (more) => image({ layers: [descriptor(TYPE.layer, "", more)] });

/** Every one of them is inspected, printed raw, and made a list of by docker. */
const IMAGES = {
  "artifact-type-word": image({ artifactType: "sbom" }),
  "artifact-type-empty": image({ artifactType: "" }),
  "artifact-type-dash": image({ artifactType: "vuln-scan" }),
  "layer-type-word": layer({ mediaType: "tar" }),
  "layer-type-empty": layer({ mediaType: "" }),
  "layer-type-parameters": layer({ mediaType: "text/plain; charset=utf-8" }),
  "config-type-parameters": image({ config: descriptor("application/json; charset=utf-8", config) }),
  "no-layers": image({ layers: undefined }),
  "layers-null": image({ layers: null }),
  "annotations-null": image({ annotations: null }),
  "subject-null": image({ subject: null }),
  "urls-null": layer({ urls: null }),
};
const good = descriptor(TYPE.manifest, image(), { platform: { os: "linux", architecture: "arm64" } });
const other = (more) => descriptor(TYPE.manifest, image(), { platform: { os: "linux", architecture: "s390x" }, ...more });
const index = (entry, more) => JSON.stringify({ schemaVersion: 2, mediaType: TYPE.index, manifests: [entry, good], ...more });
const INDEXES = {
  "platform-null": index(other({ platform: null })),
  "features-null": index(other({ platform: { os: "linux", architecture: "s390x", "os.features": null } })),
  "entry-urls-null": index(other({ urls: null })),
  "entry-annotations-null": index(other({ annotations: null })),
  "entry-artifact-type": index(other({ artifactType: "x" })),
  "index-artifact-type": index(other({}), { artifactType: "word" }),
  "entry-digest": index(other({ digest: "../../latest" })),
  "entry-size": index(other({ size: -1 })),
  "entry-type": index(other({ mediaType: "tar" })),
  "entry-null": index(null),
};
/** Those whose first entry cannot be used at all. */
const UNUSABLE = ["entry-digest", "entry-size", "entry-type", "entry-null"];
const raw = { schema1: '{"schemaVersion":1,"fsLayers":[]}', twice: '{"manifests":[],"manifests":[]}' };

describe("documents with odd members", () => {
  let server;
  let app;
  before(async () => {
    const documents = new Map();
    const serve = (tag, body, type) => [tag, sha256(body)].forEach((name) => documents.set(name, [body, type]));
    serve("child", image(), TYPE.manifest);
    for (const [tag, body] of Object.entries(IMAGES)) serve(tag, body, TYPE.manifest);
    for (const [tag, body] of Object.entries(INDEXES)) serve(tag, body, TYPE.index);
    serve("schema1", raw.schema1, SCHEMA1);
    serve("twice", raw.twice, TYPE.index);
    serve("page", "<!doctype html>", "text/html");
    const long = "\u007f".repeat(10_000);
    const many = Array.from({ length: 500 }, (_, at) => other({ platform: { os: "linux", architecture: `${long}${at}` } }));
    serve("long", JSON.stringify({ schemaVersion: 2, mediaType: TYPE.index, manifests: many }), TYPE.index);
    const referrers = { schemaVersion: 2, mediaType: TYPE.index, manifests: [
      other({ digest: "sha256:x" }), descriptor(TYPE.manifest, "a", { artifactType: "sbom", annotations: null })] };
    server = await startServer((request, response) => {
      const [, kind, name] = /\/(manifests|blobs|referrers)\/([^/?]+)$/.exec(request.url.split("?")[0]) ?? [];
      const found = {
        manifests: documents.get(name), blobs: [config, "application/octet-stream"], referrers: [JSON.stringify(referrers), TYPE.index],
      }[kind];
      if (!found) return response.writeHead(404, { "content-type": "application/json" }).end("{}");
      response.writeHead(200, { "content-type": found[1] }).end(request.method === "HEAD" ? undefined : found[0]);
    });
    app = `${server.domain}/team/app`;
  });
  after(() => server.close());

  for (const [tag, body] of Object.entries(IMAGES)) {
    test(`${tag}: inspect, inspect --raw, create, resolve`, async () => {
      const shown = await cli(["inspect", `${app}:${tag}`]);
      assert.deepEqual([shown.code, JSON.parse(shown.stdout || "0")], [0, JSON.parse(body)], shown.stderr);
      assert.equal((await cli(["inspect", "--raw", `${app}:${tag}`])).stdout, body);
      const created = await cli(["create", "--push", "--dry-run", "--json", `${app}:list`, `${app}:${tag}`]);
      assert.equal(created.code, 0, created.stderr);
      assert.equal(JSON.parse(created.stdout).images[0].platform.architecture, "amd64");
      const resolved = await cli(["resolve", "--platform", "linux/amd64", `${app}:${tag}`]);
      assert.equal(resolved.stdout, `${app}@${sha256(body)}\n`, resolved.stderr);
    });
  }

  for (const [tag, body] of Object.entries(INDEXES)) {
    test(`${tag}: the entry beside it is chosen, and all of them are shown`, async () => {
      const { code, stdout, stderr } = await cli(["resolve", "--platform", "linux/arm64", "--explain", `${app}:${tag}`]);
      assert.deepEqual([code, stdout], [0, `${app}@${good.digest}\n`], stderr);
      assert.equal(stderr.includes("cannot be used: manifests[0]"), UNUSABLE.includes(tag), stderr);
      assert.equal((await cli(["inspect", "--raw", `${app}:${tag}`])).stdout, body);
      const shown = await cli(["inspect", `${app}:${tag}`]);
      assert.equal(JSON.parse(shown.stdout).manifests.length, 2, shown.stderr);
    });
  }

  test("inspect --raw prints whatever is no web page", async () => {
    for (const [tag, body] of Object.entries(raw)) {
      assert.equal((await cli(["inspect", "--raw", `${app}:${tag}`])).stdout, body);
    }
    assert.match((await cli(["inspect", "--raw", `${app}:page`])).stderr, /answered with a web page/);
    const copied = await cli(["copy", `${app}:schema1`, `${app}:other`]);
    assert.match(copied.stderr, /\[SCHEMA1_UNSUPPORTED\]\nhint: .*build or push the image again/);
  });

  test("a referrer that cannot be used stands beside those that can", async () => {
    const { stdout, stderr } = await cli(["referrers", `${app}@${good.digest}`]);
    const lines = stdout.split("\n");
    assert.match(lines[0], /^- {2}manifests\[0\]\.digest is not valid/, stderr);
    assert.equal(lines[1], `${sha256("a")}  sbom`);
  });

  test("what a document says is shown at most so far", async () => {
    const { code, stderr } = await cli(["resolve", "--platform", "linux/arm64", "--explain", `${app}:long`]);
    assert.equal(code, 1);
    assert.ok(stderr.length < 1_000_000, `${stderr.length} characters`);
  });
});
