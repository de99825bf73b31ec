/** Commands that send something large: the progress that they show, and what an interrupt leaves. */

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { beforeEach, describe, test } from "node:test";

import { run as main } from "../../../pkg/cli/main.js";
import { ociImage, pushAll } from "../../support/images.mjs";
import { BIN, run } from "../../support/run.mjs";
import { IMAGES, twoRegistries } from "../../support/two-registries.mjs";

const { index } = IMAGES;
/** Its layer takes three chunks. */
const large = ociImage({ text: "large\n".repeat(3_000_000) });
const [, layer] = large.blobs;

const lab = twoRegistries();
const { cli, config, printed, reopen, source } = lab;

describe("progress", () => {
  const UNDER_WAY = new RegExp(`${layer.digest.slice(0, 19)}  \\[=*> *\\]  .*8\\.39MB of 18MB\\n`);
  beforeEach(() => pushAll(fetch, lab.server.url, "team/large", "1", large));
  const copy = (...flags) => ["copy", ...flags, `${lab.domain}/team/large:1`, `${lab.target}/mirror/large:1`];

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
    lab.intercept = async ({ method }) => {
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
      await pushAll(fetch, lab.server.url, "team/large", "1", large);
    }
  });

  test("is shown while a list is pushed too", async () => {
    const list = `${lab.target}/mirror/list:1`;
    await pushAll(lab.other.registry.fetch, "http://registry", "team/large", "1", large);
    // No mount: the layer is copied.
    await reopenWithoutMounts();
    const { code, shown } = await onTerminal(["create", "--push", list.replace(/^[^/]+/, lab.target), `${lab.target}/team/large:1`]);
    assert.equal(code, 0, shown);
    assert.match(shown, UNDER_WAY);
    assert.deepEqual(screen(shown), []);
  });

  async function reopenWithoutMounts() {
    await reopen({ quirks: ["mountRefused"] });
    await pushAll(fetch, lab.other.url, "team/large", "1", large);
  }

  test("is a line for each large blob elsewhere, and nothing with -q", async () => {
    assert.equal((await cli(copy())).stderr, `${layer.digest} done, 18MB\n`);
    const { code, shown } = await onTerminal(copy("-q"), { bars: false });
    assert.deepEqual([code, shown], [0, ""]);
    await reopenWithoutMounts();
    const create = ["create", "--push", `${lab.target}/mirror/list:1`, `${lab.target}/team/large:1`];
    assert.equal((await cli(create)).stderr, "", "docker's verbs say what docker says");
  });

  test("a terminal without cursor movements gets lines", async () => {
    const { stderr } = await cli(copy(), { tty: true, env: { TERM: "dumb" } });
    assert.equal(stderr, `${layer.digest} done, 18MB\n`);
  });
});

describe("an interrupt", () => {
  /** Runs the program, and interrupts it in the middle of the layer. */
  async function interrupted(args, signal) {
    let reached;
    const patched = new Promise((resolve) => (reached = resolve));
    let chunks = 0;
    const requests = [];
    lab.intercept = async ({ method, url }) => {
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
    await pushAll(fetch, lab.server.url, "team/large", "1", large);
    const place = `${lab.target}/mirror/large:1`;
    await printed(["copy", source(), place]);
    for (const [signal, code] of [["SIGHUP", 129], ["SIGINT", 130], ["SIGTERM", 143]]) {
      const { requests, stdout, stderr, ...ended } = await interrupted(["copy", `${lab.domain}/team/large:1`, place], signal);
      assert.deepEqual([ended.code, stdout, stderr], [code, "", "interrupted\n"]);
      assert.ok(isCancelled(requests), JSON.stringify(requests));
      assert.equal(lab.other.registry.manifest("mirror/large", "1").digest, index.digest);
    }
    lab.intercept = undefined;
    await cli(["copy", `${lab.domain}/team/large:1`, place]);
    assert.equal(lab.other.registry.manifest("mirror/large", "1").digest, large.digest);
  });

  test("cancels those of a push, and the draft is as it was", async () => {
    await reopen({ quirks: ["mountRefused"] });
    await pushAll(fetch, lab.other.url, "team/large", "1", large);
    const list = `${lab.target}/mirror/list:1`;
    await printed(["create", list, `${lab.target}/team/large:1`]);
    const draft = await printed(["inspect", list]);
    const { requests, stderr, code } = await interrupted(["push", "--purge", list], "SIGINT");
    assert.deepEqual([code, stderr], [130, "interrupted\n"]);
    assert.ok(isCancelled(requests), JSON.stringify(requests));
    lab.intercept = undefined;
    assert.equal(await printed(["inspect", list]), draft);
    assert.equal(lab.other.registry.manifest("mirror/list", "1"), undefined);
  });
});
