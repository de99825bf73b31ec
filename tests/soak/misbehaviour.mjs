/**
 * What goes wrong, call by call. Each call has faults of its own, decided by the seed and the call's number, so that one call
 * can be played again without the others.
 *
 * Left out is what no client can see through: a registry that says something false and consistent about a tag. Big bodies are
 * left out as well, because the memory of the run would depend on how many of them there are; the hostile suite has both.
 */

import { partOf, pick, seeded } from "./chance.mjs";

/** One request in so many meets a fault. */
const ONE_IN = 4;

const BROKEN = ["reset", "lost", "stall"];
const STATUSES = [408, 425, 429, 499, 500, 502, 503, 504, 403].map((status) => ({ status, body: { errors: [{ code: "UNKNOWN", message: "soak" }] } }));
const PAGES = [{ status: 502, body: "<html>bad gateway</html>", headers: { "content-type": "text/html" } }, { status: 503, headers: { "retry-after": "1" } }];
const TIMES = [{ delayMs: 15 }, { delayMs: 60 }];
/** Bodies that end early or stop; every one shows in Content-Length or in the digest. */
const BODIES = [{ truncate: 10 }, { resetAfter: 5 }, { stallAfter: 7 }];
const ALWAYS = [...BROKEN, ...STATUSES, ...PAGES, ...TIMES];

/** Attacks that a client sees through wherever they are met, and those that need a digest to hold against. */
const OBVIOUS = ["bidiErrors", "brokenGzip", "deepErrors", "echo", "escapeErrors", "hugeHeader", "lyingLength", "redirectLoop", "redirectNowhere", "shortBody", "challengeLoop"];
const BY_DIGEST = [...OBVIOUS, "brokenDigestHeader", "brokenTypeHeader", "caseKeys", "deepJson", "duplicateKeys", "emptyBody", "htmlPage", "lyingDigest",
  "lyingType", "nestedGzip", "noType", "notUtf8", "otherDocument", "protoKeys", "shorterBody", "trailingBytes", "wrongBit", { corrupt: 3 }];

/** What a client slows down for, which would take real time. */
const isBusy = ({ status }) => status === 429 || status === 503;

/** The faults that a request may meet. */
function possible(request, isReal) {
  const all = faultsOf(request);
  return isReal ? all.filter((outcome) => !isBusy(outcome)) : all;
}

function faultsOf({ method, path }) {
  const isDigest = /\/(?:manifests|blobs)\/sha256:/.test(path);
  if (method === "GET" && isDigest) return [...ALWAYS, ...BODIES, ...BY_DIGEST];
  if (method === "GET" && path.includes("/manifests/")) return [...ALWAYS, ...BODIES, ...OBVIOUS, "duplicateKeys", "caseKeys", "deepJson"];
  if (method === "GET" && path === "/token") return [...ALWAYS, ...BODIES, "brokenGzip", "emptyBody", "htmlPage", "notUtf8", "shortBody", "wrongBit"];
  if (method === "GET") return [...ALWAYS, ...BODIES, ...OBVIOUS];
  // A HEAD says nothing that could be checked, and what writes must be believed when it says no.
  return ALWAYS;
}

/** The call that a request belongs to, by its repository: `c<number>/…`, or the scope of a token. */
export const callOf = ({ path, url }) => {
  const [, number] = /^\/v2\/c(\d+)\//.exec(path) ?? /^repository:c(\d+)\//.exec(url.searchParams.get("scope") ?? "") ?? [];
  return number === undefined ? undefined : Number(number);
};

/**
 * @param {number} seed
 * @param {(call: number) => boolean} isReal whether a call lives in real time
 * @returns {{ fault: (request: object) => object | string | undefined, metBy: (call: number) => string[], forget: () => void,
 *   met: Record<string, number> }} `metBy` tells what a call met, for its failure; `met` counts all faults by name
 */
export function createMisbehaviour(seed, isReal) {
  const chances = new Map();
  const histories = new Map();
  const met = {};
  return {
    met,
    fault(request) {
      const call = callOf(request);
      if (call === undefined) return undefined;
      if (!chances.has(call)) chances.set(call, seeded(partOf(seed, call)));
      const random = chances.get(call);
      const isMet = random() * ONE_IN < 1;
      const outcome = pick(random, possible(request, isReal(call)));
      if (!histories.has(call)) histories.set(call, []);
      const name = typeof outcome === "string" ? outcome : Object.entries(outcome).map(([key, value]) => (key === "body" ? key : `${key} ${JSON.stringify(value)}`))[0];
      histories.get(call).push(`${request.method} ${request.path}${isMet ? ` met ${name}` : ""}`);
      if (!isMet) return undefined;
      met[name] = (met[name] ?? 0) + 1;
      return outcome;
    },
    metBy: (call) => histories.get(call) ?? [],
    forget() {
      chances.clear();
      histories.clear();
    },
  };
}
