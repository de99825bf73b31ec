/**
 * A token service on loopback as registries have one: by GET with Basic or without, by POST for identity tokens. What it
 * grants is signed (ES256), and a docker-registry that trusts its certificate checks it.
 *
 * Source: distribution's "Token Authentication Specification", "Token Scope Documentation" and "Oauth2 Token
 * Authentication".
 */

import { X509Certificate, createPrivateKey, randomUUID, sign } from "node:crypto";
import { readFile } from "node:fs/promises";

import { selfSigned } from "./certificate.mjs";
import { startServer } from "./recording.mjs";

const SERVICE = "registry of the tests";
const ISSUER = "tokens of the tests";

/**
 * @typedef {object} Asked what a client asked for
 * @property {string} method
 * @property {string | undefined} user undefined for an anonymous client
 * @property {string[]} scopes in the order of asking
 * @property {number} status
 *
 * @param {{ join: (...names: string[]) => string }} folder where its certificate goes
 * @param {{ users: Record<string, string>, open?: string[], seconds?: number }} options passwords by user; repositories
 *   that may be read without a login; how long a token lives
 * @returns {Promise<{ realm: string, service: string, issuer: string, certificate: string, asked: Asked[],
 *   identityTokenOf: (user: string) => string, close: () => Promise<void> }>}
 */
export async function startTokenServer(folder, { users, open = [], seconds = 300 }) {
  const { certificate, key } = await selfSigned(folder);
  const chain = [new X509Certificate(await readFile(certificate)).raw.toString("base64")];
  const signer = createPrivateKey(await readFile(key));
  const asked = [];
  const identities = new Map(Object.keys(users).map((user) => [randomUUID(), user]));

  /** Who asks: undefined for an anonymous client, null for an unknown user. */
  function userOf(request, form) {
    if (form) return (form.get("grant_type") === "refresh_token" && identities.get(form.get("refresh_token"))) || null;
    const { authorization } = request.headers;
    if (authorization === undefined) return undefined;
    const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString()) ?? [];
    return user !== undefined && users[user] === password ? user : null;
  }

  function granted(user, scope) {
    const [, type, name, actions] = /^([^:]+):(.+):([^:]*)$/.exec(scope) ?? [];
    if (type !== "repository") return [];
    const wanted = actions.split(",");
    const allowed = user !== undefined ? wanted : wanted.filter((action) => action === "pull" && open.includes(name));
    return allowed.length > 0 ? [{ type, name, actions: allowed }] : [];
  }

  function token(user, access) {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: ISSUER, sub: user ?? "", aud: SERVICE, nbf: now - 5, iat: now, exp: now + seconds, jti: randomUUID(), access };
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = `${part({ typ: "JWT", alg: "ES256", x5c: chain })}.${part(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), { key: signer, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  }

  const server = await startServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = request.method === "POST" ? new URLSearchParams(Buffer.concat(chunks).toString()) : undefined;
    const query = form ?? new URL(request.url, "http://127.0.0.1").searchParams;
    // A query repeats the parameter, a form separates by spaces.
    const scopes = query.getAll("scope").flatMap((text) => text.split(" ")).filter((text) => text !== "");
    const user = userOf(request, form);
    const status = query.get("service") !== SERVICE ? 400 : user === null ? 401 : 200;
    asked.push({ method: request.method, user: user ?? undefined, scopes, status });
    response.writeHead(status, { "content-type": "application/json" });
    if (status !== 200) return response.end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "not known here" }] }));
    const text = token(user, scopes.flatMap((scope) => granted(user, scope)));
    response.end(JSON.stringify({ [form ? "access_token" : "token"]: text, expires_in: seconds }));
  });
  return {
    realm: `${server.url}/token`, service: SERVICE, issuer: ISSUER, certificate, asked,
    identityTokenOf: (user) => [...identities].find(([, known]) => known === user)[0],
    close: server.close,
  };
}
