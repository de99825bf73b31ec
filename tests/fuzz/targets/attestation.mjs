/** Attestations: whatever stands there, there is a result for each line, and its texts and lists keep their limits. */

import assert from "node:assert/strict";

import { describeAttestation } from "../../../pkg/attestations/describe.js";
import { CYCLONEDX, PROVENANCE_02, PROVENANCE_1, SPDX, envelope, simpleSigning, statement } from "../../support/attestations.mjs";

const about = { digest: `sha256:${"ab".repeat(32)}` };
const provenance = statement(about, "https://slsa.dev/provenance/v0.2", PROVENANCE_02);

export const seeds = [
  provenance, statement(about, "https://slsa.dev/provenance/v1", PROVENANCE_1), statement(about, "https://spdx.dev/Document", SPDX), CYCLONEDX,
  simpleSigning(about), envelope(provenance), { dsseEnvelope: envelope(provenance) }, statement(about, "https://cyclonedx.org/bom", { Data: JSON.stringify(CYCLONEDX) }),
].map((value) => JSON.stringify(value)).concat(`${JSON.stringify(envelope(provenance))}\n${JSON.stringify(provenance)}\n`);

export const words = [
  '"predicateType":', '"predicate":', '"subject":', '"digest":', '"payload":', '"payloadType":', '"components":[', '"packages":', '"@graph":', '"spdxVersion":"SPDX-2.3"',
  '"bomFormat":"CycloneDX"', "null", "[]", "{}", '""', "[", "{", "\n", '"__proto__":', '"constructor":', "1e999",
];

const KINDS = ["provenance", "sbom", "signature", "statement", "unknown"];

export async function round(text) {
  const results = await describeAttestation(text);
  assert.ok(results.length >= 1 && results.length <= 100);
  for (const { kind, signature, problem, subjects = [], sbom } of results) {
    assert.ok(KINDS.includes(kind));
    assert.equal(signature, "not checked");
    if (problem) assert.ok(typeof problem.code === "string" && problem.message !== "");
    for (const { name = "", digest } of subjects) assert.ok([name, ...Object.values(digest)].every((part) => typeof part === "string" && part.length <= 4096));
    if (sbom) assert.ok(sbom.packages.length <= sbom.packageCount && sbom.packages.every(({ name }) => typeof name === "string"));
  }
  return results.map(({ kind, problem }) => `${kind} ${problem?.code}`).join();
}
