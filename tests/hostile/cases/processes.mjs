/** A few dozen of the attacks through the command line. */

import { REFUSED } from "./addresses.mjs";

const VERBS = {
  resolve: ({ reference }) => ["resolve", `${reference}:1`],
  explain: ({ reference }) => ["resolve", "--explain", "--platform", "linux/arm64", `${reference}:1`],
  debug: ({ reference }) => ["--debug", "resolve", `${reference}:1`],
  tags: ({ reference }) => ["tags", reference],
  inspect: ({ reference }) => ["inspect", `${reference}:1`],
  json: ({ reference }) => ["resolve", "--json", `${reference}:1`],
  copy: ({ reference, domain }) => ["copy", `${reference}:1`, `${domain}/team/base:copy`],
  copyDebug: ({ reference, domain }) => ["copy", "-D", "--retries=0", `${reference}:1`, `${domain}/team/base:copy`],
  copyAcross: ({ origins, domain }) => ["copy", "-D", "--retries=0", `${origins.stranger.slice(8)}/team/app:1`, `${domain}/team/base:copy`],
  delete: ({ reference }) => ["delete", "-D", `${reference}:single`],
  referrers: ({ reference }) => ["referrers", "-D", `${reference}:1`],
  ratelimit: ({ reference }) => ["ratelimit", "-D", `${reference}:1`],
};
/** What only asks for one thing, or writes. */
const NEWER = ["copy", "copyDebug", "delete", "referrers", "ratelimit"];

const isShown = (request) => request.headers.has("authorization");
const onContent = (outcome) => (request, origins) =>
  request.path.startsWith("/v2/") && isShown(request) ? (typeof outcome === "function" ? outcome(request, origins) : outcome) : undefined;

const of = (name, verbs, rest) => verbs.map((verb) => ({ name: `${name}; ${verb}`, args: VERBS[verb], ...rest, says: verb === "inspect" ? rest.says ?? /^$/ : undefined }));

/** A registry of another owner, open to all, to copy from. */
const across = {
  actors: ({ stranger }, { mirror }) => ({ [stranger]: mirror }),
};
const reach = ({ stranger }) => [stranger];
const opened = (location) => (request, origins) =>
  request.method === "POST" && request.path.includes("/uploads") && isShown(request)
    ? { headers: { location: location(origins) } }
    : undefined;

const everyFourth = REFUSED.filter((_, at) => at % 4 === 0);

export const PROCESSES = [
  ...of("an honest registry", Object.keys(VERBS).filter((verb) => verb !== "copyAcross"), { expect: "ok" }),
  ...of("an honest registry with passwords", ["resolve", "tags"], { setting: { auth: "basic" }, expect: "ok" }),
  ...of("words with escapes", ["resolve", "debug", "tags", "inspect"], {
    setting: { fault: onContent("escapeErrors") }, expect: "REGISTRY_ERROR", says: /^manifest invalid: \\u\{1b\}\[2J/,
  }),
  ...of("words with bidi marks", ["resolve", "tags", "json"], { setting: { fault: onContent("bidiErrors") }, expect: "REGISTRY_ERROR" }),
  ...of("an echo", ["resolve", "debug", "tags", "inspect"], {
    setting: { fault: onContent("echo") }, expect: "REGISTRY_ERROR", says: /^manifest invalid: accept: [^]*authorization: Bearer \[redacted\]/,
  }),
  ...of("long words", ["resolve", "tags"], { setting: { fault: onContent("hugeErrors") }, expect: "REGISTRY_ERROR" }),
  ...of("401 whatever is sent", ["resolve", "tags", "debug"], { setting: { fault: onContent("challengeLoop") }, expect: "UNAUTHORIZED" }),
  ...of("a password that is not taken", ["resolve", "debug", "tags"], { setting: { wrongPassword: true }, expect: "UNAUTHORIZED" }),
  ...of("an honest registry", ["copyAcross"], { setting: across, reach, expect: "ok" }),
  ...of("an honest registry with passwords", NEWER, { setting: { auth: "basic" }, expect: "ok" }),
  ...of("words with escapes", ["copyDebug", "referrers"], { setting: { fault: onContent("escapeErrors") }, expect: "REGISTRY_ERROR" }),
  ...of("words with escapes", ["delete"], { setting: { fault: onContent("escapeErrors") }, expect: "DELETE_REFUSED" }),
  ...of("an echo", ["copyDebug", "referrers"], { setting: { fault: onContent("echo") }, expect: "REGISTRY_ERROR" }),
  ...of("an echo", ["delete"], { setting: { fault: onContent("echo") }, expect: "DELETE_REFUSED" }),
  ...of("401 whatever is sent", NEWER, { setting: { fault: onContent("challengeLoop") }, expect: "UNAUTHORIZED" }),
  ...everyFourth.filter(([label]) => label !== "the registry without TLS").flatMap(([label, url]) =>
    of(`an upload at: ${label}`, ["copyAcross"], { setting: { ...across, fault: opened(url) }, reach, expect: "LOCATION_REFUSED" })),
  ...of("a page", ["tags", "inspect"], {
    setting: { fault: onContent("htmlPage") }, expect: "NOT_A_REGISTRY",
    says: /^unsupported manifest media type and no default available: text\/html\n$/,
  }),
  ...of("tags that are none", ["tags"], { setting: { fault: onContent("nullTags") }, expect: "ok" }),
  ...of("a redirect loop", ["resolve", "debug"], { setting: { fault: onContent("redirectLoop") }, expect: "REDIRECT_LIMIT" }),
  ...everyFourth.flatMap(([label, url]) => [
    ...of(`a realm at: ${label}`, ["debug"], { setting: { realm: url }, expect: "REALM_REFUSED" }),
    ...of(`a redirect to: ${label}`, ["tags"], {
      setting: { fault: onContent((_, origins) => ({ status: 307, headers: { location: url(origins) }, body: "" })) },
      expect: "REDIRECT_REFUSED",
    }),
  ]),
];
