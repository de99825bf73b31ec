/** How digests and media types read. */

/** `sha256:285c4517ec65…` as its algorithm and its first twelve digits. */
export function digestParts(digest) {
  const colon = digest.indexOf(":");
  const encoded = digest.slice(colon + 1);
  return { algorithm: digest.slice(0, colon + 1), short: encoded.slice(0, 12), encoded };
}

/** Two digests cut where they begin to differ. */
export function differing(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return { same: one.slice(0, at), one: one.slice(at), other: other.slice(at) };
}

const KINDS = { index: "index", image: "image manifest", artifact: "artifact manifest", unknown: "unknown document" };

/** What a document is, in words. */
export function kindOf({ kind, mediaType }) {
  const docker = mediaType.includes(".docker.");
  if (docker && kind === "index") return "Docker manifest list";
  const family = docker ? "Docker " : mediaType.includes(".oci.") ? "OCI " : "";
  return `${family}${KINDS[kind] ?? kind}`;
}
