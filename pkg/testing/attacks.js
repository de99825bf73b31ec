/**
 * Attacks: the answers of a hostile or broken registry, by name. The table is also the documentation.
 *
 * Those that change content leave refusals unchanged, so that authentication works as usual and the attack reaches a client
 * that has sent its credentials. Where a document is made up, Docker-Content-Digest matches it.
 */

import { bytesOf, digestOf } from "./storage.js";

/** The size in bytes of a body that should not be read to its end. */
const LARGE = 12 << 20;

export const ATTACKS = {
  bidiErrors: "400 whose message turns the direction of text around and hides characters",
  brokenDigestHeader: "Docker-Content-Digest is no digest",
  brokenGzip: "Content-Encoding says gzip, and it is not",
  brokenTypeHeader: "Content-Type is no media type",
  caseKeys: "the document says `MediaType` beside `mediaType`: readers that ignore case take the other one",
  challengeLoop: "401 with the same challenge, whatever the request carries (needs `auth` to name a realm)",
  deepErrors: "400 with 20,000 arrays in each other",
  deepJson: "a document of 20,000 arrays in each other",
  duplicateKeys: "the document says `schemaVersion` twice",
  echo: "400 that repeats every header of the request",
  emptyBody: "200 and nothing",
  endless: "a body that never ends",
  escapeErrors: "400 whose message moves the cursor, sets a title and the clipboard",
  gzipBomb: "gzip that unpacks to a thousand times its size",
  hugeErrors: "400 with a message of a megabyte",
  hugeHeader: "a Link and a WWW-Authenticate of 12,000 characters on an answer 401",
  htmlPage: "200 and a login page",
  longDocument: "the document with 12 MiB of spaces behind it",
  lyingDigest: "Docker-Content-Digest belongs to other content",
  lyingLength: "Content-Length is one more than there is, and the connection closes",
  lyingType: "Content-Type names the other kind of document",
  nestedGzip: "Content-Encoding says gzip twice",
  noType: "no Content-Type",
  notUtf8: "the document holds bytes that are no UTF-8",
  nullTags: "a listing with null, numbers, objects and texts that are no tags",
  otherDocument: "another document than the one that was asked for, in itself sound",
  protoKeys: "the document's annotations have the keys `__proto__`, `constructor` and `toString`",
  redirectLoop: "307 to the same URL",
  redirectNowhere: "307 without Location",
  shortBody: "the body ends half-way, and Content-Length stays as it was",
  shorterBody: "the body ends half-way, and Content-Length agrees",
  slow: "a byte every 20 ms",
  trailingBytes: "the document with a second one behind it",
  wrongBit: "one bit of the body is flipped",
};

/** Whether a value is the name of an attack. */
export const isAttack = (name) => typeof name === "string" && Object.hasOwn(ATTACKS, name);

/**
 * @param {string} name
 * @param {Response} response the registry's own answer
 * @param {{ url: URL, method: string, headers: Headers, signal: AbortSignal }} request
 * @returns {Promise<Response>} the answer under this attack
 */
export async function attacked(name, response, request) {
  const refusal = REFUSALS[name];
  if (!refusal && response.status >= 400) return response;
  const headers = new Headers(response.headers);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status = response.status, body = bytes, set = {} } = await (refusal ?? CONTENT[name])({ bytes, headers, request });
  const length = typeof body === "string" || body instanceof Uint8Array ? String(bytesOf(body).length) : null;
  for (const [key, value] of Object.entries({ "content-length": length, ...set })) {
    if (value === null) headers.delete(key);
    else headers.set(key, value);
  }
  const bodiless = request.method === "HEAD" || status === 204;
  return new Response(bodiless ? null : body, { status, headers });
}

const problem = (message, set) => ({
  status: 400,
  body: JSON.stringify({ errors: [{ code: "MANIFEST_INVALID", message, detail: message }] }),
  set: { "content-type": "application/json", "docker-content-digest": null, ...set },
});

/** Attacks that replace any answer. */
const REFUSALS = {
  bidiErrors: () => problem("\u202egnp.exe\u202c \u2066x\u2069 a\u200bb\ufeffc \u061c"),
  challengeLoop: ({ headers, request: { url } }) => ({
    status: 401,
    body: '{"errors":[{"code":"UNAUTHORIZED","message":"once more"}]}',
    set: {
      "www-authenticate": headers.get("www-authenticate") ?? `Bearer realm="${url.origin}/token",service="multiarch-testing"`,
      "content-type": "application/json",
    },
  }),
  deepErrors: () => ({ ...problem(""), body: `{"errors":[{"code":"X","message":"m","detail":${nested(20_000)}}]}` }),
  echo: ({ request }) => problem([...request.headers].map(([name, value]) => `${name}: ${value}`).join("\n")),
  escapeErrors: () => problem("\x1b[2J\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]52;c;aGk=\x1b\\ \x9b1A \r\n\x08\x00\x7f end"),
  hugeErrors: () => problem("long ".repeat(200_000)),
  hugeHeader: ({ request: { url } }) => ({
    ...problem("no"),
    status: 401,
    set: {
      "www-authenticate": `Bearer realm="${url.origin}/token",scope="${"x".repeat(12_000)}"`,
      link: `<${"y".repeat(12_000)}>; rel="next"`,
      "content-type": "application/json",
    },
  }),
  redirectLoop: ({ request: { url } }) => ({ status: 307, body: "", set: { location: url.href } }),
  redirectNowhere: () => ({ status: 307, body: "", set: { location: null } }),
};

/** Attacks that change content. */
const CONTENT = {
  brokenDigestHeader: () => ({ set: { "docker-content-digest": "sha256:../../etc/passwd" } }),
  brokenGzip: () => ({ set: { "content-encoding": "gzip" } }),
  brokenTypeHeader: () => ({ set: { "content-type": "no type; at = all" } }),
  caseKeys: ({ bytes }) => made(bytes, (text) => text.replace("{", '{"MediaType":"application/vnd.example","Manifests":[],')),
  deepJson: ({ bytes }) => made(bytes, (text) => text.replace("{", `{"x":${nested(20_000)},`)),
  duplicateKeys: ({ bytes }) => made(bytes, (text) => text.replace("{", '{"schemaVersion":1,')),
  emptyBody: () => ({ body: "" }),
  endless: ({ request }) => ({ body: endless(request.signal) }),
  gzipBomb: async () => ({ body: await bomb(), set: { "content-encoding": "gzip" } }),
  htmlPage: () => ({
    body: "<!doctype html>\n<html><title>Log in</title><script>alert(1)</script></html>\n",
    set: { "content-type": "text/html; charset=utf-8", "docker-content-digest": null },
  }),
  longDocument: ({ bytes }) => made(bytes, (text) => text + " ".repeat(LARGE)),
  lyingDigest: async ({ bytes }) => ({ set: { "docker-content-digest": await digestOf(bytes.slice(1)) } }),
  lyingLength: ({ bytes }) => ({ body: stream([bytes]), set: { "content-length": String(bytes.length + 1) } }),
  lyingType: ({ headers }) => ({ set: { "content-type": otherType(headers.get("content-type")) } }),
  nestedGzip: () => ({ set: { "content-encoding": "gzip, gzip" } }),
  noType: () => ({ set: { "content-type": null } }),
  notUtf8: ({ bytes }) => made(bytes, (text) => text, (content) => {
    const at = content.indexOf(0x3a);
    const broken = new Uint8Array(content);
    broken[at - 2] = 0xff;
    return broken;
  }),
  nullTags: ({ bytes }) => made(bytes, (text) => {
    const { name } = JSON.parse(text);
    return JSON.stringify({ name, tags: [null, 1, {}, [], "", "-a", "a/b", "\x1b[31m", "x".repeat(129), "good"] });
  }),
  otherDocument: () => made(new Uint8Array(), () => JSON.stringify(OTHER), undefined, OTHER.mediaType),
  protoKeys: ({ bytes }) => made(bytes, (text) => text.replace("{", `{"annotations":${PROTO},`)),
  shortBody: ({ bytes }) => ({
    body: stream([bytes.slice(0, bytes.length >> 1)]),
    set: { "content-length": String(bytes.length) },
  }),
  shorterBody: ({ bytes }) => ({ body: bytes.slice(0, bytes.length >> 1) }),
  slow: ({ bytes, request }) => ({ body: trickle(bytes, request.signal), set: { "content-length": String(bytes.length) } }),
  trailingBytes: ({ bytes }) => made(bytes, (text) => text + text),
  wrongBit: ({ bytes }) => {
    const changed = new Uint8Array(bytes);
    changed[changed.length >> 1] ^= 1;
    return { body: changed };
  },
};

const PROTO = '{"__proto__":"polluted","constructor":"polluted","toString":"polluted"}';

const OTHER = {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.index.v1+json",
  manifests: [],
  annotations: { note: "not what was asked for" },
};

/** A document made of another's text, with its new digest. */
async function made(bytes, change, finish = (content) => content, mediaType) {
  const body = finish(bytesOf(change(new TextDecoder().decode(bytes))));
  const type = mediaType && { "content-type": mediaType };
  return { body, set: { "docker-content-digest": await digestOf(body), ...type } };
}

const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);

function otherType(type) {
  const [index, manifest] = ["index", "manifest"].map((kind) => `application/vnd.oci.image.${kind}.v1+json`);
  return type === index ? manifest : index;
}

/** A stream of pieces, for which the host sets no Content-Length. */
const stream = (pieces) =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });

function endless(signal) {
  const piece = new Uint8Array(64 << 10).fill(0x20);
  return new ReadableStream({
    pull(controller) {
      if (signal.aborted) controller.close();
      else controller.enqueue(piece);
    },
  });
}

function trickle(bytes, signal) {
  let at = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (signal.aborted || at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, (at += 1)));
      },
    },
    { highWaterMark: 0 },
  );
}

let bombs;

/** 48 MiB of zeros as gzip. Made once: compression takes longer than the attack. */
function bomb() {
  const packed = stream(Array.from({ length: 48 }, () => new Uint8Array(1 << 20))).pipeThrough(new CompressionStream("gzip"));
  bombs ??= new Response(packed).arrayBuffer().then((buffer) => new Uint8Array(buffer));
  return bombs;
}
