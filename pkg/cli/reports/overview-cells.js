/** The texts by which overviews show images, digests, sizes and dates. */

import { counted } from "../../core/counted.js";
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from "../../core/facts.js";
import { decimalSize } from "../../core/sizes.js";
import { brief } from "../terminal/brief.js";

const HEX = 12;

/** A digest as it is, or its first digits with or without its algorithm. */
export function digestText(digest, { full = false, bare = false } = {}) {
  if (full) return brief(digest);
  const [algorithm, encoded] = digest.split(":");
  if (encoded === undefined) return brief(digest, HEX);
  return brief(bare ? encoded.slice(0, HEX) : `${algorithm}:${encoded.slice(0, HEX)}`);
}

export const sizeText = (bytes) => (bytes === undefined ? "" : decimalSize(bytes));

/** The day of a time, or all of it. */
export const timeText = (time, full) => (time === undefined ? "" : brief(full ? time : time.slice(0, "2026-01-02".length)));

/** What an image is for, or else what it is. */
export function subjectText({ platform, artifactType, mediaType }) {
  if (platform !== undefined) return brief(platform) || "-";
  return artifactType ? brief(artifactType) : brief(wordOf(mediaType));
}

const WORDS = { [OCI_INDEX]: "index", [DOCKER_LIST]: "Docker list", [OCI_MANIFEST]: "image", [DOCKER_MANIFEST]: "Docker image" };
export const wordOf = (mediaType) => WORDS[mediaType] ?? mediaType;

/** How much of a sentence is shown: with two digests in it. */
const LONGEST = 400;
export const problemText = ({ code, message }) => brief(`${code}: ${message}`, LONGEST);

/** `index, 2 images, 2 attestations, 24.6MB`. */
export function summary({ mediaType, kind, images, others, pullSize, artifactType }) {
  const attestations = images.reduce((total, image) => total + image.attestations.length, 0);
  const parts = [brief(artifactType || wordOf(mediaType))];
  if (kind === "index") {
    parts.push(counted(images.length, "image"));
    if (attestations > 0) parts.push(counted(attestations, "attestation"));
    if (others.length > 0) parts.push(`${others.length} more`);
  }
  if (pullSize !== undefined) parts.push(`${decimalSize(pullSize)} in all`);
  return parts.join(", ");
}

/** What an entry that is no image is. */
export function otherText({ about, mediaType, artifactType }) {
  if (about !== undefined) return `attestation about ${about ? digestText(about) : "nothing"}, which is not listed`;
  return brief(artifactType || wordOf(mediaType));
}
