/** The one error of this package, and how it comes out of what the core throws. */

/** Codes that are raised here, before or instead of the core; their hints are those of the core's own table. */
const HINTS = {
  REFERENCE_INVALID:
    "Write [domain/]path[:tag][@digest], for example alpine:3.20 or ghcr.io/owner/app@sha256:….",
  DIGEST_INVALID: "Write algorithm:encoded, for example sha256: and 64 lower-case hexadecimal digits.",
  PLATFORM_INVALID: "Write os/architecture[/variant], for example linux/arm64 or windows(10.0.20348)/amd64.",
  OPTION_INVALID: "See the documentation of this call for what the option takes.",
  LOAD_FAILED:
    "The WebAssembly module could not be loaded: check that multiarch_bg.wasm is served and that the CSP allows " +
    "'wasm-unsafe-eval'.",
  NOT_LOADED: "Await init() before the first synchronous call in this host.",
  INTERNAL: "This is a defect in multiarch; please report it with what you called.",
};

/** Tells our errors from others without asking the object, which may be a proxy that throws. */
export let isOurs;

/** What failed, on which object, and what to do next. `code` is stable: programs branch on it. */
export class MultiarchError extends Error {
  #ours = true;

  static {
    // On the prototype, so that it is no own property that loggers print.
    Object.defineProperty(this.prototype, "name", { value: "MultiarchError", configurable: true, writable: true });
    isOurs = (value) => typeof value === "object" && value !== null && #ours in value;
  }

  /**
   * @param {{ code: string, message: string, hint?: string, retryable?: boolean, status?: number, registry?: string,
   *   reference?: string, details?: unknown, cause?: unknown }} facts
   */
  constructor(given) {
    const { code, message, hint = HINTS[code], retryable = code === "LOAD_FAILED", cause, ...facts } = factsOf(given);
    super(typeof message === "string" ? message : messageOf(message), cause === undefined ? undefined : { cause });
    this.code = code;
    if (hint !== undefined) this.hint = hint;
    this.retryable = retryable;
    for (const name of ["status", "registry", "reference", "details"]) {
      if (facts[name] !== undefined) this[name] = facts[name];
    }
  }
}

/** What a caller says of an error of its own. */
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
