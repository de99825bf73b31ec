/** The one error of this package, and how it comes out of what the core throws. */

/** Codes that are raised here, before or instead of the core; their hints are those of the core's own table. */
const HINTS = {
  OPTION_INVALID: "See the documentation of this call for what the option takes.",
  LOAD_FAILED:
    "The WebAssembly module could not be loaded: check that multiarch_bg.wasm is served and that the CSP allows " +
    "'wasm-unsafe-eval'.",
  NOT_LOADED: "Await init() before the first synchronous call in this host.",
  INTERNAL: "This is a defect in multiarch; please report it with what you called.",
};

/** What failed, on which object, and what to do next. `code` is stable: programs branch on it. */
export class MultiarchError extends Error {
  static {
    // On the prototype, so that it is no own property that loggers print.
    Object.defineProperty(this.prototype, "name", { value: "MultiarchError", configurable: true, writable: true });
  }

  /**
   * @param {{ code: string, message: string, hint?: string, retryable?: boolean, status?: number, registry?: string,
   *   reference?: string, details?: unknown, cause?: unknown }} facts
   */
  constructor({ code, message, hint = HINTS[code], retryable = code === "LOAD_FAILED", cause, ...facts }) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (hint !== undefined) this.hint = hint;
    this.retryable = retryable;
    for (const name of ["status", "registry", "reference", "details"]) {
      if (facts[name] !== undefined) this[name] = facts[name];
    }
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
