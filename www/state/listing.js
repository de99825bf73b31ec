/** What stands beside an image in its registry: tags, referrers, statements. */

import { describeAttestation } from "../multiarch.js";

/** How many referrers are listed. */
const REFERRERS = 200;
/** How many tags are listed. */
const TAGS = 2_000;

export async function tagsOf(client, name, signal) {
  const tags = [];
  for await (const tag of client.tags(name, { signal })) {
    if (tags.length === TAGS) return { tags, isCut: true };
    tags.push(tag);
  }
  return { tags, isCut: false };
}

export async function referrersOf(client, name, digest) {
  const found = [];
  for await (const one of client.referrers(`${name}@${digest}`)) {
    found.push(one);
    if (found.length === REFERRERS) break;
  }
  return found;
}

/** @param {object} source @param {string} owner the digest of the statement's manifest @param {object} descriptor of the statement */
export async function statementOf(source, name, owner, descriptor) {
  const bytes = await source.bytes(name, owner, descriptor, "statement");
  const contents = await describeAttestation(bytes, { mediaType: descriptor.mediaType });
  return { contents, json: jsonOf(bytes) };
}

/** The bytes as JSON, where they are that. */
function jsonOf(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
