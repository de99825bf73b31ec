// How values read on the page. Nothing here decides anything.
import { scaled } from "../pkg/core/sizes.js";

/** 1536 -> "1.5 KiB". */
export function humanSize(bytes) {
  const { size, unit } = scaled(bytes);
  if (unit === "B") return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** 1536 -> "1,536 bytes". */
export function exactSize(bytes) {
  return bytes === 1 ? "1 byte" : `${bytes.toLocaleString("en-US")} bytes`;
}

/** "3 entries", "1 entry". */
export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

/** Enough of a digest to tell two apart; the whole of it is always one click away. */
export function shortDigest(digest) {
  const colon = digest.indexOf(":");
  return colon < 0 || digest.length - colon <= 13 ? digest : `${digest.slice(0, colon + 13)}…`;
}

/** The telling part of a media type: its vendor tree and format are the same everywhere. */
export function shortMediaType(mediaType) {
  return mediaType.replace(/^application\/(vnd\.)?/, "").replace(/^docker\.distribution\./, "docker.");
}

const KINDS = {
  index: "Index",
  image: "Image manifest",
  artifact: "Artifact manifest",
  unknown: "Unknown document",
};

/** What a document is, in words. */
export function kindOf(document) {
  if (document.mediaType.includes(".docker.")) {
    return document.kind === "index" ? "Docker manifest list" : `Docker ${KINDS[document.kind].toLowerCase()}`;
  }
  return document.mediaType.includes(".oci.")
    ? `OCI ${KINDS[document.kind].toLowerCase()}`
    : KINDS[document.kind];
}

/** One word of a command line, quoted where a POSIX shell needs it. */
export function shellWord(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
