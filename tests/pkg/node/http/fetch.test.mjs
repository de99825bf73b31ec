/** `nodeFetch`: answers, bodies, encodings, signals and the codes of failures. */

import assert from "node:assert/strict";
import net from "node:net";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import zlib from "node:zlib";

import { nodeFetch } from "../../../../pkg/node/http/fetch.js";
import { causeOf, direct, readAll } from "../../../support/node-fetch.mjs";
import { startServer } from "../../../support/recording.mjs";
import { multiarch, run } from "../../../support/run.mjs";
import { until } from "../../../support/until.mjs";

test("no header is dropped, however many there are", async () => {
  const many = Array.from({ length: 2100 }, () => ["a", ""]).flat();
  const server = await startServer((_, response) => response.writeHead(200, [...many, "Docker-Content-Digest", "x"]).end());
  try {
    const { headers } = await nodeFetch(direct)(server.url);
    assert.equal(headers.get("docker-content-digest"), "x");
  } finally {
    await server.close();
  }
});

describe("an answer", () => {
  let server;
  before(async () => {
    server = await startServer((request, response) => {
      const path = request.url.split("?")[0];
      const answers = {
        "/echo": () => {
          const chunks = [];
          request.on("data", (chunk) => chunks.push(chunk));
          request.on("end", () => response.end(JSON.stringify({
            method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString(),
          })));
        },
        "/redirect": () => response.writeHead(307, { location: "/echo" }).end("moved"),
        "/challenges": () => response.writeHead(401, [
          "WWW-Authenticate", "Basic realm=a", "WWW-Authenticate", "Bearer realm=b", "Content-Type", "text/a",
          "Content-Type", "text/b",
        ]).end(),
        "/large": () => response.end(Buffer.alloc(3_000_000, "x")),
        "/cut": () => {
          response.writeHead(200, { "content-length": "1000" });
          response.write("half");
          setTimeout(() => response.destroy(), 20);
        },
        "/stall": () => response.writeHead(200, { "content-length": "1000" }).write("half"),
        "/silent": () => {},
        "/late": () => {
          response.writeHead(200, { "content-length": "8" }).write("half");
          setTimeout(() => response.end("half"), 20);
        },
        "/gzip": () => response.writeHead(200, { "content-encoding": "gzip" }).end(zlib.gzipSync("squeezed")),
        "/deflate": () => response.writeHead(200, { "content-encoding": "deflate" }).end(zlib.deflateSync("squeezed")),
        "/br": () => response.writeHead(200, { "content-encoding": "br" }).end(zlib.brotliCompressSync("squeezed")),
        "/gzip-broken": () => response.writeHead(200, { "content-encoding": "gzip" }).end("not gzip at all"),
        "/twice": () => response.writeHead(200, { "content-encoding": "x-gzip, br" })
          .end(zlib.brotliCompressSync(zlib.gzipSync("squeezed"))),
        "/thrice": () => response.writeHead(200, { "content-encoding": "identity, deflate, gzip, GZIP" })
          .end(zlib.gzipSync(zlib.gzipSync(zlib.deflateSync("squeezed")))),
        "/unknown": () => response.writeHead(200, { "content-encoding": "compress", "docker-content-digest": "d" }).end("?"),
        "/often": () => response.writeHead(200, { "content-encoding": "gzip, gzip, gzip, gzip", "docker-content-digest": "d" }).end("?"),
        "/unknown-404": () => response.writeHead(404, { "content-encoding": "compress" }).end("?"),
      };
      answers[path]();
    });
  });
  after(() => server.close());

  test("carries status, headers, body and url", async () => {
    const response = await nodeFetch(direct)(`${server.url}/echo?a=b`, { headers: { "X-One": "1" } });
    assert.equal(response.status, 200);
    assert.equal(response.ok, true);
    assert.equal(response.url, `${server.url}/echo?a=b`);
    const { method, headers } = await response.json();
    assert.equal(method, "GET");
    assert.equal(headers["x-one"], "1");
    assert.equal(headers["accept-encoding"], "identity");
  });

  test("takes headers as fetch does", async () => {
    const send = nodeFetch(direct);
    for (const headers of [new Headers({ "x-one": "1" }), [["X-One", "1"]], { "x-one": "1" }]) {
      const answer = await (await send(`${server.url}/echo`, { headers })).json();
      assert.equal(answer.headers["x-one"], "1");
    }
  });

  test("sends a body", async () => {
    const send = nodeFetch(direct);
    for (const body of ["text", new TextEncoder().encode("text")]) {
      const answer = await (await send(`${server.url}/echo`, { method: "POST", body })).json();
      assert.deepEqual([answer.method, answer.body], ["POST", "text"]);
    }
  });

  test("is given for a redirect, which is not followed", async () => {
    const response = await nodeFetch(direct)(`${server.url}/redirect`);
    assert.equal(response.status, 307);
    assert.equal(response.headers.get("Location"), "/echo");
    assert.equal(await response.text(), "moved");
  });

  test("keeps repeated headers, as fetch does", async () => {
    const { headers } = await nodeFetch(direct)(`${server.url}/challenges`);
    assert.equal(headers.get("www-authenticate"), "Basic realm=a, Bearer realm=b");
    assert.equal(headers.get("content-type"), "text/a, text/b");
    assert.equal(headers.get("absent"), null);
    assert.equal(headers.has("WWW-Authenticate"), true);
    assert.equal(new Map(headers).get("content-type"), "text/a, text/b");
  });

  test("to HEAD has no body", async () => {
    const response = await nodeFetch(direct)(`${server.url}/large`, { method: "HEAD" });
    assert.equal(response.body, null);
    assert.equal((await response.arrayBuffer()).byteLength, 0);
  });

  test("to HEAD counts although a body follows, as Go's TLS servers send one to plain http", async () => {
    const odd = net.createServer((socket) => {
      socket.once("data", () => socket.end("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"));
    });
    await new Promise((resolve) => odd.listen(0, "127.0.0.1", resolve));
    const response = await nodeFetch(direct)(`http://127.0.0.1:${odd.address().port}/`, { method: "HEAD" });
    odd.close();
    assert.equal(response.status, 400);
  });

  test("larger than what is read ahead arrives whole", async () => {
    const response = await nodeFetch(direct)(`${server.url}/large`);
    assert.equal((await readAll(response.body)).length, 3_000_000);
    assert.equal((await (await nodeFetch(direct)(`${server.url}/large`)).arrayBuffer()).byteLength, 3_000_000);
  });

  test("can be cancelled half-way", async () => {
    const reader = (await nodeFetch(direct)(`${server.url}/large`)).body.getReader();
    assert.equal((await reader.read()).done, false);
    await reader.cancel();
    assert.equal((await reader.read()).done, true);
  });

  test("that is cancelled while it waits to be read lets go of its connection", { timeout: 5000 }, async () => {
    let closed;
    const endless = await startServer((_, response) => {
      closed = new Promise((resolve) => response.once("close", resolve));
      response.writeHead(200);
      Readable.from((function* () { for (;;) yield Buffer.alloc(65536); })()).pipe(response);
    });
    const { body } = await nodeFetch(direct)(endless.url);
    const reader = body.getReader();
    await sleep(100); // until as much as is read ahead is there
    await reader.read();
    await reader.cancel();
    await closed;
    await endless.close();
  });

  test("cut short is an error, not an end", async () => {
    const response = await nodeFetch(direct)(`${server.url}/cut`);
    assert.equal((await causeOf(readAll(response.body))).code, "ECONNRESET");
  });

  test("that stops half-way ends in time", async () => {
    const response = await nodeFetch({ ...direct, idleTimeoutMs: 50 })(`${server.url}/stall`);
    assert.equal((await causeOf(readAll(response.body))).code, "ETIMEDOUT");
  });

  test("that never begins ends in time", async () => {
    const cause = await causeOf(nodeFetch({ ...direct, headersTimeoutMs: 50 })(`${server.url}/silent`));
    assert.equal(cause.code, "ETIMEDOUT");
  });

  test("that was compressed all the same is decoded", async () => {
    for (const coding of ["gzip", "deflate", "br"]) {
      const response = await nodeFetch(direct)(`${server.url}/${coding}`);
      assert.equal(await response.text(), "squeezed");
      assert.equal(response.headers.get("content-encoding"), null);
      assert.equal(response.headers.get("content-length"), null);
    }
  });

  test("whose compression is broken is an error", async () => {
    const response = await nodeFetch(direct)(`${server.url}/gzip-broken`);
    const cause = await causeOf(response.text());
    assert.equal(cause.code, "ERR_CONTENT_CODING");
    assert.equal(cause.message, "the body is not gzip: incorrect header check");
  });

  test("compressed more than once is decoded in the order that undoes it", async () => {
    for (const path of ["twice", "thrice"]) {
      const response = await nodeFetch(direct)(`${server.url}/${path}`);
      assert.equal(await response.text(), "squeezed");
      assert.equal(response.headers.get("content-encoding"), null);
    }
  });

  test("in a coding that is not known, or in too many, is an error that names it; an error's status stays", async () => {
    for (const [path, message] of [["unknown", 'the body comes in the coding "compress"'], ["often", "the body comes in 4 codings"]]) {
      const { status, headers, body } = await nodeFetch(direct)(`${server.url}/${path}`);
      assert.deepEqual([status, headers.get("docker-content-digest")], [200, "d"]);
      const cause = await causeOf(readAll(body));
      assert.deepEqual([cause.code, cause.message], ["ERR_CONTENT_CODING", message]);
    }
    const refused = await nodeFetch(direct)(`${server.url}/unknown-404`);
    assert.deepEqual([refused.status, await refused.text()], [404, ""]);
  });

  test("frees its connection for the next request", async () => {
    const send = nodeFetch(direct);
    const opened = new Set(server.sockets);
    for (let count = 0; count < 5; count += 1) await (await send(`${server.url}/echo`)).text();
    assert.equal([...server.sockets].filter((socket) => !opened.has(socket)).length, 1);
  });

  test("that is not read frees its connection too when it is small", async () => {
    const send = nodeFetch(direct);
    const opened = new Set(server.sockets);
    const connections = () => [...server.sockets].filter((socket) => !opened.has(socket)).length;
    await send(`${server.url}/challenges`);
    await until(async () => {
      const before = connections();
      await send(`${server.url}/challenges`);
      return connections() === before;
    }, "a request takes the connection of the one before");
  });

  test("that is small and cancelled at once frees its connection too, what is left of it included", async () => {
    const send = nodeFetch(direct);
    const opened = new Set(server.sockets);
    const connections = () => [...server.sockets].filter((socket) => !opened.has(socket)).length;
    for (const path of ["/challenges", "/late", "/redirect"]) {
      await until(async () => {
        const before = connections();
        for (let time = 0; time < 2; time += 1) {
          const { body } = await send(`${server.url}${path}`);
          await body.cancel();
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return before > 0 && connections() === before;
      }, `a request takes the connection of ${path} before`);
    }
  });
});

describe("a body that is not read", () => {
  let server, written;
  before(async () => {
    server = await startServer((_, response) => {
      written = 0;
      const more = () => {
        let room = true;
        while (room && written < 500_000_000) {
          written += 1 << 20;
          room = response.write(Buffer.alloc(1 << 20));
        }
        response.once("drain", more);
      };
      more();
    });
  });
  after(() => server.close());

  test("is not taken in further than a little", async () => {
    const { body } = await nodeFetch(direct)(server.url);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const sent = written;
    await body.cancel();
    assert.ok(sent < 20_000_000, `${sent} bytes were taken`);
  });

  test("ends soon after it is cancelled", async () => {
    const { body } = await nodeFetch(direct)(server.url);
    const socket = [...server.sockets].at(-1);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await body.cancel();
    await closed;
  });

  test("does not keep a program from ending", async () => {
    const program = `import { nodeFetch } from ${JSON.stringify(new URL("../../../../pkg/node/http/fetch.js", import.meta.url).href)};
      const { status } = await nodeFetch({ proxy: false })(${JSON.stringify(server.url)});
      console.log(status);`;
    const { code, stdout } = await run(process.execPath, ["--input-type=module", "-e", program]);
    assert.deepEqual([code, stdout], [0, "200\n"]);
  });
});

describe("a signal", () => {
  let server;
  before(async () => {
    server = await startServer((request, response) => {
      if (request.url === "/body") response.writeHead(200, { "content-length": "1000" }).write("half");
    });
  });
  after(() => server.close());

  test("that fires while the way is being found sends nothing either", async () => {
    const own = await startServer((_, response) => response.end());
    const send = nodeFetch(direct);
    const controller = new AbortController();
    const sent = send(own.url, { method: "DELETE", signal: controller.signal });
    controller.abort("enough");
    await assert.rejects(sent, (reason) => reason === "enough");
    await send(own.url);
    assert.deepEqual(own.requests.map(({ method }) => method), ["GET"]);
    await own.close();
  });

  test("that is aborted already sends nothing", async () => {
    const seen = server.requests.length;
    await assert.rejects(nodeFetch(direct)(`${server.url}/never`, { signal: AbortSignal.abort() }), { name: "AbortError" });
    assert.equal(server.requests.length, seen);
  });

  test("ends a request that waits, with whatever reason was given", async () => {
    for (const reason of [undefined, "a string", new RangeError("mine")]) {
      const controller = new AbortController();
      const sent = nodeFetch(direct)(`${server.url}/never`, { signal: controller.signal });
      setTimeout(() => controller.abort(reason), 20);
      const got = await sent.then(() => assert.fail(), (error) => error);
      assert.equal(got, controller.signal.reason);
    }
  });

  test("ends a body that is being read", async () => {
    const controller = new AbortController();
    const response = await nodeFetch(direct)(`${server.url}/body`, { signal: controller.signal });
    const reader = response.body.getReader();
    await reader.read();
    const next = reader.read();
    controller.abort("enough");
    assert.equal(await next.then(() => assert.fail(), (error) => error), "enough");
  });
});

describe("a failure carries Node's code", () => {
  test("nothing listens", async () => {
    const { port, close } = await startServer(() => {});
    await close();
    assert.equal((await causeOf(nodeFetch(direct)(`http://127.0.0.1:${port}/`))).code, "ECONNREFUSED");
    const cause = await causeOf(nodeFetch(direct)(`http://localhost:${port}/`));
    assert.equal(cause.code, "ECONNREFUSED");
    assert.notEqual(cause.message, "");
  });

  test("no such domain", async () => {
    const cause = await causeOf(nodeFetch(direct)("http://multiarch.invalid/"));
    assert.ok(["ENOTFOUND", "EAI_AGAIN"].includes(cause.code), cause.code);
  });

  test("plain http where https was expected", async () => {
    const server = await startServer((_, response) => response.end());
    const cause = await causeOf(nodeFetch(direct)(`https://127.0.0.1:${server.port}/`));
    assert.ok(/WRONG_VERSION_NUMBER|PACKET_LENGTH|EPROTO/.test(cause.code), cause.code);
    await server.close();
  });

  test("a server that closes without a word", async () => {
    const server = net.createServer((socket) => socket.destroy());
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    assert.equal((await causeOf(nodeFetch(direct)(`http://127.0.0.1:${server.address().port}/`))).code, "ECONNRESET");
    server.close();
  });

  test("neither http nor https, or with credentials", async () => {
    assert.equal((await causeOf(nodeFetch(direct)("ftp://127.0.0.1/"))).code, "ERR_INVALID_PROTOCOL");
    await assert.rejects(nodeFetch(direct)("http://user:secret@127.0.0.1/"), (error) => !error.message.includes("secret"));
  });

  test("a kept connection that the server just closed is no failure", async () => {
    let served = 0;
    const sockets = [];
    const server = net.createServer((socket) => {
      sockets.push(socket);
      socket.once("data", () => {
        served += 1;
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok");
        socket.once("data", () => socket.resetAndDestroy());
      });
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const send = nodeFetch(direct);
    const url = `http://127.0.0.1:${server.address().port}/`;
    assert.equal(await (await send(url)).text(), "ok");
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await (await send(url)).text(), "ok");
    assert.equal(served, 2);
    server.close();
    for (const socket of sockets) socket.destroy();
  });
});
