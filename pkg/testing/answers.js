/**
 * Builds answers with the headers that the distribution specification requires, and refusals with its error bodies.
 */

/**
 * An answer with Content-Length.
 *
 * @param {number} status
 * @param {Record<string, string | number | undefined>} [headers] undefined values are left out
 * @param {Uint8Array | string | null} [body]
 * @returns {Response}
 */
export function answer(status, headers = {}, body = null) {
  const known = Object.entries(headers).filter(([, value]) => value !== undefined);
  const length = body === null ? [] : [["content-length", String(sizeOf(body))]];
  return new Response(isBodiless(status) ? null : body, {
    status,
    headers: [...length, ...known.map(([name, value]) => [name, String(value)])],
  });
}

/** JSON with its length; `type` is the media type. */
export const answerJson = (status, value, headers = {}, type = "application/json") =>
  answer(status, { "content-type": type, ...headers }, JSON.stringify(value));

/**
 * A refusal as the distribution specification defines it: `{"errors":[{code, message, detail}]}`.
 *
 * @param {number} status
 * @param {string} code one of the specification's codes, MANIFEST_UNKNOWN for instance
 * @param {string} message
 * @param {{ detail?: unknown, headers?: Record<string, string> }} [more]
 */
export const refuse = (status, code, message, { detail = null, headers } = {}) =>
  answerJson(status, { errors: [{ code, message, detail }] }, headers);

/** The same answer without its body, for HEAD: Content-Length stays. */
export const withoutBody = ({ status, headers }) => new Response(null, { status, headers });

/** Statuses for which a Response may not carry a body (fetch standard, null body status). */
export const isBodiless = (status) => status === 204 || status === 205 || status === 304;

const sizeOf = (body) => (typeof body === "string" ? new TextEncoder().encode(body).length : body.length);
