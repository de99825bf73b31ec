/** Deleting an index with what only it needs: a plan first, then its steps. */

import { optionsOf, referenceText } from "../core/arguments.js";
import { INDEX_DEPTH, INDEX_ENTRIES } from "../core/facts.js";
import { init } from "../core/load.js";
import { inParallel } from "../core/parallel.js";
import { isAttestation } from "../lists/images.js";
import { isIndex, tooManyEntries } from "../lists/leaves.js";
import { parseReference } from "../nouns/reference.js";
import { optionalSignal } from "./call-host.js";

/** How many requests of a plan are made at once. What goes to one registry, the client paces. */
const AT_ONCE = 16;
/** Tags that are made of a digest: what refers to a manifest in registries without the API, and what cosign keeps. */
const OF_DIGEST = /^(sha256|sha512)-([0-9a-f]{64,128})(\.(sig|att|sbom))?$/;

/** Plans are marked, so that `delete` takes no other object for one. */
const PLANS = new WeakSet();

/** Whether a value is what `planDeletion` returned. */
export const isPlan = (value) => PLANS.has(value);

/**
 * What can go with a manifest: the manifests below it and what refers to them, without what another tag needs. A HEAD for each
 * tag of the repository, and a GET for each index once.
 *
 * @param client of the package
 */
export async function planDeletion(client, reference, options) {
  await init();
  const { name, tag, digest: stated } = parseReference(referenceText(reference, "planDeletion(reference)"));
  const { signal } = optionsOf(options, "planDeletion", { signal: optionalSignal });
  const { digest: root } = await client.resolve(reference, { signal });
  const graph = new Graph(client, { name, signal });
  await graph.readTags();
  const own = graph.tagsOf(root);
  // A reference with a tag alone is about that tag: others that point at the same manifest keep it.
  const others = stated === undefined && tag !== undefined ? own.filter((other) => other !== tag) : [];
  const plan = others.length > 0
    ? { reference, deletes: [], tags: [tag], keeps: [{ digest: root, tags: others }] }
    : await graph.below(reference, root, own);
  PLANS.add(plan);
  return plan;
}

/**
 * Follows a plan: the index last, behind what only it needed. So what was interrupted is planned again by the same tag, and
 * ends in the same state.
 */
export async function followPlan(client, plan, options) {
  const { signal } = optionsOf(options, "delete", { signal: optionalSignal });
  const { name } = parseReference(plan.reference);
  if (plan.deletes.length === 0) {
    for (const tag of plan.tags) await client.delete(`${name}:${tag}`, { signal });
    return;
  }
  const left = plan.deletes.map(({ digest }) => digest);
  const remove = async (digest) => {
    // Referrers tags and cosign's, which are found by way of the manifest.
    for (const tag of plan.tags.filter((known) => subjectOf(known) === digest)) {
      await client.delete(`${name}:${tag}`, { signal }).catch((error) => {
        // Many registries delete no tags.
        if (error.code === "ABORTED") throw error;
      });
    }
    await client.delete(`${name}@${digest}`, { signal }).catch((error) => {
      // Another one has deleted it meanwhile.
      if (error.code !== "MANIFEST_UNKNOWN") throw error;
    });
    left.splice(left.indexOf(digest), 1);
  };
  const root = left.at(-1);
  // Some registries keep what an index lists as long as the index is there: Amazon's.
  const kept = [];
  try {
    for (const digest of left.slice(0, -1)) {
      await remove(digest).catch((error) => {
        if (error.code !== "DELETE_REFUSED") throw error;
        kept.unshift(digest);
      });
    }
    for (const digest of [root, ...kept]) await remove(digest);
  } catch (error) {
    error.details = { ...error.details, left };
    throw error;
  }
}

/** What the tags of a repository reach. */
class Graph {
  /** The digest of each tag. @type {Map<string, string>} */
  #tags = new Map();
  /** What each manifest lists, by its digest; nothing where it is no index. @type {Map<string, Promise<object[]>>} */
  #lists = new Map();

  constructor(client, { name, signal }) {
    Object.assign(this, { client, name, signal });
  }

  async readTags() {
    const tags = [];
    for await (const tag of this.client.tags(this.name, { signal: this.signal })) tags.push(tag);
    await inParallel(tags, AT_ONCE, async (tag) => {
      const found = await this.client.resolve(`${this.name}:${tag}`, { signal: this.signal }).catch((error) => {
        // A tag may go while the list is read.
        if (error.code !== "MANIFEST_UNKNOWN") throw error;
      });
      if (found) {
        this.#tags.set(tag, found.digest);
        if (!isIndex(found.mediaType)) this.#lists.set(found.digest, Promise.resolve([]));
      }
    });
  }

  tagsOf(digest) {
    return [...this.#tags].filter(([, found]) => found === digest).map(([tag]) => tag);
  }

  /** The plan for a root that only its own tags point at. */
  async below(reference, root, tags) {
    const all = await this.#reach(root);
    const kinds = new Map([[root, "manifest"], ...all]);
    const needed = await this.#neededBy(kinds, tags);
    // An index of another tag lists it: the tags go, the manifest does not.
    if (needed.has(root)) return { reference, deletes: [], tags, keeps: [{ digest: root, tags: needed.get(root) }] };
    const deletes = [];
    const keeps = [];
    for (const [digest, kind] of all) {
      const by = needed.get(digest);
      if (by) keeps.push({ digest, tags: by });
      else deletes.push({ digest, kind });
    }
    const referrers = await this.#referrers([root, ...deletes.map(({ digest }) => digest)], kinds, tags);
    deletes.push(...referrers.deletes);
    // What was found first is above what was found later.
    deletes.reverse().push({ digest: root, kind: "root" });
    keeps.push(...referrers.keeps);
    const gone = new Set(deletes.map(({ digest }) => digest));
    const ofDigest = [...this.#tags.keys()].filter((tag) => gone.has(subjectOf(tag)));
    return { reference, deletes, tags: [...tags, ...ofDigest.filter((tag) => !tags.includes(tag))], keeps };
  }

  /** The manifests below one, each once, with what they are. */
  async #reach(root, depth = 1, seen = new Map()) {
    for (const { digest, mediaType, annotations } of await this.#list(root)) {
      if (seen.has(digest)) continue;
      seen.set(digest, kindOf(mediaType, annotations));
      if (seen.size > INDEX_ENTRIES) throw tooManyEntries();
      if (isIndex(mediaType) && depth < INDEX_DEPTH) await this.#reach(digest, depth + 1, seen);
    }
    return seen;
  }

  /** Which of these are reached from tags that are not the root's own, and from which. */
  async #neededBy(kinds, tags) {
    const others = [...this.#tags].filter(([tag]) => !tags.includes(tag) && !kinds.has(subjectOf(tag)));
    const needed = new Map();
    await inParallel(others, AT_ONCE, async ([tag, digest]) => {
      for (const reached of [digest, ...(await this.#reach(digest)).keys()]) {
        if (kinds.has(reached)) needed.set(reached, [...(needed.get(reached) ?? []), tag].sort());
      }
    });
    return needed;
  }

  /** What refers to these, and to that, however deep. What another tag needs stays, and what refers to it with it. */
  async #referrers(digests, kinds, tags) {
    const seen = new Map(kinds);
    const deletes = [];
    const keeps = [];
    for (let open = digests; open.length > 0;) {
      const found = new Set();
      await inParallel(open, AT_ONCE, async (digest) => {
        for await (const referrer of this.client.referrers(`${this.name}@${digest}`, { signal: this.signal })) {
          if (!referrer.problem && !seen.has(referrer.digest)) found.add(referrer.digest);
        }
      });
      for (const digest of found) seen.set(digest, "referrer");
      const needed = found.size > 0 ? await this.#neededBy(seen, tags) : new Map();
      open = [...found].filter((digest) => !needed.has(digest));
      deletes.push(...open.map((digest) => ({ digest, kind: "referrer" })));
      keeps.push(...[...needed].filter(([digest]) => found.has(digest)).map(([digest, by]) => ({ digest, tags: by })));
    }
    return { deletes, keeps };
  }

  /** The manifests that an index lists. */
  #list(digest) {
    if (!this.#lists.has(digest)) this.#lists.set(digest, this.#read(digest));
    return this.#lists.get(digest);
  }

  async #read(digest) {
    const document = await this.client.manifest(`${this.name}@${digest}`, { signal: this.signal }).catch((error) => {
      // What an index lists and is not there reaches nothing.
      if (error.code !== "MANIFEST_UNKNOWN") throw error;
    });
    return (document?.manifests ?? []).filter(({ problem }) => !problem);
  }
}

/** The digest that a tag is made of. */
function subjectOf(tag) {
  const [, algorithm, encoded] = OF_DIGEST.exec(tag) ?? [];
  return algorithm && `${algorithm}:${encoded}`;
}

function kindOf(mediaType, annotations) {
  if (isIndex(mediaType)) return "index";
  return isAttestation({ mediaType, annotations }) ? "attestation" : "image";
}
