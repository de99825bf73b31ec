/**
 * Authentication and authorization of requests: Basic, or Bearer with a token endpoint of its own.
 *
 * Sources: RFC 7617 (Basic), RFC 6750 (Bearer) and the token endpoint that distribution documents: GET with
 * scopes, POST with a refresh token.
 *
 * @typedef {"pull" | "push" | "delete"} Action
 * @typedef {object} Auth
 * @property {"basic" | "bearer"} type
 * @property {Record<string, string | { password: string, actions: Action[] }>} [users] by name; a text is a
 *   password that allows every action
 * @property {Action[]} [anonymous] the actions of callers without credentials; default: none when there
 *   are users, else all
 * @property {string} [realm] the token endpoint's URL as challenges name it; default: `/token` on the origin
 *   of the request
 * @property {string} [service] default "multiarch-testing"
 * @property {number | null} [expiresIn] lifetime of tokens in seconds, default 300; null leaves `expires_in`
 *   out, which means 60
 *
 * @typedef {{ repository: string, actions: Action[] }} Scope
 * @typedef {{ may(scope: Scope): boolean }} Grant the rights of the caller of one request
 */

import { answerJson, refuse } from "./answers.js";

const ALL = ["pull", "push", "delete"];
const WITHOUT_EXPIRY = 60;

/**
 * @param {Auth | undefined} auth
 * @param {() => number} now milliseconds
 * @returns {{ authorize(request: object, scopes: Scope[]): Grant | Response, token(request: object):
 *   Promise<Response> }} `authorize` returns a refusal, or the caller's rights when the first of `scopes` is among
 *   them; `token` answers at the token endpoint. Throws a TypeError for an unknown `auth.type`
 */
export function createAuthorizer(auth, now) {
  if (auth === undefined) return { authorize: () => ({ may: () => true }), token: async () => noTokens() };
  const accounts = createAccounts(auth);
  if (auth.type === "basic") return { authorize: basic(accounts), token: async () => noTokens() };
  if (auth.type === "bearer") return createTokens(auth, accounts, now);
  throw new TypeError(`auth.type is ${JSON.stringify(auth.type)}; known are "basic" and "bearer"`);
}

/** The accounts: `login` returns an account, or undefined when the password is wrong. */
function createAccounts({ users = {}, anonymous = Object.keys(users).length > 0 ? [] : ALL }) {
  const known = new Map();
  for (const [name, user] of Object.entries(users)) {
    known.set(name, typeof user === "string" ? { name, password: user, actions: ALL } : { name, ...user });
  }
  return {
    anonymous: { name: undefined, actions: anonymous },
    find: (name) => known.get(name),
    login(name, password) {
      const account = known.get(name);
      return account?.password === password ? account : undefined;
    },
  };
}

function basic(accounts) {
  const challenge = { headers: { "www-authenticate": 'Basic realm="multiarch-testing"' } };
  return ({ headers }, [wanted]) => {
    const given = readBasic(headers);
    const account = given ? accounts.login(...given) : accounts.anonymous;
    const may = ({ actions }) => actions.every((action) => account.actions.includes(action));
    if (!account) return refuse(401, "UNAUTHORIZED", "the username or password is wrong", challenge);
    if (wanted ? may(wanted) : given || account.actions.length > 0) return { may };
    if (!given) return refuse(401, "UNAUTHORIZED", "authentication is required", challenge);
    return refuse(403, "DENIED", "this account may not do that", { detail: wanted });
  };
}

function createTokens(auth, accounts, now) {
  const { realm, service = "multiarch-testing", expiresIn = 300 } = auth;
  const tokens = new Map();
  const refreshTokens = new Map();

  function challenge(request, scopes, error) {
    const parts = [`realm="${realm ?? `${request.url.origin}/token`}"`, `service="${service}"`];
    if (scopes.length > 0) parts.push(`scope="${scopes.map(writeScope).join(" ")}"`);
    if (error) parts.push(`error="${error}"`);
    const headers = { "www-authenticate": `Bearer ${parts.join(",")}` };
    const message = error ? "the token does not open this" : "authentication is required";
    return refuse(401, "UNAUTHORIZED", message, { detail: scopes, headers });
  }

  function authorize(request, scopes) {
    const given = readScheme(request.headers, "bearer");
    if (given === undefined) return challenge(request, scopes);
    const token = tokens.get(given);
    if (token === undefined || token.expires <= now()) return challenge(request, scopes, "invalid_token");
    const may = ({ repository, actions }) =>
      actions.every((action) =>
        token.access.some((scope) => scope.repository === repository && scope.actions.includes(action)),
      );
    if (scopes.length > 0 && !may(scopes[0])) return challenge(request, scopes, "insufficient_scope");
    return { may };
  }

  /** Issues one token for the requested scopes, limited to the account's actions. */
  function issue(account, scopes, offline) {
    const access = scopes.map((scope) => ({ ...scope, actions: granted(scope.actions, account.actions) }));
    if (
      account === accounts.anonymous &&
      scopes.length > 0 &&
      access.every(({ actions }) => actions.length === 0)
    ) {
      return refuse(401, "UNAUTHORIZED", "authentication is required");
    }
    const token = secret();
    tokens.set(token, { access, expires: now() + (expiresIn ?? WITHOUT_EXPIRY) * 1000 });
    const issued = { token, access_token: token, issued_at: new Date(now()).toISOString() };
    if (expiresIn !== null) issued.expires_in = expiresIn;
    if (offline && account.name !== undefined) {
      issued.refresh_token = secret();
      refreshTokens.set(issued.refresh_token, account.name);
    }
    return answerJson(200, issued, { "cache-control": "no-store" });
  }

  function tokenByGet({ url, headers }) {
    const given = readBasic(headers);
    const account = given ? accounts.login(...given) : accounts.anonymous;
    if (!account) return refuse(401, "UNAUTHORIZED", "the username or password is wrong");
    return issue(account, readScopes(url.searchParams), url.searchParams.get("offline_token") === "true");
  }

  async function tokenByPost(request) {
    const form = new URLSearchParams(new TextDecoder().decode(await request.bytes()));
    const byPassword = form.get("grant_type") === "password";
    const account = byPassword
      ? accounts.login(form.get("username"), form.get("password"))
      : accounts.find(refreshTokens.get(form.get("refresh_token")));
    if (!account) return answerJson(401, { error: "invalid_grant" });
    return issue(account, readScopes(form), form.get("access_type") === "offline");
  }

  async function token(request) {
    const asked = request.method === "POST" ? "" : request.url.searchParams.get("service");
    if (asked && asked !== service) return refuse(400, "UNSUPPORTED", "the service is another one");
    if (request.method === "GET") return tokenByGet(request);
    if (request.method === "POST") return tokenByPost(request);
    return refuse(405, "UNSUPPORTED", "the token endpoint takes GET and POST", {
      headers: { allow: "GET, POST" },
    });
  }

  return { authorize, token };
}

const noTokens = () => refuse(404, "UNSUPPORTED", "this registry has no token endpoint");

const granted = (asked, allowed) =>
  asked.includes("*") ? [...allowed] : asked.filter((action) => allowed.includes(action));

const writeScope = ({ repository, actions }) => `repository:${repository}:${actions.join(",")}`;

/** Every `scope` parameter, each of which may contain several scopes; scopes of other resource types grant nothing. */
function readScopes(parameters) {
  return parameters
    .getAll("scope")
    .flatMap((value) => value.split(" "))
    .map((text) => /^repository(?:\([a-z]+\))?:(.+):([a-z*,]+)$/.exec(text))
    .filter((match) => match !== null)
    .map(([, repository, actions]) => ({ repository, actions: actions.split(",") }));
}

/** The credentials of this scheme in Authorization, or undefined. Schemes ignore letter case (RFC 9110 section 11.1). */
function readScheme(headers, scheme) {
  const [, name, rest] = /^([^ ]+) +(.+)$/.exec(headers.get("authorization") ?? "") ?? [];
  return name?.toLowerCase() === scheme ? rest : undefined;
}

/** Username and password as UTF-8, or undefined where there are no valid ones. */
function readBasic(headers) {
  const given = readScheme(headers, "basic");
  if (given === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(given), (character) => character.charCodeAt(0));
    const [, username, password] = /^([^:]*):(.*)$/s.exec(new TextDecoder().decode(bytes)) ?? [];
    return username === undefined ? undefined : [username, password];
  } catch {
    return undefined;
  }
}

/** A random opaque text of 192 bits. */
function secret() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
