/** What attestations state, as their tools write them, and what a stranger may write in their place. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { describeAttestation } from "multiarch";
import { CYCLONEDX, PROVENANCE_02, PROVENANCE_1, SPDX, envelope, simpleSigning, statement } from "../../support/attestations.mjs";

const about = { digest: `sha256:${"ab".repeat(32)}` };
const subjects = [{ name: "pkg:docker/team/app@1", digest: { sha256: "ab".repeat(32) } }];
const only = async (content, options) => {
  const results = await describeAttestation(typeof content === "string" || ArrayBuffer.isView(content) ? content : JSON.stringify(content), options);
  assert.equal(results.length, 1);
  assert.equal(results[0].signature, "not checked");
  return results[0];
};

describe("provenance", () => {
  const FACTS_02 = {
    version: "0.2", builder: "https://github.com/ada/app/actions/runs/42", buildType: "https://mobyproject.org/buildkit@v1",
    source: "https://github.com/ada/app.git", commit: "1234567890123456789012345678901234567890",
    startedOn: "2026-01-02T03:04:05Z", finishedOn: "2026-01-02T03:05:06.123456789Z", materials: 2,
  };

  test("of BuildKit, in a statement", async () => {
    const { kind, predicateType, provenance, subjects: found } = await only(statement(about, "https://slsa.dev/provenance/v0.2", PROVENANCE_02));
    assert.deepEqual({ kind, predicateType, provenance, found }, { kind: "provenance", predicateType: "https://slsa.dev/provenance/v0.2", provenance: FACTS_02, found: subjects });
  });

  test("of BuildKit without the repository of the build, from its configuration and its materials", async () => {
    const { metadata: { buildStartedOn, buildFinishedOn }, ...rest } = PROVENANCE_02;
    const plain = { ...rest, metadata: { buildStartedOn, buildFinishedOn } };
    const source = "https://github.com/ada/app.git#refs/heads/main";
    assert.deepEqual((await only(statement(about, "https://slsa.dev/provenance/v0.2", plain))).provenance, { ...FACTS_02, source });
    const bare = { ...plain, invocation: {} };
    assert.deepEqual((await only(statement(about, "https://slsa.dev/provenance/v0.2", bare))).provenance, { ...FACTS_02, source });
  });

  test("of GitHub, in a bundle of Sigstore", async () => {
    const bundle = { mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json", dsseEnvelope: envelope(statement(about, "https://slsa.dev/provenance/v1", PROVENANCE_1), 2) };
    const { kind, provenance, signatures, payloadType } = await only(bundle);
    assert.deepEqual([kind, signatures, payloadType], ["provenance", 2, "application/vnd.in-toto+json"]);
    assert.deepEqual(provenance, {
      version: "1", builder: "https://github.com/ada/app/.github/workflows/release.yml@refs/heads/main", buildType: "https://actions.github.io/buildtypes/workflow/v1",
      source: "https://github.com/ada/app", commit: "abcdefabcdefabcdefabcdefabcdefabcdefabcd", startedOn: "2026-02-03T04:05:06Z", materials: 1,
    });
  });

  test("of BuildKit in version 1", async () => {
    const predicate = {
      buildDefinition: {
        buildType: "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
        externalParameters: { configSource: { uri: "https://github.com/ada/app.git#main", digest: { sha1: "12ab" }, path: "Dockerfile" } },
        resolvedDependencies: [{ uri: "pkg:docker/alpine@3.20" }],
      },
      runDetails: { builder: { id: "" }, metadata: { startedOn: "2026-01-02T03:04:05Z", finishedOn: "2026-01-02T03:04:06Z" } },
    };
    const { provenance } = await only(statement(about, "https://slsa.dev/provenance/v1", predicate));
    assert.deepEqual([provenance.builder, provenance.source, provenance.commit, provenance.materials], [undefined, "https://github.com/ada/app.git#main", "12ab", 1]);
  });
});

describe("bills of materials", () => {
  test("of SPDX 2, alone, in a statement, and as older cosign wrote it", async () => {
    const expected = {
      format: "spdx", version: "2.3", name: "app", created: "2026-01-02T03:04:05Z", packageCount: 3,
      packages: [{ name: "musl", version: "1.2.5-r0", purl: "pkg:apk/alpine/musl@1.2.5-r0", license: "MIT" }, { name: "openssl", version: "3.3.1-r3", license: "Apache-2.0" }, { name: "app" }],
    };
    for (const content of [SPDX, statement(about, "https://spdx.dev/Document", SPDX), envelope(statement(about, "https://spdx.dev/Document", { Data: JSON.stringify(SPDX) }))]) {
      const { kind, sbom } = await only(content);
      assert.deepEqual([kind, sbom], ["sbom", expected]);
    }
  });

  test("of SPDX 3", async () => {
    const graph = [{ type: "CreationInfo", specVersion: "3.0.1", created: "2026-01-02T03:04:05Z" }, { type: "SpdxDocument", name: "app" }, { type: "software_Package", name: "musl", software_packageVersion: "1.2.5" }];
    const { sbom } = await only({ "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph });
    assert.deepEqual(sbom, { format: "spdx", version: "3.0.1", name: "app", created: "2026-01-02T03:04:05Z", packages: [{ name: "musl", version: "1.2.5" }], packageCount: 1 });
  });

  test("of CycloneDX, with the components inside components", async () => {
    const { kind, sbom } = await only(CYCLONEDX);
    assert.equal(kind, "sbom");
    assert.deepEqual(sbom, {
      format: "cyclonedx", version: "1.6", name: "app", created: "2026-01-02T03:04:05Z", packageCount: 3,
      packages: [{ name: "left-pad", version: "1.3.0", purl: "pkg:npm/left-pad@1.3.0", license: "WTFPL" }, { name: "inner" }, { name: "openssl", version: "3.3.1" }],
    });
  });

  test("of any size up to the limit keep their number and a part of their list", async () => {
    const components = Array.from({ length: 60_000 }, (_, at) => ({ name: `p${at}` }));
    for (const content of [{ bomFormat: "CycloneDX", components }, { spdxVersion: "SPDX-2.3", packages: components }]) {
      const { sbom } = await only(content);
      assert.deepEqual([sbom.packageCount, sbom.packages.length], [60_000, 50_000]);
    }
    const deep = `${'{"bomFormat":"CycloneDX","components":[{"components":['}${'{"components":['.repeat(2000)}${"]}".repeat(2000)}]}]}`;
    assert.equal((await only(deep)).sbom.packageCount, 2001);
  });
});

test("signatures, and statements of other kinds", async () => {
  assert.deepEqual(await only(simpleSigning(about)), { kind: "signature", subjects: [{ name: "registry.test/team/app", digest: { sha256: "ab".repeat(32) } }], signature: "not checked" });
  assert.equal((await only({ messageSignature: { signature: "c2ln" } })).kind, "signature");
  assert.equal((await only("eyJ", { mediaType: "application/jose+json" })).kind, "signature");
  const vex = await only(statement(about, "https://openvex.dev/ns/v0.2.0", { statements: [] }));
  assert.deepEqual([vex.kind, vex.predicateType], ["statement", "https://openvex.dev/ns/v0.2.0"]);
  assert.equal((await only({ payloadType: "text/plain", payload: "aGk=", signatures: [] })).kind, "unknown");
  assert.equal((await only({})).kind, "unknown");
});

test("JSON lines have a result for each, and one that is broken spoils itself alone", async () => {
  const line = JSON.stringify(envelope(statement(about, "https://slsa.dev/provenance/v1", PROVENANCE_1)));
  const results = await describeAttestation(`${line}\n{"payloadType":"a+json","payload":"%"}\n{broken}\n${line}\n`);
  assert.deepEqual(results.map(({ kind, problem }) => [kind, problem?.code]), [["provenance", undefined], ["unknown", "JSON_INVALID"], ["unknown", "JSON_INVALID"], ["provenance", undefined]]);
});

describe("what a stranger writes", () => {
  const deep = (text) => text.repeat(200_000);
  const rows = {
    "no JSON": "<html>", empty: "", null: "null", number: "1", list: "[]", "no UTF-8": new Uint8Array([0xff, 0xfe]), "too deep": deep("["), "objects too deep": deep('{"a":'),
    "payload that is no text": JSON.stringify({ payloadType: "a+json", payload: "//79" }), "payload that is no base64": JSON.stringify({ payloadType: "a+json", payload: "\u001b[2J" }),
    "payload of JSON that is none": JSON.stringify({ payloadType: "a+json", payload: "e30x" }),
    "members of other types": JSON.stringify({ predicateType: "https://slsa.dev/provenance/v1", subject: "x", predicate: { buildDefinition: [], runDetails: { builder: 1, metadata: null } } }),
    "older members of other types": JSON.stringify({ predicateType: "https://slsa.dev/provenance/v0.2", subject: [1, null, { digest: [] }], predicate: { materials: [1, { uri: 2 }], metadata: "x", invocation: 3 } }),
    "bill of other types": JSON.stringify({ spdxVersion: "x", packages: [null, 1, { name: {}, externalRefs: [1, {}] }] }), "components of other types": JSON.stringify({ bomFormat: "CycloneDX", components: [[], { name: 1, licenses: [1, { license: 2 }] }] }),
    "names of the language": JSON.stringify({ predicateType: "constructor", predicate: { ["__proto__"]: 1 } }), "a prototype": '{"__proto__":{"predicateType":"https://slsa.dev/provenance/v1"}}',
  };
  for (const [name, content] of Object.entries(rows)) {
    test(`${name} has a result`, async () => {
      const one = await only(content);
      if (one.problem) assert.match(one.problem.message, /^[ -~]+$/);
    });
  }

  test("a prototype is none", async () => assert.equal((await only(rows["a prototype"])).predicateType, undefined));

  test("more than the limit is not read", async () => {
    const { problem } = await only(new Uint8Array((32 << 20) + 1));
    assert.equal(problem.code, "RESPONSE_TOO_LARGE");
  });

  test("texts are cut", async () => {
    const { provenance } = await only(statement(about, "https://slsa.dev/provenance/v1", { buildDefinition: {}, runDetails: { builder: { id: "x".repeat(100_000) } } }));
    assert.equal(provenance.builder.length, 4096);
  });

  test("arguments that are none are refused", async () => {
    for (const content of [undefined, null, 1, {}]) await assert.rejects(describeAttestation(content), { code: "OPTION_INVALID" });
    await assert.rejects(describeAttestation("{}", { mediaType: 1 }), { code: "OPTION_INVALID" });
  });
});
