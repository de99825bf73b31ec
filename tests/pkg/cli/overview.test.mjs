/** `inspect --format`: overviews of what is in a registry, for people and for programs. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { createClient } from "../../../pkg/index.js";
import { Contents } from "../../../pkg/cli/overview/contents.js";
import { overviewOf } from "../../../pkg/cli/overview/overview.js";
import { yamlText } from "../../../pkg/cli/reports/yaml.js";
import { decimalSize } from "../../../pkg/core/sizes.js";
import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { parseAllDocuments } from "../../../pkg/vendor/yaml.js";
import { assertGolden } from "../../support/golden.mjs";
import { entry, indexWithAttestations, ociImage, ociIndex, pushAll, samples } from "../../support/images.mjs";
import { serveRegistry } from "../../support/memory-server.mjs";
import { multiarchHere as here } from "../../support/run.mjs";

/** Everything that a terminal obeys, or that hides or reorders text. */
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

let registry, server, host, requests;
before(async () => {
  server = await serveRegistry(Object.fromEntries(Object.entries(samples()).map(([name, image]) => [`team/${name}:1`, image])));
  ({ registry, host, requests } = server);
});
after(() => server?.close());

const general = (text) => text.replaceAll(host, "registry.test");
const inspect = (name, args, options) => here(["inspect", ...args, `${host}/team/${name}:1`], options);

describe("a person sees", () => {
  for (const format of ["table", "tree", "yaml"]) {
    test(`a ${format} of each kind of content`, async () => {
      const texts = [];
      for (const name of Object.keys(samples())) {
        const { code, stdout, stderr } = await inspect(name, ["--format", format]);
        assert.deepEqual([code, stderr], [0, ""], name);
        texts.push(`$ multiarch inspect --format ${format} registry.test/team/${name}:1\n${general(stdout)}`);
      }
      await assertGolden(`cli/inspect-${format}.txt`, texts.join("\n"));
    });
  }

  test("what the terminal has room for, and all of it in a pipe", async () => {
    const texts = [];
    for (const columns of [80, 60, 40, 20]) {
      for (const name of ["attested", "windows"]) {
        for (const format of ["table", "tree"]) {
          const { stdout } = await inspect(name, ["--format", format], { tty: true, columns, env: { NO_COLOR: "1" } });
          for (const line of stdout.split("\n")) assert.ok(line.length <= columns, `${columns}: ${line}`);
          texts.push(`${columns} columns\n${stdout.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:-----").replaceAll(/127\.0\.0\.1:\d*…/g, "127.0.0.1:…")}`);
        }
      }
    }
    await assertGolden("cli/inspect-columns.txt", texts.join("\n"));
    const piped = await inspect("windows", ["--format", "table", "--no-trunc"]);
    assert.match(piped.stdout, /windows\(10\.0\.17763\.6532\)\/amd64 {2}sha256:[0-9a-f]{64} .* 2026-01-02T03:04:05Z\n/);
  });

  test("headings in bold where the terminal and NO_COLOR allow it", async () => {
    const bold = /\u001b\[1mPLATFORM .*\u001b\[22m\n/;
    assert.match((await inspect("attested", ["--format", "table"], { tty: true, columns: 80 })).stdout, bold);
    for (const options of [{}, { tty: true, env: { NO_COLOR: "1" } }, { tty: true, env: { TERM: "dumb" } }]) {
      assert.doesNotMatch((await inspect("attested", ["--format", "table"], options)).stdout, /\u001b/);
    }
  });

  test("one platform where it is asked for", async () => {
    const { stdout } = await inspect("attested", ["--format", "table", "--platform", "linux/arm64"]);
    const [arm] = samples().attested.children.filter(({ platform }) => platform.architecture === "arm64");
    assert.match(stdout, new RegExp(`\n${arm.digest}\nimage, 2\\.46kB in all\n\nPLATFORM [^]*\nlinux/arm64 [^\n]*\n$`));
  });

  test("docker's text as ever without a format", async () => {
    const plain = await inspect("attested", []);
    assert.equal(plain.code, 0);
    assert.deepEqual(Object.keys(JSON.parse(plain.stdout)), ["schemaVersion", "mediaType", "manifests"]);
  });
});

test("the size to pull is that of config and layers, each once", async () => {
  const twice = ociImage({ layers: 2, text: "twice" });
  const document = JSON.parse(twice.bytes);
  document.layers.push(document.layers[0]);
  const bytes = Buffer.from(JSON.stringify(document));
  await pushAll(registry.fetch, server.url, "team/twice", "0", twice);
  await registry.putManifest("team/twice", "1", bytes, { mediaType: twice.mediaType });
  const overview = JSON.parse((await inspect("twice", ["--format", "json"])).stdout);
  const total = twice.blobs.reduce((sum, { size }) => sum + size, 0);
  assert.deepEqual([overview.pullSize, overview.images[0].pullSize, overview.images[0].layers], [total, total, 3]);
});

describe("it costs", () => {
  const cost = async (name, args) => {
    requests.length = 0;
    assert.equal((await inspect(name, args)).code, 0);
    return [...requests].sort();
  };
  const ROWS = [
    ["a digest one HEAD", "list", "{{.Digest}} {{.MediaType}} {{.Size}} {{.Manifest.Digest}}", ["HEAD manifests"]],
    ["a name nothing", "list", "{{.Name}} {{.Reference}}", []],
    ["the platforms one GET", "list", "{{json .Platforms}}{{.Kind}}{{range .Images}}{{.Digest}}{{end}}", ["GET manifests"]],
    ["the members of an index one GET", "list", "{{json .Manifest}}", ["GET manifests"]],
    ["one config of eight two GETs more", "list", '{{(index .Image "linux/s390x").created}}', ["GET blobs", "GET manifests", "GET manifests"]],
    ["the size of one image of eight two GETs more", "list", "{{(index .Images 3).PullSize}}", ["GET blobs", "GET manifests", "GET manifests"]],
  ];
  for (const [what, name, template, expected] of ROWS) {
    test(what, async () => assert.deepEqual(await cost(name, ["--format", template]), expected));
  }

  test("a table a GET for each manifest and each config, or one in all", async () => {
    const eight = Array.from({ length: 8 });
    assert.deepEqual(await cost("list", ["--format", "table"]), [...eight.map(() => "GET blobs"), ...[...eight, 1].map(() => "GET manifests")]);
    assert.deepEqual(await cost("list", ["--format", "table", "--sizes", "never"]), ["GET manifests"]);
    assert.deepEqual(await cost("single", ["--format", "table"]), ["GET blobs", "GET manifests"]);
  });

  test("imagetools inspect no more than its template names", async () => {
    requests.length = 0;
    await here(["imagetools", "inspect", "--format", "{{.Manifest.Digest}}", `${host}/team/list:1`]);
    assert.deepEqual(requests, ["HEAD manifests"]);
  });
});

describe("Docker Hub counts pulls:", () => {
  const hub = async (remaining, sizes) => {
    const memory = createMemoryRegistry();
    await pushAll(memory.fetch, "http://hub", "library/list", "1", samples().list);
    const sent = [];
    const client = createClient({
      fetch: async (url, init) => {
        sent.push(`${init.method ?? "GET"} ${new URL(url).pathname.split("/").at(-2)}`);
        const response = await memory.fetch(new Request(url, init));
        const headers = new Headers(response.headers);
        if (remaining !== undefined) headers.set("ratelimit-remaining", `${remaining};w=21600`);
        return new Response(init.method === "HEAD" ? null : response.body, { status: response.status, headers });
      },
    });
    return { overview: await overviewOf(new Contents(client, "list:1"), sizes), sent };
  };

  test("where few are left, only the index is read", async () => {
    const { overview, sent } = await hub(57);
    assert.deepEqual(overview.unread, { images: 8, reason: "the registry counts pulls, and 57 are left" });
    assert.deepEqual(sent, ["GET manifests", "HEAD manifests"]);
    assert.equal(overview.pullSize, undefined);
  });

  test("where enough are left, all are read; where no limit is stated, too, and where it is asked for", async () => {
    for (const [remaining, sizes] of [[58, "auto"], [undefined, "auto"], [0, "always"]]) {
      assert.equal((await hub(remaining, sizes)).overview.unread, undefined);
    }
  });
});

test("of many images a part is read, and it says so", async () => {
  const images = Array.from({ length: 70 }, (_, at) => ociImage({ architecture: `arch${at}` }));
  await pushAll(registry.fetch, server.url, "team/many", "1", ociIndex(...images));
  const some = await inspect("many", ["--format", "json"]);
  assert.equal(JSON.parse(some.stdout).unread.images, 6);
  assert.match(some.stderr, /^note: 6 images not measured: 64 are read unless all are asked for; --sizes always reads all\n$/);
  assert.equal((await inspect("many", ["--format", "json", "-q"])).stderr, "");
  assert.equal(JSON.parse((await inspect("many", ["--format", "json", "--sizes", "always"])).stdout).unread, undefined);
});

describe("what is broken", () => {
  test("spoils its own row only", async () => {
    const [gone, cut, good] = ["386", "arm", "arm64"].map((architecture) => ociImage({ architecture }));
    const index = ociIndex(gone, cut, good);
    const json = JSON.parse(index.bytes);
    json.manifests.push({ mediaType: "tar", digest: "../../latest", size: -1 });
    json.manifests.push({ ...json.manifests[0], digest: `sha256:${"0".repeat(64)}`, platform: { os: "linux", architecture: "absent" } });
    for (const image of [gone, cut, good]) await pushAll(registry.fetch, server.url, "team/broken", undefined, image);
    await registry.putManifest("team/broken", "1", Buffer.from(JSON.stringify(json)), { mediaType: index.mediaType });
    const faulty = await serve(async (request) => {
      const response = await registry.fetch(request);
      return request.url.includes(gone.digest) ? new Response("{}", { headers: { "content-type": gone.mediaType } }) : response;
    });
    const reference = `${new URL(faulty.url).host}/team/broken:1`;
    const { code, stdout, stderr } = await here(["inspect", "--format", "json", "--retries", "0", reference]);
    const table = await here(["inspect", "--format", "table", "--retries", "0", reference]);
    await faulty.close();
    assert.equal(code, 0, stderr);
    const overview = JSON.parse(stdout);
    assert.deepEqual(overview.images.map(({ platform, problem }) => [platform, problem?.code]), [
      ["linux/386", "DIGEST_MISMATCH"], ["linux/arm", undefined], ["linux/arm64", undefined], ["linux/absent", "MANIFEST_UNKNOWN"],
    ]);
    assert.deepEqual(overview.others.map(({ digest, problem }) => [digest, problem.code]), [["../../latest", "DESCRIPTOR_INVALID"]]);
    assert.equal(overview.pullSize, undefined);
    assert.match(stderr, /^note: 2 images could not be read\n$/);
    assert.match(table.stdout, /\nlinux\/absent +sha256:000000000000 +-\n {2}MANIFEST_UNKNOWN: /);
  });

  test("in a nested index too", async () => {
    const lost = entry(ociIndex(ociImage({ architecture: "riscv64" })));
    const index = ociIndex(ociImage(), lost);
    await pushAll(registry.fetch, server.url, "team/lost", undefined, ociImage());
    await registry.putManifest("team/lost", "1", index.bytes, { mediaType: index.mediaType });
    const overview = JSON.parse((await inspect("lost", ["--format", "json"])).stdout);
    assert.deepEqual([overview.images.length, overview.others[0].problem.code], [1, "MANIFEST_UNKNOWN"]);
  });

  test("a config that is none says nothing", async () => {
    const image = ociImage({ architecture: "odd" });
    const manifest = JSON.parse(image.bytes);
    await pushAll(registry.fetch, server.url, "team/odd", "0", image);
    Object.assign(manifest.config, { digest: image.blobs[1].digest, size: image.blobs[1].size });
    await registry.putManifest("team/odd", "1", Buffer.from(JSON.stringify(manifest)), { mediaType: image.mediaType });
    const { images: [one] } = JSON.parse((await inspect("odd", ["--format", "json"])).stdout);
    assert.deepEqual([one.platform, one.created, one.problem, one.layers], [undefined, undefined, undefined, 1]);
  });
});

test("what a registry chose reaches no terminal as it is", async () => {
  const evil = "\u001b[2J|\u009b31m|safe\u202egpj.exe|\u2066\u200b\ufeff|a\rb\nc\td|\u{e0041}";
  const platform = { os: evil, architecture: evil, variant: evil, osVersion: evil, osFeatures: [evil] };
  const index = ociIndex(entry(ociImage(), { platform, annotations: { [evil]: evil } }), ociImage({ architecture: "arm64" }));
  await pushAll(registry.fetch, server.url, "team/evil", "1", index);
  const formats = ["table", "tree", "json", "yaml", "{{json .}}", "{{.Platforms}}", "{{range .Images}}{{println .Platform}}{{end}}"];
  for (const format of formats) {
    for (const options of [{}, { tty: true, columns: 40, env: { NO_COLOR: "1" } }]) {
      const { code, stdout, stderr } = await inspect("evil", ["--format", format], options);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout + stderr, UNSAFE, format);
    }
  }
});

test("YAML is read back as the value that it was written of", () => {
  const values = [
    {}, [], "", "plain", "yes", "1", "0x1f", "1e3", "2026-01-02", "null", "~", "a: b", "- a", "#", "a #b", " a", "a ", "é", "\u2028\u0085", "a\nb", "'", '"', "\\",
    null, true, 0, -1.5, 1e21, { a: { b: [] } }, [[1, [2]], [{ a: 1, b: [{ c: null }] }]], { "a b": 1, "": 2, "1": 3, no: 4, "x:": 5 }, [{}], [[]], ["a", { b: "c" }],
    "sha256:0123", "12:30", "a:b", "*a", "&a", "!a", "%a", "@a", "`a", "=", "<<", ".inf", "\u{e0041}", "\u202e", "-", "?", "a,b", "[a", "{a",
  ];
  for (const value of [...values, values, { values }]) {
    const [document] = parseAllDocuments(yamlText(value), { version: "1.2" });
    assert.deepEqual(document.toJS(), value, yamlText(value));
    const [older] = parseAllDocuments(yamlText(value), { version: "1.1" });
    assert.deepEqual(older.toJS(), value, yamlText(value));
  }
});

test("sizes are printed as docker prints them", () => {
  const rows = [
    [0, "0B"], [1, "1B"], [999, "999B"], [1000, "1kB"], [1234, "1.23kB"], [12_345, "12.3kB"], [123_456, "123kB"], [999_499, "999kB"], [999_500, "1MB"],
    [7_800_000, "7.8MB"], [1_234_567_890, "1.23GB"], [5e12, "5TB"], [2 ** 53, "9.01PB"],
  ];
  for (const [bytes, text] of rows) assert.equal(decimalSize(bytes), text);
});

test("an index with attestations shows none of them as an image", async () => {
  await pushAll(registry.fetch, server.url, "team/both", "1", indexWithAttestations(ociImage(), ociImage({ architecture: "arm64" })));
  const { stdout } = await inspect("both", ["--format", "table"]);
  assert.doesNotMatch(stdout, /unknown/);
  assert.match(stdout, /index, 2 images, 2 attestations/);
});
