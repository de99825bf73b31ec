/**
 * Docker's text for a document that docker has no objection to, without the core that has docker's sentences. That core makes the
 * same text of all others (`src/docker/drafts/inspect.rs`, whose rules these are).
 */

import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from "../../core/facts.js";

/** The types that docker reads, with what a document of theirs is and the members that it must not have. */
const TYPES = {
  [DOCKER_LIST]: { kind: "index", foreign: [] },
  [DOCKER_MANIFEST]: { kind: "image", foreign: [] },
  [OCI_INDEX]: { kind: "index", foreign: ["config", "layers"] },
  [OCI_MANIFEST]: { kind: "image", foreign: ["manifests"] },
};

/** The members that decide what a document is; docker reads them in any letter case. */
const DECIDING = ["mediaType", "manifests", "config", "layers"];

/** The longest document and the longest text that are laid out here, in characters. */
const LONGEST = 1 << 20;
const LONGEST_TEXT = 1 << 24;

/**
 * @param {import("multiarch").ManifestDocument} document as a registry gave it, verified
 * @param {string} contentType the type that the registry states
 * @returns {string | undefined} undefined where docker would say or print anything else than the document's own members
 */
export function dockerText(document, contentType) {
  const declared = contentType.split(";")[0].trim().toLowerCase();
  if (!Object.hasOwn(TYPES, declared) || document.size > LONGEST || !fits(document, declared)) return undefined;
  const text = document.kind === "index" ? listText(document) : imageText(document);
  return text === undefined || text.length > LONGEST_TEXT ? undefined : `${text}\n`;
}

/** Whether every reader takes a document for one of the declared type. */
function fits({ json, kind }, declared) {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return false;
  const { mediaType = declared } = json;
  const isOdd = (name) => /[^\x20-\x7e]/.test(name) || DECIDING.some((known) => name !== known && name.toLowerCase() === known.toLowerCase());
  const { kind: wanted, foreign } = TYPES[declared];
  return kind === wanted && mediaType === declared && !Object.keys(json).some(isOdd) && !foreign.some((name) => Object.hasOwn(json, name));
}

/** The list that docker builds from the entries; undefined where one is odd, or has characters that Go and JavaScript write in two ways. */
function listText({ manifests }) {
  if (manifests.some(({ problem }) => problem)) return undefined;
  const mediaType = manifests[0]?.mediaType === OCI_MANIFEST ? OCI_INDEX : DOCKER_LIST;
  const text = JSON.stringify({ schemaVersion: 2, mediaType, manifests: manifests.map(entryOf) }, undefined, 3);
  return /[^\n\x20-\x7e]|[\\<>&]/.test(text) ? undefined : text;
}

function entryOf({ mediaType, size, digest, platform = {} }) {
  const { architecture = "", os = "", osVersion, osFeatures = [], variant } = platform;
  const features = osFeatures.length > 0 ? osFeatures : undefined;
  return {
    mediaType, size: size || undefined, digest,
    platform: { architecture, os, "os.version": osVersion || undefined, "os.features": features, variant: variant || undefined },
  };
}

/** The document's own text, laid out anew; undefined where JavaScript writes any of it in another way. */
function imageText({ bytes, json }) {
  const own = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const compact = own.replace(/("(?:[^"\\]|\\.)*")|[ \t\n\r]+/g, "$1");
  if (compact !== JSON.stringify(json) || compact.includes("\ufffd")) return undefined;
  return JSON.stringify(json, undefined, "\t") + /[ \t\n\r]*$/.exec(own)[0];
}
