/** The functions about attestations, whose modules are loaded by their first call. */

/** What an attestation, a signature or a bill of materials states. */
export async function describeAttestation(content, options) {
  const loaded = await import("./describe.js");
  return loaded.describeAttestation(content, options);
}

/** What refers to a manifest and to what it lists, as a tree. */
export async function attestationsOf(reference, options) {
  const loaded = await import("./graph.js");
  return loaded.attestationsOf(reference, options);
}
