/** The one error of this package, and how it is made of what the core throws. */

import { cut } from "./cut.js";
import { FACADE_ERRORS } from "./facts.js";

/** Every error of this package. */
const OURS = new WeakSet();

/** Whether a value is a MultiarchError; never reads the value, which may be a proxy that throws. */
export const isOurs = (value) => OURS.has(value);

/** Errors that are no failure of a network, though a fetch function throws them. */
const FINAL = new WeakSet();

/** The same error, marked: thrown by a fetch function it ends the call as it is, and no request is sent again. */
export function final(error) {
  FINAL.add(error);
  return error;
}

/** Whether an error was marked so. */
export const isFinal = (error) => typeof error === "object" && FINAL.has(error);

/** Whether a value is an error of this package, and of the code where one is given. */
export const isMultiarchError = (value, code) => isOurs(value) && (code === undefined || value.code === code);

/** What failed, on which object, and what to do next; long texts are cut. `code` is stable: programs branch on it. */
export class MultiarchError extends Error {
  static {
    // On the prototype, so that it is no own property that loggers print.
    Object.defineProperty(this.prototype, "name", { value: "MultiarchError", configurable: true, writable: true });
  }

  /**
   * @param {{ code: string, message: string, hint?: string, retryable?: boolean, status?: number, registry?: string,
   *   reference?: string, details?: unknown, cause?: unknown }} facts
   */
  constructor(given) {
    const { code, message, cause, ...facts } = factsOf(given);
    const { hint = known(code)?.hint, retryable = known(code)?.retryable ?? false } = facts;
    super(typeof message === "string" ? cut(message) : messageOf(message), cause === undefined ? undefined : { cause });
    OURS.add(this);
    this.code = code;
    if (hint !== undefined) this.hint = cutText(hint);
    this.retryable = retryable;
    for (const name of ["status", "registry", "reference", "details"]) {
      if (facts[name] !== undefined) this[name] = name === "details" ? cutDetails(facts.details) : cutText(facts[name]);
    }
  }
}

const cutText = (value) => (typeof value === "string" ? cut(value) : value);

/** Details with their texts cut, as the core cuts its own: texts, and lists of texts. What has none that is long stays itself. */
function cutDetails(details) {
  if (typeof details !== "object" || details === null) return details;
  try {
    const entries = Object.entries(details);
    const short = entries.map(([name, value]) => [name, Array.isArray(value) ? cutList(value) : cutText(value)]);
    return short.some(([, value], at) => value !== entries[at][1]) ? Object.fromEntries(short) : details;
  } catch {
    return details; // the caller's own, which cannot be read
  }
}

function cutList(list) {
  const short = list.map(cutText);
  return short.some((value, at) => value !== list[at]) ? short : list;
}

/** The facts of a code; a caller may pass anything for one. */
const known = (code) => (typeof code === "string" ? FACADE_ERRORS[code] : undefined);

/** What a caller states about an error of its own. */
function factsOf(given) {
  if (typeof given !== "object" || given === null) return {};
  try {
    return { ...given };
  } catch (cause) {
    return { code: "OPTION_INVALID", message: "what the error is about cannot be read", cause };
  }
}

/** The error for the JSON text that the core throws; undefined when something else was thrown. */
export function fromCore(thrown) {
  if (typeof thrown !== "string" || !thrown.startsWith('{"code":')) return undefined;
  return new MultiarchError(JSON.parse(thrown));
}

export function optionInvalid(message) {
  return new MultiarchError({ code: "OPTION_INVALID", message });
}

/** What was thrown, in a sentence: anything can be thrown, also what throws when it is looked at. */
export function messageOf(thrown) {
  try {
    return String(thrown?.message ?? thrown).slice(0, 1000);
  } catch {
    return "something was thrown that cannot be read";
  }
}
