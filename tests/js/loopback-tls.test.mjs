import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { serve } from "../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../pkg/testing.js";
import { selfSigned } from "../support/certificate.mjs";
import { indexWithAttestations, ociImage, pushAll } from "../support/images.mjs";
import { startServer } from "../support/recording.mjs";
import { multiarchHere as here } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";
import { FRONTS, startTlsFront } from "../support/tls-front.mjs";

const index = indexWithAttestations(ociImage(), ociImage({ architecture: "arm64" }));

let folder, registry, server, identity, ca;
before(async () => {
  folder = await scratch();
  const { certificate, key } = await selfSigned(folder);
  ca = certificate;
  identity = { cert: await readFile(certificate), key: await readFile(key) };
  registry = createMemoryRegistry();
  server = await serve(registry.fetch);
  await pushAll(fetch, server.url, "team/app", "1", index);
});
after(async () => {
  await server.close();
  await folder.remove();
});

const cli = (...args) => here(["--config", folder.join("docker"), ...args]);

async function behind(says, work) {
  const front = await startTlsFront(server.url, identity, says);
  try {
    await work(front);
  } finally {
    await front.close();
  }
}

describe("a registry on loopback that speaks TLS is found, whatever is said to http", () => {
  for (const [name, says] of Object.entries(FRONTS)) {
    test(name, () => behind(says, async (front) => {
      const app = `${front.domain}/team/app`;
      const resolved = { code: 0, stdout: `${app}@${index.digest}\n`, stderr: "" };
      const first = await cli("--ca", ca, "resolve", `${app}:1`);
      assert.deepEqual({ code: first.code, stdout: first.stdout, stderr: first.stderr }, resolved);
      assert.equal(front.plain, 1);
      const raw = await cli("--ca", ca, "inspect", "--raw", `${app}:1`);
      assert.deepEqual([raw.code, raw.stderr], [0, ""]);
      assert.deepEqual(raw.bytes, index.bytes);
      const copied = await cli("--ca", ca, "copy", "-q", `${app}:1`, `${app}:copy`);
      assert.deepEqual([copied.code, copied.stderr], [0, ""]);
      const gone = await cli("--ca", ca, "delete", `${app}:copy`);
      assert.deepEqual([gone.code, gone.stderr], [0, ""]);
      const absent = await cli("--ca", ca, "resolve", `${app}:none`);
      assert.equal(absent.code, 1);
      assert.match(absent.stderr, /answered 404 .*MANIFEST_UNKNOWN/);
    }));

    test(`${name}: without its authority, the certificate is what is told`, () => behind(says, async (front) => {
      const { code, stderr } = await cli("resolve", `${front.domain}/team/app:1`);
      assert.equal(code, 1);
      assert.match(stderr, /\[TLS_FAILED\]/);
    }));
  }
});

test("a registry on loopback that speaks http takes one connection and one request", async () => {
  const methods = [];
  const plain = await serve((request) => {
    methods.push(request.method);
    return registry.fetch(request);
  });
  try {
    const { code } = await cli("inspect", `${new URL(plain.url).host}/team/app:1`);
    assert.equal(code, 0);
    assert.deepEqual(methods, ["GET"]);
  } finally {
    await plain.close();
  }
});

test("what is no registry at all on loopback keeps its own words", async () => {
  const page = await startServer((_, response) => response.writeHead(404, { "content-type": "text/html" }).end("<html>"));
  try {
    const { code, stderr } = await cli("inspect", "--raw", `127.0.0.1:${page.port}/team/app:1`);
    assert.deepEqual([code, /web page|no such manifest|answered 404/.test(stderr)], [1, true], stderr);
  } finally {
    await page.close();
  }
});
