/** Connections that servers keep open: no command waits for them, and nothing piles up. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import zlib from "node:zlib";

import { nodeFetch } from "../../../../pkg/node/http/fetch.js";
import { selfSigned } from "../../../support/certificate.mjs";
import { startForwardProxy, startServer } from "../../../support/recording.mjs";
import { BIN, run } from "../../../support/run.mjs";
import { scratch } from "../../../support/scratch.mjs";

const TYPE = "application/vnd.oci.image.index.v1+json";
const INDEX = JSON.stringify({ schemaVersion: 2, mediaType: TYPE, manifests: [], annotations: { long: "x".repeat(200_000) } });
const UNKNOWN = JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] });

/** How a body is made, by the name of the coding. */
const CODERS = {
  identity: (bytes) => bytes,
  gzip: zlib.gzipSync,
  "x-gzip": zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  "gzip, br": (bytes) => zlib.brotliCompressSync(zlib.gzipSync(bytes)),
  ...(zlib.zstdCompressSync && { zstd: zlib.zstdCompressSync }),
};

/** What a registry does, by the first part of a repository's name; it never closes a connection within a minute. */
const MOODS = {
  ...Object.fromEntries(Object.entries(CODERS).map(([coding, encode]) => [slug(coding), (request, response) => {
    const isManifest = request.url.includes("/manifests/1");
    const body = encode(Buffer.from(isManifest ? INDEX : UNKNOWN));
    response.writeHead(isManifest ? 200 : 404, {
      "content-type": isManifest ? TYPE : "application/json", "content-encoding": coding, "content-length": body.length,
    }).end(request.method === "HEAD" ? undefined : body);
  }])),
  unknown: (_, response) => response.writeHead(200, { "content-type": TYPE, "content-encoding": "compress" }).end("??"),
  broken: (_, response) => response.writeHead(200, { "content-type": TYPE, "content-encoding": "gzip" }).end("no gzip"),
  cutgzip: (_, response) => response.writeHead(200, { "content-type": TYPE, "content-encoding": "gzip" })
    .end(zlib.gzipSync(INDEX).subarray(0, 100)),
  redirect: (request, response) => response.writeHead(307, { location: request.url.replace("/redirect/", "/gzip/") }).end("moved"),
  large: (_, response) => response.writeHead(200, { "content-type": TYPE }).end(Buffer.alloc(9 << 20, " ")),
  bomb: (_, response) => response.writeHead(200, { "content-type": TYPE, "content-encoding": "gzip" }).end(bomb()),
};

function slug(coding) {
  return coding.replace(/[^a-z]+/g, "-");
}

let packed;
function bomb() {
  return (packed ??= zlib.gzipSync(Buffer.alloc(200 << 20)));
}

function answer(request, response) {
  response.socket.server.keepAliveTimeout = 60_000;
  const mood = MOODS[request.url.split("/")[2]];
  mood ? mood(request, response) : response.writeHead(404).end();
}

describe("a command ends when it has said what there is to say, whatever the connection does", () => {
  let server, secure, proxy, folder, files;
  before(async () => {
    folder = await scratch();
    files = await selfSigned(folder);
    server = await startServer(answer);
    secure = await startServer(answer, { cert: await readFile(files.certificate), key: await readFile(files.key) });
    proxy = await startForwardProxy();
  });
  after(async () => {
    for (const one of [server, secure, proxy]) await one.close();
    await folder.remove();
  });

  /** Far below the minute for which the connection stays, far above what a busy machine takes. */
  const ends = async (args, env, within = 15_000) => {
    const started = performance.now();
    let out = started;
    const result = await run(process.execPath, [BIN, ...args], {
      env: { DOCKER_CONFIG: folder.path, ...env },
      started: (child) => {
        for (const stream of [child.stdout, child.stderr]) stream.on("data", () => (out = performance.now()));
      },
    });
    const [took, silent] = [performance.now() - started, performance.now() - out];
    assert.ok(took < within, `${args.join(" ")}: ${took} ms`);
    assert.ok(silent < 2_000, `${args.join(" ")}: ${silent} ms after its last output`);
    return result;
  };

  for (const coding of Object.keys(CODERS)) {
    test(`a body and an error in ${coding}`, async () => {
      const raw = await ends(["inspect", "--raw", `${server.domain}/${slug(coding)}/app:1`]);
      assert.deepEqual([raw.code, raw.stdout === INDEX], [0, true], raw.stderr);
      const none = await ends(["resolve", `${server.domain}/${slug(coding)}/app:2`]);
      assert.equal(none.code, 1);
      assert.match(none.stderr, /MANIFEST_UNKNOWN/);
    });
  }

  test("through TLS in a tunnel", async () => {
    const reference = `registry.example:${secure.port}/gzip/app:1`;
    const tunnel = await ends(["--ca", files.certificate, "inspect", "--raw", reference], { HTTPS_PROXY: proxy.url });
    assert.deepEqual([tunnel.code, tunnel.stdout === INDEX], [0, true], tunnel.stderr);
  });

  const failures = [
    ["unknown", /the body comes in the coding "compress" \[RESPONSE_INVALID\]/],
    ["broken", /the body is not gzip: incorrect header check \[RESPONSE_INVALID\]/],
    ["cutgzip", /the body is not gzip: unexpected end of file \[RESPONSE_INVALID\]/],
    ["large", /MANIFEST_TOO_LARGE|TOO_LARGE/],
    ["bomb", /TOO_LARGE/],
  ];
  for (const [mood, message] of failures) {
    test(`a body that cannot be taken: ${mood}`, async () => {
      const { code, stdout, stderr } = await ends(["resolve", "--platform", "linux/amd64", `${server.domain}/${mood}/app:1`]);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, message);
      const asked = server.requests.filter(({ method, url }) => method === "GET" && url.includes(`/${mood}/`));
      assert.equal(asked.length, 1, "asked again for the same");
    });
  }

  test("a redirect whose own body is not read", async () => {
    const { code, stdout } = await ends(["inspect", "--raw", `${server.domain}/redirect/app:1`]);
    assert.deepEqual([code, stdout === INDEX], [0, true]);
  });
});

describe("what a program still waits for", () => {
  let server;
  before(async () => {
    server = await startServer((request, response) => {
      response.socket.server.keepAliveTimeout = 60_000;
      const ways = {
        "/gzip": () => response.writeHead(200, { "content-encoding": "gzip" }).end(zlib.gzipSync("x".repeat(1_000_000))),
        "/large": () => response.end(Buffer.alloc(1_000_000)),
        "/stall": () => response.writeHead(200, { "content-length": "1000" }).write("half"),
        "/empty": () => response.writeHead(204).end(),
        "/slow": () => {
          response.writeHead(200, { "content-length": "8" }).write("half");
          setTimeout(() => response.end("half"), 200);
        },
      };
      ways[request.url]();
    });
  });
  after(() => server.close());

  // What is done with an answer, and what is printed in the end.
  const ways = [
    ["read whole", "/gzip", "console.log((await (await send(url)).text()).length)", "1000000\n"],
    ["read whole, plain", "/large", "console.log((await (await send(url)).arrayBuffer()).byteLength)", "1000000\n"],
    ["read while it comes", "/slow", "console.log(await (await send(url)).text())", "halfhalf\n"],
    ["cancelled", "/gzip", "await (await send(url)).body.cancel(); console.log(1)", "1\n"],
    ["cancelled half-way", "/gzip", "const r = (await send(url)).body.getReader(); await r.read(); await r.cancel(); console.log(1)", "1\n"],
    ["not read", "/gzip", "await send(url); console.log(1)", "1\n"],
    ["not read, and not complete", "/stall", "await send(url); console.log(1)", "1\n"],
    ["HEAD", "/large", "await send(url, { method: 'HEAD' }); console.log(1)", "1\n"],
    ["no content", "/empty", "await send(url); console.log(1)", "1\n"],
    ["aborted", "/stall", "const c = new AbortController(); const r = await send(url, { signal: c.signal }); c.abort(); await r.text().catch(() => console.log(1))", "1\n"],
    ["two at a time, one with a decoder that is behind", "/gzip",
      "const one = await send(url); await new Promise((go) => setTimeout(go, 200)); console.log(await (await send(url.replace('gzip', 'slow'))).text())", "halfhalf\n"],
  ];
  for (const [name, path, work, printed] of ways) {
    test(name, async () => {
      const program = `import { nodeFetch } from ${JSON.stringify(new URL("../../../../pkg/node/http/fetch.js", import.meta.url).href)};
        const send = nodeFetch({ proxy: false, env: {} });
        const url = ${JSON.stringify(`${server.url}${path}`)};
        ${work};
        const active = () => process.getActiveResourcesInfo().filter((one) => /^(TCP|TLS|Timeout|Zlib|ZLIB)/.test(one)).join();
        for (let round = 0; round < 200 && active() !== ""; round += 1) await new Promise((go) => setTimeout(go, 20));
        console.error(active());`;
      const started = performance.now();
      const { code, stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", program]);
      assert.deepEqual([code, stdout, stderr], [0, printed, "\n"]);
      assert.ok(performance.now() - started < 15_000);
    });
  }
});
