/** Quirks that change the appearance of every answer. */

/**
 * The answer as a registry with these quirks would send it.
 *
 * @param {Response} response
 * @param {{ url: URL, method: string, path: string }} request
 * @param {Record<string, boolean>} quirks
 * @returns {Promise<Response>}
 */
export async function withAppearance(response, request, quirks) {
  let { status, body } = response;
  const headers = new Headers(response.headers);
  const replace = (text) => {
    body = text;
    headers.set("content-length", String(new TextEncoder().encode(text).length));
  };
  const refusal = status >= 400;

  if (quirks.noDigestHeader) headers.delete("docker-content-digest");
  if (quirks.absoluteLocations) makeAbsolute(headers, request.url.origin);
  if (quirks.rateHeaders && request.path.includes("/manifests/")) {
    headers.set("ratelimit-limit", "100;w=21600");
    headers.set("ratelimit-remaining", "99;w=21600");
    headers.set("docker-ratelimit-source", "192.0.2.1");
  }
  if (quirks.sessionCookie) headers.append("set-cookie", "sid=opaque; Path=/; HttpOnly");
  if (quirks.patchCreated && request.method === "PATCH" && status === 202) status = 201;
  if (quirks.talkativeTags && status === 200 && request.path.endsWith("/tags/list")) {
    replace(JSON.stringify({ child: [], manifest: {}, ...(await response.json()) }));
  }
  if (quirks.ownErrorCodes && status === 404 && isDocument(request)) {
    replace('{"errors":[{"code":"NOT_FOUND","message":"resource not found"}]}');
  }
  if (quirks.capitalSchemes) capitals(headers);
  if (quirks.challengeless401 && request.url.pathname !== "/v2/") headers.delete("www-authenticate");
  if (quirks.escapedErrors && refusal) {
    replace((typeof body === "string" ? body : await response.text()).replaceAll("&", "&amp;").replaceAll('"', "&quot;"));
    headers.set("content-type", "application/json");
  }
  if (quirks.latin1Json && headers.get("content-type") === "application/json") {
    headers.set("content-type", "application/json;charset=ISO-8859-1");
  }
  if (quirks.htmlErrors && refusal) {
    replace(`<!doctype html>\n<title>${status}</title>\n<h1>Error ${status}</h1>\n`);
    headers.set("content-type", "text/html; charset=utf-8");
  }
  return new Response(body, { status, headers });
}

const isDocument = ({ path }) => /\/(manifests|tags)\//.test(path);

function capitals(headers) {
  const challenge = headers.get("www-authenticate");
  if (challenge) headers.set("www-authenticate", challenge.replace(/^\w+/, (scheme) => scheme.toUpperCase()));
}

function makeAbsolute(headers, origin) {
  const location = headers.get("location");
  if (location?.startsWith("/")) headers.set("location", origin + location);
  const link = headers.get("link");
  if (link?.startsWith("</")) headers.set("link", `<${origin}${link.slice(1)}`);
}
