/**
 * `client.create` in place of what is there: an index that is added to, or that has to be the expected one. What others write
 * under the same tags meanwhile is merged, as for an edit.
 */

import { MultiarchError, optionInvalid } from "../core/errors.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { parseReference } from "../nouns/reference.js";
import { Tag } from "./tag.js";
import { combined } from "./updates.js";

/** How many tags are read, and written, at once. */
const AT_ONCE = 8;

/**
 * @param {import("multiarch").Client} client
 * @param {(given: object) => Promise<object>} make has the core create the index
 * @param {object} wanted what the caller asked for; what is not named below goes to the core as it is
 */
export async function createOver(client, make, { names, sources, append, expect, merge, signal, ...options }) {
  await init();
  const tags = tagsOf(client, names, signal);
  const merges = tags.map(({ stated }) => merge && stated === undefined);
  const begun = await mapped(tags, (tag, at) => tag.begin({ expect, merge: merges[at], mayBeAbsent: true }));
  const from = append ? added(tags[0], begun[0], expect) : [];
  const made = await make({ sources: [...from, ...sources], options: { ...options, isUnnamed: true, keepsFirst: from.length > 0 } });
  const changes = tags.map((tag, at) => ({
    ...begun[at], reference: tag.reference, ours: made.document, byPlatform: options.order === "platform", merge: merges[at],
  }));
  const planned = changes.map((change) => combined(change, change.current));
  const put = tags.flatMap(({ reference }, at) => {
    const { digest } = planned[at];
    return digest === begun[at].current.digest ? [] : [`put ${digest} as ${parseReference(reference).familiar}`];
  });
  const steps = [...made.steps, ...put];
  const written = options.dryRun
    ? planned.map((document) => ({ document, conflicts: [] }))
    : await mapped(tags, (tag, at) => tag.update(changes[at]));
  const [{ document }] = written;
  const { mediaType, digest, size } = document;
  return {
    references: tags.map(({ reference }, at) => `${reference}@${written[at].document.digest}`),
    descriptor: { mediaType, digest, size },
    document,
    steps,
    conflicts: [...made.conflicts, ...written.flatMap(({ conflicts }) => conflicts)],
  };
}

/** The tags of the targets, each once. What is merged has a digest of its own: under a name with a digest nothing is. */
function tagsOf(client, names, signal) {
  const tags = new Map();
  for (const given of names) {
    const { name, tag: named, digest: stated } = parseReference(given);
    if (stated && !named) throw optionInvalid("what is added to, or is expected, is a tag, and the reference has none");
    const tag = named ?? "latest";
    tags.set(`${name}:${tag}`, Object.assign(new Tag(client, { name, tag, signal }), { stated }));
  }
  if (tags.size === 0) throw optionInvalid("no reference says where the index goes");
  return [...tags.values()];
}

/** What is added to, as a source; none where there may be no such tag. */
function added({ reference }, { base, current }, expect) {
  if (expect === null) return [];
  if (current.digest !== null) return [{ reference, bytes: base.bytes, mediaType: base.mediaType }];
  throw new MultiarchError({
    code: "MANIFEST_UNKNOWN", message: `there is no ${reference} to add to`, reference,
    hint: "Leave `append` (--append) out to create it, or set `expect` to null (--expect none) where it may not exist yet.",
  });
}

async function mapped(items, work) {
  const results = [];
  await inParallel([...items.keys()], AT_ONCE, async (at) => {
    results[at] = await work(items[at], at);
  });
  return results;
}
