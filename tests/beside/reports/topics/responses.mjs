/** Responses that servers of several rows give. */

export const json = (value, { status = 200, headers = {} } = {}) =>
  new Response(typeof value === "string" ? value : JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });

/** An error in the form of the distribution specification. */
export const refusal = (status, code, message, headers) => json({ errors: [{ code, message }] }, { status, headers });

export const html = (status = 200, title = "Log in") =>
  new Response(`<!doctype html>\n<title>${title}</title>\n`, { status, headers: { "content-type": "text/html; charset=utf-8" } });

/** A challenge for Basic or Bearer. */
export const challenge = (text) => refusal(401, "UNAUTHORIZED", "authentication required", { "www-authenticate": text });

export const redirect = (location, status = 307) => new Response(null, { status, headers: { location } });

/** What the registry says, with other headers. */
export async function withHeaders(response, changes) {
  const headers = new Headers(response.headers);
  for (const [name, text] of Object.entries(changes)) {
    if (text === null) headers.delete(name);
    else headers.set(name, text);
  }
  const isBodiless = response.status === 204 || response.status === 304;
  return new Response(isBodiless ? null : await response.arrayBuffer(), { status: response.status, headers });
}

/** Basic, as a request carries it. */
export const basic = (username, password) => `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

/** base64 of a login, as `auth` in config.json has it. */
export const login = (username, password) => Buffer.from(`${username}:${password}`).toString("base64");

/** The manifests endpoint of a request, or undefined: `{ repository, reference }`. */
export function manifestOf({ path }) {
  const [, repository, reference] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(path) ?? [];
  return repository === undefined ? undefined : { repository, reference };
}
