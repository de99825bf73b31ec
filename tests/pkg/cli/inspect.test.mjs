/** `inspect` on the core that reads: what it prints, says and asks is what the whole core prints, says and asks. */

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";

import { createClient, createManifests } from "multiarch";
import { nodeFetch } from "multiarch/node";

import { serve } from "../../../pkg/node/serve.js";
import { artifact, dockerImage, dockerList, indexWithAttestations, ociImage, ociIndex } from "../../support/images.mjs";
import { multiarch } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

let folder, server, domain, answers, requests;
before(async () => {
  folder = await scratch();
  server = await serve(async (request) => {
    requests.push(`${request.method} ${new URL(request.url).pathname}`);
    const next = answers[Math.min(requests.length, answers.length) - 1];
    return next(request);
  });
  domain = new URL(server.url).host;
});
after(() => Promise.all([server.close(), folder.remove()]));
beforeEach(() => (requests = []));

/** What a registry answers with a document. */
const stated = (text, mediaType, headers) => () => new Response(text, { headers: { "content-type": mediaType, ...headers } });
const document = ({ bytes, mediaType }) => stated(bytes, mediaType);
const problem = (status, code, headers) => () => Response.json({ errors: [{ code, message: "no" }] }, { status, headers });

const DIGEST = `sha256:${"a".repeat(64)}`;
const index = (entry, more) => JSON.stringify({
  schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: OCI_MANIFEST, size: 7, digest: DIGEST, ...entry }], ...more,
});
const image = (more) => ({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: { mediaType: "application/vnd.oci.image.config.v1+json", size: 2, digest: DIGEST }, layers: [], ...more });

/** What a registry answers, one after the other; the last one again. */
const ANSWERS = {
  "a Docker list": [document(dockerList(dockerImage(), dockerImage({ architecture: "arm64" })))],
  "an OCI index": [document(ociIndex(ociImage()))],
  "an index with attestations": [document(indexWithAttestations(ociImage()))],
  "an index of a Docker image": [document(ociIndex(dockerImage()))],
  "an empty index": [stated(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }), OCI_INDEX)],
  "an entry with all of a platform": [
    stated(index({ platform: { variant: "v8", "os.features": ["a", "b"], os: "windows", "os.version": "10.0", architecture: "amd64" } }), OCI_INDEX),
  ],
  "an entry without a size and a platform": [stated(index({ size: 0 }), OCI_INDEX)],
  "an entry that Go escapes": [stated(index({ platform: { os: "<linux>", architecture: "a&b" } }), OCI_INDEX)],
  "an entry beyond ASCII": [stated(index({ platform: { os: "línux", architecture: "\u2028" } }), OCI_INDEX)],
  "an entry with quotes": [stated(index({ platform: { os: 'a"b\\c', architecture: "\u001b" } }), OCI_INDEX)],
  "an entry that cannot be used": [stated(index({ digest: "none" }), OCI_INDEX)],
  "a Docker image": [document(dockerImage())],
  "an OCI image": [document(ociImage())],
  "an artifact": [document(artifact())],
  "an image in one line": [stated(JSON.stringify(image()), OCI_MANIFEST)],
  "an image with white space around it": [stated(` \n${JSON.stringify(image(), undefined, 5)}\r\n\t\n`, OCI_MANIFEST)],
  "an image whose numbers are written so": [stated(JSON.stringify(image({ x: 1 })).replace('"x":1', '"x":1.0,"y":1e2,"z":12345678901234567890'), OCI_MANIFEST)],
  "an image whose keys are numbers": [stated(JSON.stringify(image()).replace('"layers"', '"b":0,"2":0,"1":0,"layers"'), OCI_MANIFEST)],
  "an image whose texts are escaped": [stated(JSON.stringify(image()).replace('"layers"', '"\\u0061\\/":"\\u003c<é\\n","layers"'), OCI_MANIFEST)],
  "an image with objects of nothing": [stated(JSON.stringify(image({ a: {}, b: [], c: [{}, [[]]], __proto__: null })), OCI_MANIFEST)],
  "an image of a type with parameters": [stated(JSON.stringify(image()), `${OCI_MANIFEST.toUpperCase()}; charset=utf-8`)],
  "an image of no stated type": [stated(JSON.stringify(image({ mediaType: undefined })), OCI_MANIFEST)],
  "an image of another type than it states": [stated(JSON.stringify(image()), DOCKER_MANIFEST)],
  "an index of another type than it states": [stated(index({}), DOCKER_LIST)],
  "an image that names entries": [stated(JSON.stringify(image({ manifests: [] })), OCI_MANIFEST)],
  "an image that names none": [stated(JSON.stringify(image({ manifests: null })), OCI_MANIFEST)],
  "an index that names layers": [stated(index({}, { layers: [] }), OCI_INDEX)],
  "a type in other letters": [stated(JSON.stringify(image()).replace('"mediaType":', '"mediatype":'), OCI_MANIFEST)],
  "a type that is not known": [stated('{"a":1}', "application/vnd.example+json")],
  "a type that is not stated": [() => new Response(new TextEncoder().encode(JSON.stringify(image())))],
  "schema 1": [stated('{"schemaVersion":1}', "application/vnd.docker.distribution.manifest.v1+prettyjws")],
  "text that is no JSON": [stated("{", OCI_MANIFEST)],
  "bytes that are no UTF-8": [stated(Buffer.from([...Buffer.from('{"a":"'), 0xff, ...Buffer.from('"}')]), OCI_MANIFEST)],
  "a byte order mark": [stated(`\ufeff${JSON.stringify(image())}`, OCI_MANIFEST)],
  "a list of JSON": [stated("[]", OCI_MANIFEST)],
  "a page": [stated("<html>", "text/html")],
  "another digest than is stated": [stated(JSON.stringify(image()), OCI_MANIFEST, { "docker-content-digest": DIGEST })],
  "no manifest": [problem(404, "MANIFEST_UNKNOWN")],
  "no access": [problem(403, "DENIED")],
  "a server that fails": [problem(500, "UNKNOWN")],
  "a server that fails once": [problem(503, "UNAVAILABLE"), document(ociIndex(ociImage()))],
  "a server that asks to wait": [problem(429, "TOOMANYREQUESTS", { "retry-after": "0" }), document(dockerImage())],
  "a login": [problem(401, "UNAUTHORIZED", { "www-authenticate": "Basic realm=\"x\"" })],
  "a token service that refuses": [
    (request) => problem(401, "UNAUTHORIZED", { "www-authenticate": `Bearer realm="${new URL(request.url).origin}/token",service="x"` })(),
    problem(403, "DENIED"),
  ],
  "a token": [
    (request) => problem(401, "UNAUTHORIZED", { "www-authenticate": `Bearer realm="${new URL(request.url).origin}/token",service="x"` })(),
    () => Response.json({ token: "t" }),
    document(ociIndex(ociImage())),
  ],
  "a token that is not enough": [
    (request) => problem(401, "UNAUTHORIZED", { "www-authenticate": `Bearer realm="${new URL(request.url).origin}/token",service="x"` })(),
    () => Response.json({ token: "t" }),
    problem(404, "MANIFEST_UNKNOWN"),
  ],
  "a redirect": [
    (request) => Response.redirect(new URL("/elsewhere", request.url), 307),
    document(dockerImage()),
  ],
};

/** What the whole core makes of the same answers, and what it asked. */
async function asWhole(reference) {
  const client = createClient({ fetch: nodeFetch({ proxy: false }), insecure: [domain], retry: { attempts: 2 } });
  const outcome = await createManifests({ client }).inspect(reference).then(
    (stdout) => ({ code: 0, stdout, stderr: "" }),
    ({ message }) => ({ code: 1, stdout: "", stderr: message }),
  );
  return { ...outcome, requests: requests.splice(0) };
}

/** The same of the command line, as a process of its own: in this one the whole core is at hand. Of an error docker's line alone: what is printed beside it belongs to other tests. */
async function asCommand(reference) {
  const { code, stdout, stderr } = await multiarch(["--config", folder.join("docker"), "--retries", "1", "inspect", "--insecure", reference]);
  return { code, stdout, stderr: stderr.split("\n")[0], requests: requests.splice(0) };
}

describe("inspect of", () => {
  for (const [what, given] of Object.entries(ANSWERS)) {
    test(what, async () => {
      answers = given;
      const reference = `${domain}/team/app:1`;
      const expected = await asWhole(reference);
      assert.ok(expected.requests.length > 0);
      assert.deepEqual(await asCommand(reference), expected);
    });
  }

  for (const reference of ["team/app", `team/app@${DIGEST}`, `team/app:1@${DIGEST}`]) {
    test(`a reference such as ${reference.slice(0, 20)}`, async () => {
      answers = [document(ociIndex(ociImage()))];
      const expected = await asWhole(`${domain}/${reference}`);
      assert.deepEqual(await asCommand(`${domain}/${reference}`), expected);
    });
  }

  test("a text that is no reference asks nothing", async () => {
    answers = [];
    const expected = await asWhole("A B");
    assert.deepEqual([expected.code, expected.requests], [1, []]);
    assert.deepEqual(await asCommand("A B"), expected);
  });
});
