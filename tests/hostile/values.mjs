/** Values that no caller should pass, each with its name. Some are spent when they are used: they are made anew each time. */

import { parseManifest } from "multiarch";

/** What those throw that throw. */
export const NO = new Error("no");
const no = () => {
  throw NO;
};
const HANDLER = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, no]));
/** The largest text: 300 MB. One for all, and a rope until its characters are read. */
const HUGE = "a".repeat(300 << 20);

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function detached(make) {
  const value = make(new ArrayBuffer(8));
  structuredClone(value.buffer ?? value, { transfer: [value.buffer ?? value] });
  return value;
}

function shrunk() {
  const buffer = new ArrayBuffer(16, { maxByteLength: 32 });
  const view = new Uint8Array(buffer, 8, 8);
  buffer.resize?.(4);
  return view;
}

/** An object, or what `target` is, whose fields all throw. */
const getters = (target, names) => {
  for (const name of names) Object.defineProperty(target, name, { get: no, configurable: true, enumerable: true });
  return target;
};
const FIELDS = ["os", "architecture", "digest", "mediaType", "size", "bytes", "status", "headers", "body", "message", "code", "then"];

class HostileBytes extends Uint8Array {}
getters(HostileBytes.prototype, ["buffer", "byteOffset", "byteLength", "length"]);

const rejected = () => {
  const promise = Promise.reject(NO);
  promise.catch(() => {});
  return promise;
};
const cyclic = () => {
  const value = { list: [] };
  value.self = value;
  value.list.push(value);
  return value;
};
const locked = () => {
  const stream = new ReadableStream();
  stream.getReader();
  return stream;
};

export const VALUES = {
  undefined: () => undefined, null: () => null, true: () => true, false: () => false,
  zero: () => 0, "minus zero": () => -0, "minus one": () => -1, half: () => 1.5, NaN: () => NaN,
  infinity: () => Infinity, "minus infinity": () => -Infinity, "2^31": () => 2 ** 31, "2^53": () => 2 ** 53, "1e308": () => 1e308,
  "a bigint": () => 1n, "a large bigint": () => 10n ** 300n, "a symbol": () => Symbol("s"), "Symbol.iterator": () => Symbol.iterator,
  "an empty text": () => "", "a space": () => " ", NUL: () => "\0", "a high surrogate": () => "\ud800", "a low surrogate": () => "a\udfff",
  "a bidi mark": () => "\u202e", "a long text": () => "x".repeat(70_000), "a text of 300 MB": () => HUGE,
  "__proto__": () => "__proto__", constructor: () => "constructor", dots: () => "../..", escapes: () => "%00%2f", braces: () => "{}[]",
  "a function": () => () => {}, "an async function": () => async () => {}, "a generator": () => function* () {}, "a class": () => class {},
  "a function that throws": () => no, "a revoked function": () => revoked(() => {}),
  "an empty object": () => ({}), "an object without prototype": () => Object.create(null), "an object that throws": () => getters({}, FIELDS),
  "an object that is no text": () => ({ toString: no, valueOf: no, [Symbol.toPrimitive]: no }), "a cyclic object": cyclic,
  "an own __proto__": () => JSON.parse('{"__proto__":{"os":"linux"},"os":5}'), "a frozen object": () => Object.freeze({ os: 5 }),
  "a proxy that throws": () => new Proxy({}, HANDLER), "a proxy of a list": () => new Proxy([], HANDLER), "a revoked proxy": () => revoked({}),
  "a revoked list": () => revoked([]), "a proxy without an end": () => new Proxy([], { get: (_, name) => (name === "length" ? 2 ** 53 - 1 : "a") }),
  "an empty list": () => [], "a nested list": () => [[[]]], "a sparse list": () => Array(2 ** 32 - 1), "a list that throws": () => getters([1, 2], ["0", "1"]),
  "a list of symbols": () => [Symbol("s")], "an iterator without an end": () => Object.assign([1], { *[Symbol.iterator]() { for (;;) yield 1; } }),
  "a date": () => new Date(0), "no date": () => new Date(NaN), "an expression": () => /a/, "a map": () => new Map([["os", 5]]), "a set": () => new Set([1]),
  "a weak map": () => new WeakMap(), "a boxed text": () => Object("alpine"), "a boxed number": () => Object(5),
  "a promise": () => Promise.resolve(5), "a rejected promise": rejected, "a promise without an end": () => new Promise(() => {}),
  "a thenable that throws": () => ({ then: no }), "a thenable whose then throws": () => getters({}, ["then"]),
  "a thenable twice": () => ({ then: (yes, reject) => (yes(1), reject(2), yes(3)) }),
  "an error": () => new Error("no"), "an error that throws": () => getters(new Error("no"), ["stack", "message", "code", "cause", "name"]),
  "an error with a ring of causes": () => { const error = new Error("no"); error.cause = error; error.errors = [error]; return error; },
  "a DOMException": () => new DOMException("no", "AbortError"), "a fired signal": () => AbortSignal.abort(), "a signal of 5": () => AbortSignal.abort(5),
  "no signal": () => ({ addEventListener: no, aborted: 1 }),
  "a buffer": () => new ArrayBuffer(8), "a detached buffer": () => detached((buffer) => buffer), "a shared buffer": () => new SharedArrayBuffer(8),
  bytes: () => new Uint8Array(3), "detached bytes": () => detached((buffer) => new Uint8Array(buffer)), "a detached view": () => detached((buffer) => new DataView(buffer)),
  "shared bytes": () => new Uint8Array(new SharedArrayBuffer(8)), "bytes out of bounds": shrunk, floats: () => new Float64Array(2), bigints: () => new BigInt64Array(2),
  "bytes that throw": () => new HostileBytes(3), "bytes of Node": () => Buffer.from("{}"),
  "a blob": () => new Blob(["a"]), "a stream": () => new ReadableStream(), "a locked stream": locked,
  "a stream that fails": () => new ReadableStream({ pull: no }), "a stream of texts": () => new ReadableStream({ pull: (c) => c.enqueue("a") }),
  "a stream of nothing": () => new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(0)) }),
  "a stream of detached bytes": () => new ReadableStream({ pull: (c) => c.enqueue(detached((buffer) => new Uint8Array(buffer))) }, { highWaterMark: 0 }),
  "a URL": () => new URL("https://a.example/"), "a query": () => new URLSearchParams("a=b"), "a response": () => new Response("a"),
  headers: () => new Headers({ a: "b" }), "an event": () => new Event("abort"), "the global object": () => globalThis,
  "a document": () => parseManifest('{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}'),
};
