/**
 * `manifests.edit`: a draft changed by the operations that change an index.
 *
 * Docker's file for an image holds its platform, and annotations that docker keeps and does not push: what is set of an image
 * stands there. Annotations of the list stand beside it, with what the indexes say that images were taken out of. A draft has no
 * place for an order, a subject, a type of artifact and a media type.
 */

import { EDITS, expanded } from "../client/edit-operations.js";
import { stepsOf } from "../client/edit-steps.js";
import { MultiarchError, optionInvalid } from "../core/errors.js";
import { call } from "../core/load.js";
import { documentOf, entryTexts } from "../nouns/document.js";
import { parseReference } from "../nouns/reference.js";
import { storeFailed } from "./call-store.js";
import { entriesOf } from "./drafts.js";
import { IndexEditor, edited } from "./edit.js";
import { isAttestation } from "./images.js";

/** What no draft can hold, and what to do in its place. */
const OF_LISTS = {
  order: "docker orders a list by the names of its images: edit the list when it is pushed",
  convert: "say when you push it which type it is to have",
  subject: "edit the list when it is pushed",
  artifactType: "edit the list when it is pushed",
};

/** As for an index, but what is added has to be in a registry already. */
const DRAFT_EDITS = {
  entry(value, name) {
    if (typeof value === "string") return EDITS.entry(value, name);
    throw optionInvalid(`${name} takes a reference: a draft lists what is in a registry`);
  },
  selector: EDITS.selector,
};

/**
 * Changes a draft. Nothing is written where nothing changes.
 *
 * @param {string} list as it was named
 * @param {(index: object, document: object) => unknown} change
 * @param {object} by
 * @param {import("multiarch").Client} by.client
 * @param {import("multiarch").Store} by.store
 * @param {(reference: string) => Promise<import("multiarch").DraftEntry[]>} by.take what `create` makes of a reference
 * @param {{ dryRun?: boolean, ignoreMissing?: boolean, onDuplicate?: string, signal?: AbortSignal }} by.options
 * @returns {Promise<{ list: string, entries: import("multiarch").DraftEntry[], steps: string[] }>}
 */
export async function editDraft(list, change, { client, store, take, options }) {
  const draft = new Draft(store, list);
  const seen = await draft.read();
  const document = indexOf(seen);
  const editor = new IndexEditor(document, DRAFT_EDITS);
  await change(editor, document);
  const operations = IndexEditor.operations(editor);
  refuse(operations);
  const added = new Map();
  const context = {
    name: draft.name, ...options,
    read: (reference) => sourceOf(reference, take, added),
    listed: (reference) => namedBy(seen, reference),
  };
  // References are read before the draft is locked.
  const made = await expanded(client, operations, { ...context, base: document });
  return draft.locked(async () => {
    const before = await draft.read();
    const base = indexOf(before);
    const ours = made.apply((_, all) => edited(base, all));
    const steps = stepsOf(base, ours);
    const entries = entriesAfter(ours, { base, before, added });
    if (steps.length > 0 && !options.dryRun) await draft.write(entries);
    return { list: draft.canonical, entries, steps };
  });
}

class Draft {
  #store;

  constructor(store, list) {
    const { name, tag, digest } = parseReference(list);
    if (digest) throw optionInvalid(`${list} has a digest, and a draft has none before it is pushed`);
    this.#store = store;
    this.name = name;
    this.canonical = `${name}:${tag ?? "latest"}`;
  }

  async read() {
    const entries = await this.#ask("read", this.canonical);
    if (entries) return entriesOf(entries, "what the store's read gave");
    throw new MultiarchError({
      code: "DRAFT_UNKNOWN", message: `there is no local list ${this.canonical}`, reference: this.canonical,
      hint: "Create it first, or leave the draft out (--draft) to edit what is in the registry.",
    });
  }

  write(entries) {
    return this.#ask("write", this.canonical, entries);
  }

  /** What `action` gives, while no other process changes the draft. */
  async locked(action) {
    if (typeof this.#store.lock !== "function") return action();
    let result;
    await this.#store.lock(this.canonical, async () => (result = await action()));
    return result;
  }

  async #ask(method, ...values) {
    try {
      return await this.#store[method](...values);
    } catch (error) {
      throw storeFailed(error);
    }
  }
}

/** The index that a push would write of these images, as an OCI index: of all types it holds most. */
const indexOf = (entries) => call((core, instance) => documentOf(core.draftIndex(entries), instance));

function refuse(operations) {
  for (const { name } of operations) {
    if (!OF_LISTS[name]) continue;
    throw new MultiarchError({
      code: "OPTION_INVALID", message: `a draft cannot hold what ${name} sets`,
      hint: `Leave it out: ${OF_LISTS[name]}.`,
    });
  }
}

/** What a reference adds to a draft, as an edit reads it. */
async function sourceOf(reference, take, added) {
  const taken = await take(reference);
  for (const entry of taken) added.set(entry.descriptor.digest, entry);
  const document = indexOf(taken);
  const texts = entryTexts(document);
  const [first] = taken;
  const root = first.listing?.sources[0] ?? first.descriptor;
  const entries = document.manifests.map((descriptor, at) => ({ descriptor, text: texts[at] }));
  return { from: parseReference(first.ref).name, root, entries };
}

/** The images of a draft that a reference names: by their own, or that of the index that they were taken out of. */
function namedBy(entries, reference) {
  const { canonical } = parseReference(reference);
  const isNamed = ({ ref, listing }) => ref === canonical || listing?.sources.some((source) => source.ref === canonical);
  const found = entries.filter(isNamed).map(({ descriptor }) => descriptor);
  return found.filter((descriptor) => !isAttestation(descriptor)).map(({ digest }) => digest);
}

/** The images of the draft that lists what `ours` lists. */
function entriesAfter(ours, { base, before, added }) {
  const stated = new Map(ours.manifests.map((entry) => [entry.digest, entry]));
  const known = new Set(before.map(({ descriptor }) => descriptor.digest));
  const fresh = [...stated.keys()].filter((digest) => !known.has(digest)).map((digest) => added.get(digest));
  // A reference names one image: that of a tag that has moved takes the place of the one before.
  const names = new Set(fresh.map(({ ref }) => ref));
  const kept = before.filter(({ ref, descriptor }) => stated.has(descriptor.digest) && !names.has(ref));
  const entries = [...kept, ...fresh].map((entry) => withStated(entry, stated.get(entry.descriptor.digest)));
  const isAnnotated = JSON.stringify(base.annotations) !== JSON.stringify(ours.annotations);
  return isAnnotated ? annotated(entries, ours.annotations) : entries;
}

function withStated(entry, { platform, annotations }) {
  const { annotations: _, ...descriptor } = entry.descriptor;
  const said = Object.keys(annotations ?? {}).length > 0 && { annotations };
  return { ...entry, descriptor: { ...descriptor, ...(platform && { platform }), ...said } };
}

/** The images with the annotations of their list: those of every source are the list's. */
function annotated(entries, annotations) {
  if (entries.length === 0) throw optionInvalid("a draft without images holds no annotations");
  const isFlattened = entries.some(({ listing }) => listing);
  return entries.map((entry) => {
    const { ref, descriptor, listing } = entry;
    if (listing) return { ...entry, listing: { ...listing, sources: listing.sources.map((source) => ({ ...source, annotations })) } };
    if (isFlattened) return entry;
    const [text] = entryTexts(indexOf([entry]));
    return { ...entry, listing: { entry: text, sources: [{ ref, digest: descriptor.digest, annotations }] } };
  });
}
