/** What a person may type into the one field, and what is meant by it. Pure: the same text always means the same. */

import { fromCommand, fromDockerfile } from "./commands.js";
import { fromAddress } from "./addresses.js";
import { isMachine } from "../words/machines.js";

/**
 * @typedef {{ kind: "empty" }
 *   | { kind: "json", says: string }
 *   | { kind: "reference", ref: string, platform?: string, says: string }
 *   | { kind: "compare", a: string, b: string, says: string }
 *   | { kind: "host", platform: string, says: string }
 *   | { kind: "digest", digest: string, says: string }
 *   | { kind: "problem", says: string }} Understood
 */

const DIGEST = /^sha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})$/;
/** Docker's words, and containerd's, for an index without an entry that fits. */
const NO_MATCH = /no matching manifest for ([\w./()-]+)(?: in the manifest list entries)?|no match for platform (?:in manifest )?([\w./()-]+\/[\w./()-]+)/;
const QUOTED_REFERENCE = /(?:reference|image) ["']([^"'\s]+)["']/;

/**
 * @param {string} text as it was typed
 * @param {{ parseReference: (text: string) => { familiar: string, domain: string }, isOpen?: boolean }} by `isOpen`
 *   says whether a document is on the page, to which a machine or a digest can refer
 * @returns {Understood}
 */
export function understand(text, by) {
  const written = text.trim();
  if (written === "") return { kind: "empty" };
  if (/^[{[]/.test(written)) return { kind: "json", says: "Show this JSON. It stays in this tab." };
  return (
    compared(written, by) ??
    refused(written, by) ??
    machine(written, by) ??
    digest(written, by) ??
    named(fromCommand(written) ?? fromDockerfile(written) ?? fromAddress(written) ?? { ref: written }, by)
  );
}

/** `A .. B`: with blanks, because a tag may hold dots. */
function compared(written, by) {
  const [a, b, ...more] = written.split(/\s+(?:\.\.|⇄)\s+/);
  if (b === undefined) return undefined;
  if (more.length > 0) return { kind: "problem", says: "Two can be compared: write A .. B." };
  const sides = [a, b].map((side) => named(fromAddress(side) ?? { ref: side }, by));
  const wrong = sides.find(({ kind }) => kind === "problem");
  if (wrong) return wrong;
  return { kind: "compare", a: sides[0].ref, b: sides[1].ref, says: `Compare ${sides[0].ref} with ${sides[1].ref}` };
}

/** The text of a failed pull, out of which the platform is taken, and the reference where it stands there. */
function refused(written, by) {
  const found = NO_MATCH.exec(written);
  if (!found) return undefined;
  const platform = found[1] ?? found[2];
  const quoted = QUOTED_REFERENCE.exec(written)?.[1];
  if (quoted) return named({ ref: quoted, platform }, by);
  if (by.isOpen) return { kind: "host", platform, says: `Ask what ${platform} would pull, and why nothing fits` };
  return { kind: "problem", says: `Open the image first; then this asks what ${platform} would pull.` };
}

/** A word of `uname -m`. */
function machine(written, { isOpen }) {
  if (!isMachine(written)) return undefined;
  return isOpen
    ? { kind: "host", platform: written, says: `Ask what a ${written} machine would pull` }
    : { kind: "problem", says: `${written} is a machine. Open an image first, then ask for it.` };
}

function digest(written, { isOpen }) {
  const found = /^@?(sha(?:256|384|512)[:-][0-9a-f]+)$/.exec(written)?.[1].replace("-", ":");
  if (!found) return undefined;
  if (!DIGEST.test(found)) {
    const { length } = found.split(":")[1];
    return { kind: "problem", says: `This digest has ${length} digit${length === 1 ? "" : "s"}, which is not its length.` };
  }
  return isOpen
    ? { kind: "digest", digest: found, says: "Look for this digest in what is open" }
    : { kind: "problem", says: `A digest names no repository: write NAME@${found.slice(0, 14)}….` };
}

function named({ ref, platform }, { parseReference }) {
  try {
    const { familiar, domain, tag, digest: fixed } = parseReference(ref);
    const shown = fixed ? `${familiar.replace(/@.*$/, "")} by its digest` : familiar;
    const verb = tag || fixed ? "Open" : "List the tags of";
    const where = familiar.startsWith(`${domain}/`) ? "" : ` from ${domain}`;
    const asked = platform ? `, asked for ${platform}` : "";
    return { kind: "reference", ref, ...(platform && { platform }), says: `${verb} ${shown}${where}${asked}` };
  } catch (error) {
    return { kind: "problem", says: String(error?.message ?? error) };
  }
}
