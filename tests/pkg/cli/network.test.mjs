/** What a registry says of its limits, the flags for the network, and the trace of requests. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { connect } from "node:net";
import { describe, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { assertNowhere, canary } from "../../support/canary.mjs";
import { selfSigned } from "../../support/certificate.mjs";
import { pushAll } from "../../support/images.mjs";
import { startServer } from "../../support/recording.mjs";
import { IMAGES, twoRegistries } from "../../support/two-registries.mjs";

const { index } = IMAGES;
const lab = twoRegistries();
const { cli, printed, reopen, source } = lab;

describe("ratelimit", () => {
  test("tells what the registry tells", async () => {
    await reopen({ quirks: ["rateHeaders"] });
    await pushAll(fetch, lab.other.url, "team/app", "1", index);
    const reference = `${lab.target}/team/app:1`;
    const { limit, remaining, windowSeconds, source: counted } = JSON.parse(await printed(["ratelimit", "--json", reference]));
    assert.ok(remaining <= limit && windowSeconds > 0);
    const [, ...stated] = /^limit (\d+) in (\d+) h, (\d+) left, counted for (.*)\n$/.exec(await printed(["ratelimit", reference]));
    assert.deepEqual([Number(stated[0]), stated[1] * 3600, stated[3]], [limit, windowSeconds, counted]);
    // Each header alone, and a window of no whole hours.
    for (const [headers, line] of [
      [{ "ratelimit-limit": "10;w=90", "ratelimit-remaining": null, "docker-ratelimit-source": null }, "limit 10 in 90 s\n"],
      [{ "ratelimit-limit": null, "ratelimit-remaining": "7;w=600", "docker-ratelimit-source": null }, "7 left in 10 min\n"],
      [{ "ratelimit-limit": "5", "ratelimit-remaining": "0", "docker-ratelimit-source": "ada" }, "limit 5, 0 left, counted for ada\n"],
    ]) {
      lab.other.registry.faults.unshift({ match: { method: "HEAD", times: 1 }, answer: { headers } });
      assert.equal(await printed(["ratelimit", reference]), line);
    }
  });

  test("says when there is nothing to tell", async () => {
    assert.equal(await printed(["ratelimit", source()]), `${lab.domain} tells of no limit\n`);
    assert.equal(await printed(["ratelimit", "--json", source()]), "{}\n");
  });
});

describe("the network's flags", () => {
  test("--retries counts second times", async () => {
    await pushAll(fetch, lab.other.url, "team/app", "1", index);
    for (const times of [0, 1]) {
      let asked = 0;
      lab.intercept = async () => {
        asked += 1;
        return new Response("", { status: 503 });
      };
      const { code, stderr } = await cli(["--retries", String(times), "tags", `${lab.target}/team/app`]);
      assert.equal(code, 1);
      assert.match(stderr, /\[REGISTRY_UNAVAILABLE\]/);
      assert.equal(asked, times + 1);
    }
  });

  test("--concurrency bounds what is under way", async () => {
    for (const most of [1, 2, undefined]) {
      let [now, peak] = [0, 0];
      lab.intercept = async (request) => {
        peak = Math.max(peak, (now += 1));
        // All that may come at once has come when the loop has turned a few times.
        for (let round = 0; round < 20; round += 1) await new Promise(setImmediate);
        const answer = await lab.other.registry.fetch(request);
        now -= 1;
        return answer;
      };
      const flag = most === undefined ? [] : ["--concurrency", String(most)];
      await printed(["copy", ...flag, source(), `${lab.target}/mirror/app-${most}:1`]);
      assert.equal(most === undefined ? peak > 2 : peak <= most, true, `${peak} with ${most}`);
    }
  });

  test("that cannot be meant end with 125", async () => {
    for (const flag of ["--retries=-1", "--retries=1.5", "--retries=101", "--concurrency=0", "--concurrency=x"]) {
      const { code, stderr } = await cli([flag, "tags", source()]);
      assert.equal(code, 125);
      assert.match(stderr, /must be a whole number from \d+ to \d+\n/);
    }
  });

  test("--github-token is for ghcr.io, on request", async (t) => {
    const { certificate, key } = await selfSigned(lab.folder, "DNS:ghcr.io");
    const [cert, secret] = await Promise.all([certificate, key].map((file) => readFile(file)));
    const registry = await startServer(({ headers }, response) => {
      if (!headers.authorization) response.writeHead(401, { "www-authenticate": "Basic realm=test" });
      response.end('{"name":"ada/app","tags":["1"]}');
    }, { cert, key: secret });
    t.after(registry.close);
    // Stands in for the name's address.
    const proxy = http.createServer().on("connect", (_, socket) => {
      const onward = connect(registry.port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on("error", () => {});
    });
    await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    t.after(() => proxy.close());
    const env = { GITHUB_TOKEN: canary(), GITHUB_ACTOR: "ada", HTTPS_PROXY: `http://127.0.0.1:${proxy.address().port}` };
    const tags = ["--ca", certificate, "tags", "ghcr.io/ada/app"];
    assert.equal((await cli(["--github-token", ...tags], { env })).stdout, "1\n");
    assert.equal(registry.requests.at(-1).headers.authorization, `Basic ${btoa(`ada:${env.GITHUB_TOKEN}`)}`);
    assert.match((await cli(tags, { env })).stderr, /\[UNAUTHORIZED\]/);
  });

  test("--github-token is for no other registry", async () => {
    const token = canary();
    await reopen({ auth: { type: "basic", users: { ada: token } } });
    const { code, stdout, stderr } = await cli(["--github-token", "-D", "tags", `${lab.target}/team/app`], { env: { GITHUB_TOKEN: token } });
    assert.equal(code, 1);
    assertNowhere(token, stdout, stderr, lab.other.registry.requests);
  });
});

describe("--debug", () => {
  test("traces answers and retries of a copy, and shows no secret", async () => {
    const [password, state] = [canary(), canary()];
    await reopen({ auth: { type: "bearer", users: { ada: password } }, quirks: ["chunkedOnly"] });
    let busy = 1;
    const tokens = new Set();
    lab.intercept = async (request) => {
      const { pathname } = new URL(request.url);
      if (request.method === "HEAD" && busy-- > 0) return new Response("", { status: 503, headers: { "retry-after": "0" } });
      const answer = await lab.other.registry.fetch(request);
      if (pathname === "/token") {
        const { token, access_token: other } = await answer.clone().json();
        for (const one of [token, other]) if (one) tokens.add(one);
      }
      const location = answer.headers.get("location");
      if (location?.includes("/uploads/")) {
        const at = new URL(location, request.url);
        at.searchParams.set("_state", state);
        at.searchParams.set(state, "");
        answer.headers.set("location", at.href);
      }
      return answer;
    };
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [lab.target]: { auth: btoa(`ada:${password}`) } } }) };
    const { code, stdout, stderr } = await cli(["copy", "--debug", source(), `${lab.target}/mirror/app:2`], { env });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `${lab.target}/mirror/app@${index.digest}\n`);
    const line = /^(GET|HEAD|POST|PUT|PATCH) http:\/\/127\.0\.0\.1:\d+\/\S+ (\d{3} \d+ ms|again in \d+ ms, after attempt \d: \S+)$/;
    for (const text of stderr.trimEnd().split("\n")) assert.match(text, line);
    assert.match(stderr, /^HEAD \S+ again in \d+ ms, after attempt 1: 503$/m);
    assert.match(stderr, /^PATCH \S+\?… 202 \d+ ms$/m);
    assert.match(stderr, /^PUT \S+\/manifests\/2 201 \d+ ms$/m);
    assert.ok(tokens.size > 0);
    for (const secret of [password, state, ...tokens]) assertNowhere(secret, stdout, stderr);
  });

  test("tells of what gets no answer", async () => {
    const { port } = new URL(lab.other.url);
    await lab.other.close();
    const { code, stderr } = await cli(["-D", "--retries=0", "tags", `127.0.0.1:${port}/team/app`]);
    assert.equal(code, 1);
    assert.match(stderr, /^GET http:\/\/127\.0\.0\.1:\d+\/v2\/team\/app\/tags\/list failed: .*ECONNREFUSED/m);
    lab.other = { ...(await serve(lab.registry.fetch)), registry: lab.registry };
  });
});
