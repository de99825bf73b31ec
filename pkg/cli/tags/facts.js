/** What tags stand for: digests, platforms and times, each manifest read once. */

import { formatPlatform, inParallel } from "../../entry/command.js";
import { Contents } from "../overview/contents.js";
import { pullsRefused } from "../overview/pulls.js";

/** How many tags are looked at once. What goes to one registry, the client paces. */
const AT_ONCE = 16;

/** When an image was made, where annotations say so. */
const CREATED = "org.opencontainers.image.created";
const IS_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * @typedef {{ tag: string, digest?: string, platforms?: string[], created?: string, problem?: { code: string, message: string } }} TagRow
 *
 * @param {import("multiarch").Client} client
 * @param {string} name the repository
 * @param {readonly string[]} tags
 * @param {{ platforms: boolean, created: boolean }} wanted beside the digest, for which a HEAD for each tag is sent
 * @returns {Promise<{ rows: TagRow[], refused?: { manifests: number, reason: string } }>} in the order of the tags; one that fails
 *   has a problem
 */
export async function tagRows(client, name, tags, wanted) {
  const rows = tags.map((tag) => ({ tag }));
  await inParallel(rows, AT_ONCE, (row) => noting(row, async () => {
    row.digest = (await client.resolve(`${name}:${row.tag}`)).digest;
  }));
  if (!wanted.platforms && !wanted.created) return { rows };
  const found = rows.filter(({ digest }) => digest);
  const distinct = [...new Set(found.map(({ digest }) => digest))];
  if (distinct.length === 0) return { rows };
  // The time is in the config of one of the images.
  const manifests = distinct.length * (wanted.created ? 2 : 1);
  const reason = await pullsRefused(client, `${name}:${found[0].tag}`, manifests);
  if (reason) return { rows, refused: { manifests, reason } };
  const facts = new Map();
  await inParallel(distinct, AT_ONCE, (digest) => noting(factsFor(facts, digest), async () => {
    Object.assign(facts.get(digest), await factsOf(new Contents(client, `${name}@${digest}`), wanted));
  }));
  return { rows: rows.map((row) => ({ ...row, ...facts.get(row.digest) })) };
}

const factsFor = (facts, digest) => facts.set(digest, {}).get(digest);

/** Keeps a failure with the row that it is about. One that ends the command is none of a row. */
async function noting(row, work) {
  try {
    await work();
  } catch (error) {
    if (error.code === "ABORTED" || error.code === "INTERNAL" || error.code === undefined) throw error;
    row.problem = { code: error.code, message: error.message };
  }
}

async function factsOf(contents, wanted) {
  const document = await contents.document();
  const { images } = await contents.leaves();
  const isSingle = document.kind !== "index";
  const details = isSingle && images.length > 0 ? await contents.details(images[0]) : undefined;
  const platforms = (isSingle ? [details?.platform] : images.map(({ platform }) => platform)).filter(Boolean).map(formatPlatform);
  const created = wanted.created ? stated(document) ?? details?.created ?? (await createdOf(contents, images)) : undefined;
  return { ...(wanted.platforms && { platforms: [...new Set(platforms)] }), ...(created && { created }) };
}

/** The time that annotations state: of the index, or of an entry. */
function stated({ annotations, manifests }) {
  const times = [annotations, ...manifests.map((entry) => entry.annotations)].map((all) => all?.[CREATED]);
  return times.find((time) => typeof time === "string" && IS_TIME.test(time));
}

async function createdOf(contents, images) {
  return images.length > 0 ? (await contents.details(images[0])).created : undefined;
}

/** Rows with one digest as one, with all of their tags; each in the place of its first. */
export function grouped(rows) {
  const groups = new Map();
  for (const { tag, ...facts } of rows) {
    const key = facts.digest ?? { tag };
    if (!groups.has(key)) groups.set(key, { tags: [], ...facts });
    groups.get(key).tags.push(tag);
  }
  return [...groups.values()];
}

/** The newest first; what has no time stands at the end, in its order. */
export function newestFirst(rows) {
  const time = ({ created }) => (created === undefined ? -Infinity : Date.parse(created));
  return [...rows].sort((one, other) => (time(one) === time(other) ? 0 : time(other) - time(one)));
}
