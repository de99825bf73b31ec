/** Registries on loopback that speak TLS, behind servers with words of their own for plain http. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import net from "node:net";
import { after, before, describe, test } from "node:test";

import { createClient } from "multiarch";
import { serve } from "../../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../../pkg/testing/index.js";
import { selfSigned } from "../../../support/certificate.mjs";
import { indexWithAttestations, ociImage, pushAll } from "../../../support/images.mjs";
import { startServer } from "../../../support/recording.mjs";
import { multiarchHere as here } from "../../../support/run.mjs";
import { scratch } from "../../../support/scratch.mjs";
import { FRONTS, startTlsFront } from "../../../support/tls-front.mjs";

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

    test(`${name}: without its authority, the error is about the certificate`, () => behind(says, async (front) => {
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

/** A server of raw sockets that counts who spoke TLS to it, which it answers with `onTls`. */
async function rawServer(answer, onTls) {
  const sockets = new Set();
  const seen = { tls: 0, plain: 0 };
  const listener = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      if (data[0] === 0x16) {
        seen.tls += 1;
        return onTls(socket);
      }
      seen.plain += 1;
      const { status, type, body = "" } = answer(String(data), seen.plain);
      const shown = String(data).startsWith("HEAD") ? "" : body;
      socket.write(`HTTP/1.1 ${status} X\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${shown}`);
    });
  });
  await new Promise((listening) => listener.listen(0, "127.0.0.1", listening));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((closed) => listener.close(closed));
  };
  return { domain: `127.0.0.1:${listener.address().port}`, seen, close };
}

test("a call that ends while TLS is tried teaches nothing: the registry is found in http afterwards", async () => {
  const type = "application/vnd.oci.image.index.v1+json";
  const latest = (data) => data.includes("/latest")
    ? { status: 200, type, body: JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [] }) }
    : { status: 404, type: "text/plain", body: "no" };
  // It waits for the end of a line that TLS never sends.
  const { domain, seen, close } = await rawServer(latest, () => {});
  try {
    for (const end of [() => AbortSignal.timeout(300), () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 300);
      return controller.signal;
    }]) {
      const client = createClient({ retry: { attempts: 1 } });
      await assert.rejects(client.resolve(`${domain}/a/b:missing`, { signal: end() }));
      assert.match((await client.resolve(`${domain}/a/b:latest`)).digest, /^sha256:/);
    }
    assert.ok(seen.tls >= 2);
  } finally {
    await close();
  }
});

test("an answer that passes teaches nothing: TLS is tried when the next one is no registry's", async () => {
  const starting = (_, count) => ({ status: count === 1 ? 503 : 400, type: "text/plain" });
  const { domain, seen, close } = await rawServer(starting, (socket) => socket.destroy());
  try {
    const client = createClient({ retry: { attempts: 1 } });
    await assert.rejects(client.resolve(`${domain}/a/b:1`), { code: "REGISTRY_UNAVAILABLE" });
    assert.equal(seen.tls, 0);
    await assert.rejects(client.resolve(`${domain}/a/b:1`));
    assert.ok(seen.tls > 0);
  } finally {
    await close();
  }
});
