/** What converts the arguments of flags: each throws a RangeError that says what belongs there. */

export function quoted(words) {
  return words.map((word) => `"${word}"`).join(", ");
}

/** A parser for one of these words, which it has as `words`. */
export function oneOf(words) {
  const parse = (text) => {
    if (words.includes(text)) return text;
    throw new RangeError(`must be one of ${quoted(words)}`);
  };
  return Object.assign(parse, { words });
}

/** What `--format` of an overview takes beside a template. */
export const FORMATS = ["table", "tree", "json", "yaml"];
export const formatOrTemplate = (text) => (text.includes("{{") ? text : oneOf([...FORMATS, "{{…}}"])(text));

/** Whether what costs a request for each image is read. */
export const SIZES = ["auto", "always", "never"];

/** Parses a whole number from `least` to `most`, both included. */
export function integer(least, most) {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new RangeError(`must be a whole number from ${least} to ${most}`);
  };
}

/** `500ms`, `10s`, `1.5m`, `1h`, or a number of seconds -> milliseconds. */
export function duration(text) {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Math.round(Number(number) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit ?? "s"]);
  // Timers hold 31 bits: a longer delay would fire at once.
  if (ms >= 1 && ms < 2 ** 31) return ms;
  if (ms >= 2 ** 31) throw new RangeError("must be at most 24 days");
  throw new RangeError("must be a duration, for example 500ms, 10s or 2m");
}

const UNITS = ["b", "kb", "mb", "gb", "tb"];

/** `500MB`, `1.5GB`, or a number of bytes -> bytes, in units of 1000 as they are printed. */
export function byteCount(text) {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(|k|m|g|t)b?$/i.exec(text) ?? [];
  const bytes = Math.round(Number(number) * 1000 ** UNITS.indexOf(`${unit}b`.toLowerCase()));
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new RangeError("must be a size, for example 500MB or 1GB");
}

/** `https://proxy.example/registry/` -> its URL. A page under https reads from no other scheme, but on this machine. */
export function proxyUrl(text) {
  const url = parsedUrl(text);
  const isHere = url?.protocol === "http:" && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if ((url?.protocol === "https:" || isHere) && !url.username && !url.password && !url.search && !url.hash) return url;
  throw new RangeError("must be an https URL, for example https://proxy.example/registry/");
}

function parsedUrl(text) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** `name=value` -> both. */
export function assignment(text) {
  const equals = text.indexOf("=");
  if (equals > 0) return { name: text.slice(0, equals), value: text.slice(equals + 1) };
  throw new RangeError("must be name=value");
}
