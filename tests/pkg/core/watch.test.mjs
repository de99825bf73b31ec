/** The waits of one call: each ends within its own limit, with one timer for all of them. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";

import { Watch } from "../../../pkg/core/watch.js";

const IDLE = 30_000;
const limit = (ms) => ({ phase: "body", ms, message: () => "nothing came" });
const never = () => new Promise(() => {});
const settled = async () => {
  for (let step = 0; step < 10; step++) await undefined;
};

/** How a promise ended so far. */
function outcome(promise) {
  const seen = { state: "waits" };
  promise.then(
    (value) => Object.assign(seen, { state: "fulfilled", value }),
    (error) => Object.assign(seen, { state: "rejected", error }),
  );
  return seen;
}

/** Timers that a test moves, of which some mock the clock too. */
const APIS = { "with the clock": ["setTimeout", "Date"], "without the clock": ["setTimeout"] };

for (const [name, apis] of Object.entries(APIS)) {
  describe(`timers that are moved ${name}`, () => {
    test("end a wait when its limit is over, with what it waited for", async (t) => {
      t.mock.timers.enable({ apis });
      const watch = new Watch(undefined, IDLE);
      const late = outcome(watch.until(never, { phase: "headers", ms: 40_000, message: () => "no answer from r.example" }));
      t.mock.timers.tick(IDLE);
      t.mock.timers.tick(9_999);
      await settled();
      assert.equal(late.state, "waits");
      t.mock.timers.tick(1);
      await settled();
      assert.equal(late.state, "rejected");
      const { name: kind, code, phase, message } = late.error;
      assert.deepEqual([kind, code, phase, message], ["TimeoutError", "ETIMEDOUT", "headers", "no answer from r.example within 40 s"]);
    });
  });
}

describe("waits one after the other", () => {
  test("set one timer, which no longer is there at the end", async (t) => {
    const [set, cleared] = [t.mock.method(globalThis, "setTimeout"), t.mock.method(globalThis, "clearTimeout")];
    const watch = new Watch(undefined, IDLE);
    assert.equal(await watch.until(async () => 1, limit(40_000)), 1);
    assert.equal(await watch.until(async () => 2, limit(IDLE)), 2);
    assert.equal(await watch.until(async () => 3, limit(IDLE)), 3);
    assert.deepEqual([set.mock.callCount(), cleared.mock.callCount()], [1, 0]);
    const timer = set.mock.calls[0].result;
    assert.equal(timer.hasRef(), false, "no wait is under way");
    const waiting = watch.until(never, limit(IDLE));
    assert.equal(timer.hasRef(), true, "a wait keeps the process alive");
    waiting.catch(() => {});
    watch.release();
    assert.equal(cleared.mock.callCount(), 0, "a request under way keeps its limit");
    const other = new Watch(undefined, IDLE);
    await other.until(async () => 1, limit(IDLE));
    other.release();
    assert.equal(cleared.mock.callCount(), 1);
    clearTimeout(timer);
  });

  test("end within their own limits, however late they begin", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const watch = new Watch(undefined, IDLE);
    await watch.until(async () => "an answer", limit(40_000));
    t.mock.timers.tick(20_000);
    const body = outcome(watch.until(never, limit(IDLE)));
    t.mock.timers.tick(29_000);
    await settled();
    assert.equal(body.state, "waits", "the timer of the wait before has fired");
    t.mock.timers.tick(1_000);
    await settled();
    assert.equal(body.state, "rejected");
  });

  test("have shorter limits than the one before, too", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const watch = new Watch(undefined, IDLE);
    const [long, short] = [IDLE, 100].map((ms) => outcome(watch.until(never, limit(ms))));
    t.mock.timers.tick(100);
    await settled();
    assert.deepEqual([long.state, short.state], ["waits", "rejected"]);
    t.mock.timers.tick(IDLE - 100);
    await settled();
    assert.equal(long.state, "rejected");
  });
});

test("a wait in which something comes lasts longer than its limit, and not when it stops coming", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let renew;
  const watch = new Watch(undefined, IDLE);
  const body = outcome(watch.until((wait) => ((renew = () => wait.renew()), never()), limit(IDLE)));
  for (let part = 0; part < 10; part++) {
    t.mock.timers.tick(IDLE - 1);
    renew();
  }
  await settled();
  assert.equal(body.state, "waits");
  t.mock.timers.tick(IDLE);
  await settled();
  assert.equal(body.state, "rejected");
});

test("a clock that is set makes no wait longer than twice its limit", async (t) => {
  for (const jump of [-86_400_000, 86_400_000]) {
    let now = 1_700_000_000_000;
    t.mock.method(Date, "now", () => now);
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const watch = new Watch(undefined, IDLE);
    now += jump;
    const before = outcome(watch.until(never, limit(IDLE)));
    now -= jump;
    const after = outcome(watch.until(never, limit(IDLE)));
    t.mock.timers.tick(IDLE);
    t.mock.timers.tick(IDLE);
    await settled();
    assert.deepEqual([before.state, after.state], ["rejected", "rejected"], `${jump}`);
    t.mock.reset();
  }
});

test("infinite limits set no timer", async (t) => {
  const set = t.mock.method(globalThis, "setTimeout");
  const watch = new Watch(undefined, Infinity);
  assert.equal(await watch.until(async () => 1, limit(Infinity)), 1);
  void watch.until(never, limit(2 ** 31));
  assert.equal(set.mock.callCount(), 0);
});

describe("the time that a call was given", () => {
  const isOverdue = ({ error }) => error instanceof DOMException && error.name === "TimeoutError";

  test("ends what waits, whatever its own limit, and all that begins after it", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const watch = new Watch(undefined, IDLE, 5_000);
    const heard = [];
    watch.hear((reason) => heard.push(reason));
    const [long, short] = [40_000, 2_000].map((ms) => outcome(watch.until(never, limit(ms))));
    t.mock.timers.tick(2_000);
    await settled();
    assert.deepEqual([long.state, short.error.code], ["waits", "ETIMEDOUT"]);
    t.mock.timers.tick(2_999);
    await settled();
    assert.deepEqual([long.state, heard.length], ["waits", 0]);
    watch.check();
    t.mock.timers.tick(1);
    await settled();
    assert.ok(isOverdue(long));
    assert.deepEqual(heard, [long.error]);
    assert.throws(() => watch.check(), { name: "TimeoutError" });
    const late = outcome(watch.until(never, limit(IDLE)));
    watch.hear((reason) => heard.push(reason));
    await settled();
    assert.ok(isOverdue(late));
    assert.equal(heard.length, 2, "who listens then hears it at once");
  });

  test("is over for those who listen, also while nothing waits; and does not keep a process alive for them", async (t) => {
    const set = t.mock.method(globalThis, "setTimeout");
    const watch = new Watch(undefined, IDLE, 30);
    const reason = await new Promise((hear) => {
      watch.hear(hear);
      assert.equal(set.mock.calls[0].result.hasRef(), false);
      set.mock.restore();
      set.mock.calls[0].result.ref();
    });
    assert.equal(reason.name, "TimeoutError");
  });

  test("costs no timer beside that of a wait, and none when the call is over", async (t) => {
    const [set, cleared] = [t.mock.method(globalThis, "setTimeout"), t.mock.method(globalThis, "clearTimeout")];
    const watch = new Watch(undefined, IDLE, 20_000);
    watch.hear(() => assert.fail("heard"));
    for (let at = 0; at < 3; at++) await watch.until(async () => at, limit(40_000));
    assert.deepEqual([set.mock.callCount(), cleared.mock.callCount()], [1, 0]);
    watch.release();
    assert.deepEqual(cleared.mock.calls[0].arguments, [set.mock.calls[0].result]);
    watch.hear(() => assert.fail("heard"));
    assert.equal(set.mock.callCount(), 1, "nor for who listens after that");
  });

  test("is counted from when the clock was set, where that was set back, and no more than twice", async (t) => {
    let now = 1_700_000_000_000;
    t.mock.method(Date, "now", () => now);
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const watch = new Watch(undefined, IDLE, 20_000);
    now -= 86_400_000;
    const wait = outcome(watch.until(never, limit(Infinity)));
    for (let step = 0; step < 4; step++) t.mock.timers.tick(10_000);
    await settled();
    assert.ok(isOverdue(wait));
  });
});

describe("a signal", () => {
  test("ends the waits after it ended the requests, by one listener", async () => {
    const controller = new AbortController();
    const watch = new Watch(controller.signal, IDLE);
    const order = [];
    watch.hear((reason) => order.push(reason));
    const waits = [1, 2].map((at) => watch.until(never, limit(IDLE)).catch((reason) => order.push(`${reason} ${at}`)));
    assert.equal(getEventListeners(controller.signal, "abort").length, 1);
    controller.abort("enough");
    await Promise.all(waits);
    assert.deepEqual(order, ["enough", "enough 1", "enough 2"]);
    await assert.rejects(watch.until(never, limit(IDLE)), (reason) => reason === "enough", "one that begins after that ends at once");
  });

  test("is not heard any more when the call is over", async () => {
    const controller = new AbortController();
    const watch = new Watch(controller.signal, IDLE);
    watch.hear(() => assert.fail("heard"));
    await watch.until(async () => 1, limit(IDLE));
    watch.release();
    controller.abort();
  });
});

describe("a process", () => {
  const ran = (source) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", source], {
      cwd: new URL("../../", import.meta.url), encoding: "utf8", timeout: 20_000,
    });
    return { status, stdout, stderr };
  };
  const client = (fetch, options = "") => `
    import { createClient } from "multiarch";
    const client = createClient({ retry: { attempts: 1 }, fetch: ${fetch}${options} });`;

  test("lasts as long as a call waits", () => {
    const source = `${client("() => new Promise(() => {})", ", timeouts: { connectMs: 100, headersMs: 100 }")}
      client.manifest("r.example/a:1").catch(({ code }) => console.log(code));`;
    assert.deepEqual(ran(source), { status: 0, stdout: "TIMEOUT\n", stderr: "" });
  });

  test("ends while a stream is open that is not read on", () => {
    const source = `${client("async () => new Response(new ReadableStream({ pull: (all) => all.enqueue(new Uint8Array(9)) }))")}
      const stream = await client.blob("r.example/a", "sha256:" + "0".repeat(64));
      const { value } = await stream.getReader().read();
      console.log(value.length);`;
    assert.deepEqual(ran(source), { status: 0, stdout: "9\n", stderr: "" });
  });
});
