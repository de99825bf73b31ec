/** Says what attestations, signatures and bills of materials state. Nothing here checks a signature. */

import { bytesOf, optionalText, optionsOf } from "../core/arguments.js";
import { jsonInvalid, openEnvelope } from "./envelope.js";
import { MOST, at, defined, objectsAt, textAt, textsAt } from "./members.js";
import { billOf } from "./packages.js";
import { provenanceOf } from "./provenance.js";

/** The largest attestation that is read: bills of materials of large images have some ten million bytes. */
export const ATTESTATION_BYTES = 32 << 20;
/** How many attestations one text holds, a line each. */
const MOST_LINES = 100;

const SLSA = /^https:\/\/slsa\.dev\/provenance\/v([0-9.]+)$/;
/** Those of Notation, which are no statements. */
const SIGNATURES = ["application/jose+json", "application/cose"];
const OPTIONS = { mediaType: optionalText };

/**
 * What a text states: one result, or one for each line of JSON lines. A part that cannot be read has a `problem`, and spoils
 * itself alone.
 */
export async function describeAttestation(content, options) {
  const name = "describeAttestation(content)";
  const bytes = bytesOf(content, name);
  const { mediaType } = optionsOf(options, "describeAttestation", OPTIONS);
  if (bytes.length > ATTESTATION_BYTES) {
    return [unread({ code: "RESPONSE_TOO_LARGE", message: `the attestation has ${bytes.length} bytes; at most ${ATTESTATION_BYTES} are read` }, mediaType)];
  }
  if (SIGNATURES.includes(mediaType)) return [{ kind: "signature", mediaType, signature: "not checked" }];
  return partsOf(new TextDecoder().decode(bytes)).map((part) => described(part, mediaType));
}

/** A text as one part; JSON lines as one for each line. */
function partsOf(text) {
  const lines = text.split("\n", MOST_LINES + 1).filter((line) => line.trim() !== "");
  const areValues = lines.length > 1 && lines.length <= MOST_LINES && lines.every((line) => line.startsWith("{") && line.trimEnd().endsWith("}"));
  return areValues ? lines : [text];
}

function described(text, mediaType) {
  try {
    return statedBy(parsed(text), mediaType);
  } catch (error) {
    return unread(error, mediaType);
  }
}

const unread = ({ code = "JSON_INVALID", message }, mediaType) => defined({ kind: "unknown", mediaType, signature: "not checked", problem: { code, message: String(message) } });

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The engine's message may repeat what it has read.
    throw jsonInvalid("the attestation is no JSON", cause);
  }
}

function statedBy(json, mediaType) {
  const envelope = openEnvelope(json);
  const facts = { ...(mediaType && { mediaType }), signature: "not checked", ...(envelope && { signatures: envelope.signatures, payloadType: envelope.payloadType }) };
  if (envelope && !/json/.test(envelope.payloadType)) return { kind: "unknown", ...facts };
  const content = envelope ? parsed(envelope.payload) : json;
  return { ...statement(content), ...facts };
}

/** What a statement of in-toto says, a bill of materials without one, or a signature of cosign. */
function statement(json) {
  const predicateType = textAt(json, "predicateType");
  if (predicateType !== undefined) {
    const subjects = objectsAt(json, "subject");
    return {
      ...predicateOf(predicateType, at(json, "predicate")),
      predicateType,
      subjects: subjects.slice(0, MOST).map((subject) => defined({ name: textAt(subject, "name"), digest: textsAt(subject, "digest") })),
    };
  }
  const bill = billOf(json);
  if (bill) return { kind: "sbom", sbom: bill };
  return signatureOf(json) ?? { kind: "unknown" };
}

function predicateOf(predicateType, predicate) {
  const [, version] = SLSA.exec(predicateType) ?? [];
  if (version !== undefined) return { kind: "provenance", provenance: { version, ...provenanceOf(predicate) } };
  // Older cosign puts the document into a text.
  const data = textLike(at(predicate, "Data"));
  const bill = billOf(data ?? predicate);
  return bill ? { kind: "sbom", sbom: bill } : { kind: "statement" };
}

/** The JSON inside a text; undefined for anything else. */
function textLike(value) {
  if (typeof value !== "string") return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** The payload that cosign signs ("simple signing" of containers/image), or a bundle of Sigstore over a message. */
function signatureOf(json) {
  const digest = textAt(json, "critical", "image", "docker-manifest-digest");
  if (digest !== undefined) {
    const [algorithm, ...encoded] = digest.split(":");
    const name = textAt(json, "critical", "identity", "docker-reference");
    return { kind: "signature", subjects: [defined({ name, digest: { [algorithm]: encoded.join(":") } })] };
  }
  return at(json, "messageSignature") === undefined ? undefined : { kind: "signature" };
}
