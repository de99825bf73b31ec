/** What the one field understands: a table of texts and what is meant by them. */

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { init, parseReference } from "multiarch";

import { understand } from "../../www/omnibox/grammar.js";
import { isMachine } from "../../www/words/machines.js";

const DIGEST = `sha256:${"a".repeat(64)}`;

before(() => init());

const read = (text, isOpen = false) => understand(text, { parseReference, isOpen });
const ref = (name, platform) => ({ kind: "reference", ref: name, ...(platform && { platform }) });

const TABLE = [
  ["alpine:3.20", ref("alpine:3.20")],
  ["  ghcr.io/ada/app@" + DIGEST, ref("ghcr.io/ada/app@" + DIGEST)],
  ["alpine", ref("alpine")],
  // Command lines.
  ["docker pull alpine:3.20", ref("alpine:3.20")],
  ["$ sudo docker pull --platform linux/arm64 alpine", ref("alpine", "linux/arm64")],
  ["docker run --rm -it -p 80:80 -e A=b --name web nginx:1.27 nginx -g 'daemon off;'", ref("nginx:1.27")],
  ["docker run \\\n  --platform=linux/arm/v7 \\\n  -v /a:/b alpine:3.20 sh", ref("alpine:3.20", "linux/arm/v7")],
  ["docker manifest inspect --verbose alpine:3.20", ref("alpine:3.20")],
  ["docker buildx imagetools inspect ghcr.io/ada/app:1", ref("ghcr.io/ada/app:1")],
  ["podman pull quay.io/podman/hello", ref("quay.io/podman/hello")],
  ["crane manifest gcr.io/a/b:1", ref("gcr.io/a/b:1")],
  ["skopeo inspect docker://alpine:3.20", ref("alpine:3.20")],
  ["multiarch resolve alpine:3.20 --platform linux/s390x", ref("alpine:3.20")],
  // Files.
  ["FROM alpine:3.20 AS build", ref("alpine:3.20")],
  ["FROM --platform=linux/arm64 alpine:3.20", ref("alpine:3.20", "linux/arm64")],
  ["FROM --platform=$BUILDPLATFORM golang:1.24", ref("golang:1.24")],
  ["image: ghcr.io/ada/app:1", ref("ghcr.io/ada/app:1")],
  ["- image: \"alpine:3.20\"", ref("alpine:3.20")],
  // Addresses.
  ["https://hub.docker.com/_/alpine", ref("alpine")],
  ["hub.docker.com/_/alpine/tags", ref("alpine")],
  ["https://hub.docker.com/r/grafana/grafana/tags?name=11.0", ref("grafana/grafana:11.0")],
  ["https://hub.docker.com/layers/library/alpine/3.20/images/sha256-abc", ref("library/alpine:3.20")],
  ["https://quay.io/repository/podman/hello?tab=tags", ref("quay.io/podman/hello")],
  ["https://github.com/Ada/app/pkgs/container/app/123?tag=1.0", ref("ghcr.io/ada/app:1.0")],
  ["https://github.com/orgs/ada/packages/container/package/app%2Fweb", ref("ghcr.io/ada/app/web")],
  ["https://ghcr.io/ada/app", ref("ghcr.io/ada/app")],
  ["https://gallery.ecr.aws/docker/library", ref("public.ecr.aws/docker/library")],
  ["https://registry-1.docker.io/v2/library/alpine/manifests/3.20", ref("docker.io/library/alpine:3.20")],
  [`http://127.0.0.1:5000/v2/a/b/manifests/${DIGEST}`, ref(`127.0.0.1:5000/a/b@${DIGEST}`)],
  ["https://registry.example/v2/a/b/tags/list", ref("registry.example/a/b")],
  ["oci://registry.example/charts/app:1", ref("registry.example/charts/app:1")],
  // Two.
  ["alpine:3.19 .. alpine:3.20", { kind: "compare", a: "alpine:3.19", b: "alpine:3.20" }],
  ["a:1 ⇄ b:2", { kind: "compare", a: "a:1", b: "b:2" }],
  ["a .. b .. c", { kind: "problem" }],
  // Documents and digests.
  ["{ \"schemaVersion\": 2 }", { kind: "json" }],
  [DIGEST, { kind: "problem" }],
  // Nothing that can be read.
  ["", { kind: "empty" }],
  ["Not A Reference", { kind: "problem" }],
];

for (const [text, wanted] of TABLE) {
  test(`understood: ${JSON.stringify(text)}`, () => {
    const { says, ...understood } = read(text);
    if (wanted.kind === "empty") return assert.deepEqual(understood, wanted);
    assert.ok(says.length > 5, "it says what it understood");
    return wanted.kind === "problem" ? assert.equal(understood.kind, "problem") : assert.deepEqual(understood, wanted);
  });
}

test("a bare digest is looked for in what is open, and otherwise is no reference", () => {
  assert.deepEqual(read(DIGEST, true), { kind: "digest", digest: DIGEST, says: "Look for this digest in what is open" });
  assert.match(read(DIGEST).says, /names no repository: write NAME@sha256:aaa/);
  assert.match(read("sha256:abc", true).says, /3 digits/);
});

for (const word of ["aarch64", "x86_64", "armv7l", "arm64", "amd64"]) {
  test(`${word} is a machine`, () => {
    assert.ok(isMachine(word));
    assert.deepEqual([read(word, true).kind, read(word, true).platform], ["host", word]);
    assert.match(read(word).says, /is a machine\. Open an image first/);
  });
}

test("docker's own words for nothing are understood, with the reference where it stands there", () => {
  const words = "docker: no matching manifest for linux/arm64/v8 in the manifest list entries.";
  assert.deepEqual([read(words, true).kind, read(words, true).platform], ["host", "linux/arm64/v8"]);
  assert.equal(read(words).kind, "problem");
  const whole = 'failed to resolve reference "docker.io/ada/app:1": no match for platform in manifest linux/arm64: not found';
  assert.deepEqual(read(whole).ref, "docker.io/ada/app:1");
});

test("what is understood is said before it is done", () => {
  assert.equal(read("docker pull --platform linux/arm64 alpine:3.20").says, "Open alpine:3.20 from docker.io, asked for linux/arm64");
  assert.equal(read("ghcr.io/ada/app").says, "List the tags of ghcr.io/ada/app");
  assert.equal(read(`alpine@${DIGEST}`).says, "Open alpine by its digest from docker.io");
});
