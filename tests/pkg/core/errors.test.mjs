/** The error class, and what becomes of a core that traps. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { createClient, init, MultiarchError, parseManifest, parseReference, selectPlatform, version } from "multiarch";

import { FACADE_ERRORS, SHOWN } from "../../../pkg/core/facts.js";
import { call, callAsync } from "../../../pkg/core/load.js";
import { indexOf } from "../../support/vectors.mjs";

// Calls that wait for an answer that never comes are aborted in the end; time limits would keep the process alive.
const ending = new AbortController();
const { signal } = ending;
after(() => ending.abort());

const thrownBy = (work) => {
  try {
    return assert.fail(`returned ${work()}`);
  } catch (error) {
    return error;
  }
};

test("an error is an Error with facts, and no more than it has", () => {
  const error = thrownBy(() => parseReference("UPPER"));
  assert.ok(error instanceof MultiarchError && error instanceof Error);
  assert.equal(error.name, "MultiarchError");
  assert.match(String(error), /^MultiarchError: "UPPER" is not a reference/);
  assert.deepEqual(Object.keys(error).sort(), ["code", "details", "hint", "retryable"]);
  assert.match(error.stack, /errors\.test\.mjs/);
});

test("errors that are raised in JavaScript have the hints of the core", () => {
  for (const code of ["REFERENCE_INVALID", "DIGEST_INVALID", "PLATFORM_INVALID", "OPTION_INVALID", "LOAD_FAILED", "NOT_LOADED", "INTERNAL"]) {
    const { hint, retryable } = new MultiarchError({ code, message: "m" });
    assert.deepEqual({ hint, retryable }, FACADE_ERRORS[code], code);
  }
});

test("a cause is kept, and absent facts are absent", () => {
  const cause = new Error("why");
  assert.equal(new MultiarchError({ code: "LOAD_FAILED", message: "m", cause }).cause, cause);
  assert.ok(!("cause" in new MultiarchError({ code: "LOAD_FAILED", message: "m" })));
});

test("long texts are cut wherever they stand, and what is short or no text stays itself", () => {
  const long = `begin${"x".repeat(1 << 20)}end`;
  const facts = { code: "SPEC_INVALID", message: long, hint: long, registry: long, reference: long };
  const error = new MultiarchError({ ...facts, details: { file: long, line: 7, references: ["a", long], inner: { kept: true } } });
  const { message, hint, registry, reference, details } = error;
  for (const text of [message, hint, registry, reference, details.file, details.references[1]]) {
    assert.ok(text.length <= SHOWN, `${text.length} characters`);
    assert.match(text, /^begin.* … .*end$/);
  }
  assert.deepEqual([details.line, details.references[0], details.inner], [7, "a", { kept: true }]);
  const own = { file: "a", references: ["b"], nothing: null };
  assert.equal(new MultiarchError({ code: "SPEC_INVALID", message: "m", details: own }).details, own);
  for (const odd of [null, 5, long.length, new Proxy({}, { ownKeys() { throw new Error("no"); } })]) {
    assert.equal(new MultiarchError({ code: "SPEC_INVALID", message: "m", details: odd }).details, odd);
  }
});

test("a trap is INTERNAL, ends what waits on that instance, and the next call works", async () => {
  await init();
  const index = parseManifest(indexOf([{ os: "linux", architecture: "amd64" }]));
  const trap = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  let stuck;
  const client = createClient({ fetch: () => new Promise((resolve) => (stuck = resolve)) });
  const pending = client.manifest("registry.example/a/b", { signal }).catch((error) => error);
  while (!stuck) await new Promise(setImmediate);
  let before;
  const error = thrownBy(() => call((core) => ((before = core), trap())));
  assert.equal(error.code, "INTERNAL");
  assert.ok(error.cause instanceof WebAssembly.RuntimeError);
  const other = await pending;
  assert.deepEqual([other.code, other.retryable, other.cause], ["INTERNAL", true, error.cause]);
  assert.match(other.hint, /make the call again/);
  // The old instance may still be answered: it must not touch the new one.
  stuck(new Response("late"));
  assert.equal(parseReference("alpine").familiar, "alpine");
  assert.notEqual(call((core) => core), before);
  assert.equal(selectPlatform(index, "linux/amd64").index, 0, "documents outlive their instance");
  await new Promise(setImmediate);
  assert.equal((await callAsync(async () => trap()).catch(({ code }) => code)), "INTERNAL");
  client.manifest("registry.example/a/b", { signal }).catch(() => {});
  assert.equal(parseReference("alpine").familiar, "alpine");
});

test("a panic says where it happened, and no more than stands in the source", async () => {
  // Lengths that no bytes have: the first passes the limit, the second is more than memory can be asked for.
  const lengths = [1, 2 ** 32 - 1];
  const odd = { get length() { return lengths.shift(); } };
  const source = fileURLToPath(new URL("../../../pkg", import.meta.url));
  const error = thrownBy(() => call((core) => core.Document.parse(odd)));
  assert.equal(error.code, "INTERNAL");
  assert.match(error.message, /^the core failed at [\w./-]+\.rs:\d+: capacity overflow$/);
  assert.ok(!error.message.includes(source) && !error.message.includes("registry"), error.message);
  assert.ok(error.cause instanceof WebAssembly.RuntimeError);
  assert.equal(parseReference("alpine").familiar, "alpine");
});

test("a trap in a step that no call waits for reaches the calls that wait", async () => {
  // A host that the facade did not make: the core reads its answer in a step that no call waits for, and trusts it there.
  const answer = {
    get headers() {
      throw new Error("no");
    },
  };
  const waiting = createClient({ fetch: () => new Promise(() => {}) }).manifest("registry.example/a/b", { signal }).catch((error) => error);
  const given = { reference: "registry.example/a/b", wanted: {} };
  const asked = (core, instance) => {
    const odd = { send: (number) => setTimeout(() => instance.resume("answered", number, answer, 200, undefined)) };
    return new Promise((resolve, reject) => new core.Client({}).call(odd, 0, "manifest", given, { resolve, reject }));
  };
  const error = await callAsync(asked).catch((failure) => failure);
  assert.equal(error.code, "INTERNAL");
  const other = await waiting;
  assert.deepEqual([other.code, other.retryable, other.cause], ["INTERNAL", true, error.cause]);
  assert.equal(parseReference("alpine").familiar, "alpine");
});

test("a trap before any call waits is an error of that call alone, and no unhandled rejection", async () => {
  const unhandled = [];
  const hear = (error) => unhandled.push(error);
  process.on("unhandledRejection", hear);
  const trap = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  assert.equal((await callAsync(trap).catch((error) => error)).code, "INTERNAL");
  await new Promise((resume) => setTimeout(resume, 10));
  process.off("unhandledRejection", hear);
  assert.deepEqual(unhandled, []);
});

test("a stack that is full is no reason to stay broken", () => {
  const deep = () => {
    try {
      return deep();
    } catch {
      try {
        parseReference("alpine");
      } catch (error) {
        assert.ok(error instanceof RangeError || error.code === "INTERNAL", String(error));
      }
      return undefined;
    }
  };
  deep();
  assert.equal(parseReference("alpine").familiar, "alpine");
});

test("the version is the package's", () => {
  assert.equal(version, JSON.parse(readFileSync(new URL("../../../pkg/package.json", import.meta.url), "utf8")).version);
});
