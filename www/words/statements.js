/** What an attestation states, in words. Signatures are not looked at. */

const FORMATS = { spdx: "SPDX", cyclonedx: "CycloneDX" };

const stated = (pairs) => pairs.filter(([, value]) => value !== undefined && value !== "");

/**
 * @param {import("multiarch").AttestationContent} content
 * @returns {{ title: string, facts: [string, string][], packages: { name: string, version?: string, license?: string }[], packageCount?: number }}
 */
export function statementWords({ kind, predicateType, mediaType, provenance, sbom, problem, payloadType, signatures }) {
  if (problem) return { title: predicateType ?? mediaType ?? "An attestation", facts: [["Not read", problem.message]], packages: [] };
  if (kind === "provenance" && provenance) return { title: `Provenance (SLSA ${provenance.version})`, facts: provenanceFacts(provenance), packages: [] };
  if (kind === "sbom" && sbom) {
    const facts = stated([["Of", sbom.name], ["Made", sbom.created]]);
    return { title: `Bill of materials (${[FORMATS[sbom.format] ?? sbom.format, sbom.version].filter(Boolean).join(" ")})`, facts, packages: sbom.packages, packageCount: sbom.packageCount };
  }
  if (kind === "signature") return { title: "Signature", facts: stated([["Of", payloadType], ["Signatures", signatures && String(signatures)]]), packages: [] };
  return { title: predicateType ?? mediaType ?? "A statement", facts: [], packages: [] };
}

const provenanceFacts = ({ builder, source, commit, startedOn, finishedOn, buildType, materials }) =>
  stated([
    ["Built by", builder], ["Source", source], ["Commit", commit], ["Started", startedOn], ["Finished", finishedOn], ["Kind of build", buildType],
    ["Materials", materials > 0 ? String(materials) : undefined],
  ]);
