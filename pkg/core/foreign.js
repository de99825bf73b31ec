/**
 * What functions of the caller's give and throw, as plain values: answers of a fetch function, readers of streams, errors.
 * The core reads these and never the objects that stand behind them (see `arguments.js` for why).
 */

import { bytesOf, partsOf } from "./arguments.js";

/** The longest text of an error that the core gets to see, the longest header, and the longest URL. */
const LONGEST_FACT = 1 << 12;
const LONGEST_HEADER = 1 << 16;
/** How much of a chunk crosses at once. */
const PART = 1 << 20;
/** How many causes are named: Node wraps twice, and a ring need not be followed. */
const CAUSES = 4;
const FACTS = ["name", "message", "code", "phase", "hint"];
/** How many details of an error are shown. */
const DETAILS = 16;

/**
 * A pace for a loop over what a caller's functions give. They may answer at once for ever (a stream of empty chunks, a fetch
 * function with a cache), and promises alone never let timers run: no time limit would be kept, no signal heard. Undefined
 * where the loop may go on, else a promise to await first.
 */
export function createPace() {
  let steps = 0;
  let turned = performance.now();
  let turning;
  return () => {
    steps += 1;
    // Some hosts stop the clock while a program runs.
    if (!turning && (steps < 64 || performance.now() - turned < 50) && steps < 4096) return undefined;
    turning ??= new Promise((resume) => setTimeout(resume, 0)).then(() => {
      steps = 0;
      turned = performance.now();
      turning = undefined;
    });
    return turning;
  };
}

/** A property of anything; undefined where it cannot be read. */
export function fact(value, name) {
  try {
    return value?.[name];
  } catch {
    return undefined;
  }
}

/** What was thrown as plain texts: of an error its facts, its details and its causes, each cut. */
export function failureOf(thrown, depth = CAUSES) {
  if (typeof thrown === "string") return thrown.slice(0, LONGEST_FACT);
  if (!isObject(thrown) || depth === 0) return undefined;
  const plain = {};
  for (const name of FACTS) {
    const found = fact(thrown, name);
    if (typeof found === "string") plain[name] = found.slice(0, LONGEST_FACT);
  }
  plain.details = detailsOf(fact(thrown, "details"));
  // Node tries several addresses and throws all failures at once; the first speaks for them.
  const first = failureOf(fact(fact(thrown, "errors"), 0), depth - 1);
  if (first !== undefined) plain.errors = [first];
  plain.cause = failureOf(fact(thrown, "cause"), depth - 1);
  return plain;
}

function detailsOf(details) {
  const plain = {};
  if (!isObject(details)) return plain;
  try {
    for (const name of Object.keys(details).slice(0, DETAILS)) {
      if (typeof details[name] === "string") plain[name] = details[name].slice(0, LONGEST_FACT);
    }
  } catch {
    // What could be read so far has been.
  }
  return plain;
}

/** `work`, whose failures are plain. */
export function plainly(work) {
  return async (...values) => {
    try {
      return await work(...values);
    } catch (error) {
      throw failureOf(error);
    }
  };
}

/** A signal as the core looks at it. */
export const plainSignal = (signal) =>
  signal && {
    get aborted() {
      return fact(signal, "aborted") === true;
    },
    get reason() {
      return failureOf(fact(signal, "reason"));
    },
  };

/**
 * An answer as the core reads it: `status`, `type`, `url`, `headers.get`, and `body`, which is null or has `getReader` and
 * `cancel`. `wrong` says what cannot be read of it.
 */
export function answerOf(response, pace) {
  const headers = fact(response, "headers");
  const url = fact(response, "url");
  const status = fact(response, "status");
  const answer = {
    status: typeof status === "number" ? status : undefined,
    type: fact(response, "type") === "opaqueredirect" ? "opaqueredirect" : undefined,
    url: typeof url === "string" && url.length <= LONGEST_HEADER ? url : undefined,
    headers: { get: (name) => header(answer, headers, name) },
    body: bodyOf(response, pace),
    wrong: undefined,
  };
  if (answer.status === undefined || typeof fact(headers, "get") !== "function") answer.wrong = NO_RESPONSE;
  return answer;
}

const NO_RESPONSE = "the fetch function did not return a response with status and headers";

function header(answer, headers, name) {
  let value;
  try {
    value = headers.get(name);
  } catch {
    answer.wrong ??= NO_RESPONSE;
  }
  if (value === undefined || value === null) return null;
  if (typeof value === "string" && value.length <= LONGEST_HEADER) return value;
  answer.wrong ??= typeof value === "string" ? `the header ${name} of the answer is too long` : NO_RESPONSE;
  return null;
}

/** A response's body: a stream, or what a hand-written response has in its place. */
function bodyOf(response, pace) {
  const stream = fact(response, "body");
  if (stream === null) return null;
  const streams = typeof fact(stream, "getReader") === "function";
  const cancel = (from) => (reason) => quietly(() => from()?.cancel?.(reason));
  return {
    cancel: cancel(() => stream),
    getReader() {
      const reader = streams ? stream.getReader() : wholeReader(response);
      return plainReader(reader, pace, (why) => new Error(`the body of the response cannot be read: ${why}`));
    },
  };
}

/** A body that is no stream is read whole, once. */
function wholeReader(response) {
  let done = false;
  return {
    async read() {
      if (done) return { done };
      done = true;
      if (typeof fact(response, "arrayBuffer") !== "function") throw new Error("the body of the response cannot be read");
      const whole = await response.arrayBuffer();
      return { done: false, value: typeof whole === "string" ? undefined : bytesOf(whole, "the body of the response") };
    },
  };
}

/**
 * A reader whose chunks are our own copies, at most 1 MiB each and never empty. The time that other work needs to run is
 * given to it, however fast chunks come.
 *
 * @param {(message: string) => Error} wrong the error for what is no bytes
 */
export function plainReader(reader, pace, wrong) {
  let rest;
  let at = 0;
  const next = () => {
    const value = rest.part(at, (at += PART));
    if (at >= rest.length) rest = undefined;
    return { done: false, value };
  };
  const taken = (value) => {
    try {
      if (ArrayBuffer.isView(value)) return partsOf(value, "a chunk");
    } catch {
      // Its buffer was transferred in the meantime.
    }
    throw wrong("it does not consist of bytes");
  };
  return {
    async read() {
      for (;;) {
        if (rest) return next();
        const turn = pace();
        if (turn) await turn;
        const { done, value } = await reader.read();
        if (done) return { done: true };
        const found = taken(value);
        if (found.length > 0) [rest, at] = [found, 0];
      }
    },
    cancel: (reason) => quietly(() => reader.cancel?.(reason)),
  };
}

/** Work whose outcome no caller waits for. */
async function quietly(work) {
  try {
    await work();
  } catch {
    // There was nothing to let go of.
  }
}

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
