/** Challenges in every shape, and token services that answer anything. */

const NO_TOKEN = "TOKEN_INVALID";
const isShown = (request) => request.headers.has("authorization");

const LONG = "x".repeat(9000);

/** label, header, what comes of it: [value of WWW-Authenticate, code]. */
const CHALLENGES = {
  "scheme in small letters": [({ tokens }) => `bearer realm="${tokens}/token",service="multiarch-testing"`, "ok"],
  "names in capitals": [({ tokens }) => `BEARER REALM="${tokens}/token",SERVICE="multiarch-testing"`, "ok"],
  "blanks everywhere": [({ tokens }) => `Bearer   realm = "${tokens}/token" , service = "multiarch-testing"`, "ok"],
  "no quotes": [({ tokens }) => `Bearer realm=${tokens}/token,service=multiarch-testing`, "ok"],
  "no service": [({ tokens }) => `Bearer realm="${tokens}/token"`, "ok"],
  "behind others": [({ tokens }) => `Negotiate, NTLM abc==, Bearer realm="${tokens}/token"`, "ok"],
  "before others": [({ tokens }) => `Bearer realm="${tokens}/token", Digest realm="x", nonce="y"`, "ok"],
  "an escape in the realm": [({ tokens }) => `Bearer realm="${tokens.replace("token", "t\\oken")}/token"`, "ok"],
  "a comma in a value": [({ tokens }) => `Bearer realm="${tokens}/token",error="a, b=\\"c\\""`, "ok"],
  "empty elements": [({ tokens }) => `, ,Bearer realm="${tokens}/token",,`, "ok"],
  "a query in the realm": [({ tokens }) => `Bearer realm="${tokens}/token?a=b"`, "ok"],
  "a scope for everything": [({ tokens }) => `Bearer realm="${tokens}/token",scope="registry:catalog:* repository:team/app:pull,push,delete"`, "ok"],
  "a scope of another repository": [({ tokens }) => `Bearer realm="${tokens}/token",scope="repository:team/secret:pull"`, "UNAUTHORIZED"],
  "unclosed quotes": [({ tokens }) => `Bearer realm="${tokens}/token`, "CHALLENGE_INVALID"],
  "a backslash at the end": [({ tokens }) => `Bearer realm="${tokens}/token\\`, "CHALLENGE_INVALID"],
  "two realms": [({ tokens, stranger }) => `Bearer realm="${tokens}/token",realm="${stranger}/token"`, "CHALLENGE_INVALID"],
  "two realms, the stranger's first": [({ tokens, stranger }) => `Bearer realm="${stranger}/token",REALM="${tokens}/token"`, "CHALLENGE_INVALID"],
  "no comma": [({ tokens }) => `Bearer realm="${tokens}/token" service="x"`, "CHALLENGE_INVALID"],
  "a parameter without scheme": [({ tokens }) => `realm="${tokens}/token"`, "CHALLENGE_INVALID"],
  "a lone sign": [() => "=", "CHALLENGE_INVALID"],
  "a lone quote": [() => '"', "CHALLENGE_INVALID"],
  "nine thousand characters": [({ tokens }) => `Bearer realm="${tokens}/token",scope="${LONG}"`, "CHALLENGE_INVALID"],
  "no realm": [() => 'Bearer service="x"', "CHALLENGE_INVALID"],
  "an empty realm": [() => 'Bearer realm=""', "CHALLENGE_INVALID"],
  "Bearer alone": [() => "Bearer", "CHALLENGE_INVALID"],
  "letters beyond ASCII": [({ tokens }) => `Bearer realm="${tokens}/t\xf6ken"`, "REALM_REFUSED"],
  "Digest alone": [() => 'Digest realm="x",nonce="y",qop="auth"', "CHALLENGE_UNSUPPORTED"],
  "Negotiate alone": [() => "Negotiate", "CHALLENGE_UNSUPPORTED"],
  "a made-up scheme": [() => "Trust-Me please=1", "CHALLENGE_UNSUPPORTED"],
};

const challenges = Object.entries(CHALLENGES).flatMap(([label, [header, expect]]) =>
  ["resolve", "manifest", "tags", "create"].map((command) => ({
    name: `a challenge with ${label}; ${command}`,
    command,
    setting: {
      fault: (request, origins) =>
        request.path.startsWith("/v2/") && !isShown(request)
          ? { status: 401, headers: { "www-authenticate": header(origins) }, body: "{}" }
          : undefined,
    },
    expect,
  })));

/** What a token service says: [outcome, code]. */
const ANSWERS = {
  nothing: [{ status: 200, body: "" }, NO_TOKEN],
  "an empty object": [{ status: 200, body: {} }, NO_TOKEN],
  "an empty token": [{ status: 200, body: { token: "" } }, NO_TOKEN],
  "a number": [{ status: 200, body: { token: 5 } }, NO_TOKEN],
  "a list": [{ status: 200, body: "[]" }, NO_TOKEN],
  "half of its JSON": [{ truncate: 10 }, "NETWORK"],
  "a token with a line break": [{ status: 200, body: { token: "a\r\nx-evil: 1" } }, NO_TOKEN],
  "a token with a blank": [{ status: 200, body: { token: "a b" } }, NO_TOKEN],
  "a token beyond ASCII": [{ status: 200, body: { token: "t\u00f6ken" } }, NO_TOKEN],
  "a token of 70,000 characters": [{ status: 200, body: { token: "x".repeat(70_000) } }, NO_TOKEN],
  "a body without end": ["endless", NO_TOKEN],
  "a bomb": ["gzipBomb", NO_TOKEN],
  "deep JSON": ["deepJson", NO_TOKEN],
  "a token twice": [{ status: 200, body: '{"token":"a","token":"b"}' }, [NO_TOKEN, "UNAUTHORIZED"]],
  "a page": ["htmlPage", NO_TOKEN],
  "a token in `__proto__`": [{ status: 200, body: '{"__proto__":{"token":"a"}}' }, NO_TOKEN],
  "a token that nobody takes": [{ status: 200, body: { token: "nobody" } }, "UNAUTHORIZED"],
  "201": [{ status: 201, body: { token: "a" } }, NO_TOKEN],
  "204": [{ status: 204 }, NO_TOKEN],
  "400": [{ status: 400, body: "{}" }, NO_TOKEN],
  "401": [{ status: 401, body: "{}" }, "UNAUTHORIZED"],
  "401 with a challenge": [{ status: 401, headers: { "www-authenticate": "Basic realm=x" }, body: "{}" }, "UNAUTHORIZED"],
  "403": [{ status: 403, body: "{}" }, "DENIED"],
  "404": [{ status: 404, body: "{}" }, NO_TOKEN],
  "429": [{ status: 429, headers: { "retry-after": "5" }, body: "{}" }, "TOO_MANY_REQUESTS"],
  "500": [{ status: 500, body: "{}" }, "REGISTRY_UNAVAILABLE"],
  "503": [{ status: 503, body: "{}" }, "REGISTRY_UNAVAILABLE"],
  "a lifetime below nothing": [{ status: 200, body: { token: "x", expires_in: -5 } }, "UNAUTHORIZED"],
  "a lifetime of ages": [{ status: 200, body: '{"token":"x","expires_in":1e400}' }, [NO_TOKEN, "UNAUTHORIZED"]],
  "a lifetime in words": [{ status: 200, body: { token: "x", expires_in: "soon" } }, "UNAUTHORIZED"],
};

const tokens = Object.entries(ANSWERS).flatMap(([label, [outcome, expect]]) =>
  ["resolve", "blob", "tags"].map((command) => ({
    name: `a token service that answers ${label}; ${command}`,
    command,
    setting: { fault: (request) => (request.path === "/token" ? outcome : undefined) },
    expect,
  })));

const everyone = ["resolve", "manifest", "manifestPlatform", "config", "blob", "tags", "inspect", "create", "push"];

const honest = everyone.flatMap((command) => [
  { name: `an honest registry with tokens; ${command}`, command, expect: "ok" },
  { name: `an honest registry with passwords; ${command}`, command, setting: { auth: "basic" }, expect: "ok" },
  { name: `an honest registry for everybody; ${command}`, command, setting: { auth: "none" }, expect: "ok" },
]);

const wrong = everyone.filter((command) => command !== "push").flatMap((command) =>
  ["bearer", "basic"].map((auth) => ({
    name: `a password that is not taken, ${auth}; ${command}`,
    command,
    setting: { auth, wrongPassword: true },
    expect: "UNAUTHORIZED",
  })));

/** A registry that suddenly wants the password itself: it gets what is its own. */
const turned = ["resolve", "tags"].map((command) => ({
  name: `Basic where tokens were usual; ${command}`,
  command,
  setting: {
    owners: { password: ({ registry }) => [registry] },
    fault: (request) =>
      request.path.startsWith("/v2/") ? { status: 401, headers: { "www-authenticate": 'Basic realm="x"' }, body: "{}" } : undefined,
  },
  expect: "UNAUTHORIZED",
}));

/** What a user was granted, no other user gets. */
const afterwards = ["bearer", "basic"].map((auth) => ({
  name: `who comes after a user has nothing of theirs, ${auth}`,
  command: "afterwards",
  setting: { auth },
  expect: "UNAUTHORIZED",
}));

export const AUTH = [...challenges, ...tokens, ...honest, ...wrong, ...turned, ...afterwards];
