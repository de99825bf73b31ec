/** References in the files of a project, and the digests beside them. */

import type { Digest } from "./nouns.js";

/**
 * Pins tags in a build or deployment file to index digests, and back: `alpine:3.20` becomes `alpine:3.20@sha256:…`. Comments,
 * quotes, line ends and layout are kept. In a Dockerfile, ARG defaults, stages and here-documents are followed; references
 * that cannot be rewritten safely (a variable that is set elsewhere, an image that the file itself builds) are listed in
 * `skipped`.
 *
 * Rejects with OPTION_INVALID for a text that is not of its kind, or whose kind is unknown; with DIGEST_INVALID when
 * `resolve` returns no digest; and with the error of `resolve`. There is no result then.
 *
 * ```js
 * const { text, changes } = await pin(dockerfile, {
 *   name: "Dockerfile",
 *   resolve: async (reference) => (await client.resolve(reference)).digest,
 * });
 * ```
 */
export function pin(text: string, options: PinOptions): Promise<Pinned>;

/** Which file it is, what is done with its references, and how tags are resolved. */
export interface PinOptions {
  /** The file's name, which determines its kind; without one, and for YAML of any name, the text does. */
  name?: string;
  kind?: PinKind;
  /** The current digest of a reference with a tag; called once for each. "check" and "unpin" do not call it. */
  resolve?: (reference: string) => Promise<Digest> | Digest;
  /**
   * "pin" (the default) adds the missing digests, "update" renews the others too, "unpin" removes digests beside a tag.
   * "check" lists references that are not pinned, and changes nothing.
   */
  mode?: "pin" | "update" | "unpin" | "check";
}

/** The kinds of files in which references are found. */
export type PinKind = "dockerfile" | "compose" | "kubernetes" | "workflow" | "gitlab" | "devcontainer";

/** The new text, and what changed in it. */
export interface Pinned {
  text: string;
  /** By line, counted from 1. References that share a line of the text, as with an ARG, are listed once. No `to` for "check". */
  changes: { line: number; from: string; to?: string }[];
  /** References that stay unchanged, and why. */
  skipped: { line: number; reference: string; reason: string }[];
}
