/** What is stated about an image: attestations in its index, referrers, signatures. */

import type { BytesLike, Descriptor } from "./nouns.js";
import type { CallOptions, Reader } from "./client.js";

/** Whether an entry is one of BuildKit's attestations: a manifest about an image, and no image itself. */
export function isAttestation(descriptor: Descriptor): boolean;

/**
 * What an attestation, a signature or a bill of materials states: in-toto statements, alone, in DSSE envelopes or in bundles of
 * Sigstore, SLSA's provenance, SPDX and CycloneDX. JSON lines give one result for each line, up to 100. Nothing is checked: a
 * signature may be wrong, and what is stated may be a lie. A part that cannot be read has a `problem`; more than 32 MiB are not.
 *
 * ```js
 * const [{ kind, provenance }] = await describeAttestation(bytes);
 * ```
 */
export function describeAttestation(
  content: BytesLike | string,
  options?: { mediaType?: string },
): Promise<AttestationContent[]>;

/** What one attestation states. Texts are cut at 4,096 characters, lists at 50,000 elements. */
export interface AttestationContent {
  kind: "provenance" | "sbom" | "signature" | "statement" | "unknown";
  /** Always: a caller that relies on it checks the signature with cosign, Notation or the like. */
  signature: "not checked";
  mediaType?: string;
  /** How many signatures the envelope has, and the type of what it holds. */
  signatures?: number;
  payloadType?: string;
  /** Of an in-toto statement. */
  predicateType?: string;
  subjects?: { name?: string; digest: Record<string, string> }[];
  /** In the result of `attestationsOf`: whether one of the subjects is the manifest that it stands with. */
  isAboutSubject?: boolean;
  provenance?: Provenance;
  sbom?: BillOfMaterials;
  /** Why it could not be read. */
  problem?: { code: string; message: string };
}

/** SLSA's provenance, as far as it is stated. */
export interface Provenance {
  /** Of SLSA's format: 0.2, 1. */
  version: string;
  builder?: string;
  buildType?: string;
  /** The repository. */
  source?: string;
  commit?: string;
  startedOn?: string;
  finishedOn?: string;
  /** How many materials or dependencies are listed. */
  materials: number;
}

/** SPDX or CycloneDX. */
export interface BillOfMaterials {
  format: "spdx" | "cyclonedx";
  version?: string;
  name?: string;
  created?: string;
  packages: { name: string; version?: string; purl?: string; license?: string }[];
  /** All, also those beyond the limit of the list. */
  packageCount: number;
}

/**
 * What refers to a manifest and to everything that it lists, as a tree: by the referrers API or its tags, by BuildKit's entries of
 * an index and by cosign's tags; with what each states. Up to 64 manifests are looked at, up to 64 attestations read. What cannot
 * be read has a `problem`. Rejects as `manifest` does when the document itself cannot be read, and with OPTION_INVALID.
 */
export function attestationsOf(reference: string, options: AttestationOptions): Promise<AttestationTree>;

/** Options of `attestationsOf`. */
export interface AttestationOptions extends CallOptions {
  client: Reader;
  /** Only referrers of this type, and none of cosign's tags. */
  artifactType?: string;
  /** Whether attestations are read; a function gets their number, each a GET that some registries count as a pull. */
  contents?: boolean | ((count: number) => boolean | Promise<boolean>);
}

/** The result of `attestationsOf`. */
export interface AttestationTree {
  reference: string;
  signatures: "not checked";
  root: AttestationNode;
  /** How many manifests were not looked at. */
  unread?: number;
}

/** A manifest of the tree, with what is about it. */
export interface AttestationNode {
  /** To the node above: listed by it, referring to it, BuildKit's attestation about it, or under a tag of cosign's for it. */
  relation: "root" | "child" | "referrer" | "attestation" | "cosign";
  descriptor: Descriptor;
  /** Cosign's. */
  tag?: string;
  /** What its layers state, where they were read. */
  contents?: AttestationContent[];
  problem?: { code: string; message: string };
  nodes: AttestationNode[];
}
