/** What refers to a manifest and to everything that it lists: the referrers API or its tags, BuildKit's entries, cosign's tags. */

import { flag, optionalText, optionsOf, referenceText } from "../core/arguments.js";
import { optionInvalid } from "../core/errors.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { leavesOf } from "../lists/leaves.js";
import { parseReference } from "../nouns/reference.js";
import { readContents } from "./contents.js";

/** How many manifests are looked at, each with up to five requests. */
const MOST_MANIFESTS = 64;
/** How many referrers of one manifest are listed. */
const MOST_REFERRERS = 256;
/** How deep referrers refer to referrers. */
const DEEPEST = 3;
const AT_ONCE = 8;
/** The tags under which cosign keeps what is about a manifest. */
const COSIGN = ["sig", "att", "sbom"];

const OPTIONS = {
  artifactType: optionalText, client: (value) => value, contents: (value) => (typeof value === "function" ? value : value === undefined || flag(value)), signal: (value) => value,
};

/** The tree of a reference; see index.d.ts. */
export async function attestationsOf(reference, options) {
  await init();
  const text = referenceText(reference, "attestationsOf(reference)");
  const { client, artifactType, contents, signal } = optionsOf(options, "attestationsOf", OPTIONS);
  if (typeof client?.referrers !== "function") throw optionInvalid("attestationsOf takes a client");
  const { name } = parseReference(text);
  const walk = { client, name, artifactType, call: { signal }, seen: new Set(), found: [], left: MOST_MANIFESTS };
  const document = await client.manifest(text, walk.call);
  const root = nodeOf("root", document);
  await collect(walk, root, document);
  const isWanted = typeof contents === "function" ? await contents(walk.found.length) : contents;
  if (isWanted) await readContents(walk, walk.found);
  const unread = Math.max(0, -walk.left);
  return { reference: text, signatures: "not checked", root, ...(unread > 0 && { unread }) };
}

/** @param {string} relation to the node above */
function nodeOf(relation, { digest, mediaType, size, platform, artifactType, annotations, problem }, more = {}) {
  return {
    relation,
    descriptor: {
      digest, mediaType, size, ...(platform && { platform }), ...(artifactType && { artifactType }),
      ...(annotations && Object.keys(annotations).length > 0 && { annotations }), ...(problem && { problem }),
    },
    nodes: [], ...more,
  };
}

/** The manifests that the root lists, each with what is about it. */
async function collect(walk, root, document) {
  const subjects = [root];
  if (document.kind === "index") {
    const leaves = await leavesOf(document, ({ digest }) => {
      walk.left -= 1;
      if (walk.left < 0) throw optionInvalid("there are too many indexes inside the index");
      return walk.client.manifest(`${walk.name}@${digest}`, walk.call);
    });
    for (const leaf of [...leaves.images, ...leaves.others]) {
      const node = nodeOf("child", leaf.descriptor);
      for (const { descriptor } of leaf.attestations ?? []) add(walk, node, nodeOf("attestation", descriptor));
      root.nodes.push(node);
      subjects.push(node);
    }
    for (const { descriptor } of leaves.orphans) add(walk, root, nodeOf("attestation", descriptor));
    for (const { descriptor, error } of leaves.unread) root.nodes.push({ ...nodeOf("child", descriptor), problem: problemOf(error) });
  }
  await inParallel(subjects, AT_ONCE, (node) => lookFor(walk, node, 1));
}

function add(walk, parent, node) {
  parent.nodes.push(node);
  walk.found.push({ node, subject: parent.descriptor.digest });
}

/** Finds what refers to a node. What fails is noted with the node. */
async function lookFor(walk, node, depth) {
  const { digest } = node.descriptor;
  if (walk.seen.has(digest) || node.descriptor.problem) return;
  walk.seen.add(digest);
  walk.left -= 1;
  if (walk.left < 0) return;
  const found = [];
  await noting(node, () => referrers(walk, node, found));
  await noting(node, () => cosignTags(walk, node, found));
  if (depth >= DEEPEST) return;
  for (const one of found) await lookFor(walk, one, depth + 1);
}

async function referrers(walk, node, found) {
  const { client, name, artifactType, call } = walk;
  for await (const descriptor of client.referrers(`${name}@${node.descriptor.digest}`, { ...call, artifactType })) {
    if (found.length >= MOST_REFERRERS) {
      node.problem ??= { code: "RESPONSE_TOO_LARGE", message: `more than ${MOST_REFERRERS} manifests refer to it` };
      return;
    }
    const one = nodeOf("referrer", descriptor);
    add(walk, node, one);
    found.push(one);
  }
}

async function cosignTags(walk, node, found) {
  const { client, name, artifactType, call } = walk;
  if (artifactType !== undefined) return;
  const stem = node.descriptor.digest.replace(":", "-");
  for (const kind of COSIGN) {
    const tag = `${stem}.${kind}`;
    try {
      const descriptor = await client.resolve(`${name}:${tag}`, call);
      const one = nodeOf("cosign", descriptor, { tag });
      add(walk, node, one);
      found.push(one);
    } catch (error) {
      if (error.code !== "MANIFEST_UNKNOWN" && error.code !== "NAME_UNKNOWN") throw error;
    }
  }
}

async function noting(node, work) {
  try {
    await work();
  } catch (error) {
    node.problem ??= problemOf(error);
  }
}

/** What a node says of an error. One that ends the call is no node's. */
export function problemOf(error) {
  if (error?.code === undefined || error.code === "ABORTED" || error.code === "INTERNAL") throw error;
  return { code: error.code, message: error.message };
}
