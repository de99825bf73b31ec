/** The commands that write: copy, delete, tags, rate limits, progress and interrupts. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { connect } from "node:net";
import { PassThrough } from "node:stream";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { run as main } from "../../../pkg/cli/main.js";
import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { assertNowhere, canary } from "../../support/canary.mjs";
import { selfSigned } from "../../support/certificate.mjs";
import { artifact, indexWithAttestations, ociImage, pushAll } from "../../support/images.mjs";
import { startServer } from "../../support/recording.mjs";
import { BIN, multiarchHere as here, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const s390x = ociImage({ architecture: "s390x" });
const index = indexWithAttestations(amd64, arm64, s390x);
/** Its layer takes three chunks. */
const large = ociImage({ text: "large\n".repeat(3_000_000) });
const [, layer] = large.blobs;

let folder, registry, server, other, domain, target, intercept;
before(async () => {
  folder = await scratch();
});
after(() => folder.remove());
beforeEach(async () => {
  intercept = undefined;
  await open();
});
afterEach(close);

async function open(options) {
  registry = createMemoryRegistry();
  const second = createMemoryRegistry(options);
  server = await serve(registry.fetch);
  other = await serve(async (request) => (await intercept?.(request)) ?? second.fetch(request));
  other.registry = second;
  [domain, target] = [server, other].map(({ url }) => new URL(url).host);
  await pushAll(fetch, server.url, "team/app", "1", index);
}

async function close() {
  await Promise.all([server.close(), other.close()]);
}

/** The same with another target. */
async function reopen(options) {
  await close();
  await open(options);
}

const config = () => ["--config", folder.join("docker")];
const cli = (args, options) => here([...config(), ...args], options);
const source = () => `${domain}/team/app:1`;

async function printed(args, options) {
  const { code, stdout, stderr } = await cli(args, options);
  assert.deepEqual([code, stderr], [0, ""], args.join(" "));
  return stdout;
}

describe("delete --with-children", () => {
  test("shows the plan, asks for a confirmation where there is a terminal, and deletes nothing without", async () => {
    await printed(["copy", "-q", source(), `${target}/mirror/app:1`]);
    await printed(["copy", "-q", "--no-attestations", "--platform", "linux/arm64", source(), `${target}/mirror/app:arm64`]);
    const app = `${target}/mirror/app:1`;
    const dry = await printed(["delete", "--with-children", "--dry-run", app]);
    assert.match(dry, new RegExp(`^  delete  ${index.digest}  root$`, "m"));
    assert.match(dry, new RegExp(`^  keep    ${arm64.digest}  needed by arm64$`, "m"));
    assert.match(dry, /^  untag   1$/m);
    const refused = await cli(["delete", "--with-children", app]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /nothing was deleted.*\nhint: Look at the plan with --dry-run, then follow it with --yes\.\n$/);
    assert.deepEqual(other.registry.tags("mirror/app"), ["1", "arm64"]);
    const [plan] = JSON.parse(await printed(["delete", "--with-children", "--yes", "--json", app]));
    assert.equal(plan.deletes.at(-1).digest, index.digest);
    assert.deepEqual(other.registry.tags("mirror/app"), ["arm64"]);
    assert.ok(other.registry.manifest("mirror/app", arm64.digest));
    const again = await cli(["delete", "--with-children", "--yes", app]);
    assert.match(again.stderr, /MANIFEST_UNKNOWN/);
    await printed(["delete", "--ignore-missing", "--with-children", "--yes", app]);
    assert.equal((await cli(["delete", "--yes", app])).code, 125);
  });
});

describe("copy", () => {
  test("prints what the target's tag points at, by its digest", async () => {
    assert.equal(await printed(["copy", source(), `${target}/mirror/app:2`]), `${target}/mirror/app@${index.digest}\n`);
    assert.deepEqual(Buffer.from(other.registry.manifest("mirror/app", "2").bytes), index.bytes);
    assert.equal(await printed(["copy", source(), `${target}/mirror/app`]), `${target}/mirror/app@${index.digest}\n`);
    assert.deepEqual(other.registry.tags("mirror/app"), ["1", "2"]);
  });

  test("of one platform keeps its attestation, or is the image itself without, as JSON too", async () => {
    const { code, stdout, stderr } = await cli(["copy", "--platform", "linux/arm64", source(), `${target}/mirror/app:2`]);
    const made = other.registry.manifest("mirror/app", "2");
    assert.deepEqual([code, stdout], [0, `${target}/mirror/app@${made.digest}\n`], stderr);
    const { manifests } = JSON.parse(Buffer.from(made.bytes));
    assert.deepEqual(manifests.map(({ digest, annotations }) => annotations?.["vnd.docker.reference.digest"] ?? digest), [arm64.digest, arm64.digest]);
    for (const { digest } of manifests) assert.ok(other.registry.manifest("mirror/app", digest));
    const args = ["copy", "--json", "--no-attestations", "--platform", "linux/arm64", source(), `${target}/mirror/app:2`];
    const { mediaType, size } = arm64;
    assert.deepEqual(JSON.parse(await printed(args)), {
      reference: `${target}/mirror/app@${arm64.digest}`, mediaType, digest: arm64.digest, size, preserved: true,
    });
  });

  test("keeps the index although some of it stays behind, when that is asked for", async () => {
    const args = ["copy", "--sparse", "--platform", "linux/arm64", source(), `${target}/mirror/app:2`];
    assert.equal(await printed(args), `${target}/mirror/app@${index.digest}\n`);
    const [first, second] = JSON.parse(index.bytes).manifests;
    assert.deepEqual([first, second].map(({ digest }) => Boolean(other.registry.manifest("mirror/app", digest))), [false, true]);
  });

  test("of several platforms says that the digest is another one, unless it is quiet", async () => {
    const first = ["copy", source(), `${target}/mirror/app:2`, "--platform"];
    const { code, stdout, stderr } = await cli([...first, "linux/amd64", "--platform", "linux/arm64"]);
    const made = other.registry.manifest("mirror/app", "2");
    assert.deepEqual([code, stdout], [0, `${target}/mirror/app@${made.digest}\n`]);
    assert.match(stderr, /^note: .*another digest.*\n$/);
    assert.equal(JSON.parse(Buffer.from(made.bytes)).manifests.length, 4);
    assert.equal(await printed([...first, "linux/amd64,linux/arm64", "-q"]), stdout);
    assert.equal(await printed([...first, "linux/s390x,linux/amd64,linux/arm64"]), `${target}/mirror/app@${index.digest}\n`);
  });

  test("of a platform that is not there leaves the target alone", async () => {
    const { code, stdout, stderr } = await cli(["copy", source(), `${target}/mirror/app:2`, "--platform=linux/riscv64"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /\[PLATFORM_NOT_FOUND\]\n/);
    assert.deepEqual(other.registry.repositories(), []);
  });

  test("sends uploads elsewhere only where that is allowed", async (t) => {
    const elsewhere = await serve(other.registry.fetch);
    t.after(() => elsewhere.close());
    intercept = async (request) => {
      const answer = await other.registry.fetch(request);
      const location = answer.headers.get("location");
      if (!location?.includes("/uploads/")) return answer;
      const { pathname, search } = new URL(location, request.url);
      answer.headers.set("location", `${elsewhere.url}${pathname}${search}`);
      return answer;
    };
    const args = ["copy", source(), `${target}/mirror/app:2`];
    const { code, stderr } = await cli(args);
    assert.equal(code, 1);
    assert.match(stderr, /\[LOCATION_REFUSED\]\nhint: .*--upload-origin HOST\.\n$/);
    assert.deepEqual(await cli([...args, "--upload-origin", elsewhere.url]).then(({ code, stderr }) => [code, stderr]), [0, ""]);
  });
});

describe("progress", () => {
  const UNDER_WAY = new RegExp(`${layer.digest.slice(0, 19)}  \\[=*> *\\]  .*8\\.39MB of 18MB\\n`);
  beforeEach(() => pushAll(fetch, server.url, "team/large", "1", large));
  const copy = (...flags) => ["copy", ...flags, `${domain}/team/large:1`, `${target}/mirror/large:1`];

  /** What a terminal shows; the second chunk is taken only once there is a bar, if one is expected. */
  async function onTerminal(args, { bars = true, columns = 100 } = {}) {
    const stdout = new PassThrough();
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns, rows: 24 });
    let shown = "";
    let see;
    const seen = new Promise((resolve) => (see = resolve));
    stderr.on("data", (chunk) => {
      shown += chunk;
      if (shown.includes(" of 18MB\n")) see();
    });
    let chunks = 0;
    intercept = async ({ method }) => {
      if (method === "PATCH" && ++chunks === 2 && bars) await seen;
    };
    const code = await main([...config(), ...args], { stdin: new PassThrough(), stdout, stderr, env: {} });
    return { code, shown };
  }

  /** What is left on the screen of lines that were drawn and taken away. */
  function screen(text) {
    const lines = [];
    for (const part of text.split(/(\r\u001b\[\d+A\u001b\[J)/)) {
      const up = /^\r\u001b\[(\d+)A/.exec(part);
      if (up) lines.splice(lines.length - Number(up[1]));
      else lines.push(...part.split("\n").slice(0, -1));
    }
    return lines;
  }

  test("is a bar on a terminal, gone at the end", async () => {
    const { code, shown } = await onTerminal(copy());
    assert.equal(code, 0);
    assert.match(shown, UNDER_WAY);
    assert.deepEqual(screen(shown), []);
  });

  test("fits narrow terminals", async () => {
    for (const columns of [72, 46, 20]) {
      const { shown } = await onTerminal(copy(), { columns, bars: columns > 42 });
      for (const line of shown.replace(/\r\u001b\[\d+A\u001b\[J/g, "").split("\n")) assert.ok(line.length < columns, line);
      await reopen();
      await pushAll(fetch, server.url, "team/large", "1", large);
    }
  });

  test("is shown while a list is pushed too", async () => {
    const list = `${target}/mirror/list:1`;
    await pushAll(other.registry.fetch, "http://registry", "team/large", "1", large);
    // No mount: the layer is copied.
    await reopenWithoutMounts();
    const { code, shown } = await onTerminal(["create", "--push", list.replace(/^[^/]+/, target), `${target}/team/large:1`]);
    assert.equal(code, 0, shown);
    assert.match(shown, UNDER_WAY);
    assert.deepEqual(screen(shown), []);
  });

  async function reopenWithoutMounts() {
    await reopen({ quirks: ["mountRefused"] });
    await pushAll(fetch, other.url, "team/large", "1", large);
  }

  test("is a line for each large blob elsewhere, and nothing with -q", async () => {
    assert.equal((await cli(copy())).stderr, `${layer.digest} done, 18MB\n`);
    const { code, shown } = await onTerminal(copy("-q"), { bars: false });
    assert.deepEqual([code, shown], [0, ""]);
    await reopenWithoutMounts();
    const create = ["create", "--push", `${target}/mirror/list:1`, `${target}/team/large:1`];
    assert.equal((await cli(create)).stderr, "", "docker's verbs say what docker says");
  });

  test("a terminal without cursor movements gets lines", async () => {
    const { stderr } = await cli(copy(), { tty: true, env: { TERM: "dumb" } });
    assert.equal(stderr, `${layer.digest} done, 18MB\n`);
  });
});

test("-q leaves out notes, and no warnings", async () => {
  const list = `${domain}/team/list:1`;
  await pushAll(fetch, server.url, "team/app", "arm64", arm64);
  const create = ["create", list, `${domain}/team/app:arm64`];
  await printed(create);
  const amend = [...create, "--amend"];
  assert.match((await cli(amend, { tty: true })).stderr, /^note: /);
  assert.equal((await cli([...amend, "-q"], { tty: true })).stderr, "");
  assert.match((await cli(["push", "-q", `${domain}/team/none:1`], { tty: true })).stderr, /^No such manifest: /);
});

describe("an interrupt", () => {
  /** Runs the program, and interrupts it in the middle of the layer. */
  async function interrupted(args, signal) {
    let reached;
    const patched = new Promise((resolve) => (reached = resolve));
    let chunks = 0;
    const requests = [];
    intercept = async ({ method, url }) => {
      requests.push([method, new URL(url).pathname]);
      if (method === "PATCH" && ++chunks === 2) {
        reached();
        await new Promise(() => {});
      }
    };
    const result = await run(process.execPath, [BIN, ...config(), ...args], {
      started: (child) => void patched.then(() => child.kill(signal)),
    });
    return { ...result, requests };
  }
  const isCancelled = (requests) => {
    const [, upload] = requests.find(([method]) => method === "PATCH");
    return requests.some(([method, path]) => method === "DELETE" && path === upload);
  };

  test("cancels the uploads of a copy, and the tag is as it was", async () => {
    await pushAll(fetch, server.url, "team/large", "1", large);
    const place = `${target}/mirror/large:1`;
    await printed(["copy", source(), place]);
    for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]]) {
      const { requests, stdout, stderr, ...ended } = await interrupted(["copy", `${domain}/team/large:1`, place], signal);
      assert.deepEqual([ended.code, stdout, stderr], [code, "", "interrupted\n"]);
      assert.ok(isCancelled(requests), JSON.stringify(requests));
      assert.equal(other.registry.manifest("mirror/large", "1").digest, index.digest);
    }
    intercept = undefined;
    await cli(["copy", `${domain}/team/large:1`, place]);
    assert.equal(other.registry.manifest("mirror/large", "1").digest, large.digest);
  });

  test("cancels those of a push, and the draft is as it was", async () => {
    await reopen({ quirks: ["mountRefused"] });
    await pushAll(fetch, other.url, "team/large", "1", large);
    const list = `${target}/mirror/list:1`;
    await printed(["create", list, `${target}/team/large:1`]);
    const draft = await printed(["inspect", list]);
    const { requests, stderr, code } = await interrupted(["push", "--purge", list], "SIGINT");
    assert.deepEqual([code, stderr], [130, "interrupted\n"]);
    assert.ok(isCancelled(requests), JSON.stringify(requests));
    intercept = undefined;
    assert.equal(await printed(["inspect", list]), draft);
    assert.equal(other.registry.manifest("mirror/list", "1"), undefined);
  });
});

describe("delete", () => {
  test("takes tags and digests, and leaves the rest", async () => {
    for (const tag of ["2", "3"]) await pushAll(fetch, server.url, "team/app", tag, index);
    const [two, three] = [`${domain}/team/app:2`, `${domain}/team/app:3`];
    assert.equal(await printed(["delete", two, three]), `Deleted ${two}\nDeleted ${three}\n`);
    assert.deepEqual(registry.tags("team/app"), ["1"]);
    await printed(["delete", `${domain}/team/app@${index.digest}`]);
    assert.deepEqual(registry.tags("team/app"), []);
    assert.ok(registry.manifest("team/app", arm64.digest));
  });

  test("goes on after one that fails, and tells of every failure", async () => {
    const reference = (tag) => `${domain}/team/app:${tag}`;
    const { code, stdout, stderr } = await cli(["delete", reference("no"), source(), reference("none")]);
    assert.deepEqual([code, stdout], [1, `Deleted ${source()}\n`]);
    assert.deepEqual([...stderr.matchAll(/manifests\/(\w+).*\[MANIFEST_UNKNOWN\]$/gm)].map(([, tag]) => tag), ["no", "none"]);
  });

  test("deletes nothing when a name is none", async () => {
    const { code, stdout, stderr } = await cli(["delete", source(), `${domain}/team/App:1`]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /\[REFERENCE_INVALID\]/);
    assert.deepEqual(registry.tags("team/app"), ["1"]);
    const whole = await cli(["delete", `${domain}/team/app`]);
    assert.equal(whole.code, 1);
    assert.match(whole.stderr, /only a tag or a digest .*\[OPTION_INVALID\]\n/);
  });

  test("says what a registry does not do", async () => {
    // [quirk, the code, a word of the hint]
    for (const [quirk, code, hint] of [
      ["deleteDisabled", "DELETE_UNSUPPORTED", /hint: .*own interface/],
      ["noTagDelete", "DELETE_UNSUPPORTED", /hint: .*no single tag/],
    ]) {
      await reopen({ quirks: [quirk] });
      await pushAll(fetch, other.url, "team/app", "1", index);
      const { code: exit, stdout, stderr } = await cli(["delete", `${target}/team/app:1`]);
      assert.deepEqual([exit, stdout], [1, ""]);
      assert.ok(stderr.includes(`[${code}]`), stderr);
      assert.match(stderr, hint);
      assert.deepEqual(other.registry.tags("team/app"), ["1"]);
    }
  });
});

describe("referrers", () => {
  test("are lines of digest and type, or JSON", async () => {
    const [note, other] = [artifact({ subject: index }), artifact({ subject: index, artifactType: "a/b", text: "b" })];
    for (const one of [note, other]) await pushAll(fetch, server.url, "team/app", undefined, one);
    const lines = (await printed(["referrers", source()])).split("\n");
    assert.deepEqual(lines.sort(), ["", `${note.digest}  application/vnd.example.note`, `${other.digest}  a/b`].sort());
    assert.equal(await printed(["referrers", "--artifact-type", "a/b", source()]), `${other.digest}  a/b\n`);
    const [descriptor, ...rest] = JSON.parse(await printed(["referrers", "--json", "--artifact-type=a/b", source()]));
    assert.deepEqual([descriptor.digest, descriptor.artifactType, rest], [other.digest, "a/b", []]);
  });

  test("that are none are reported to people", async () => {
    assert.equal(await printed(["referrers", source()]), "");
    assert.equal(await printed(["referrers", "--json", source()]), "[]\n");
    assert.equal((await cli(["referrers", source()], { tty: true })).stderr, `note: nothing refers to ${source()}\n`);
  });
});

describe("ratelimit", () => {
  test("tells what the registry tells", async () => {
    await reopen({ quirks: ["rateHeaders"] });
    await pushAll(fetch, other.url, "team/app", "1", index);
    const reference = `${target}/team/app:1`;
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
      other.registry.faults.unshift({ match: { method: "HEAD", times: 1 }, answer: { headers } });
      assert.equal(await printed(["ratelimit", reference]), line);
    }
  });

  test("says when there is nothing to tell", async () => {
    assert.equal(await printed(["ratelimit", source()]), `${domain} tells of no limit\n`);
    assert.equal(await printed(["ratelimit", "--json", source()]), "{}\n");
  });
});

describe("the network's flags", () => {
  test("--retries counts second times", async () => {
    await pushAll(fetch, other.url, "team/app", "1", index);
    for (const times of [0, 1]) {
      let asked = 0;
      intercept = async () => {
        asked += 1;
        return new Response("", { status: 503 });
      };
      const { code, stderr } = await cli(["--retries", String(times), "tags", `${target}/team/app`]);
      assert.equal(code, 1);
      assert.match(stderr, /\[REGISTRY_UNAVAILABLE\]/);
      assert.equal(asked, times + 1);
    }
  });

  test("--concurrency bounds what is under way", async () => {
    for (const most of [1, 2, undefined]) {
      let [now, peak] = [0, 0];
      intercept = async (request) => {
        peak = Math.max(peak, (now += 1));
        // All that may come at once has come when the loop has turned a few times.
        for (let round = 0; round < 20; round += 1) await new Promise(setImmediate);
        const answer = await other.registry.fetch(request);
        now -= 1;
        return answer;
      };
      const flag = most === undefined ? [] : ["--concurrency", String(most)];
      await printed(["copy", ...flag, source(), `${target}/mirror/app-${most}:1`]);
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
    const { certificate, key } = await selfSigned(folder, "DNS:ghcr.io");
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
    const { code, stdout, stderr } = await cli(["--github-token", "-D", "tags", `${target}/team/app`], { env: { GITHUB_TOKEN: token } });
    assert.equal(code, 1);
    assertNowhere(token, stdout, stderr, other.registry.requests);
  });
});

describe("--debug", () => {
  test("traces answers and retries of a copy, and shows no secret", async () => {
    const [password, state] = [canary(), canary()];
    await reopen({ auth: { type: "bearer", users: { ada: password } }, quirks: ["chunkedOnly"] });
    let busy = 1;
    const tokens = new Set();
    intercept = async (request) => {
      const { pathname } = new URL(request.url);
      if (request.method === "HEAD" && busy-- > 0) return new Response("", { status: 503, headers: { "retry-after": "0" } });
      const answer = await other.registry.fetch(request);
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
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [target]: { auth: btoa(`ada:${password}`) } } }) };
    const { code, stdout, stderr } = await cli(["copy", "--debug", source(), `${target}/mirror/app:2`], { env });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `${target}/mirror/app@${index.digest}\n`);
    const line = /^(GET|HEAD|POST|PUT|PATCH) http:\/\/127\.0\.0\.1:\d+\/\S+ (\d{3} \d+ ms|again in \d+ ms, after attempt \d: \S+)$/;
    for (const text of stderr.trimEnd().split("\n")) assert.match(text, line);
    assert.match(stderr, /^HEAD \S+ again in \d+ ms, after attempt 1: 503$/m);
    assert.match(stderr, /^PATCH \S+\?… 202 \d+ ms$/m);
    assert.match(stderr, /^PUT \S+\/manifests\/2 201 \d+ ms$/m);
    assert.ok(tokens.size > 0);
    for (const secret of [password, state, ...tokens]) assertNowhere(secret, stdout, stderr);
  });

  test("tells of what gets no answer", async () => {
    const { port } = new URL(other.url);
    await other.close();
    const { code, stderr } = await cli(["-D", "--retries=0", "tags", `127.0.0.1:${port}/team/app`]);
    assert.equal(code, 1);
    assert.match(stderr, /^GET http:\/\/127\.0\.0\.1:\d+\/v2\/team\/app\/tags\/list failed: .*ECONNREFUSED/m);
    other = await serve(registry.fetch);
    other.registry = registry;
  });
});
