/** Tags in build and deployment files, pinned to index digests and back. The rest of a text stays as it is. */

import { MultiarchError, optionInvalid } from "../core/errors.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { parseReference } from "../nouns/reference.js";
import { atMost, describe, optionalText, optionsOf, optionalFunction } from "../core/arguments.js";
import { kindOf, scannerOf } from "./kinds.js";

/** More characters, and more references, than any such file has. */
const LONGEST_FILE = 1 << 22;
const MOST = 10_000;
/** How many references are resolved at the same time. The client paces what goes to one registry. */
const AT_ONCE = 8;
const MODES = ["pin", "update", "unpin", "check"];

const OPTIONS = { name: optionalText, kind: optionalText, mode: optionalText, resolve: optionalFunction };

/**
 * Pins the image references of a file: `name:tag` becomes `name:tag@digest`.
 *
 * The tag stays beside the digest, for readers and for a later `update`; a reference without one gets `:latest`, which
 * is what it means. Comments, quotes, line ends and layout are kept.
 *
 * @param {string} text
 * @param {import("multiarch").PinOptions} options
 * @returns {Promise<import("multiarch").Pinned>}
 */
export async function pin(text, options) {
  if (typeof text !== "string") throw optionInvalid(`pin(text) takes a text, not ${describe(text)}`);
  atMost(text, LONGEST_FILE, "pin(text)");
  const { name, kind, mode = "pin", resolve } = optionsOf(options, "pin", OPTIONS);
  if (!MODES.includes(mode)) throw optionInvalid(`mode takes ${MODES.map((one) => `"${one}"`).join(", ")}`);
  const needsDigests = mode === "pin" || mode === "update";
  if (needsDigests && !resolve) throw optionInvalid("pin needs resolve, a function from a reference to its digest");
  await init();

  const scan = await scannerOf(kindOf({ name, kind, text }));
  const { found, skipped } = scan(text);
  if (found.length > MOST) throw optionInvalid(`the text has ${found.length} references; at most ${MOST} are read`);
  const [sites, unsafe] = judged(text, found);
  const wanted = sites.filter(WANTED[mode]);
  const digests = needsDigests ? await digestsOf(wanted, resolve) : new Map();
  if (mode === "check") return { text, changes: changesOf(wanted), skipped: byLine([...skipped, ...unsafe]) };
  const edits = [];
  const changed = [];
  for (const site of wanted) {
    const digest = digests.get(site.tagged);
    const to = rewritten(site, digest);
    if (to === site.reference) continue;
    changed.push({ ...site, to });
    edits.push(editOf(site, to, digest));
  }
  return { text: applied(text, edits), changes: changesOf(changed), skipped: byLine([...skipped, ...unsafe]) };
}

/** Which references a mode is about. One with a digest and no tag was chosen by its digest: nothing tells what is newer. */
const WANTED = {
  pin: (site) => !site.digest,
  check: (site) => !site.digest,
  update: (site) => Boolean(site.tag) || !site.digest,
  unpin: (site) => Boolean(site.digest && site.tag),
};

/**
 * What was found, as what can be rewritten and what cannot.
 *
 * `tail` is where the last piece of the reference ends: behind it a digest is written, before it one is removed. A piece
 * that two different references end with (an ARG that is the tag of both) belongs to neither.
 */
function judged(text, found) {
  const sites = [];
  const skipped = [];
  const byTail = new Map();
  for (const one of found) {
    const parsed = parsedOrReason(one.reference);
    const reason = parsed.reason ?? misplaced(text, one, parsed);
    const site = { ...one, ...parsed };
    const other = byTail.get(one.tail);
    if (reason) skipped.push({ line: one.line, reference: one.reference, reason });
    else if (other && other.reference !== one.reference) {
      other.shared = true;
      skipped.push({ line: one.line, reference: one.reference, reason: sharedReason(other.reference) });
    } else {
      sites.push(site);
      byTail.set(one.tail, site);
    }
  }
  for (const site of sites) {
    if (site.shared) skipped.push({ line: site.line, reference: site.reference, reason: "another reference ends with the same value" });
  }
  return [sites.filter((site) => !site.shared), skipped];
}

const sharedReason = (other) => `it ends with the same value as ${other}`;

/** The parts of a reference that are written down, or why it is none. */
function parsedOrReason(reference) {
  try {
    const { digest, tag } = parseReference(reference);
    const bare = digest ? reference.slice(0, -`@${digest}`.length) : reference;
    return { digest, tag, bare, tagged: tag ? bare : `${bare}:latest` };
  } catch (error) {
    if (error.code === "INTERNAL" || error.code === "LOAD_FAILED") throw error;
    return { reason: error.message };
  }
}

/** Why a digest cannot be written or removed where the reference ends. */
function misplaced(text, { tail, write }, { digest }) {
  if (write || !digest || text.slice(tail - digest.length - 1, tail) === `@${digest}`) return undefined;
  return "its digest is not written where the reference ends";
}

async function digestsOf(sites, resolve) {
  const digests = new Map();
  await inParallel([...new Set(sites.map(({ tagged }) => tagged))], AT_ONCE, async (reference) => {
    digests.set(reference, digestGiven(await resolve(reference), reference));
  });
  return digests;
}

function digestGiven(given, reference) {
  try {
    return parseReference(`a@${given}`).digest;
  } catch (cause) {
    const message = `resolve returned no digest for ${reference}`;
    throw new MultiarchError({ code: "DIGEST_INVALID", message, reference, cause });
  }
}

/** What a reference becomes: without a digest where none is given. */
const rewritten = ({ bare, tagged }, digest) => (digest ? `${tagged}@${digest}` : bare);

function editOf(site, to, digest) {
  if (site.write) return site.write(digest);
  const suffix = site.digest ? `@${site.digest}` : "";
  // A reference that is pinned for the first time may lack the tag that it means.
  return { start: site.tail - suffix.length, end: site.tail, text: to.slice(site.bare.length) };
}

/** The text with its edits; one that several references share is made once. */
function applied(text, edits) {
  const ordered = [...new Map(edits.map((edit) => [`${edit.start}:${edit.end}`, edit])).values()].sort((a, b) => a.start - b.start);
  let result = "";
  let at = 0;
  for (const { start, end, text: replacement } of ordered) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

/** Changes by line, each once; `to` is open where nothing was resolved. */
function changesOf(sites) {
  const changes = sites.map(({ line, reference, to }) => ({ line, from: reference, to }));
  return byLine([...new Map(changes.map((change) => [`${change.line} ${change.from}`, change])).values()]);
}

const byLine = (list) => list.sort((a, b) => a.line - b.line);
