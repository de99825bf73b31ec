/** What passes by itself is tried again; what does not, is not; and no registry is asked more often than the user allows. */

const PATH = /^\/v2\/.+\/(manifests|blobs|tags)\//;

/** The first `times` of the requests that show a token. */
const first = (times, outcome) => () => {
  let met = 0;
  return (request) => {
    if (!PATH.test(request.path) || !request.headers.has("authorization")) return undefined;
    met += 1;
    return met <= times ? outcome : undefined;
  };
};

const shown = ({ registry }) =>
  registry.requests.filter(({ url, headers }) => PATH.test(new URL(url).pathname) && headers.authorization).length;

const status = (code, after) => ({ status: code, body: "{}", headers: after === undefined ? {} : { "retry-after": after } });

const PASSING = {
  ...Object.fromEntries([408, 425, 500, 502, 503, 504, 520, 522, 524].map((code) => [`status ${code}`, status(code)])),
  "429 with Retry-After: 0": status(429, "0"),
  "429 with a date that has passed": status(429, "Wed, 21 Oct 2015 07:28:00 GMT"),
  "429 with junk": status(429, "soon"),
  "429 with a negative wait": status(429, "-1"),
  "503 with Retry-After: 0": status(503, "0"),
  "a broken connection": "reset",
  "an answer that is lost": "lost",
};

const passing = Object.entries(PASSING).flatMap(([label, outcome]) =>
  ["manifest", "blob", "tags"].map((command) => ({
    name: `${label}, once; ${command}`,
    command,
    client: () => ({ retry: { attempts: 3 } }),
    setting: { makeFault: first(1, outcome) },
    expect: "ok",
    check: (_, setting) => {
      if (shown(setting) !== 2) throw new Error(`${shown(setting)} requests instead of 2`);
    },
  })));

const LASTING = {
  ...Object.fromEntries([400, 403, 404, 405, 409, 410, 412, 413, 415, 451].map((code) => [`status ${code}`, status(code)])),
  "429 with a wait of a day": status(429, "86400"),
  "429 with more than 64 bits": status(429, "99999999999999999999999"),
  "429 with a date far ahead": status(429, "Wed, 21 Oct 2099 07:28:00 GMT"),
  "503 with a wait of an hour": status(503, "3600"),
};

const LASTING_CODES = { 403: "DENIED", 429: "TOO_MANY_REQUESTS", 503: "REGISTRY_UNAVAILABLE" };
const MISSING = { manifest: "MANIFEST_UNKNOWN", blob: "BLOB_UNKNOWN", tags: "NAME_UNKNOWN" };

const lasting = Object.entries(LASTING).flatMap(([label, outcome]) =>
  ["manifest", "blob", "tags"].map((command) => ({
    name: `${label} is not tried again; ${command}`,
    command,
    client: () => ({ retry: { attempts: 5 } }),
    setting: { makeFault: first(Infinity, outcome) },
    expect: outcome.status === 404 ? MISSING[command] : (LASTING_CODES[outcome.status] ?? "REGISTRY_ERROR"),
    check: (_, setting) => {
      if (shown(setting) !== 1) throw new Error(`${shown(setting)} requests instead of 1`);
    },
  })));

/** "At once" is no reason to ask without a pause: all clients would ask a registry that is too busy again at once. */
const enough = [429, 503].flatMap((code) =>
  ["manifest", "blob", "tags"].map((command) => ({
    name: `three attempts are three, with a pause, where ${code} lasts; ${command}`,
    command,
    client: () => ({ retry: { attempts: 3 } }),
    setting: { makeFault: first(Infinity, status(code, "0")) },
    expect: LASTING_CODES[code],
    check: (_, setting) => {
      if (shown(setting) !== 3) throw new Error(`${shown(setting)} requests instead of 3`);
      const pauses = setting.events.filter(({ type }) => type === "retry").map(({ delayMs }) => delayMs);
      if (pauses.length !== 2 || pauses.some((ms) => ms < 100)) throw new Error(`pauses of ${pauses} ms`);
    },
  })));

export const RETRIES = [...passing, ...lasting, ...enough];
