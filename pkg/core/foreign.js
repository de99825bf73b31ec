/**
 * What functions of the caller's throw, as plain values. The core reads these and never the objects that stand behind them
 * (see `arguments.js` for why).
 */

/** The longest text of an error that the core gets to see. */
const LONGEST_FACT = 1 << 12;
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
  // Not `performance.now()`: Node loads nine modules for that, and a clock that is set changes one pause.
  let turned = Date.now();
  let turning;
  return () => {
    steps += 1;
    // Some hosts stop the clock while a program runs.
    if (!turning && (steps < 64 || Date.now() - turned < 50) && steps < 4096) return undefined;
    turning ??= new Promise((resume) => setTimeout(resume, 0)).then(() => {
      steps = 0;
      turned = Date.now();
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

/** Work whose outcome no caller waits for. */
export async function quietly(work) {
  try {
    await work();
  } catch {
    // There was nothing to cancel.
  }
}

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
