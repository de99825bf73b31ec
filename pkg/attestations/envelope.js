/** What attestations are wrapped in: DSSE envelopes, alone or in a bundle of Sigstore. */

import { MultiarchError } from "../core/errors.js";
import { at, objectsAt, textAt } from "./members.js";

/**
 * @param {unknown} json
 * @returns {{ payloadType: string, payload: string, signatures: number } | undefined} the payload as text; undefined for what is no
 *   envelope; throws JSON_INVALID for one whose payload cannot be decoded
 *
 * Source: DSSE v1.0 (secure-systems-lab), "envelope"; Sigstore's bundle format, `dsseEnvelope`.
 */
export function openEnvelope(json) {
  const envelope = at(json, "dsseEnvelope") ?? json;
  const [payloadType, payload] = [textAt(envelope, "payloadType"), at(envelope, "payload")];
  if (payloadType === undefined || typeof payload !== "string") return undefined;
  return { payloadType, payload: decoded(payload), signatures: objectsAt(envelope, "signatures").length };
}

/** Base64 of either alphabet, as DSSE allows, to text. */
function decoded(base64) {
  try {
    const binary = atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  } catch (cause) {
    throw jsonInvalid("the payload of the envelope is no base64 of a text", cause);
  }
}

export function jsonInvalid(message, cause) {
  return new MultiarchError({ code: "JSON_INVALID", message, cause });
}
