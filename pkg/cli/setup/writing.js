/** What `serve --write` lets the page write to. */

import { randomBytes } from "node:crypto";

import { MultiarchError, parseReference } from "../../entry/command.js";

/**
 * The repositories of `--write`, in full.
 *
 * @param {string[]} [texts]
 * @returns {string[]} Throws OPTION_INVALID
 */
export function writable(texts = []) {
  return [...new Set(texts.map((text) => {
    const { name, tag, digest } = parseReference(text);
    if (tag === undefined && digest === undefined) return name;
    throw new MultiarchError({ code: "OPTION_INVALID", message: `--write takes a repository, without a tag or a digest: ${text} is none`, hint: `Write ${name}` });
  }))];
}

/** The domains of repositories. */
export const domainsOf = (repositories) => [...new Set(repositories.map((name) => parseReference(name).domain))];

/** 128 bits that cannot be guessed. */
export const secret = () => randomBytes(16).toString("hex");
